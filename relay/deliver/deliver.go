// Package deliver runs the lanes: for each sink one sender that takes the
// sink's deliveries in order, renders them, sends them, and settles them by
// the platform's verdict. How a message looks, how a platform is spoken to,
// how deliveries are stored and what a budget has room for is left to others.
package deliver

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

const (
	// pollTime is how often an idle lane looks for deliveries that nobody woke
	// it for: those that another process put.
	pollTime = 5 * time.Second
	// restTime is the longest sleep of a lane that waits for its next try, in case
	// that nobody wakes it.
	restTime = 15 * time.Second
	// deafTime is for how long a lane that has to wait is not woken: new deliveries
	// come in their hundreds, and each would have it look at the store for nothing.
	deafTime = 50 * time.Millisecond
	// sameTrouble is how often the store fails until the log says so once more: some
	// five minutes.
	sameTrouble = 30
	// toldTries is how often the store fails until a lane says so, where somebody else
	// may tell of it: that one needs some ten seconds to notice.
	toldTries = 7
	// maxDigest is how many deliveries are looked at to make one digest. It is
	// more than any platform's message holds in a form that is still readable.
	maxDigest = 50
)

// Config is what the sender of one lane needs.
type Config struct {
	Name        string // the sink's
	Sink        relay.Sink
	Render      func(e relay.Event, route string) relay.Message // route: by which the event is owed to the sink
	Lanes       queue.Lanes
	Budgets     []relay.Budget // what requests count against, see Budgets; nil: what the sink tells
	Digest      bool           // several deliveries may go as one message
	Thread      bool           // messages of one conversation answer the one that began it; false: each stands alone
	GiveUpAfter time.Duration  // how long a temporary failure is retried, from when a delivery was owed
	Grace       time.Duration  // how long a request that is under way may go on after Run's context has ended
	Tell        []string       // sinks that are told when this one is held or has failed for long, and when it is back; itself is left out
	Observe     func(Attempt)  // called after each attempt, by Run's goroutine; nil: nobody looks
	// Told reports whether somebody else tells that the store is of no use at the
	// moment, so that no lane need say it too. It does not block. nil: nobody does.
	Told func() bool
	Log  *slog.Logger
}

// Sender sends one sink's deliveries, one request at a time. Its methods but Run
// may be called from any goroutine, and never block.
type Sender struct {
	orders orders

	// Of Run's goroutine:
	cfg    Config
	policy policy
	memory memory
	held   bool // the lane was, when it was last looked at
	fresh  bool // the sink is another one than the lane last tried
}

// New returns a Sender. It starts nothing.
func New(cfg Config) *Sender {
	s := &Sender{orders: orders{news: make(chan struct{}, 1)}}
	s.take(cfg)
	return s
}

// take makes the sender one of this configuration.
func (s *Sender) take(cfg Config) {
	cfg.Log = cfg.Log.With("sink", cfg.Name)
	if cfg.Observe == nil {
		cfg.Observe = func(Attempt) {}
	}
	// What cannot be delivered there would wait behind the trouble that it tells of.
	cfg.Tell = slices.DeleteFunc(slices.Clone(cfg.Tell), func(sink string) bool { return sink == cfg.Name })
	if cfg.Budgets == nil {
		cfg.Budgets = cfg.Sink.Budgets()
	}
	s.cfg, s.policy = cfg, newPolicy(cfg.GiveUpAfter, cfg.Budgets)
}

