package postgrestest

import (
	"context"
	"net"
	"net/url"
	"sync"
	"testing"
)

// Line stands between a store and its database, and can be cut. Its methods may be
// called from several goroutines, and do not block.
type Line struct {
	listener net.Listener
	to       string

	mu   sync.Mutex
	open map[net.Conn]bool // both ends of each connection
	dead bool              // whoever comes is sent away
	hole bool              // nothing comes through
	lost map[net.Conn]bool // ends of connections that something was swallowed by
	shut bool
	all  sync.WaitGroup
}

// NewLine listens on loopback until the end of the test, and passes on to a
// database. It returns the line, and the database's URL by way of it.
func NewLine(t testing.TB, database string) (*Line, string) {
	t.Helper()
	through, err := url.Parse(database)
	if err != nil {
		t.Fatal("the database's URL is none") // it may hold a password
	}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &Line{listener: listener, to: through.Host, open: make(map[net.Conn]bool)}
	l.all.Go(l.run)
	t.Cleanup(func() {
		_ = listener.Close()
		l.mu.Lock()
		l.shut = true
		l.mu.Unlock()
		l.Cut(true)
		l.all.Wait()
	})
	through.Host = listener.Addr().String()
	return l, through.String()
}

func (l *Line) run() {
	for {
		conn, err := l.listener.Accept()
		if err != nil {
			return
		}
		l.all.Go(func() { l.pass(conn) })
	}
}

// Cut ends all connections; while dead, no others are to be had.
func (l *Line) Cut(dead bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dead, l.hole = dead, false
	for conn := range l.open {
		_ = conn.Close()
	}
}

// Swallow lets everything vanish that is sent, by connections that were open and
// by new ones, until Mend.
func (l *Line) Swallow() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hole = true
}

// Mend passes new connections on again. Those that had something swallowed stay
// as they are: what stands between has forgotten them.
func (l *Line) Mend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dead, l.hole = false, false
}

// Forget ends what is left of connections that something was swallowed by, as each
// side's system does in the end, after minutes or hours.
func (l *Line) Forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for conn := range l.lost {
		_ = conn.Close()
	}
}

// lose notes that something was swallowed between these.
func (l *Line) lose(ends ...net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lost == nil {
		l.lost = make(map[net.Conn]bool)
	}
	for _, conn := range ends {
		l.lost[conn] = true
	}
}

// keep notes connections, and reports whether they may be.
func (l *Line) keep(conns ...net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.dead || l.shut {
		return false
	}
	for _, conn := range conns {
		l.open[conn] = true
	}
	return true
}

func (l *Line) swallows() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.hole
}

// pass passes on what one end says to the other.
func (l *Line) pass(near net.Conn) {
	defer func() { _ = near.Close() }()
	far, err := new(net.Dialer).DialContext(context.Background(), "tcp", l.to)
	if err != nil {
		return
	}
	defer func() { _ = far.Close() }()
	if !l.keep(near, far) {
		return
	}
	defer func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.open, near)
		delete(l.open, far)
	}()
	var both sync.WaitGroup
	both.Go(func() { l.copy(near, far) })
	l.copy(far, near)
	both.Wait()
}

// copy copies until the source ends, or vanishes into the hole for good.
func (l *Line) copy(to, from net.Conn) {
	bytes, lost := make([]byte, 32<<10), false
	for {
		n, err := from.Read(bytes)
		if !lost && l.swallows() {
			lost = true
			l.lose(to, from)
		}
		if !lost {
			if n > 0 {
				if _, err := to.Write(bytes[:n]); err != nil {
					_ = from.Close()
					return
				}
			}
		}
		if err != nil {
			if !lost { // nobody is told of an end either
				_ = to.Close()
			}
			return
		}
	}
}
