// Package deliver runs the lanes: for each sink one sender that takes the
// sink's deliveries in order, renders them, sends them, and settles them by
// the platform's verdict. How a message looks, how a platform is spoken to and
// how deliveries are stored is left to others.
package deliver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

const (
	// leaseTime is how long a lane stays with a sender that has died. A
	// request's deadline lies well within it.
	leaseTime = time.Minute
	// requestTime is the most that one request may take.
	requestTime = 30 * time.Second
	// renewAt is what must be left of a lease when a request begins.
	renewAt = requestTime + 10*time.Second
	// pollTime is how often an idle lane looks for deliveries that nobody woke
	// it for: those that another process put.
	pollTime = 5 * time.Second
	// restTime is the longest sleep of a lane that waits for its next try, so
	// that it keeps its lease.
	restTime = 15 * time.Second
	// recordTime bounds how long settling waits for the store once the sender
	// is told to stop.
	recordTime = 5 * time.Second
)

// Config is what the sender of one lane needs.
type Config struct {
	Name        string // the sink's
	Sink        relay.Sink
	Render      func(relay.Event) relay.Message
	Lanes       queue.Lanes
	GiveUpAfter time.Duration // how long a temporary failure is retried, from acceptance
	Grace       time.Duration // how long a request that is under way may go on after Run's context has ended
	Log         *slog.Logger
}

// Sender sends one sink's deliveries, one request at a time.
type Sender struct {
	cfg    Config
	policy policy
	// The delivery that is being sent, and since when: see tried.
	head  int64
	since time.Time
}

// New returns a Sender. It starts nothing.
func New(cfg Config) *Sender {
	cfg.Log = cfg.Log.With("sink", cfg.Name)
	return &Sender{cfg: cfg, policy: newPolicy(cfg.GiveUpAfter)}
}

// Run sends until ctx ends, and blocks until then; a request that is under way
// is finished within the grace. It gives the lane back before it returns.
func (s *Sender) Run(ctx context.Context) {
	for failures := 0; ctx.Err() == nil; failures++ {
		asked := time.Now()
		lane, err := s.cfg.Lanes.Lease(ctx, s.cfg.Name, leaseTime, s.cfg.Sink.Budgets())
		if err == nil {
			err = s.serve(ctx, &leased{Lane: lane, until: asked.Add(leaseTime)}, &failures)
		}
		if err == nil || ctx.Err() != nil {
			return
		}
		wait := storeWait(failures)
		if errors.Is(err, queue.ErrTaken) || errors.Is(err, queue.ErrLost) {
			s.cfg.Log.Debug("lane not ours", "error", err)
		} else {
			s.cfg.Log.Error("lane stopped by the store", "error", err, "retry_in_ms", wait.Milliseconds())
		}
		pause(ctx, nil, wait)
	}
}

// leased is a lane and how long it is ours, by our own clock.
type leased struct {
	queue.Lane
	until time.Time
}

// keep renews the lease if it would not outlast a request.
func (l *leased) keep(ctx context.Context) error {
	if time.Until(l.until) > renewAt {
		return nil
	}
	asked := time.Now()
	if err := l.Renew(ctx, leaseTime); err != nil {
		return err
	}
	l.until = asked.Add(leaseTime)
	return nil
}

// serve sends from a lane until ctx ends or the store fails. It forgets former
// failures once the store has done all that an attempt needs of it.
func (s *Sender) serve(ctx context.Context, lane *leased, failures *int) error {
	defer func() {
		release, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
		defer cancel()
		if err := lane.Release(release); err != nil && !errors.Is(err, queue.ErrLost) {
			s.cfg.Log.Warn("lane not released", "error", err)
		}
	}()
	wake := s.cfg.Lanes.Wake(s.cfg.Name)
	for ctx.Err() == nil {
		if err := lane.keep(ctx); err != nil {
			return err
		}
		turn, err := lane.Next(ctx, 1)
		if err != nil {
			return err
		}
		if len(turn.Batch.Deliveries) == 0 {
			pause(ctx, wake, idle(turn.Wait))
			continue
		}
		if err := s.attempt(ctx, lane, turn.Batch); err != nil {
			return err
		}
		*failures = 0
	}
	return nil
}

