//go:build unix

package sqlite

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// A child process puts and sends as fast as it can, and tells what has been
// acknowledged to it, until it is killed at a random moment. Whatever it told
// must be there afterwards.
func TestKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "botrelay.db")
	total := 0
	for round := range 6 {
		put, sent := killChild(t, path, round, 1+rand.IntN(600))
		total += len(put)
		s, err := Open(t.Context(), Config{Path: path, Waiting: func() { t.Error("the lock outlived its process") }})
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range put {
			if !stored(t, s, id) {
				t.Errorf("round %d: event %s was acknowledged and is lost", round, id)
			}
		}
		for _, id := range sent {
			records, err := s.Events(t.Context(), queue.Query{ID: id})
			if err != nil || len(records) != 1 || records[0].Deliveries[0].State != queue.Sent {
				t.Errorf("round %d: event %s was settled as sent: %+v, error %v", round, id, records, err)
			}
		}
		var verdict string
		if err := s.db.reads.db.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
			t.Errorf("round %d: the database is damaged: %s, error %v", round, verdict, err)
		}
		if a, b := count(t, s, "count(*) FROM events"), count(t, s, "count(*) FROM deliveries"); a != b {
			t.Errorf("round %d: %d events and %d deliveries: one of each belongs together", round, a, b)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if total == 0 {
		t.Error("no child ever acknowledged anything")
	}
}

// killChild runs a child until it has told n things, kills it, and returns
// what it told.
func killChild(t *testing.T, path string, round, n int) (put, sent []string) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChildPuts$")
	child.Env = append(os.Environ(), "BOTRELAY_TEST_PUT="+path, fmt.Sprint("BOTRELAY_TEST_ROUND=", round))
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for told := 0; lines.Scan(); told++ {
		if told == n {
			_ = child.Process.Kill() // what it told before it died is read on
		}
		word, id, _ := strings.Cut(lines.Text(), " ")
		switch {
		case word == "put" && strings.HasSuffix(id, "."):
			put = append(put, strings.TrimSuffix(id, "."))
		case word == "sent" && strings.HasSuffix(id, "."):
			sent = append(sent, strings.TrimSuffix(id, "."))
		}
	}
	_ = child.Wait() // "signal: killed"
	return put, sent
}

func TestChildPuts(t *testing.T) {
	path := os.Getenv("BOTRELAY_TEST_PUT")
	if path == "" {
		t.Skip("only for TestKill")
	}
	s := openAt(t, path, nil)
	var all sync.WaitGroup
	for p := range 16 {
		all.Go(func() {
			for n := 0; ; n++ {
				id := fmt.Sprintf("%s/%d/%d", os.Getenv("BOTRELAY_TEST_ROUND"), p, n)
				mustPut(t, s, id)
				fmt.Printf("put %s.\n", id)
			}
		})
	}
	lane, err := s.Lease(t.Context(), "a", time.Hour, nil)
	if err != nil {
		t.Fatal(err)
	}
	for {
		turn, err := lane.Next(t.Context(), 3)
		batch := turn.Batch
		if err != nil {
			t.Fatal(err)
		}
		if len(batch.Deliveries) == 0 {
			<-s.Wake("a")
			continue
		}
		if err := lane.Begin(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
		if err := lane.Settle(t.Context(), batch, queue.Settlement{State: queue.Sent, Verdict: relay.Verdict{Outcome: relay.Sent}}); err != nil {
			t.Fatal(err)
		}
		for _, d := range batch.Deliveries {
			fmt.Printf("sent %s.\n", d.Event.ID)
		}
	}
}
