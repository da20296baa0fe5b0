package postgres

import (
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"
)

// wantTime is how long a relay is taken to want a lane that it asked for. Who still
// does asks again within two seconds.
const wantTime = 10 * time.Second

// peers is what a relay knows of its own lanes and of the other relays.
type peers struct {
	mu      sync.Mutex
	wanted  map[string]time.Time // sinks of which a sender asked for the lane, and when it last did
	held    map[string]lease
	meant   map[string]bool // the lanes that are meant for this relay, as of the last look
	taken   map[string]bool // the lanes that somebody had then
	looked  bool
	others  bool            // other relays run
	said    []string        // the lanes that the others are told this relay wants
	waiting map[string]bool // lanes of others to be woken
}

// lease is a lane that is ours, as far as we know.
type lease struct {
	fence   int64
	budgets []string
}

func (p *peers) hold(sink string, fence int64, budgets []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held == nil {
		p.held = make(map[string]lease)
	}
	p.held[sink] = lease{fence, budgets}
}

func (p *peers) drop(sink string, fence int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held[sink].fence == fence {
		delete(p.held, sink)
	}
}

func (p *peers) holds(sink string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, ok := p.held[sink]
	return ok
}

// sharing returns our lanes with one of these budgets.
func (p *peers) sharing(keys []string) (sinks []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for sink, l := range p.held {
		if slices.ContainsFunc(l.budgets, func(key string) bool { return slices.Contains(keys, key) }) {
			sinks = append(sinks, sink)
		}
	}
	return sinks
}

// yields reports whether one of our lanes is meant for another relay.
func (p *peers) yields(sink string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wanted[sink] = time.Now()
	return p.looked && !p.meant[sink]
}

// want notes that a sender wants a lane, and reports whether that is news.
func (p *peers) want(sink string) (news bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.wanted == nil {
		p.wanted = make(map[string]time.Time)
	}
	_, known := p.wanted[sink]
	p.wanted[sink] = time.Now()
	return !known || !p.looked
}

// forget notes that a sender has given its lane back: unless it asks again, nobody
// here wants it.
func (p *peers) forget(sink string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.wanted, sink)
}

// wants returns the sinks that senders want, and forgets those they want no more.
func (p *peers) wants() (sinks []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for sink, asked := range p.wanted {
		if _, held := p.held[sink]; !held && time.Since(asked) > wantTime {
			delete(p.wanted, sink)
			continue
		}
		sinks = append(sinks, sink)
	}
	slices.Sort(sinks)
	return sinks
}

func (p *peers) isMeant(sink string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.meant[sink]
}

// isTaken reports whether somebody had a lane as of the last look.
func (p *peers) isTaken(sink string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.taken[sink]
}

// hasSaid reports whether the others were told that this relay wants a lane.
func (p *peers) hasSaid(sink string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.looked && slices.Contains(p.said, sink)
}

// learn notes which lanes are meant for this relay and which somebody has, and
// returns those that are meant for it only now and that it has yet to take.
func (p *peers) learn(meant, taken map[string]bool, others bool) (free []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for sink, ours := range meant {
		if _, held := p.held[sink]; ours && !held && !p.meant[sink] {
			free = append(free, sink)
		}
	}
	p.meant, p.taken, p.looked, p.others = meant, taken, true, others
	return free
}

// say notes which lanes the others are told this relay wants, and reports whether
// it wanted one before that it wants no more.
func (p *peers) say(sinks []string) (fewer bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	fewer = slices.ContainsFunc(p.said, func(sink string) bool { return !slices.Contains(sinks, sink) })
	p.said = sinks
	return fewer && p.others
}

// count returns how many lanes are ours.
func (p *peers) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.held)
}

// own returns our lanes.
func (p *peers) own() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Collect(maps.Keys(p.held))
}

// tell notes lanes of others to be woken, and reports whether there is anybody
// else who could have them.
func (p *peers) tell(sinks []string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.looked && !p.others {
		return false
	}
	if p.waiting == nil {
		p.waiting = make(map[string]bool)
	}
	for _, sink := range sinks {
		p.waiting[sink] = true
	}
	return true
}

// told returns some of the lanes of others to be woken, as many as a notice has room
// for and at least one if there is any, and takes them off.
func (p *peers) told() (sinks []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	room := maxNotice - len(everybody)
	for sink := range p.waiting {
		if room -= len(strconv.Quote(sink)) + len(","); room < 0 && len(sinks) > 0 {
			break
		}
		sinks = append(sinks, sink)
		delete(p.waiting, sink)
	}
	return sinks
}
