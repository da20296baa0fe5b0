package sqlite

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"botrelay/relay/queue"
)

// fill stores n events in one statement, one a second up to the store's time:
// event i is owed to sink a, but for every hundredth, which nobody has. Those
// that end with 50 are dead, the last tenth is pending, the others are sent. The
// first two of every thousand are another source's.
func fill(tb testing.TB, s *Store, n int) {
	tb.Helper()
	script := fmt.Sprintf(`
		INSERT INTO events (seq, id, put_at, source, vendor, kind, routed, event, payload)
			WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %[1]d)
			SELECT i, 'event-' || i, %[2]d - (%[1]d - i) * 1000000, CASE WHEN i %% 1000 < 2 THEN 'rare' ELSE 'website' END,
				'chatbase', 'lead', i %% 100 <> 0, '{"ID":"event-' || i || '"}', x'7b7d' FROM n;
		INSERT INTO deliveries (event, sink, route, state, owed_at, settled_at)
			SELECT seq, 'a', 'leads', CASE WHEN seq > %[1]d - %[1]d / 10 THEN 'pending' WHEN seq %% 100 = 50 THEN 'dead' ELSE 'sent' END, put_at, put_at
			FROM events WHERE routed;`, n, s.db.micros())
	if _, err := s.db.writer.conn.sql.ExecContext(tb.Context(), script); err != nil {
		tb.Fatal(err)
	}
}

// Where what is wanted is far apart, it is looked for in pieces.
func TestFarBetween(t *testing.T) {
	clock := newClock()
	s := openAt(t, filepath.Join(t.TempDir(), "botrelay.db"), clock.now)
	const all = 5_000 // a piece has 1,000
	fill(t, s, all)
	rare := func(i int) bool { return i%1000 < 2 }
	dead := func(i int) bool { return i%100 == 50 && i <= all-all/10 }
	since := func(i int) time.Duration { return time.Duration(all-i) * time.Second }
	for _, tc := range []struct {
		q      queue.Query
		wanted func(i int) bool // of event i
	}{
		{queue.Query{Source: "rare"}, rare},
		{queue.Query{Source: "rare", Oldest: true}, rare},
		{queue.Query{Source: "rare", Oldest: true, Limit: 3}, rare},
		{queue.Query{Source: "rare", Limit: 3}, rare},
		{queue.Query{Source: "rare", After: "event-3001"}, func(i int) bool { return rare(i) && i < 3001 }},
		{queue.Query{Source: "rare", Since: since(2001)}, func(i int) bool { return rare(i) && i >= 2001 }},
		{queue.Query{Source: "rare", Since: since(2002), Oldest: true}, func(i int) bool { return rare(i) && i >= 2002 }},
		{queue.Query{Status: queue.StatusSent, Since: since(4498), Oldest: true}, func(i int) bool { return i == 4498 || i == 4499 }},
		{queue.Query{Status: queue.StatusDead, Since: since(1050), Oldest: true, Limit: 3}, func(i int) bool { return dead(i) && i >= 1050 }},
		{queue.Query{Status: queue.StatusDead, Since: since(150)}, func(i int) bool { return dead(i) && i >= 150 }},
		{queue.Query{Status: queue.StatusUnrouted, Since: since(4000)}, func(i int) bool { return i%100 == 0 && i >= 4000 }},
		{queue.Query{Status: queue.StatusPending, Source: "rare"}, func(int) bool { return false }},
		{queue.Query{Source: "nobody"}, func(int) bool { return false }},
	} {
		var want, got []string
		for i := 1; i <= all; i++ {
			if tc.wanted(i) {
				want = append(want, fmt.Sprint("event-", i))
			}
		}
		if !tc.q.Oldest {
			slices.Reverse(want)
		}
		if tc.q.Limit > 0 {
			want = want[:tc.q.Limit]
		}
		records, err := s.Events(t.Context(), tc.q)
		for _, r := range records {
			got = append(got, r.Event.ID)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%+v: %q, error %v; want %q", tc.q, got, err, want)
		}
	}
}
