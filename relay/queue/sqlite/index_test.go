package sqlite

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"botrelay/relay/queue"
)

// TestMerged: what was merged into large segments is found as what was not, and as what
// no segment has: by names of every event, of a few, and of one.
func TestMerged(t *testing.T) {
	s := openAt(t, filepath.Join(t.TempDir(), "botrelay.db"), newClock().now)
	const all = 66_500
	fill(t, s, all)
	ask := func(q queue.Query) (places []string) {
		t.Helper()
		q.Limit = all
		records, err := s.Events(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range records {
			places = append(places, r.Event.ID)
		}
		return places
	}
	queries := []queue.Query{
		{Source: "rare"},
		{Source: "rare", Oldest: true, Status: queue.StatusSent},
		{Source: "nobody"},
		{Status: queue.StatusDead, Source: "rare"},
		{Status: queue.StatusUnrouted, Since: 70 * time.Minute},
		{Status: queue.StatusUnrouted, Source: "rare"},
		{Sink: "a", Source: "rare", Since: 2 * time.Hour, Until: time.Hour},
		{Sink: "b"},
		{Words: "rare", Kind: "lead"},
		{Source: "website", Since: 40 * time.Minute},
		{Source: "website", Since: 40 * time.Minute, Oldest: true},
	}
	var want [][]string
	for _, q := range queries {
		want = append(want, ask(q))
	}
	counted := func() queue.Counts {
		t.Helper()
		c, err := s.Counts(t.Context(), 2*time.Hour, 5*time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	before := counted()
	steps, merged := 0, false
	for more := true; more; steps++ {
		var err error
		if _, more, err = s.Index(t.Context()); err != nil {
			t.Fatal(err)
		}
		if steps%100 == 99 || !more { // also amid a merge
			for i, q := range queries[:3] {
				if got := ask(q); !slices.Equal(got, want[i]) {
					t.Fatalf("after %d steps %+v: %d, want %d", steps, q, len(got), len(want[i]))
				}
			}
		}
	}
	merged = count(t, s, "count(*) FROM segments WHERE level = 2 AND state = 'live'") == 1
	if live := count(t, s, "count(*) FROM segments WHERE state = 'live'"); !merged || live > 20 {
		t.Errorf("%d segments, merged to the top: %t", live, merged)
	}
	if after := counted(); !reflect.DeepEqual(after, before) || after.Ways[0].Events < 6000 {
		t.Errorf("counted %+v, before it was indexed %+v", after, before)
	}
	for i, q := range queries {
		if got := ask(q); !slices.Equal(got, want[i]) {
			t.Errorf("indexed %+v: %d, want %d", q, len(got), len(want[i]))
		}
	}
}

// TestPlacesAnew: where the newest events are gone and their places are given anew, the
// index says nothing of the former ones of the new ones, and counts each once.
func TestPlacesAnew(t *testing.T) {
	clock := newClock()
	s := openAt(t, filepath.Join(t.TempDir(), "botrelay.db"), clock.now)
	index := func() {
		t.Helper()
		for more := true; more; {
			var err error
			if _, more, err = s.Index(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	put := func(n int, name, sink string) {
		t.Helper()
		for i := range n {
			e := testEvent(fmt.Sprint(name, i))
			e.Contact.Name = name
			var owed []queue.Owed
			if sink != "" {
				owed = []queue.Owed{{Sink: sink}}
			}
			if _, err := s.Put(t.Context(), e, owed); err != nil {
				t.Fatal(err)
			}
		}
	}
	found := func(words string, want int) {
		t.Helper()
		records, err := s.Events(t.Context(), queue.Query{Words: words, Limit: 1000})
		if err != nil || len(records) != want {
			t.Errorf("%d events with %s, error %v, want %d", len(records), words, err, want)
		}
	}
	put(10, "waiting", "a") // these stay
	put(501, "former", "")  // with those all that two segments have
	index()
	found("former", 501)
	clock.advance(48 * time.Hour)
	pruneAll(t, s, time.Hour)
	found("former", 0)
	found("waiting", 10)
	put(600, "latter", "")
	index()
	found("former", 0)
	found("waiting", 10)
	found("latter", 600)
	counts, err := s.Counts(t.Context(), 7*24*time.Hour, 7*24*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0
	for _, n := range counts.Sources {
		sum += n[0]
	}
	if sum != 10+501+600 {
		t.Errorf("%d events were counted, want each once", sum)
	}
}

// TestUpgrade: a store of the first version is brought up to date by a relay, and by
// nobody else; all that it has is found and counted.
func TestUpgrade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "botrelay.db")
	if err := makeDatabase(t, path, fmt.Sprintf("PRAGMA journal_mode = WAL; %s; PRAGMA application_id = %d; PRAGMA user_version = 1;", schema, applicationID)); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	at := newClock().now().UnixMicro()
	_, err = db.ExecContext(t.Context(), `INSERT INTO events (seq, id, put_at, source, vendor, kind, routed, event)
		VALUES (7, 'old', $1, 'website', 'chatbase', 'lead', 1, '{"id":"old","contact":{"name":"Hedwig"}}');
		INSERT INTO deliveries (id, event, sink, route, state, reason, owed_at, settled_at) VALUES (1, 7, 'a', 'leads', 'dead', 'gone', $1, $1)`, at)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenBeside(t.Context(), Config{Path: path}); err == nil {
		t.Error("it was opened beside no relay")
	}
	s := openAt(t, path, newClock().now)
	records, err := s.Events(t.Context(), queue.Query{Words: "hedwig"})
	if err != nil || len(records) != 1 {
		t.Errorf("%v, error %v", records, err)
	}
	groups, err := s.DeadGroups(t.Context())
	if err != nil || len(groups) != 1 || groups[0].Reason != "gone" {
		t.Errorf("%v, error %v", groups, err)
	}
	counts, err := s.Counts(t.Context(), time.Hour, time.Hour)
	if err != nil || len(counts.Ways) != 1 || counts.Sources["website"][0] != 1 {
		t.Errorf("%+v, error %v", counts, err)
	}
	if version := count(t, s, "user_version FROM pragma_user_version"); version != schemaVersion {
		t.Errorf("it is of version %d", version)
	}
}
