package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

const (
	// crowdTime is how long a connection that the server had no room for is not asked
	// for again.
	crowdTime = 5 * time.Second
	// idleTime is how long a connection is kept that nobody uses: others may need it.
	idleTime = time.Minute
)

// gate lets as many at once use the pool as the server has room for. Where that is
// less than the pool may open, who comes waits for one of those that there are: the
// pool would try to open one more, and fail. Its methods may be called from several
// goroutines.
type gate struct {
	free  chan struct{} // has a ticket for each who may enter
	alone func()        // called when there is room for nobody; it does not block

	mu    sync.Mutex
	most  int   // how many tickets there are
	cause error // why there are not more
}

// newGate returns a gate with that many tickets at most.
func newGate(tickets int, alone func()) *gate {
	g := &gate{free: make(chan struct{}, tickets), alone: alone, most: tickets}
	for range tickets {
		g.free <- struct{}{}
	}
	return g
}

// enter calls open with a ticket, and again while there is no room and others are
// in. Who has entered without an error must leave. It blocks until then, until ctx
// ends, or for as long as an operation may take.
func (g *gate) enter(ctx context.Context, open func() error) error {
	waiting, cancel := context.WithTimeout(ctx, operationTime)
	defer cancel()
	for {
		select {
		case <-g.free:
		case <-waiting.Done():
			return g.closed(waiting.Err())
		}
		err := open()
		switch {
		case err == nil:
			return nil
		case !isCrowded(err):
			g.leave()
			return err
		case !g.narrow(err):
			g.leave()
			g.alone()
			return err
		}
	}
}

// leave gives a ticket back. It does not block.
func (g *gate) leave() { g.free <- struct{}{} }

// narrow keeps the caller's ticket for a while, unless it is the last one.
func (g *gate) narrow(cause error) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.most == 1 {
		return false
	}
	g.most, g.cause = g.most-1, cause
	time.AfterFunc(crowdTime, func() {
		g.mu.Lock()
		g.most++
		g.mu.Unlock()
		g.leave()
	})
	return true
}

// closed says why nobody could enter in time.
func (g *gate) closed(err error) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.most < cap(g.free) {
		return fmt.Errorf("no connection was free in time: %w", g.cause)
	}
	return err
}

// isCrowded reports whether the server has no room for another connection.
func isCrowded(err error) bool {
	failure, ok := errors.AsType[*pgconn.PgError](err)
	return ok && failure.Code == tooMany
}

// acquire returns a connection of the pool. release ends its use.
func (d *database) acquire(ctx context.Context) (conn *pgxpool.Conn, release func(), err error) {
	err = d.gate.enter(ctx, func() (err error) {
		conn, err = d.pool.Acquire(ctx)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return conn, func() {
		conn.Release()
		d.gate.leave()
	}, nil
}

// openGated returns a pool's connections for package sql.
func openGated(pool *pgxpool.Pool, g *gate) *sql.DB {
	db := sql.OpenDB(gatedConnector{stdlib.GetPoolConnector(pool), g})
	db.SetMaxIdleConns(0) // the pool keeps them
	return db
}

// gatedConnector connects who has entered the gate.
type gatedConnector struct {
	driver.Connector

	gate *gate
}

// Connect returns a connection of the pool.
func (c gatedConnector) Connect(ctx context.Context) (conn driver.Conn, err error) {
	err = c.gate.enter(ctx, func() error {
		conn, err = c.Connector.Connect(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	inner, ok := conn.(*stdlib.Conn)
	if !ok {
		c.gate.leave()
		return nil, errors.Join(errors.New("the driver has changed"), conn.Close())
	}
	return &gatedConn{inner, sync.OnceFunc(c.gate.leave)}, nil
}

// gatedConn leaves the gate at its end.
type gatedConn struct {
	*stdlib.Conn

	leave func()
}

// Close gives the connection back to the pool.
func (c *gatedConn) Close() error {
	defer c.leave()
	return c.Conn.Close()
}