// Run sends until ctx ends or Retire is called, and blocks until then; at the end
// of ctx a request that is under way is finished within the grace. It gives the
// lane back, and closes the sink's connections, before it returns.
func (s *Sender) Run(ctx context.Context) {
	defer func() { rest(s.cfg.Sink) }()
	for failures := 0; s.goesOn(ctx); failures++ {
		s.obey()
		asked := time.Now()
		lane, err := s.cfg.Lanes.Lease(ctx, s.cfg.Name, leaseTime, s.cfg.Budgets)
		if err == nil && time.Since(asked) > renewTime { // the store is slow, and the lease may have begun at any time since
			asked = time.Now()
			err = lane.Renew(ctx, leaseTime)
		}
		if err == nil {
			err = s.serve(ctx, retain(lane, asked), &failures)
		}
		if err == nil || ctx.Err() != nil {
			return
		}
		if errors.Is(err, errAnew) {
			failures = -1
			continue
		}
		wait := storeWait(failures)
		if errors.Is(err, queue.ErrTaken) || errors.Is(err, queue.ErrLost) {
			s.cfg.Log.Debug("lane not ours", "error", err)
			wait, failures = takeTime, -1
		} else {
			s.cfg.Log.Log(ctx, s.level(err, failures), "lane stopped by the store", "error", err, "retry_in_ms", wait.Milliseconds())
		}
		pause(ctx, s.cfg.Lanes.Wake(s.cfg.Name), s.orders.news, wait)
	}
}

// level says how loud to tell that the store has failed a lane, after so many times
// in a row: seldom, and where somebody else tells of it not at all.
func (s *Sender) level(err error, failures int) slog.Level {
	first := 0
	if s.cfg.Told != nil && errors.Is(err, queue.ErrUnavailable) {
		if s.cfg.Told() {
			return slog.LevelDebug
		}
		first = toldTries
	}
	if failures%sameTrouble == first {
		return slog.LevelError
	}
	return slog.LevelDebug // the same as before
}

// goesOn reports whether there may be another request.
func (s *Sender) goesOn(ctx context.Context) bool { return ctx.Err() == nil && !s.orders.over() }

// serve sends from a lane until the sender is to end, the lane is to be leased
// anew (errAnew), or the store fails. It forgets former failures once the store
// has done all that an attempt needs of it.
func (s *Sender) serve(ctx context.Context, lane *leased, failures *int) error {
	defer func() {
		release, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
		defer cancel()
		if err := lane.release(release); err != nil {
			s.cfg.Log.Debug("lane not released", "error", err) // its lease ends all the same
		}
	}()
	wake := s.cfg.Lanes.Wake(s.cfg.Name)
	for s.goesOn(ctx) {
		if anew := s.obey(); anew {
			return errAnew
		}
		turn, err := lane.Next(ctx, s.limit())
		if err != nil {
			return err
		}
		s.held = turn.Health.Held
		if s.fresh && turn.Health.Failing > 0 {
			if err := lane.Resume(ctx); err != nil {
				return err
			}
			s.fresh = false
			continue
		}
		s.fresh = false
		if err := s.tell(ctx, lane, turn); err != nil {
			return err
		}
		if len(turn.Batch.Deliveries) == 0 {
			s.sleep(ctx, wake, turn.Wait)
			continue
		}
		switch err := s.attempt(ctx, lane, turn); {
		case errors.Is(err, queue.ErrNoRoom): // another lane was faster: Next says how long to wait
		case err != nil:
			return err
		default:
			*failures = 0
		}
	}
	return nil
}

// limit is how many deliveries one message may tell of.
func (s *Sender) limit() int {
	if s.cfg.Digest {
		return maxDigest
	}
	return 1
}

// sleep is the pause of a lane with nothing to send, for wait if that is more
// than nothing.
func (s *Sender) sleep(ctx context.Context, wake <-chan struct{}, wait time.Duration) {
	if wait <= 0 {
		pause(ctx, wake, s.orders.news, pollTime)
		return
	}
	deaf := min(wait, deafTime)
	if passed := pause(ctx, nil, s.orders.news, deaf); passed && wait > deaf {
		pause(ctx, wake, s.orders.news, min(wait-deaf, restTime))
	}
}

// pause waits for d, for wake, for news, or for the end of ctx, and reports
// whether d has passed.
func pause(ctx context.Context, wake, news <-chan struct{}, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-wake:
	case <-news:
	case <-timer.C:
		return true
	}
	return false
}
