package sqlite

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"time"
)

// maxGroup is how many operations share a commit at most. It bounds how long
// the first of them waits for the others' work.
const maxGroup = 256

// maxTurns is how often a group lets others run before it is closed.
const maxTurns = 4

// writer runs every operation that writes, one group after the other. What
// waits while a group is committed is the next group.
type writer struct {
	conn    *conn
	present func() error // why nothing more may be acknowledged, or nil
	log     *slog.Logger
	observe func(operations int, took time.Duration, err error) // of each transaction; may be nil
	waiting chan *operation
	stop    chan struct{} // closed to stop
	stopped chan struct{} // closed when run has returned
}

// operation is one thing to do, all or nothing.
type operation struct {
	ctx context.Context //nolint:containedctx // it travels to the goroutine that does the work
	// run does it, within a transaction. It may be run more than once, each
	// time as if for the first, so it changes nothing but the database and
	// what it returns to its caller when it is done.
	run func(context.Context, *conn) error
	// committed is called once it is durable, if not nil. It must not block.
	committed func()
	done      chan error // receives one answer; never blocks the writer
}

func newWriter(c *conn, waiting int, log *slog.Logger, present func() error) *writer {
	return &writer{
		conn:    c,
		present: present,
		log:     log,
		waiting: make(chan *operation, waiting),
		stop:    make(chan struct{}),
		stopped: make(chan struct{}),
	}
}

// do has op run and blocks until it is durable, has failed, or ctx ends; then
// it may be done or not. A patient caller waits for its turn; another one gets
// queue.ErrUnavailable if too many wait already.
func (w *writer) do(ctx context.Context, op *operation, patient bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	op.ctx, op.done = ctx, make(chan error, 1)
	if err := w.submit(op, patient); err != nil {
		return err
	}
	select {
	case err := <-op.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-w.stopped:
	}
	select { // the writer answers before it stops
	case err := <-op.done:
		return err
	default: // it came too late to be seen
		return errClosed
	}
}

func (w *writer) submit(op *operation, patient bool) error {
	select {
	case <-w.stop: // asked first, so that nothing is taken once close has begun
		return errClosed
	default:
	}
	select {
	case w.waiting <- op:
		return nil
	default:
	}
	if !patient {
		return errBusy
	}
	select {
	case w.waiting <- op:
		return nil
	case <-op.ctx.Done():
		return op.ctx.Err()
	case <-w.stop:
		return errClosed
	}
}

// run works until close is called and nothing waits any more.
func (w *writer) run() {
	defer close(w.stopped)
	group := make([]*operation, 0, maxGroup)
	for {
		select {
		case op := <-w.waiting:
			w.linger()
			group = w.gather(append(group[:0], op))
		case <-w.stop:
			if group = w.gather(group[:0]); len(group) == 0 {
				return
			}
		}
		w.commit(group)
		clear(group)
	}
}

// linger lets others run as long as that brings more operations. The callers
// of the last group have just been answered and are on their way back with
// more; without this the first of them would have a commit of its own. An idle
// processor has nothing else to run, so then it takes no time.
func (w *writer) linger() {
	for before, turn := -1, 0; turn < maxTurns && before < len(w.waiting); turn++ {
		before = len(w.waiting)
		runtime.Gosched()
	}
}

// gather adds what waits to a group, without waiting for more.
func (w *writer) gather(group []*operation) []*operation {
	for len(group) < maxGroup {
		select {
		case op := <-w.waiting:
			group = append(group, op)
		default:
			return group
		}
	}
	return group
}

// errNotBegun: not one operation of a group was tried.
var errNotBegun = errors.New("the store cannot be written")

// commit does a group and answers each operation. If one of them fails, each is
// done by itself, so that what is wrong with it meets no other. What fails
// before the first of them fails for all: each would only wait as long again.
func (w *writer) commit(group []*operation) {
	group = leaveOut(group)
	err := w.transact(group)
	if err == nil || len(group) == 1 || errors.Is(err, errNotBegun) {
		answer(group, err)
		return
	}
	w.log.Debug("shared commit failed; each operation goes by itself", "operations", len(group), "error", err)
	for i := range group {
		one := group[i : i+1]
		answer(one, w.transact(one))
	}
}

// leaveOut answers the operations that nobody waits for any more, and returns
// the others.
func leaveOut(group []*operation) []*operation {
	kept := group[:0]
	for _, op := range group {
		if err := op.ctx.Err(); err != nil {
			op.done <- err
			continue
		}
		kept = append(kept, op)
	}
	return kept
}

func answer(group []*operation, err error) {
	for _, op := range group {
		if err == nil && op.committed != nil {
			op.committed()
		}
		op.done <- err
	}
}

// transact does a group in one transaction: all of it or nothing.
func (w *writer) transact(group []*operation) error {
	switch {
	case len(group) == 0:
		return nil
	case w.observe == nil:
		return w.try(group)
	}
	began := time.Now() // not the store's clock: this is how long it really took
	err := w.try(group)
	w.observe(len(group), time.Since(began), err)
	return err
}

// try does a group, and takes back what it did if that fails.
func (w *writer) try(group []*operation) error {
	if err := w.present(); err != nil {
		return err
	}
	// A statement with a context that can end costs a goroutine. Nothing here
	// takes long, and an interrupted group would fail for all.
	ctx := context.Background()
	err := w.apply(ctx, group)
	if err != nil {
		// After some errors SQLite has rolled back already, and this one fails.
		_, _ = w.conn.ExecContext(ctx, `ROLLBACK`)
	}
	return classify(err)
}

func (w *writer) apply(ctx context.Context, group []*operation) error {
	if _, err := w.conn.ExecContext(ctx, `BEGIN IMMEDIATE`); err != nil {
		return fmt.Errorf("%w: %w", errNotBegun, err)
	}
	for _, op := range group {
		if err := op.run(ctx, w.conn); err != nil {
			return err
		}
	}
	_, err := w.conn.ExecContext(ctx, `COMMIT`)
	return err
}

// close stops the writer, waits until it has done what waits, and closes its
// connection.
func (w *writer) close() error {
	close(w.stop)
	<-w.stopped
	return errors.Join(w.conn.empty(), w.conn.close())
}
