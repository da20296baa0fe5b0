package move_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/queue/move"
)

// What another file's move has brought would pass for what is there already: that
// one is to be ended first, or taken back. It can be moved later nevertheless.
func TestAnotherUnderWay(t *testing.T) {
	url, path := server.Database(t), filepath.Join(t.TempDir(), "botrelay.db")
	fill(t, path)
	other := copied(t, path) // before it has a name of its own: the same events in another file
	interrupt(t, path, url, move.Adding)
	_, err := run(t.Context(), t, other, url, nil)
	if is, ok := errors.AsType[*move.OtherError](err); !ok || is.Path != path || is.Events == 0 || is.Here {
		t.Fatalf("%v; want that %s is being moved", err, path)
	}
	if r, err := runAnew(t, other, url); err != nil || r.Moved != total || r.Passed != 0 {
		t.Fatalf("%+v, %v; want all of the other file", r, err)
	}
	same(t, openFile(t, other), openDatabase(t, url))
	if r, err := run(t.Context(), t, path, url, nil); err != nil || r.Moved != 0 || r.Passed != total {
		t.Errorf("%+v, %v; want all of the first passed over", r, err)
	}
}

// What is let go already cannot be taken back: also with --anew the other move is
// to be ended.
func TestAnotherIsLetGo(t *testing.T) {
	url, path := server.Database(t), filepath.Join(t.TempDir(), "botrelay.db")
	fill(t, path)
	other := copied(t, path)
	interrupt(t, path, url, move.Ending)
	_, err := runAnew(t, other, url)
	if is, ok := errors.AsType[*move.OtherError](err); !ok || !is.Here {
		t.Errorf("%v; want that the first is to be ended", err)
	}
}

// A file that a relay has used after all of it was there, and before all was let
// go: the end comes first, and then what is new.
func TestUsedBeforeTheEnd(t *testing.T) {
	url, path := server.Database(t), filepath.Join(t.TempDir(), "botrelay.db")
	fill(t, path)
	interrupt(t, path, url, move.Ending)
	from := openFile(t, path)
	put(t, from, total, "a")
	if err := from.Close(); err != nil {
		t.Fatal(err)
	}
	if r, err := run(t.Context(), t, path, url, nil); err != nil || r.Moved != 1 {
		t.Fatalf("%+v, %v; want one more", r, err)
	}
	same(t, openFile(t, path), openDatabase(t, url))
}

// What is replayed in the file after it was moved is moved with the next run, once,
// and what was dead there is replayed there too.
func TestReplayedLater(t *testing.T) {
	url, path := server.Database(t), filepath.Join(t.TempDir(), "botrelay.db")
	fill(t, path)
	from := openFile(t, path)
	a := lease(t, from, "a")
	id := settle(t, a, queue.Settlement{State: queue.Dead, Verdict: relay.Verdict{Outcome: relay.Refused, Status: 400, Reason: "no"}})
	if err := from.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := run(t.Context(), t, path, url, nil); err != nil {
		t.Fatal(err)
	}
	from = openFile(t, path)
	replay(t, from, id, "a")
	put(t, from, total, "a")
	if err := from.Close(); err != nil {
		t.Fatal(err)
	}
	interrupt(t, path, url, move.Counting)
	if r, err := runAnew(t, path, url); err != nil || r.Moved != 1 || r.Again != 1 {
		t.Fatalf("%+v, %v; want one event, and one owed again", r, err)
	}
	if r, err := run(t.Context(), t, path, url, nil); err != nil || !r.Start.Done {
		t.Errorf("%+v, %v; want nothing to do", r, err)
	}
	from, to := openFile(t, path), openDatabase(t, url)
	same(t, from, to)
	sameOrder(t, from, to, "a")
}

// Lanes that relays have opened on the target, without anything having become of
// them, are as those of the file: held, and with the batch in doubt.
func TestLanesOpenedBefore(t *testing.T) {
	url, path := server.Database(t), filepath.Join(t.TempDir(), "botrelay.db")
	batch := fill(t, path)
	from := openFile(t, path)
	settle(t, lease(t, from, "c"), queue.Settlement{
		State: queue.Again, After: time.Hour, Verdict: relay.Verdict{Outcome: relay.Held, Reason: "kicked"},
		Holds: []queue.Hold{{Key: "place c", For: time.Hour, Refused: true}},
	})
	if err := from.Close(); err != nil {
		t.Fatal(err)
	}
	s := openDatabase(t, url)
	a := lease(t, s, "a")
	lease(t, s, "b")
	lease(t, s, "c")
	if r, err := run(t.Context(), t, path, url, nil); err != nil || r.Ended.Lanes != 3 || r.Ended.Held != 2 {
		t.Fatalf("%+v, %v; want 3 lanes, 2 held", r, err)
	}
	for _, sink := range []string{"b", "c"} {
		if l := lanes(t, s)[sink]; !l.Held || l.Reason == "" || l.Wait == 0 {
			t.Errorf("lane %s: %+v; want it held", sink, l)
		}
	}
	execute(t, url, `UPDATE botrelay.budgets SET key = key WHERE key = 'place c' AND held AND retry_at > 0 AND reason = 'kicked'`) // else it fails
	turn, err := a.Next(t.Context(), 10)
	if err != nil || turn.Batch.ID != batch.ID || turn.Batch.Doubts != 1 {
		t.Errorf("%+v, %v; want the batch %+v in doubt", turn, err, batch)
	}
}

