package sandbox

import (
	"maps"
	"net"
	"net/http"
)

// Response is an answer that the stand-in would not give by itself, for tests
// of what goes wrong.
type Response struct {
	Status int // 0 means 200
	Header http.Header
	Body   string
	Hang   bool // no answer at all, until the client goes away or the sandbox is closed
	Reset  bool // the connection breaks without an answer
	After  bool // the request is carried out first, so that only its answer is lost
}

// Fail lets fault answer requests to the platforms: where it returns nil, the
// stand-in answers as usual. fault may read the request's body, and is called
// from several goroutines at once. A nil fault ends the faults.
//
// Hang and Reset abort the handler as [http.ErrAbortHandler] does, so they need
// a server in front of the sandbox.
func (s *Sandbox) Fail(fault func(*http.Request) *Response) {
	if fault == nil {
		s.fault.Store(nil)
		return
	}
	s.fault.Store(&fault)
}

// faultFor returns what the hook makes of r.
func (s *Sandbox) faultFor(r *http.Request) *Response {
	hook := s.fault.Load()
	if hook == nil {
		return nil
	}
	return (*hook)(r)
}

// write carries the fault out.
func (f *Response) write(w http.ResponseWriter, r *http.Request, closed <-chan struct{}) {
	if f.Hang {
		select {
		case <-r.Context().Done():
		case <-closed:
		}
	}
	if f.Hang || f.Reset {
		reset(w)
		panic(http.ErrAbortHandler)
	}
	maps.Copy(w.Header(), f.Header)
	if f.Status != 0 {
		w.WriteHeader(f.Status)
	}
	_, _ = w.Write([]byte(f.Body)) // a client that has gone away needs no answer
}

// reset breaks the connection the hard way if it is a TCP one; otherwise the
// aborted handler closes it.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // the connection is thrown away whatever happens
	}
	_ = conn.Close()
}
