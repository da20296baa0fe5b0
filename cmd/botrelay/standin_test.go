package main

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"time"

	"botrelay/sinks/sandbox"
)

// standIn is the three platforms, with their limits, behind something that
// fails as told and keeps a record of every request. Requests are carried out
// one at a time, so that the record has them in the order of their arrival.
type standIn struct {
	box *sandbox.Sandbox
	now func() time.Time

	mu       sync.Mutex
	fail     func(place string) fault // nil: nothing fails
	process  int                      // how many relays were started before this one
	under    int                      // requests that are being answered
	posts    []*posting
	arrivals map[string][]arrival // by place
	refused  []string             // what the platforms found fault with, which is the relay's
	changed  chan struct{}        // closed when a message arrives
	started  func(place string)   // told of each post before it is answered; may be nil
}

// posting is one request that carries leads.
type posting struct {
	place    string
	lane     string // place and who shares it
	process  int
	leads    []lead
	at       time.Time
	ended    time.Time // answered, or given up by who asked
	arrived  bool      // as a message that can be seen
	answered bool
	rest     time.Duration // the answer asked for
	restFrom time.Time
}

// arrival is a lead in a message that can be seen.
type arrival struct {
	lead lead
	by   *posting
}

func newStandIn(now func() time.Time) *standIn {
	return &standIn{
		box:      sandbox.New(sandbox.Config{Rates: true, Now: now}),
		now:      now,
		arrivals: make(map[string][]arrival),
		changed:  make(chan struct{}),
	}
}

// placeOf names the channel that a request is for.
func placeOf(r *http.Request, body []byte) string {
	form, _ := url.ParseQuery(string(body)) // what is no form names no channel
	parts := strings.Split(r.URL.Path, "/")
	switch {
	case parts[1] == "services":
		return "slack webhook " + parts[len(parts)-1]
	case strings.HasPrefix(r.URL.Path, "/api/chat."):
		return "slack channel " + form.Get("channel")
	case strings.HasPrefix(r.URL.Path, "/api/v10/") && len(parts) > 4:
		return "discord " + strings.TrimSuffix(parts[3], "s") + " " + parts[4]
	case strings.HasPrefix(r.URL.Path, "/bot"):
		return "telegram group " + form.Get("chat_id")
	}
	return r.URL.Path
}

// ServeHTTP takes a request, and fails as told.
func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the relay was killed while it wrote
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	p, f := s.begin(r, body)
	defer s.end(p)
	var answer *httptest.ResponseRecorder
	wait(r.Context(), f.slow/2)
	if !f.before && r.Context().Err() == nil {
		answer = s.carryOut(r, p)
	}
	wait(r.Context(), f.slow/2)
	if f.answer != nil {
		answer = f.answer
	}
	switch {
	case f.hang:
		<-r.Context().Done()
		breakOff(w)
	case answer == nil || f.reset || r.Context().Err() != nil:
		breakOff(w)
	default:
		s.answer(w, answer, p, f)
	}
}

// begin notes a request, and what is to befall it.
func (s *standIn) begin(r *http.Request, body []byte) (*posting, fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.under++
	p := &posting{place: placeOf(r, body), process: s.process, leads: leadsIn(body), at: s.now()}
	var f fault
	if s.fail != nil {
		f = s.fail(p.place)
	}
	if len(p.leads) > 0 {
		p.lane = p.place + " " + sharer(p.leads[0])
		s.posts = append(s.posts, p)
		if s.started != nil {
			s.started(p.place)
		}
	}
	return p, f
}

func (s *standIn) end(p *posting) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.ended.IsZero() {
		p.ended = s.now()
	}
	s.under--
}

// carryOut lets the platform do what it is asked.
func (s *standIn) carryOut(r *http.Request, p *posting) *httptest.ResponseRecorder {
	s.mu.Lock()
	defer s.mu.Unlock()
	newest := s.newest()
	answer := httptest.NewRecorder()
	s.box.ServeHTTP(answer, r)
	failed := bytes.Contains(answer.Body.Bytes(), []byte(`"ok":false`)) || answer.Code >= http.StatusBadRequest
	if failed && r.Method == http.MethodPost { // Slack's webhooks refuse whoever only asks
		s.refused = append(s.refused, p.place+": "+answer.Result().Status+" "+answer.Body.String())
	}
	if m := s.newest(); m.ID != newest.ID || m.Platform != newest.Platform {
		p.arrived = true
		for _, l := range leadsIn([]byte(m.Text)) {
			s.arrivals[p.place] = append(s.arrivals[p.place], arrival{l, p})
		}
		close(s.changed)
		s.changed = make(chan struct{})
	}
	return answer
}

func (s *standIn) newest() (m sandbox.Message) {
	if all := s.box.Messages(); len(all) > 0 {
		m = all[len(all)-1]
	}
	return m
}

// answer writes an answer. From when it is written, the relay may know it.
func (s *standIn) answer(w http.ResponseWriter, answer *httptest.ResponseRecorder, p *posting, f fault) {
	s.mu.Lock()
	p.answered, p.rest, p.restFrom = true, f.rest, s.now()
	p.ended = p.restFrom
	s.mu.Unlock()
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes()) // a relay that was killed needs no answer
}

// wait blocks for d, or until the relay has gone away.
func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// breakOff ends a connection the hard way.
func breakOff(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// failing makes the stand-in fail as told from now on; nil ends it.
func (s *standIn) failing(fail func(place string) fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = fail
}

// killed tells that a relay was killed. It waits until the last of its requests
// has ended, so that none is taken for one of the next relay's.
func (s *standIn) killed() {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		s.mu.Lock()
		idle := s.under == 0
		if idle {
			s.process++
		}
		s.mu.Unlock()
		if idle {
			return
		}
		<-tick.C
	}
}

// has returns the leads that have arrived at a place.
func (s *standIn) has(place string) map[lead]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	has := make(map[lead]bool, len(s.arrivals[place]))
	for _, a := range s.arrivals[place] {
		has[a.lead] = true
	}
	return has
}

// await waits until leads have arrived at a place, and returns those that have
// not when the time is over.
func (s *standIn) await(place string, leads []lead, timeout <-chan time.Time) (missing []lead) {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		has := s.has(place)
		missing = nil
		for _, l := range leads {
			if !has[l] {
				missing = append(missing, l)
			}
		}
		if len(missing) == 0 {
			return nil
		}
		select {
		case <-changed:
		case <-timeout:
			return missing
		}
	}
}
