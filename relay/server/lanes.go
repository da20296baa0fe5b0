package server

import (
	"context"
	"sync"

	"botrelay/relay/deliver"
)

// lanes are the senders that run. The zero value has none and starts none.
type lanes struct {
	mu      sync.Mutex
	ctx     context.Context //nolint:containedctx // of Run, for lanes that begin later; nil: it has not begun
	stopped bool
	wanted  []deliver.Config
	senders map[string]*runner // by the sink's name, also those that are about to end
	running sync.WaitGroup
}

// runner is a sender that runs, or has run.
type runner struct {
	sender *deliver.Sender
	ends   bool          // it was told to end
	ended  chan struct{} // closed once it has
}

// start starts the lanes that are wanted, which end with ctx.
func (l *lanes) start(ctx context.Context) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ctx, l.senders = ctx, make(map[string]*runner)
	l.apply()
}

// swap goes on with other lanes, and calls also, which is quick, as part of that.
func (l *lanes) swap(all []deliver.Config, also func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	also()
	l.wanted = all
	if l.ctx != nil && !l.stopped {
		l.apply()
	}
}

// wait waits until all have ended. The context of start has ended.
func (l *lanes) wait() {
	l.mu.Lock()
	l.stopped = true
	l.mu.Unlock()
	l.running.Wait()
}

// apply makes the lanes those that are wanted. The lock is held.
func (l *lanes) apply() {
	wanted := make(map[string]bool, len(l.wanted))
	for _, cfg := range l.wanted {
		wanted[cfg.Name] = true
		if r := l.senders[cfg.Name]; r != nil && !r.ends {
			r.sender.Use(cfg)
		} else {
			l.senders[cfg.Name] = l.run(cfg, r)
		}
	}
	for name, r := range l.senders {
		if !wanted[name] {
			r.ends = true
			r.sender.Retire()
		}
	}
}

// run starts a lane once its former sender, if there is one, has ended: the two
// never send at the same time. One that has ended because it was told to is
// forgotten, with the configuration that it holds.
func (l *lanes) run(cfg deliver.Config, former *runner) *runner {
	r := &runner{sender: deliver.New(cfg), ended: make(chan struct{})}
	l.running.Go(func() {
		defer l.forget(cfg.Name, r)
		defer close(r.ended)
		if former != nil {
			<-former.ended
		}
		r.sender.Run(l.ctx)
	})
	return r
}

// forget drops a sender that has ended because it was told to, unless another one
// has its name already.
func (l *lanes) forget(name string, r *runner) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r.ends && l.senders[name] == r {
		delete(l.senders, name)
	}
}
