package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/queue/rows"
)

const (
	// Renewals that come at about the same time share a statement: they are gathered
	// for renewGather for each lane that this relay has, for renewLongest at most,
	// which is little beside a lease.
	renewGather  = time.Millisecond
	renewLongest = 100 * time.Millisecond
)

// renewals are those that wait for a statement. Its methods may be called from
// several goroutines.
type renewals struct {
	news chan struct{} // receives when one waits
	over chan struct{} // closed when none is taken any more

	mu      sync.Mutex
	waiting []*renewal
}

func newRenewals() *renewals {
	return &renewals{news: make(chan struct{}, 1), over: make(chan struct{})}
}

// renewal is one lease to be renewed.
type renewal struct {
	Sink  string          `json:"sink"`
	Fence int64           `json:"fence"`
	For   int64           `json:"for"` // microseconds
	ctx   context.Context //nolint:containedctx // of who waits for it
	done  chan renewed    // receives once, and has room for it
}

// renewed is what became of a renewal. Where it is neither renewed nor failed it was
// not to be had with the others: it is to be tried alone.
type renewed struct {
	ok  bool
	err error
}

// join has a lease renewed with others, and blocks until it is or ctx ends.
func (r *renewals) join(ctx context.Context, sink string, fence int64, ttl time.Duration) renewed {
	one := &renewal{sink, fence, rows.Micros(ttl), ctx, make(chan renewed, 1)}
	r.mu.Lock()
	r.waiting = append(r.waiting, one)
	r.mu.Unlock()
	select {
	case r.news <- struct{}{}:
	default: // not yet received: it will do
	}
	select {
	case <-ctx.Done():
		return renewed{err: ctx.Err()}
	case <-r.over:
		return renewed{}
	case is := <-one.done:
		return is
	}
}

// take returns those that wait and whose callers still do.
func (r *renewals) take() (all []*renewal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, one := range r.waiting {
		if one.ctx.Err() == nil {
			all = append(all, one)
		}
	}
	r.waiting = nil
	return all
}

// renew renews the leases for which that is asked, until ctx ends. A statement that
// takes long does not keep the next ones waiting.
func (d *database) renew(ctx context.Context) {
	var all sync.WaitGroup
	defer all.Wait()
	defer close(d.renewals.over)
	for {
		select {
		case <-ctx.Done():
			return
		case <-d.renewals.news:
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(min(time.Duration(d.peers.count())*renewGather, renewLongest)):
		}
		if some := d.renewals.take(); len(some) > 0 {
			all.Go(func() { d.renewAll(ctx, some) })
		}
	}
}

// renewAll renews leases, and tells their callers.
func (d *database) renewAll(ctx context.Context, some []*renewal) {
	ctx, cancel := context.WithTimeout(ctx, operationTime)
	defer cancel()
	var done map[leaseName]bool
	err := d.retry(ctx, func() (err error) {
		done, err = d.renewSome(ctx, some)
		return err
	})
	if !errors.Is(err, queue.ErrUnavailable) {
		err = nil // it is of one of them, or this relay stops
	}
	for _, one := range some {
		one.done <- renewed{done[leaseName{one.Sink, one.Fence}], err}
	}
}

// leaseName is what tells a lease from all others.
type leaseName struct {
	sink  string
	fence int64
}

// renewSome renews leases in one statement, and returns which it did: not those that
// are lost, nor those whose lanes somebody changes right now, which it would wait for.
func (d *database) renewSome(ctx context.Context, some []*renewal) (done map[leaseName]bool, err error) {
	list, err := json.Marshal(some)
	if err != nil {
		return nil, err
	}
	found, err := d.vital.QueryContext(ctx, `UPDATE botrelay.lanes AS l
		SET leased_at = botrelay.now_micros(), leased_until = botrelay.now_micros() + free.length
		FROM (SELECT r.sink, r.fence, r."for" AS length
			FROM json_to_recordset($1::json) AS r (sink text, fence bigint, "for" bigint) JOIN botrelay.lanes l USING (sink, fence)
			WHERE l.leased_until > botrelay.now_micros() FOR UPDATE OF l SKIP LOCKED) AS free
		WHERE l.sink = free.sink AND l.fence = free.fence RETURNING l.sink, l.fence`, string(list))
	if err != nil {
		return nil, err
	}
	defer func() { _ = found.Close() }() // its error is that of Err
	done = make(map[leaseName]bool)
	for found.Next() {
		var one leaseName
		if err := found.Scan(&one.sink, &one.fence); err != nil {
			return nil, err
		}
		done[one] = true
	}
	if err := found.Err(); err != nil { // then nothing was renewed
		return nil, err
	}
	return done, nil
}
