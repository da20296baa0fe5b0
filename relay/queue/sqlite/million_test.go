package sqlite

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"botrelay/relay/queue/queuetest"
	"botrelay/relay/queue/rows"
)

// TestMillion asks what the page asks, of as many events as BOTRELAY_TEST_EVENTS says,
// and logs how long the store takes for it, and its slowest statement.
// BOTRELAY_TEST_EVENTS_FILE is where the store is made, or is already.
func TestMillion(t *testing.T) {
	events, err := strconv.Atoi(os.Getenv("BOTRELAY_TEST_EVENTS"))
	if err != nil {
		t.Skip("BOTRELAY_TEST_EVENTS does not say how many events there are to be")
	}
	path := os.Getenv("BOTRELAY_TEST_EVENTS_FILE")
	if path == "" {
		path = filepath.Join(t.TempDir(), "botrelay.db")
	}
	_, err = os.Stat(path)
	isNew := err != nil
	s := openAt(t, path, nil)
	if isNew {
		began := time.Now()
		fillCorpus(t, s, events)
		t.Log("filled in", time.Since(began).Round(time.Millisecond), sizeOf(t, path))
	}
	indexAll(t, s)
	t.Log("indexed", sizeOf(t, path))
	queuetest.Ask(t, s, watch(t, s))
}

func sizeOf(t *testing.T, path string) string {
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%d MB", info.Size()>>20)
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

// fillCorpus stores events, one every 2 seconds up to now: most are sent, to one or two
// of 5 sinks, one in ten is dead.
func fillCorpus(t *testing.T, s *Store, events int) {
	t.Helper()
	const chunk = 5000
	corpus, now := queuetest.NewCorpus(1), s.db.micros()
	for from := 0; from < events; from += chunk {
		err := s.db.writer.do(t.Context(), &operation{run: func(ctx context.Context, c *conn) error {
			for n := from; n < min(from+chunk, events); n++ {
				e := corpus.Event(n)
				text, err := rows.Encode(e)
				if err != nil {
					return err
				}
				at := now - int64(events-n)*2_000_000
				if _, err := c.ExecContext(ctx, `INSERT INTO events (seq, id, put_at, source, vendor, kind, routed, dedup, event, payload)
					VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, n+1, e.ID, at, e.Source, e.Vendor, string(e.Kind), n%100 != 0, rows.DedupHash(e), text, []byte(e.Payload)); err != nil {
					return err
				}
				for _, d := range queuetest.Fates(n) {
					if _, err := c.ExecContext(ctx, `INSERT INTO deliveries (event, sink, route, state, attempts, reason, owed_at, settled_at)
						VALUES ($1, $2, $3, $4, 1, $5, $6, $6)`, n+1, d.Sink, d.Route, string(d.State), d.Reason, at); err != nil {
						return err
					}
				}
			}
			return nil
		}}, true)
		if err != nil {
			t.Fatal(err)
		}
	}
}
