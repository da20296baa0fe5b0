package trial

import (
	"context"
	"errors"
	"fmt"
	"time"

	"botrelay/relay"
	"botrelay/relay/compose"
	"botrelay/relay/config"
	"botrelay/relay/route"
)

// What a Bench takes on.
const (
	maxAtOnce = 2                // trials that go on at the same time
	maxWait   = 10 * time.Second // for one, with the wait for its turn
	maxShots  = 12               // sinks whose messages are made for one event
)

var (
	// ErrBusy is that of a trial whose turn did not come.
	ErrBusy = errors.New("too much is being tried at once: try again in a moment")
	// ErrSlow is that of a trial that was given up.
	ErrSlow = errors.New("this takes too long to try")
)

// Bench tries what people send it from elsewhere, whatever that is: only so much at
// once, each for so long, and without what this machine knows. It may be used from
// several goroutines.
type Bench struct {
	env   config.Env // knows no variable, and reads no file
	turns chan struct{}
	wait  time.Duration
	now   func() time.Time
}

// NewBench returns a Bench. It starts nothing.
func NewBench() *Bench {
	return &Bench{env: compose.Env(SinkOptions()), turns: make(chan struct{}, maxAtOnce), wait: maxWait, now: time.Now}
}

// Request is what is tried: an event, by the text of a routes file.
type Request struct {
	Routes config.File
	Event  compose.Input
	At     time.Time // when it comes in; zero: when a stored one did, any other now
}

// Result is what came of it.
type Result struct {
	Problems config.Problems  // of the routes file, as check tells them
	Config   *config.Config   // what the file means, without its secrets; nil: it cannot be used
	Mistake  *compose.Mistake // why the event cannot be tried; nil: it was, if the file can be used

	Event       relay.Event
	Explanation route.Explanation
	// Shots are the messages: on the sinks that get it, in their order, and then one
	// for each platform that has none, as a sink there would show it.
	Shots  []Shot
	More   int       // sinks that get it too, and are too many to be shown
	Failed []Failure // templates that failed on this event
}

// Try tells what would become of an event. What is wrong with the file or the event
// is in the Result; the error is ErrBusy, ErrSlow or that of ctx, or tells of a sink
// that cannot be tried. It changes nothing, and blocks for 10 seconds at most, but for
// what cannot be broken off: reading a file of 1 MiB takes a second or two.
func (b *Bench) Try(ctx context.Context, q Request) (r *Result, err error) {
	ctx, done, err := b.turn(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	defer b.recovered(&err)
	r = &Result{}
	ins := NewStandIns()
	r.Config, r.Problems = config.Parse(q.Routes, b.bounded(ctx, ins))
	if ctx.Err() != nil {
		return nil, slow(ctx)
	}
	if r.Config == nil {
		r.Mistake, err = asMistake(q.Event.Syntax())
		return r, err
	}
	if r.Event, err = q.Event.Event(r.Config, b.now()); err != nil {
		r.Mistake, err = asMistake(err)
		return r, err
	}
	if !q.At.IsZero() {
		r.Event.ReceivedAt = q.At
	}
	err = b.shoot(ctx, r, ins.Unset)
	if ctx.Err() != nil {
		return nil, slow(ctx)
	}
	return r, err
}

// shoot routes the event and takes its messages.
func (b *Bench) shoot(ctx context.Context, r *Result, unset map[string][]string) error {
	at := r.Event.ReceivedAt
	t, err := New(r.Config, unset, func() time.Time { return at })
	if err != nil {
		return err
	}
	r.Explanation = t.Explain(&r.Event)
	owed := r.Explanation.Owed
	if len(owed) > maxShots {
		r.More = len(owed) - maxShots
		owed = owed[:maxShots]
	}
	if r.Shots, err = t.Take(ctx, r.Event, owed); err != nil {
		return err
	}
	others, err := t.standIns(ctx, r.Event, owed, r.Shots)
	r.Shots = append(r.Shots, others...)
	r.Failed = t.Failed()
	return err
}

// Look tells how the message of an event looks on a sink of the configuration in
// use, as the route of that name wants it: the message of a delivery. at is when it
// arrives there. The Shot holds none of the configuration's secrets. The error may be
// ErrNoSink, if the configuration has changed since; otherwise it is as that of Try.
func (b *Bench) Look(ctx context.Context, cfg *config.Config, e relay.Event, owed relay.Owed, at time.Time) (s Shot, err error) {
	ctx, done, err := b.turn(ctx)
	if err != nil {
		return Shot{}, err
	}
	defer done()
	defer b.recovered(&err)
	t, err := rendering(cfg, nil, func() time.Time { return at })
	if err != nil {
		return Shot{}, err
	}
	shots, err := t.Take(ctx, e, []relay.Owed{owed})
	if err != nil {
		return Shot{}, err
	}
	return shots[0], nil
}

// Explain tells where an event goes by the configuration in use, without making its
// messages. The error may be a *compose.Mistake; otherwise it is as that of Try.
func (b *Bench) Explain(ctx context.Context, cfg *config.Config, in compose.Input) (e relay.Event, x route.Explanation, err error) {
	_, done, err := b.turn(ctx)
	if err != nil {
		return e, x, err
	}
	defer done()
	defer b.recovered(&err)
	if e, err = in.Event(cfg, b.now()); err != nil {
		return e, x, err
	}
	t, err := New(cfg, nil, b.now)
	if err != nil {
		return e, x, err
	}
	return e, t.Explain(&e), nil
}

// turn waits until another trial may begin. done ends it.
func (b *Bench) turn(ctx context.Context) (_ context.Context, done func(), err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, b.wait, ErrSlow)
	select {
	case b.turns <- struct{}{}:
		return ctx, func() { <-b.turns; cancel() }, nil
	case <-ctx.Done():
		defer cancel()
		if context.Cause(ctx) == ErrSlow { //nolint:errorlint // it is wrapped in nothing
			return nil, nil, ErrBusy
		}
		return nil, nil, ctx.Err()
	}
}

// slow is the error of a trial whose context has ended.
func slow(ctx context.Context) error { return context.Cause(ctx) }

// recovered makes an error of a panic: what somebody has tried must not end the
// relay's request without an answer.
func (*Bench) recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("trying this failed: %v", p)
	}
}

// bounded returns what reading a file knows of the outside, which is nothing. Once
// ctx has ended no condition and no template is looked at any more, since that is what
// may take long.
func (b *Bench) bounded(ctx context.Context, ins *StandIns) config.Env {
	env := b.env
	env.StandIn = ins.Of
	env.Conditions = func(text string) (config.Condition, *config.Fault) {
		if ctx.Err() != nil {
			return nil, &config.Fault{Text: ErrSlow.Error()}
		}
		return b.env.Conditions(text)
	}
	env.Templates = func(place, text string, described []config.Vendor) *config.Fault {
		if ctx.Err() != nil {
			return &config.Fault{Text: ErrSlow.Error()}
		}
		return b.env.Templates(place, text, described)
	}
	return env
}

// asMistake sorts an error: one of the event is no error of the trial.
func asMistake(err error) (*compose.Mistake, error) {
	m, ok := errors.AsType[*compose.Mistake](err)
	if ok {
		return m, nil
	}
	return nil, err
}
