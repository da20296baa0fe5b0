package deliver

import (
	"errors"
	"reflect"
	"sync"

	"botrelay/relay"
)

// errAnew ends a lease that is to be taken anew, at once.
var errAnew = errors.New("the lane is leased anew")

// orders are what a sender is told while it runs, and looks at between two
// requests.
type orders struct {
	news chan struct{} // receives when there may be something new

	mu      sync.Mutex // of what is below
	next    *Config    // nil: nothing new
	retired bool
}

func (o *orders) tell(change func()) {
	o.mu.Lock()
	change()
	o.mu.Unlock()
	select {
	case o.news <- struct{}{}:
	default: // it is about to look already
	}
}

func (o *orders) over() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.retired
}

// Use lets the sender go on with cfg, whose Name and Lanes are the former ones.
// A request that is under way is finished, and settled, with what it began with;
// the next one is of cfg. Where cfg.Sink is not the former one, or the budgets
// have changed, the lane begins as after a start: what is remembered of failures
// is forgotten. With another sink a lane that has failed for a time tries at once,
// unless the platform asked it to wait; one that is held does so whatever has
// changed. The former sink's connections are closed once it sends nothing more.
func (s *Sender) Use(cfg Config) { s.orders.tell(func() { s.orders.next = &cfg }) }

// Retire lets Run return as soon as a request that is under way is settled,
// however long that may take. What waits in the lane stays there.
func (s *Sender) Retire() { s.orders.tell(func() { s.orders.retired = true }) }

// obey takes a new configuration up, if there is one, and reports whether the
// lane is to be leased anew for it.
func (s *Sender) obey() (anew bool) {
	s.orders.mu.Lock()
	next := s.orders.next
	s.orders.next = nil
	s.orders.mu.Unlock()
	if next == nil {
		return false
	}
	sink, budgets := s.cfg.Sink, s.cfg.Budgets
	s.take(*next)
	changed := sink != s.cfg.Sink || !sameBudgets(budgets, s.cfg.Budgets)
	if sink != s.cfg.Sink {
		s.fresh = true
		rest(sink)
	}
	if changed {
		s.memory = memory{back: s.memory.back}
	}
	return changed || s.held
}

// rest closes the connections of a sink that sends nothing more.
func rest(sink relay.Sink) {
	if idler, ok := sink.(relay.Idler); ok {
		idler.CloseIdle()
	}
}

func sameBudgets(a, b []relay.Budget) bool {
	return len(a) == len(b) && (len(a) == 0 || reflect.DeepEqual(a, b))
}
