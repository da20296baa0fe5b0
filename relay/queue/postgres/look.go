package postgres

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"botrelay/relay/queue/rows"
)

const (
	// beatTime is how often a relay says that it is alive and looks at the others.
	beatTime = 2 * time.Second
	// aliveTime is how long after that it is taken for alive. Others find out within a
	// beat more, and have yet to take all its lanes then.
	aliveTime = 5 * time.Second
	// freshTime is how long a look tells how the database is: one or two may be late.
	freshTime = 3 * beatTime
)

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
	if asks != "" && d.peers.hasSaid(asks) { // the look before this one has seen to it
		return nil
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
	holders, ahead, err := d.holders(ctx)
	if err == nil && ahead {
		err = d.pullLeases(ctx)
	}
	if err != nil {
		return err
	}
	alive[d.id] = sinks // whatever the clock did since
	meant, taken := make(map[string]bool), make(map[string]bool)
	for sink := range holders {
		taken[sink] = true
	}
	for sink, relay := range plan(alive, holders) {
		meant[sink] = relay == d.id
	}
	free := d.peers.learn(meant, taken, len(alive) > 1)
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
	_, err = d.vital.ExecContext(ctx, `WITH gone AS (DELETE FROM botrelay.relays WHERE until < botrelay.now_micros() - 3600000000)
		INSERT INTO botrelay.relays AS r (id, said_at, until, sinks) VALUES ($1, botrelay.now_micros(), botrelay.now_micros() + $2, $3)
		ON CONFLICT (id) DO UPDATE SET said_at = excluded.said_at, until = excluded.until, sinks = excluded.sinks`, d.id, rows.Micros(aliveTime), string(wants))
	return err
}

// alive returns which relays run, and the lanes that each wants. One that seems to
// have said so in the future did before the clock was set back: if it runs it says so
// again.
func (d *database) alive(ctx context.Context) (map[string][]string, error) {
	found, err := d.vital.QueryContext(ctx, `SELECT id, sinks FROM botrelay.relays
		WHERE until > botrelay.now_micros() AND said_at <= botrelay.now_micros()`)
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

// anyAlive reports whether a relay runs.
func (d *database) anyAlive(ctx context.Context) (bool, error) {
	alive, err := d.alive(ctx)
	if err != nil {
		return false, fmt.Errorf("asking whether a relay runs: %w", classify(err))
	}
	return len(alive) > 0, nil
}

// holders returns which relay has which lane, and whether a lease was given in the
// future.
func (d *database) holders(ctx context.Context) (holders map[string]string, ahead bool, err error) {
	found, err := d.vital.QueryContext(ctx, `SELECT sink, relay, leased_at > botrelay.now_micros() FROM botrelay.lanes
		WHERE leased_until > botrelay.now_micros()`)
	if err != nil {
		return nil, false, err
	}
	defer func() { _ = found.Close() }() // its error is that of Err
	holders = make(map[string]string)
	for found.Next() {
		var sink, relay string
		var isAhead bool
		if err := found.Scan(&sink, &relay, &isAhead); err != nil {
			return nil, false, err
		}
		holders[sink] = relay
		ahead = ahead || isAhead
	}
	return holders, ahead, found.Err()
}

// pullLeases lets leases that were given in the future, since the clock was set back
// after that, last from now. None ends by that: its sender may have a request under
// way. Lanes that somebody changes right now wait for the next look.
func (d *database) pullLeases(ctx context.Context) error {
	_, err := d.change(ctx, `UPDATE botrelay.lanes
		SET leased_at = botrelay.now_micros(), leased_until = botrelay.now_micros() + greatest(leased_until - leased_at, 0)
		WHERE sink IN (SELECT sink FROM botrelay.lanes WHERE leased_at > botrelay.now_micros() FOR UPDATE SKIP LOCKED)`)
	return err
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
	_, err := d.change(ctx, `WITH gone AS (DELETE FROM botrelay.relays WHERE id = $1)
		UPDATE botrelay.lanes SET leased_at = botrelay.now_micros(), leased_until = botrelay.now_micros() WHERE relay = $1 AND leased_until > botrelay.now_micros()`, d.id)
	if err == nil {
		_, err = d.sql.ExecContext(ctx, `SELECT pg_notify($1, $2)`, channel, everybody)
	}
	return err
}
