package deliver_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay"
	"botrelay/relay/deliver"
)

// TestStop: a stop lets the request under way end, for a while, and records it.
func TestStop(t *testing.T) {
	for name, tc := range map[string]struct {
		takes       time.Duration
		sent        int
		stopsWithin time.Duration
	}{
		"an answer that comes in time is kept": {5 * time.Second, 1, 5 * time.Second},
		"one that does not is not waited for":  {time.Hour, 0, 8 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLanes(t)
				defer l.close()
				p := &slow{takes: tc.takes}
				l.put("a", "sales")
				s := deliver.New(deliver.Config{
					Name: "sales", Sink: p, Lanes: l.store, GiveUpAfter: time.Hour, Grace: 8 * time.Second,
					Render: func(relay.Event, string) relay.Message { return relay.Message{} }, Log: slog.New(slog.DiscardHandler),
				})
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan struct{})
				go func() {
					defer close(done)
					s.Run(ctx)
				}()
				synctest.Wait()
				stopped := time.Now()
				cancel()
				<-done
				if took := time.Since(stopped); took > tc.stopsWithin {
					t.Errorf("stopping took %s", took)
				}
				if s := l.status("sales"); s.Sent != tc.sent || s.Pending != 1-tc.sent {
					t.Errorf("status %+v", s)
				}
			})
		})
	}
}

// slow is a sink that takes its time.
type slow struct {
	platform

	takes time.Duration
}

func (s *slow) Send(ctx context.Context, _ relay.Post) relay.Verdict {
	select {
	case <-ctx.Done():
		return relay.Verdict{Outcome: relay.Later, Doubtful: true}
	case <-time.After(s.takes):
		return relay.Verdict{Outcome: relay.Sent}
	}
}

// TestStopInTheDark: a sender whose platform answers nothing, not even probes,
// stops within the grace at whatever moment it is told to.
func TestStopInTheDark(t *testing.T) {
	hang := func() relay.Verdict { return relay.Verdict{Reason: "hang"} }
	for after := time.Second; after < 4*time.Minute; after += 13 * time.Second {
		synctest.Test(t, func(t *testing.T) {
			l := newLanes(t)
			defer l.close()
			p := &platform{probe: hang, answer: func(int, relay.Post) relay.Verdict { return hang() }}
			l.put("a", "sales")
			stop := l.start("sales", p)
			pass(after)
			asked := time.Now()
			stop()
			if took := time.Since(asked); took > 8*time.Second {
				t.Errorf("told to stop after %s, it took %s; so far %s", after, took, p.titles())
			}
		})
	}
}