// A lane that relays on the target have sent by keeps how it does; the batch in
// doubt goes again as it is nevertheless.
func TestLanesUsedBefore(t *testing.T) {
	url, path := server.Database(t), filepath.Join(t.TempDir(), "botrelay.db")
	batch := fill(t, path)
	s := openDatabase(t, url)
	for n, sink := range []string{"a", "b"} {
		put(t, s, total+n, sink)
		drain(t, s, sink)
	}
	if _, err := run(t.Context(), t, path, url, nil); err != nil {
		t.Fatal(err)
	}
	if l := lanes(t, s)["b"]; l.Held || l.Sent != 1 {
		t.Errorf("%+v; want lane b as it was there", l)
	}
	turn, err := lease(t, s, "a").Next(t.Context(), 10)
	if err != nil || turn.Batch.ID != batch.ID || turn.Batch.Doubts != 1 {
		t.Errorf("%+v, %v; want the batch %+v in doubt", turn, err, batch)
	}
}

// What is not there any more, or is another than in the file, is found before
// anything is sent. Taken back and moved anew it is whole.
func TestCountedAgain(t *testing.T) {
	for what, text := range map[string]string{
		"sent deliveries": `DELETE FROM botrelay.deliveries WHERE id = (SELECT min(id) FROM botrelay.deliveries WHERE state = 'sent')`,
		"pending":         `UPDATE botrelay.deliveries SET state = 'sent' WHERE id = (SELECT min(id) FROM botrelay.deliveries WHERE state = 'pending')`,
		"failed attempts": `DELETE FROM botrelay.attempts WHERE delivery = (SELECT min(delivery) FROM botrelay.attempts)`,
		"bytes":           `UPDATE botrelay.events SET payload = 'x' WHERE id = 'event-0003'`,
		"not in the database": `WITH e AS (DELETE FROM botrelay.events WHERE id = 'event-0004' RETURNING seq)
			DELETE FROM botrelay.moved_events m USING e WHERE m.seq = e.seq`,
	} {
		t.Run(what, func(t *testing.T) {
			url, path := server.Database(t), filepath.Join(t.TempDir(), "botrelay.db")
			fillSmall(t, path)
			changed := false
			_, err := run(t.Context(), t, path, url, func(r move.Report) {
				if !changed && r.Stage == move.Adding && r.Done == r.Of {
					changed = true
					execute(t, url, text)
				}
			})
			if !errors.Is(err, move.ErrDiffers) || !strings.Contains(err.Error(), what) {
				t.Fatalf("%v; want that it differs in %s", err, what)
			}
			nothingToSend(t, url)
			if r, err := runAnew(t, path, url); err != nil || !r.Start.Anew {
				t.Fatalf("%+v, %v; want it anew", r, err)
			}
			same(t, openFile(t, path), openDatabase(t, url))
		})
	}
}

// What relays have pruned meanwhile, for its age, is no difference.
func TestPrunedMeanwhile(t *testing.T) {
	url, path := server.Database(t), filepath.Join(t.TempDir(), "botrelay.db")
	fillSmall(t, path)
	s := openDatabase(t, url)
	pruned := 0
	r, err := run(t.Context(), t, path, url, func(r move.Report) {
		for more := r.Stage == move.Adding; more; {
			n, rest, err := s.Prune(t.Context(), queue.Retention{Sent: time.Nanosecond, Dead: time.Hour})
			if err != nil {
				t.Fatal(err)
			}
			pruned, more = pruned+n, rest
		}
	})
	if err != nil || pruned == 0 || r.Count.Events != smallTotal-pruned {
		t.Errorf("%+v, %v; want %d events but for the %d that were pruned", r, err, smallTotal, pruned)
	}
}

// Each file that cannot be moved says why, and is left alone.
func TestUnmovable(t *testing.T) {
	url, folder := server.Database(t), t.TempDir()
	path := filepath.Join(folder, "botrelay.db")
	fillSmall(t, path)
	damaged := copied(t, path)
	text, err := os.ReadFile(damaged)
	if err != nil {
		t.Fatal(err)
	}
	for page := 8192; page+4096 < len(text); page += 4096 {
		copy(text[page:], strings.Repeat("\xff", 100))
	}
	newer := copied(t, path)
	executeFile(t, newer, `PRAGMA user_version = 99`)
	foreign := filepath.Join(folder, "foreign.db")
	executeFile(t, foreign, `CREATE TABLE mine (x)`)
	for _, err := range []error{
		os.WriteFile(damaged, text, 0o600),
		os.WriteFile(filepath.Join(folder, "empty.db"), nil, 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{
		filepath.Join(folder, "none.db"):  "there is no store yet",
		filepath.Join(folder, "empty.db"): "there is no store yet",
		folder:                            "it is a folder",
		damaged:                           "the file is damaged: put a backup in its place",
		newer:                             "it was written by a newer botrelay",
		foreign:                           "not botrelay's: name another file",
	} {
		if r, err := run(t.Context(), t, path, url, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %+v, %v; want %s", filepath.Base(path), r, err, want)
		}
	}
}