// idle returns how long a lane with nothing to send may sleep.
func idle(wait time.Duration) time.Duration {
	if wait > 0 {
		return min(wait, restTime)
	}
	return pollTime
}

// attempt makes one request and settles it.
func (s *Sender) attempt(ctx context.Context, lane *leased, batch queue.Batch) error {
	if err := lane.Begin(ctx, batch); err != nil {
		return fmt.Errorf("recording the attempt: %w", err)
	}
	started := time.Now()
	verdict := s.send(ctx, batch)
	took := time.Since(started)
	settlement := s.policy.settle(batch, verdict, s.tried(batch, started))
	err := s.settle(ctx, lane, batch, settlement)
	s.log(ctx, batch, settlement, took, err)
	return err
}

// tried returns for how long this sender has been trying to send the head of a
// batch. Unlike the delivery's age it cannot be wrong about the clock.
func (s *Sender) tried(batch queue.Batch, now time.Time) time.Duration {
	if id := batch.Deliveries[0].ID; s.head != id {
		s.head, s.since = id, now
	}
	return now.Sub(s.since)
}

// settle records what an attempt came to, and tries for as long as it takes: an
// attempt that is not recorded is made again, and its message arrives twice.
// Once ctx has ended, its patience does too.
func (s *Sender) settle(ctx context.Context, lane *leased, batch queue.Batch, settlement queue.Settlement) error {
	record, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(recordTime, cancel) })()
	for failures := 1; ; failures++ {
		err := lane.Settle(record, batch, settlement)
		switch {
		case err == nil:
			return nil
		case record.Err() != nil || !errors.Is(err, queue.ErrUnavailable):
			return fmt.Errorf("settling the attempt: %w", err)
		}
		s.cfg.Log.Error("what an attempt came to cannot be recorded", "error", err, "retry_in_ms", storeWait(failures).Milliseconds())
		pause(record, nil, storeWait(failures))
		if err := lane.keep(record); err != nil {
			return fmt.Errorf("settling the attempt: %w", err)
		}
	}
}

// send renders a batch and posts it. The request outlives ctx by the grace, so
// that a stop leaves no answer unread that is about to come.
func (s *Sender) send(ctx context.Context, batch queue.Batch) (v relay.Verdict) {
	defer func() {
		if p := recover(); p != nil {
			s.cfg.Log.Error("sending panicked", "error", fmt.Sprint(p), "stack", string(debug.Stack()))
			v = relay.Verdict{Outcome: relay.Refused, Reason: "this message makes botrelay itself fail; please report it", Doubtful: true}
		}
	}()
	request, cancel := context.WithTimeout(context.WithoutCancel(ctx), requestTime)
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(s.cfg.Grace, cancel) })()

	post := relay.Post{Form: batch.Form, Nonce: batch.ID}
	for _, d := range batch.Deliveries {
		post.Messages = append(post.Messages, s.cfg.Render(d.Event))
	}
	return s.cfg.Sink.Send(request, post)
}

// log writes the attempt's one line. err is why it could not be settled, or nil.
func (s *Sender) log(ctx context.Context, batch queue.Batch, settled queue.Settlement, took time.Duration, err error) {
	head, v := batch.Deliveries[0], settled.Verdict
	level := slog.LevelInfo
	state := string(settled.State)
	switch {
	case err != nil:
		level, state = slog.LevelError, "not recorded"
	case settled.State == queue.Dead:
		level = slog.LevelError
	case v.Outcome != relay.Sent:
		level = slog.LevelWarn
	}
	s.cfg.Log.LogAttrs(ctx, level, "attempt",
		slog.String("event", head.Event.ID),
		slog.String("route", head.Route),
		slog.String("outcome", string(v.Outcome)),
		slog.String("state", state),
		slog.Int("status", v.Status),
		slog.String("reason", v.Reason),
		slog.Int("attempt", head.Attempts+1),
		slog.String("form", string(batch.Form)),
		slog.Bool("doubtful", v.Doubtful),
		slog.Int64("retry_in_ms", settled.After.Milliseconds()),
		slog.Int64("age_ms", head.Age.Milliseconds()),
		slog.Int64("took_ms", took.Milliseconds()),
	)
}

// pause waits for d, for wake, or for the end of ctx.
func pause(ctx context.Context, wake <-chan struct{}, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-wake:
	case <-timer.C:
	}
}
