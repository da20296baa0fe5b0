package indexing

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// steps is a store whose steps are what was written down, and then nothing to do.
type steps struct {
	todo []step
	took time.Duration // each
	at   []time.Duration
	from time.Time
}

type step struct {
	indexed int
	err     error
}

func (s *steps) Index(ctx context.Context) (int, bool, error) {
	s.at = append(s.at, time.Since(s.from))
	pause(ctx, s.took)
	if len(s.todo) == 0 {
		return 0, false, ctx.Err()
	}
	now := s.todo[0]
	s.todo = s.todo[1:]
	return now.indexed, now.err == nil, now.err
}

func run(t *testing.T, s *steps, d time.Duration) (log string) {
	t.Helper()
	var lines bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		s.from = time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), d)
		defer cancel()
		Run(ctx, s, slog.New(slog.NewTextHandler(&lines, nil)))
		if took := time.Since(s.from); took != d {
			t.Errorf("it ended after %s, want %s", took, d)
		}
	})
	return lines.String()
}

func same(t *testing.T, got []time.Duration, want ...time.Duration) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("steps at %v, want %v", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("steps at %v, want %v", got, want)
		}
	}
}

// After a step it rests as long as that took, and then looks every 5 seconds.
func TestRests(t *testing.T) {
	const ms = time.Millisecond
	s := &steps{todo: []step{{indexed: 256}, {}}, took: 30 * ms}
	if log := run(t, s, 11*time.Second); log != "" {
		t.Errorf("it tells %s", log)
	}
	same(t, s.at, 0, 60*ms, 120*ms, 180*ms+5*time.Second, 240*ms+10*time.Second)
	s = &steps{todo: []step{{indexed: 256}}}
	run(t, s, time.Second)
	same(t, s.at, 0, 10*ms)
}

func TestFailure(t *testing.T) {
	s := &steps{todo: []step{{indexed: 256}, {err: errors.New("disk full")}, {indexed: 60_000}}}
	log := run(t, s, 70*time.Second)
	same(t, s.at, 0, 10*time.Millisecond, 60*time.Second+10*time.Millisecond, 60*time.Second+20*time.Millisecond, 65*time.Second+30*time.Millisecond)
	for _, want := range []string{"indexing failed", "disk full", "indexed=256", "retry_in_ms=60000", "indexed the events of the store", "indexed=60000"} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %s: %s", want, log)
		}
	}
}
