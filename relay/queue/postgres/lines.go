package postgres

import (
	"context"
	"net"
	"sync"
	"time"
)

const (
	// silentTime is how long the database may say nothing at all to what it was
	// asked. It is asked something every other second.
	silentTime = 5 * time.Second
	// answerTime is how long it may say nothing by one connection: longer than
	// anything that is done there.
	answerTime = operationTime + 2*time.Second
	// watchTime is how often the connections are looked at.
	watchTime = 500 * time.Millisecond
)

// lines are the connections to the database. Those by which nothing comes any more
// (something between has forgotten them) are closed together: each would be found
// dead by a use of its own otherwise, and the driver takes its time to let go of
// one. Its methods may be called from several goroutines.
type lines struct {
	connect func(ctx context.Context, network, address string) (net.Conn, error)

	mu    sync.Mutex
	open  map[*line]bool
	heard time.Time // when anything was last heard
}

// line is a connection.
type line struct {
	net.Conn
	of *lines

	// Under the mutex of lines:
	asked time.Time // since when it owes an answer; zero: it does not
	heard time.Time // when it was opened or last said anything
}

func newLines(connect func(ctx context.Context, network, address string) (net.Conn, error)) *lines {
	return &lines{connect: connect, open: make(map[*line]bool)}
}

// dial opens a connection that is watched until it is closed.
func (l *lines) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := l.connect(ctx, network, address)
	if err != nil {
		return nil, err
	}
	c := &line{Conn: conn, of: l, heard: time.Now()}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open[c] = true
	return c, nil
}

func (c *line) Write(p []byte) (int, error) {
	c.of.mu.Lock()
	if c.asked.IsZero() {
		c.asked = time.Now()
	}
	c.of.mu.Unlock()
	return c.Conn.Write(p)
}

func (c *line) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.of.mu.Lock()
		c.asked, c.heard = time.Time{}, time.Now()
		c.of.heard = c.heard
		c.of.mu.Unlock()
	}
	return n, err
}

func (c *line) Close() error {
	c.of.mu.Lock()
	delete(c.of.open, c)
	c.of.mu.Unlock()
	return c.Conn.Close()
}

// watch closes what is dead until ctx ends.
func (l *lines) watch(ctx context.Context) {
	ticker := time.NewTicker(watchTime)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		for _, c := range l.dead(time.Now()) {
			_ = c.Conn.Close() // its user finds out, and closes it too
		}
	}
}

// dead returns the connections that nothing was heard of since an answer was owed
// for too long.
func (l *lines) dead(now time.Time) (dead []*line) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var since time.Time // the latest such moment
	for c := range l.open {
		patience := answerTime
		if !l.heard.After(c.asked) {
			patience = silentTime
		}
		if !c.asked.IsZero() && now.Sub(c.asked) >= patience && c.asked.After(since) {
			since = c.asked
		}
	}
	if since.IsZero() {
		return nil
	}
	for c := range l.open {
		if !c.heard.After(since) {
			dead = append(dead, c)
		}
	}
	return dead
}
