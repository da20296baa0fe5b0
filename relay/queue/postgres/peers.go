package postgres

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"botrelay/relay/queue/rows"
)

const (
	// beatTime is how often a relay says that it is alive and looks at the others.
	beatTime = 2 * time.Second
	// aliveTime is how long after that it is taken for alive.
	aliveTime = 7 * time.Second
	// wantTime is how long a relay is taken to want a lane that it asked for. Who
	// still does asks again within two seconds.
	wantTime = 10 * time.Second
)

// peers is what a relay knows of its own lanes and of the other relays.
type peers struct {
	mu      sync.Mutex
	wanted  map[string]time.Time // sinks of which a sender asked for the lane, and when it last did
	held    map[string]lease
	meant   map[string]bool // the lanes that are meant for this relay, as of the last look
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

// learn notes which lanes are meant for this relay, and returns those that are so
// only now and that it has yet to take.
func (p *peers) learn(meant map[string]bool, others bool) (free []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for sink, ours := range meant {
		if _, held := p.held[sink]; ours && !held && !p.meant[sink] {
			free = append(free, sink)
		}
	}
	p.meant, p.looked, p.others = meant, true, others
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

// own returns our lanes.
func (p *peers) own() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Collect(maps.Keys(p.held))
}

// meantForUs reports whether a lane that a sender asks for is this relay's to have.
func (d *database) meantForUs(ctx context.Context, sink string) (bool, error) {
	if d.peers.want(sink) {
		if err := d.look(ctx, sink); err != nil {
			return false, classify(err)
		}
	}
	return d.peers.isMeant(sink), nil
}

// heartbeats says that this relay is alive, and looks at the others, until ctx
// ends.
func (d *database) heartbeats(ctx context.Context) {
	ticker := time.NewTicker(beatTime)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-d.beat:
		}
		began := time.Now()
		err := d.look(ctx, "")
		if ctx.Err() == nil {
			d.tellTrouble(glance{began, classify(err)})
		}
	}
}

// glance is a look at the other relays: when it began, and why it failed, or nil.
type glance struct {
	began time.Time
	err   error
}

// tellTrouble notes why nothing can be done with the database, or nil, and writes
// one line when that changes.
func (d *database) tellTrouble(now glance) {
	former := d.looked.Swap(&now)
	was, is, err := "", said(now.err), now.err
	if former != nil {
		was = said(former.err)
	}
	switch {
	case was == is:
	case err == nil:
		d.log.Info("the database answers again")
	default:
		d.log.Error("nothing can be taken or sent", "reason", is, "error", err)
	}
}

// said is Reason, and of every error something.
func said(err error) string {
	if err == nil {
		return ""
	}
	return cmp.Or(Reason(err), "the database is of no use")
}

// lookSoon has heartbeats look at once. It does not block.
func (d *database) lookSoon() {
	select {
	case d.beat <- struct{}{}:
	default: // it is about to
	}
}

// look says that this relay is alive, learns which lanes it should have, and wakes
// the senders of those, but for one that asks: it may be none. One look follows the
// other, so that none undoes what a later one has learnt.
func (d *database) look(ctx context.Context, asks string) error {
	ctx, cancel := context.WithTimeout(ctx, operationTime)
	defer cancel()
	select {
	case d.looking <- struct{}{}:
		defer func() { <-d.looking }()
	case <-ctx.Done():
		return ctx.Err()
	}
	err := d.checkVersion(ctx)
	if errors.Is(err, errOld) {
		return errors.Join(err, d.depart(ctx))
	}
	if err != nil {
		return err
	}
	sinks := d.peers.wants()
	if err := d.say(ctx, sinks); err != nil {
		return err
	}
	if d.peers.say(sinks) { // others need not find out by themselves
		if err := d.notice(ctx, everybody); err != nil {
			d.log.Debug("other relays were not told", "error", err)
		}
	}
	alive, err := d.alive(ctx)
	if err != nil {
		return err
	}
	holders, err := d.holders(ctx)
	if err != nil {
		return err
	}
	meant := make(map[string]bool)
	for sink, relay := range plan(alive, holders) {
		meant[sink] = relay == d.id
	}
	free := d.peers.learn(meant, len(alive) > 1)
	d.wakes.Wake(slices.DeleteFunc(free, func(sink string) bool { return sink == asks }))
	return nil
}

// say says that this relay is alive, and which lanes it wants.
func (d *database) say(ctx context.Context, sinks []string) error {
	wants, err := json.Marshal(sinks)
	if err != nil {
		return err
	}
	ctx, cancel := whole(ctx)
	defer cancel()
	_, err = d.sql.ExecContext(ctx, `WITH gone AS (DELETE FROM botrelay.relays WHERE until < botrelay.now_micros() - 3600000000)
		INSERT INTO botrelay.relays AS r (id, until, sinks) VALUES ($1, botrelay.now_micros() + $2, $3)
		ON CONFLICT (id) DO UPDATE SET until = excluded.until, sinks = excluded.sinks`, d.id, rows.Micros(aliveTime), string(wants))
	return err
}

// alive returns which relays run, and the lanes that each wants.
func (d *database) alive(ctx context.Context) (map[string][]string, error) {
	found, err := d.sql.QueryContext(ctx, `SELECT id, sinks FROM botrelay.relays WHERE until > botrelay.now_micros()`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = found.Close() }() // its error is that of Err
	alive := make(map[string][]string)
	for found.Next() {
		var id string
		var list []byte
		var sinks []string
		if err := found.Scan(&id, &list); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(list, &sinks); err != nil {
			return nil, err
		}
		alive[id] = sinks
	}
	return alive, found.Err()
}

// holders returns which relay has which lane.
func (d *database) holders(ctx context.Context) (map[string]string, error) {
	found, err := d.sql.QueryContext(ctx, `SELECT sink, relay FROM botrelay.lanes WHERE leased_until > botrelay.now_micros()`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = found.Close() }() // its error is that of Err
	holders := make(map[string]string)
	for found.Next() {
		var sink, relay string
		if err := found.Scan(&sink, &relay); err != nil {
			return nil, err
		}
		holders[sink] = relay
	}
	return holders, found.Err()
}

// depart says that this relay is gone. What lanes it has it keeps for as long as
// something is under way there.
func (d *database) depart(ctx context.Context) error {
	_, err := d.sql.ExecContext(ctx, `DELETE FROM botrelay.relays WHERE id = $1`, d.id)
	return err
}

// leave says that this relay is gone, and gives up what lanes it still has.
func (d *database) leave() error {
	if d.old.Load() { // it has left
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), beatTime)
	defer cancel()
	_, err := d.sql.ExecContext(ctx, `WITH gone AS (DELETE FROM botrelay.relays WHERE id = $1)
		UPDATE botrelay.lanes SET leased_until = botrelay.now_micros() WHERE relay = $1 AND leased_until > botrelay.now_micros()`, d.id)
	if err == nil {
		_, err = d.sql.ExecContext(ctx, `SELECT pg_notify($1, $2)`, channel, everybody)
	}
	return err
}
