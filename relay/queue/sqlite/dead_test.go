package sqlite

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"botrelay/relay/queue"
)

// TestManyDead: very many dead letters are counted in pieces, each once, and what is rare
// among them is found whether it is looked for among the dead or in the index.
func TestManyDead(t *testing.T) {
	s := openAt(t, filepath.Join(t.TempDir(), "botrelay.db"), newClock().now)
	const all = 50_000
	fill(t, s, all)
	_, err := s.db.writer.conn.sql.ExecContext(t.Context(), `UPDATE deliveries SET state = 'dead', reason = CASE WHEN event > 45000 THEN 'late' ELSE 'early' END,
		sink = CASE WHEN event <= 3000 THEN 'b' ELSE 'a' END`)
	if err != nil {
		t.Fatal(err)
	}
	groups, err := s.DeadGroups(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, g := range groups {
		got = append(got, fmt.Sprint(g.Sink, g.Reason, g.Count, " ", g.Newest.Sub(g.Oldest), " ", g.Event))
	}
	// Every hundredth of the events is owed to nobody.
	want := []string{"aearly41580 11h39m58s event-44999", "alate4950 1h23m18s event-49999", "bearly2970 49m58s event-2999"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for more := true; more; {
		if _, more, err = s.Index(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for _, q := range []queue.Query{
		{Status: queue.StatusDead, Source: "rare", Limit: all},
		{Status: queue.StatusDead, Source: "rare", Limit: all, Oldest: true},
		{Status: queue.StatusDead, Source: "website", Limit: 5000},
		{Status: queue.StatusDead, Source: "website", Limit: 5000, Oldest: true},
		{Status: queue.StatusDead, Source: "rare", Limit: 60, Sink: "a"},
		{Status: queue.StatusDead, Source: "rare", Limit: all, Sink: "a", Reason: "late"},
	} {
		var want, got []string
		for i := 1; i <= all; i++ {
			if (i%1000 == 1) == (q.Source == "rare") && i%100 != 0 && (q.Sink == "" || i > 3000) && (q.Reason == "" || i > 45000) {
				want = append(want, fmt.Sprint("event-", i))
			}
		}
		if !q.Oldest {
			slices.Reverse(want)
		}
		records, err := s.Events(t.Context(), q)
		for _, r := range records {
			got = append(got, r.Event.ID)
		}
		if err != nil || !slices.Equal(got, want[:min(len(want), q.Limit)]) {
			t.Errorf("%+v: %d, error %v", q, len(got), err)
		}
	}
}

// TestCountedApart: pieces of a count begin and end where they should, however far the
// numbers are apart.
func TestCountedApart(t *testing.T) {
	s := openAt(t, filepath.Join(t.TempDir(), "botrelay.db"), newClock().now)
	const piece = 1 << 17
	places := []int64{1, 2, piece/4 + 1, piece - 1, piece, piece + 1, piece + 2, 2 * piece, 2*piece + 1, 3*piece + 2, 1 << 50, 1<<50 + piece}
	for _, place := range places {
		_, err := s.db.writer.conn.sql.ExecContext(t.Context(), `INSERT INTO events (seq, id, put_at, source, vendor, kind, routed, event)
			VALUES ($1, $1, $1, 'website', 'chatbase', 'lead', 1, '{}');
			INSERT INTO deliveries (id, event, sink, route, state, reason, owed_at) VALUES
				($1 * 4, $1, 'a', '', 'dead', 'gone', 0), ($1 * 4 + 1, $1, 'a', '', 'dead', 'gone', 0), ($1 * 4 + 2, $1, 'a', '', 'dead', '', 0),
				($1 * 4 + 3, $1, 'b', '', 'pending', '', 0)`, place)
		if err != nil {
			t.Fatal(err)
		}
	}
	groups, err := s.DeadGroups(t.Context())
	var got []string
	for _, g := range groups {
		got = append(got, fmt.Sprint(g.Sink, g.Reason, g.Count, " ", g.Oldest.UnixMicro(), " ", g.Newest.UnixMicro(), " ", g.Event))
	}
	last := places[len(places)-1]
	want := []string{fmt.Sprintf("agone%d 1 %d %d", 2*len(places), last, last), fmt.Sprintf("a%d 1 %d %d", len(places), last, last)}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("groups %q, error %v, want %q", got, err, want)
	}
	lanes, err := s.LaneStatus(t.Context())
	if err != nil || lanes["a"].Dead != 3*len(places) || lanes["b"].Pending != len(places) {
		t.Errorf("lanes %+v, error %v", lanes, err)
	}
}
