package postgres

import (
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/queue/queuetest"
	"botrelay/relay/queue/rows"

	"github.com/jackc/pgx/v5"
)

// TestMillion asks what the page asks, of as many events as BOTRELAY_TEST_EVENTS says,
// and logs how long the store takes for it, and its slowest statement.
// BOTRELAY_TEST_EVENTS_URL names the database where the store is made, or is already.
func TestMillion(t *testing.T) {
	events, err := strconv.Atoi(os.Getenv("BOTRELAY_TEST_EVENTS"))
	if err != nil {
		t.Skip("BOTRELAY_TEST_EVENTS does not say how many events there are to be")
	}
	url := os.Getenv("BOTRELAY_TEST_EVENTS_URL")
	if url == "" {
		url = server.Database(t)
	}
	s := openAt(t, url)
	if newest, err := s.Events(t.Context(), queue.Query{Limit: 1}); err != nil {
		t.Fatal(err)
	} else if len(newest) == 0 {
		began := time.Now()
		fillCorpus(t, s, events)
		t.Log("filled in", time.Since(began).Round(time.Millisecond), sizeOf(t, s, "botrelay.events"), sizeOf(t, s, "botrelay.deliveries"))
	}
	indexAll(t, s)
	exec(t, s, `VACUUM ANALYZE`)
	t.Log("indexed: segments have", sizeOf(t, s, "botrelay.pages"), "slots", sizeOf(t, s, "botrelay.ways"), sizeOf(t, s, "botrelay.arrivals"))
	queuetest.Ask(t, s, watch(s))
}

func sizeOf(t *testing.T, s *Store, table string) (size string) {
	t.Helper()
	err := s.db.sql.QueryRowContext(t.Context(), `SELECT $1 || ' ' || pg_total_relation_size($1::regclass) / 1048576 || ' MB'`, table).Scan(&size)
	if err != nil {
		t.Fatal(err)
	}
	return size
}

// indexAll indexes, and logs how long the steps took.
func indexAll(t *testing.T, s *Store) {
	t.Helper()
	var steps []time.Duration
	began, sum := time.Now(), 0
	for more := true; more; {
		at := time.Now()
		var n int
		var err error
		if n, more, err = s.Index(t.Context()); err != nil {
			t.Fatal(err)
		}
		sum += n
		steps = append(steps, time.Since(at))
	}
	slices.Sort(steps)
	t.Logf("%d events indexed in %s; %d steps, half below %s, 99 in 100 below %s, longest %s", sum, time.Since(began).Round(time.Millisecond),
		len(steps), steps[len(steps)/2], steps[len(steps)*99/100], steps[len(steps)-1])
}

// fillCorpus stores events, one every 2 seconds up to now: see queuetest.Fates.
func fillCorpus(t *testing.T, s *Store, events int) {
	t.Helper()
	const chunk = 5000
	corpus := queuetest.NewCorpus(1)
	now, err := s.db.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for from := 0; from < events; from += chunk {
		var stored, owed [][]any
		for n := from; n < min(from+chunk, events); n++ {
			e := corpus.Event(n)
			text, err := rows.Encode(e)
			if err != nil {
				t.Fatal(err)
			}
			seq, at := int64(n+1), now-int64(events-n)*2_000_000
			stored = append(stored, []any{seq, e.ID, at, e.Source, e.Vendor, string(e.Kind), n%100 != 0, rows.DedupHash(e), text, []byte(e.Payload)})
			for nth, d := range queuetest.Fates(n) {
				owed = append(owed, []any{seq<<12 + int64(nth), seq, d.Sink, d.Route, string(d.State), 1, d.Reason, at, at})
			}
		}
		for _, c := range []struct {
			table   string
			columns []string
			rows    [][]any
		}{
			{"events", []string{"seq", "id", "put_at", "source", "vendor", "kind", "routed", "dedup", "event", "payload"}, stored},
			{"deliveries", []string{"id", "event", "sink", "route", "state", "attempts", "reason", "owed_at", "settled_at"}, owed},
		} {
			if _, err := s.db.pool.CopyFrom(t.Context(), pgx.Identifier{"botrelay", c.table}, c.columns, pgx.CopyFromRows(c.rows)); err != nil {
				t.Fatal(err)
			}
		}
	}
	exec(t, s, `SELECT setval('botrelay.places', `+strconv.Itoa(events+1000)+`); ANALYZE`)
}
