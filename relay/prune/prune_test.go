package prune

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay/queue"
)

// step is one call of Prune, and what it answers.
type step struct {
	at   time.Duration // since the start
	keep queue.Retention
}

// store is a Pruner that takes its time and has so many events to forget.
type store struct {
	start   time.Time
	old     int           // events to forget, ten a step
	takes   time.Duration // each step
	fails   int           // so many steps fail first
	steps   []step
	under   int // steps under way
	mu      sync.Mutex
	overlap bool
}

func (s *store) Prune(ctx context.Context, keep queue.Retention) (int, bool, error) {
	s.mu.Lock()
	s.steps = append(s.steps, step{time.Since(s.start), keep})
	s.under++
	s.overlap = s.overlap || s.under > 1
	s.mu.Unlock()
	pause(ctx, s.takes)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.under--
	if s.fails > 0 {
		s.fails--
		return 0, false, errors.New("disk I/O error")
	}
	n := min(10, s.old)
	s.old -= n
	return n, s.old > 0, ctx.Err()
}

// run runs the loop for d, and returns what it logged.
func run(t *testing.T, s *store, d time.Duration) string {
	t.Helper()
	var out bytes.Buffer
	s.start = time.Now()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		Run(ctx, s, keep, slog.New(slog.NewTextHandler(&out, nil)))
	}()
	pause(ctx, d)
	cancel()
	stopped := time.Now()
	<-done
	if late := time.Since(stopped); late > 0 {
		t.Errorf("stopped %v after it was told to", late)
	}
	return out.String()
}

func keep() queue.Retention {
	return queue.Retention{Sent: 30 * 24 * time.Hour, Dead: 180 * 24 * time.Hour}
}

// TestSteps holds that a pass goes on while there is more, leaves others at
// least as much time as it takes, and says at its end what went.
func TestSteps(t *testing.T) {
	for name, tc := range map[string]struct{ takes, apart time.Duration }{
		"quick": {time.Millisecond, 21 * time.Millisecond},
		"slow":  {300 * time.Millisecond, 600 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &store{old: 35, takes: tc.takes}
				out := run(t, s, 10*time.Minute)
				if len(s.steps) != 4 || s.overlap {
					t.Fatalf("%d steps, want 4; overlapping: %t", len(s.steps), s.overlap)
				}
				for i, step := range s.steps {
					if want := time.Duration(i) * tc.apart; step.at != want {
						t.Errorf("step %d at %v, want %v", i, step.at, want)
					}
					if step.keep != keep() {
						t.Errorf("step %d keeps %+v", i, step.keep)
					}
				}
				if strings.Count(out, "pruned=35") != 1 || strings.Count(out, "\n") != 1 {
					t.Errorf("log: %s", out)
				}
			})
		})
	}
}

// TestEveryHour holds that it goes on, about hourly, and is silent when there
// is nothing to forget.
func TestEveryHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{}
		out := run(t, s, 24*time.Hour+time.Minute)
		if n := len(s.steps); n < 23 || n > 27 {
			t.Errorf("%d passes in 24 hours", n)
		}
		equal := true
		for i := 1; i < len(s.steps); i++ {
			apart := s.steps[i].at - s.steps[i-1].at
			if apart < 54*time.Minute || apart > 66*time.Minute {
				t.Errorf("pass %d comes %v after the one before", i, apart)
			}
			equal = equal && apart == time.Hour
		}
		if equal {
			t.Error("no jitter")
		}
		if out != "" {
			t.Errorf("log: %s", out)
		}
	})
}

// TestFailure holds that a pass that fails is told of and soon tried again.
func TestFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{old: 5, fails: 2}
		out := run(t, s, 10*time.Minute)
		if len(s.steps) != 3 {
			t.Fatalf("%d passes, want 3", len(s.steps))
		}
		for i := 1; i < 3; i++ {
			if apart := s.steps[i].at - s.steps[i-1].at; apart < 54*time.Second || apart > 66*time.Second {
				t.Errorf("tried again after %v", apart)
			}
		}
		if strings.Count(out, "disk I/O error") != 2 || !strings.Contains(out, "pruned=5") {
			t.Errorf("log: %s", out)
		}
	})
}

// TestStop holds that it stops at once in the middle of a pass, and does not
// call that a failure.
func TestStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{old: 1000, takes: time.Second}
		out := run(t, s, 2500*time.Millisecond)
		if len(s.steps) != 2 {
			t.Errorf("%d steps, want 2", len(s.steps))
		}
		if strings.Contains(out, "failed") {
			t.Errorf("log: %s", out)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		s := &store{old: 1000, takes: time.Second}
		if out := run(t, s, 500*time.Millisecond); out != "" {
			t.Errorf("log: %s", out)
		}
	})
}
