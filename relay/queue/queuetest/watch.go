package queuetest

import (
	"context"
	"database/sql/driver"
	"sync"
	"time"
)

// Watch notes how long statements take in the database, by the connections of a Watched.
// Its methods may be called from several goroutines.
type Watch struct {
	// Before is called before each statement that returns rows, if not nil.
	Before func()

	mu         sync.Mutex
	statements []*Statement
}

// Statement is one that was run, and how long the database's driver took for it until its
// last row was read, without what was done with the rows meanwhile.
type Statement struct {
	Text string
	Took time.Duration
	Rows int
}

// Take returns the statements that were begun since it was last called. They must have
// ended.
func (w *Watch) Take() []*Statement {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := w.statements
	w.statements = nil
	return all
}

// run runs a statement that returns rows, and notes it.
func (w *Watch) run(text string, query func() (driver.Rows, error)) (driver.Rows, error) {
	if w.Before != nil {
		w.Before()
	}
	s := &Statement{Text: text}
	w.mu.Lock()
	w.statements = append(w.statements, s)
	w.mu.Unlock()
	began := time.Now()
	rows, err := query()
	s.Took = time.Since(began)
	if err != nil {
		return nil, err
	}
	return &watchedRows{rows, s}, nil
}

// Watched returns a connector like another, whose statements are noted. Its connections
// must know of contexts, as those of all good drivers do.
func (w *Watch) Watched(of driver.Connector) driver.Connector { return watched{of, w} }

type watched struct {
	driver.Connector

	watch *Watch
}

// Connect returns a connection that notes its statements.
func (w watched) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := w.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &watchedConn{conn, w.watch}, nil
}

// watchedConn passes on what package sql uses of a connection.
type watchedConn struct {
	driver.Conn

	watch *Watch
}

// QueryContext runs a statement, or has it prepared where the connection cannot.
func (c *watchedConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	inner, ok := c.Conn.(driver.QueryerContext)
	if !ok {
		return nil, driver.ErrSkip
	}
	return c.watch.run(text, func() (driver.Rows, error) { return inner.QueryContext(ctx, text, args) })
}

// ExecContext runs a statement, which is not noted.
func (c *watchedConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	inner, ok := c.Conn.(driver.ExecerContext)
	if !ok {
		return nil, driver.ErrSkip
	}
	return inner.ExecContext(ctx, text, args)
}

// PrepareContext prepares a statement that is noted when it is run.
func (c *watchedConn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	stmt, err := c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, text) //nolint:forcetypeassert // see Watched
	if err != nil {
		return nil, err
	}
	return &watchedStmt{stmt, text, c.watch}, nil
}

// CheckNamedValue leaves a value to the driver, as it is.
func (c *watchedConn) CheckNamedValue(v *driver.NamedValue) error {
	if inner, ok := c.Conn.(driver.NamedValueChecker); ok {
		return inner.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

// ResetSession readies the connection for its next use.
func (c *watchedConn) ResetSession(ctx context.Context) error {
	if inner, ok := c.Conn.(driver.SessionResetter); ok {
		return inner.ResetSession(ctx)
	}
	return nil
}

type watchedStmt struct {
	driver.Stmt

	text  string
	watch *Watch
}

// QueryContext runs the statement.
func (s *watchedStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	inner := s.Stmt.(driver.StmtQueryContext) //nolint:forcetypeassert // see Watched
	return s.watch.run(s.text, func() (driver.Rows, error) { return inner.QueryContext(ctx, args) })
}

type watchedRows struct {
	driver.Rows

	statement *Statement
}

// Next reads the next row.
func (r *watchedRows) Next(to []driver.Value) error {
	began := time.Now()
	err := r.Rows.Next(to)
	r.statement.Took += time.Since(began)
	if err == nil {
		r.statement.Rows++
	}
	return err
}

// Close ends the statement.
func (r *watchedRows) Close() error {
	began := time.Now()
	err := r.Rows.Close()
	r.statement.Took += time.Since(began)
	return err
}
