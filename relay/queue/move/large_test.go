package move_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/queue/move"
	"botrelay/relay/queue/rows"
)

// A large store is moved in steps that keep a relay on the target, which receives
// and sends all the while, waiting for less than its own limits. The sizes and
// times are logged: BOTRELAY_TEST_LARGE says how many events there are, and
// BOTRELAY_TEST_LARGE_FILE where the file is made, or is already.
func TestLarge(t *testing.T) {
	events := 4000
	if text := os.Getenv("BOTRELAY_TEST_LARGE"); text != "" {
		var err error
		if events, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	path := os.Getenv("BOTRELAY_TEST_LARGE_FILE")
	if path == "" {
		path = filepath.Join(t.TempDir(), "botrelay.db")
	}
	if _, err := os.Stat(path); err != nil {
		fillLarge(t, path, events)
	}
	url := server.Database(t)
	r := workAt(t, url)
	stage, began := move.Stage(""), time.Now()
	longest := map[move.Stage]time.Duration{}
	last := time.Now()
	report, err := run(t.Context(), t, path, url, func(now move.Report) {
		if now.Stage != stage {
			t.Logf("%s begins after %s", now.Stage, time.Since(began).Round(time.Millisecond))
			stage = now.Stage
		}
		longest[stage], last = max(longest[stage], time.Since(last)), time.Now()
	})
	if err != nil {
		t.Fatal(err)
	}
	r.stop()
	t.Logf("%+v in %s, %.0f events/s; longest steps %v", report.Count, report.Took.Round(time.Millisecond), float64(events)/report.Took.Seconds(), longest)
	t.Logf("the relay: %d puts, the longest %s; %d sent, the longest step %s; at most %d MB", r.puts, r.put, r.sent, r.step, peak())
	pending := events / 6
	want := move.Tally{Events: events, Pending: 2 * pending, Sent: 2*(events-pending) - events/100, Dead: events / 100, Attempts: 3 * (events / 100)}
	report.Count.Bytes = 0
	if report.Count != want || report.Moved != events || report.Ended.Threads != events/3 {
		t.Errorf("%+v, %d threads; want %+v, %d threads", report.Count, report.Ended.Threads, want, events/3)
	}
	const limit = 5 * time.Second // a relay gives a put no more, and vendors hardly wait longer
	if r.put > limit || r.step > limit {
		t.Error("the relay there was kept waiting")
	}
}

// fillLarge makes a store of so many events, each owed to two sinks: the last sixth
// of them wait, one in a hundred was given up on after three attempts, and the rest
// was sent. There are a third as many conversations.
func fillLarge(t *testing.T, path string, events int) {
	t.Helper()
	s := openFile(t, path)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	e := event(0)
	e.ID, e.Text = "large-@", "A lead that has something to say, as most of them do, and is not short of words."
	text, err := rows.Encode(e)
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	at, sent := time.Now().Add(-time.Hour).UnixMicro(), events-events/6
	for _, each := range []struct {
		text string
		args []any
	}{
		{`BEGIN`, nil},
		{
			`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
			INSERT INTO events (seq, id, put_at, source, vendor, kind, routed, dedup, event, payload)
			SELECT i, printf('large-%08d', i), $2 + i, 'website', 'chatbase', 'lead', 1, randomblob(16),
				replace($3, '@', printf('%08d', i)), CAST(printf('{"n":%d,"x":"%s"}', i, hex(randomblob(300))) AS BLOB) FROM n`,
			[]any{events, at, text},
		},
		{
			`INSERT INTO deliveries (id, event, sink, route, state, attempts, message_id, batch, owed_at, settled_at)
			SELECT 2 * seq + k, seq, 's' || (2 * (seq % 2) + k), 'leads', iif(seq > $1, 'pending', iif(k = 0 AND seq % 100 = 1, 'dead', 'sent')),
				iif(seq > $1, 0, 1), iif(seq > $1, '', '1700000000.' || seq), iif(seq > $1, '', hex(randomblob(8))), put_at, iif(seq > $1, 0, put_at + 1000)
			FROM events, (SELECT 0 AS k UNION ALL SELECT 1)`,
			[]any{sent},
		},
		{`UPDATE deliveries SET state = 'dead' WHERE id IN (SELECT id FROM deliveries WHERE state = 'sent' LIMIT
			(SELECT $1 - count(*) FROM deliveries WHERE state = 'dead'))`, []any{events / 100}},
		{`INSERT INTO attempts SELECT id, k, hex(randomblob(8)), settled_at, 1000, 'refused', 400, 'invalid_payload', 1
			FROM deliveries, (SELECT 1 AS k UNION ALL SELECT 2 UNION ALL SELECT 3) WHERE state = 'dead'`, nil},
		{`INSERT INTO threads SELECT 'place s' || (seq % 4), hex(randomblob(11)), '1700000000.' || seq, put_at FROM events WHERE seq <= $1`, []any{events / 3}},
		{`INSERT INTO lanes (sink, budgets, sent) SELECT sink, '["place ' || sink || '"]', sum(state = 'sent') FROM deliveries GROUP BY sink`, nil},
		{`COMMIT`, nil},
	} {
		if _, err := db.ExecContext(t.Context(), each.text, each.args...); err != nil {
			t.Fatal(err)
		}
	}
}

// worker is a relay that receives and sends.
type worker struct {
	stop      func() // blocks until it has stopped
	puts      int
	sent      int
	put, step time.Duration // the longest
}

// workAt starts a relay on a database: events of its own for the sinks of a large
// store.
func workAt(t *testing.T, url string) *worker {
	t.Helper()
	s := openDatabase(t, url)
	w := new(worker)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{}, 2)
	w.stop = func() {
		cancel()
		<-done
		<-done
	}
	go func() {
		defer func() { done <- struct{}{} }()
		for n := 0; ctx.Err() == nil; n++ {
			e := event(n)
			e.ID, e.DedupKey = fmt.Sprint("own ", n), fmt.Sprint("own ", n)
			began := time.Now()
			if _, err := s.Put(ctx, e, []queue.Owed{{Sink: "s" + strconv.Itoa(n%4), Route: "own"}}); err != nil && ctx.Err() == nil {
				t.Error(err)
			}
			w.puts, w.put = w.puts+1, max(w.put, time.Since(began))
		}
	}()
	var lanes []queue.Lane
	for n := range 4 {
		lanes = append(lanes, lease(t, s, "s"+strconv.Itoa(n)))
	}
	go func() {
		defer func() { done <- struct{}{} }()
		for n := 0; ctx.Err() == nil; n++ {
			began := time.Now()
			l := lanes[n%4]
			turn, err := l.Next(ctx, 1)
			if err == nil && len(turn.Batch.Deliveries) > 0 {
				if err = l.Begin(ctx, turn.Batch); err == nil {
					err = l.Settle(ctx, turn.Batch, queue.Settlement{State: queue.Sent, Verdict: relay.Verdict{Outcome: relay.Sent, ID: "m"}})
					w.sent++
				}
			}
			if err != nil && ctx.Err() == nil {
				t.Log(err)
			}
			w.step = max(w.step, time.Since(began))
		}
	}()
	return w
}

// peak returns how many megabytes the process has had at most, where the system
// tells.
func peak() (megabytes int) {
	runtime.GC()
	text, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			_, _ = fmt.Sscan(rest, &megabytes)
		}
	}
	return megabytes >> 10
}
