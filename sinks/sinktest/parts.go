package sinktest

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"botrelay/relay"
)

// enough is a time in which a loopback server answers for sure.
const enough = 30 * time.Second

// promptly is a time that nothing takes which does not wait on purpose.
const promptly = 10 * time.Second

// good: a message that the platform has posted is Sent, and has its ID.
func (c Case) good(t *testing.T) {
	for _, form := range []relay.Form{relay.Rich, relay.Text} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) { c.Good.write(w) })
		p := post()
		p.Form = form
		v := c.open(t, s, enough).Send(t.Context(), p)
		c.sound(t, v)
		s.one(t)
		if v.Outcome != relay.Sent || v.ID != c.ID || v.Status != c.Good.Status {
			t.Errorf("%s: got %+v, want sent as %q", form, v, c.ID)
		}
	}
}

// breaks: a connection that breaks after the request was read leaves doubt.
func (c Case) breaks(t *testing.T) {
	t.Run("after reading", func(t *testing.T) {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) { reset(t, w) })
		v := c.open(t, s, enough).Send(t.Context(), post())
		c.sound(t, v)
		s.one(t)
		if v.Outcome != relay.Later || !v.Doubtful || v.Status != 0 {
			t.Errorf("got %+v", v)
		}
	})
	t.Run("in the answer", func(t *testing.T) {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", c.Good.Type)
			w.Header().Set("Content-Length", fmt.Sprint(len(c.Good.Body)+100))
			w.WriteHeader(c.Good.Status)
			_, _ = w.Write([]byte(c.Good.Body[:len(c.Good.Body)/2]))
			_ = http.NewResponseController(w).Flush()
			reset(t, w)
		})
		v := c.open(t, s, enough).Send(t.Context(), post())
		c.sound(t, v)
		s.one(t)
		if v.Outcome != relay.Sent && (v.Outcome != relay.Later || !v.Doubtful) {
			t.Errorf("got %+v", v)
		}
	})
	t.Run("before reading", func(t *testing.T) {
		v := c.open(t, listen(t), enough).Send(t.Context(), post())
		c.sound(t, v)
		if v.Outcome != relay.Later { // in doubt or not: the network may have taken the request already
			t.Errorf("got %+v", v)
		}
	})
}

// deadline: a platform that does not answer is given up on in time.
func (c Case) deadline(t *testing.T) {
	for name, begin := range map[string]bool{"no answer": false, "half an answer": true} {
		t.Run(name, func(t *testing.T) {
			release := make(chan struct{})
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if begin {
					w.WriteHeader(http.StatusInternalServerError)
					_ = http.NewResponseController(w).Flush()
				}
				<-release
			})
			v := c.open(t, s, 200*time.Millisecond).Send(t.Context(), post())
			close(release)
			c.sound(t, v)
			s.one(t)
			if v.Outcome != relay.Later || !v.Doubtful {
				t.Errorf("got %+v", v)
			}
		})
	}
}

// cancel: Send returns at once when its context ends.
func (c Case) cancel(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	release := make(chan struct{})
	s := serve(t, func(http.ResponseWriter, *http.Request) { stop(); <-release })
	began := time.Now()
	v := c.open(t, s, enough).Send(ctx, post())
	took := time.Since(began)
	close(release)
	c.sound(t, v)
	s.one(t)
	if v.Outcome != relay.Later || !v.Doubtful || took > enough/2 {
		t.Errorf("got %+v after %s", v, took)
	}
	if v = c.open(t, s, enough).Send(ctx, post()); v.Outcome != relay.Later || v.Doubtful {
		t.Errorf("with a context that has ended: got %+v", v)
	}
	s.one(t)
}

// nobody: where nobody listens, nothing can have arrived.
func (c Case) nobody(t *testing.T) {
	v := c.open(t, nowhere(t), enough).Send(t.Context(), post())
	c.sound(t, v)
	if v.Outcome != relay.Later || v.Doubtful || v.Status != 0 {
		t.Errorf("got %+v", v)
	}
}

// echo: a server that answers with what it was sent gives no secret away.
func (c Case) echo(t *testing.T) {
	secret, filler := strings.Join(c.Secrets, " "), ""
	for _, status := range []int{200, 302, 400, 401, 403, 404, 429, 500} {
		for _, body := range []string{
			"%s",
			`{"ok":false,"error":"%[1]s","error_code":400,"description":"%[1]s","message":"%[1]s","code":50035,"response_metadata":{"messages":["%[1]s"]}}`,
			`{"ok":true,"channel":"%[1]s","ts":"1.2","id":"%[1]s","channel_id":"1","needed":"%[1]s"}`,
		} {
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Location", "/"+secret)
				told := " " + secret + " " + r.URL.RequestURI() + " " + r.Header.Get("Authorization")
				Answer{status, "application/json", fmt.Sprintf(body, filler+told)}.write(w)
			})
			for _, filler = range []string{"", strings.Repeat("x", 270)} { // so long that the reason is cut within the secret
				c.sound(t, c.open(t, s, enough).Send(t.Context(), post()))
			}
		}
	}
	v := c.open(t, nowhere(t), enough).Send(t.Context(), post())
	c.sound(t, v)
}

// goroutines: a sink may be used from several goroutines at once, and does not
// slow down by itself whatever the platform says about its limits.
func (c Case) goroutines(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-RateLimit-Remaining", "0")
		w.Header().Set("X-RateLimit-Reset-After", "20")
		w.Header().Set("Retry-After", "20")
		c.Good.write(w)
	})
	began := time.Now()
	sink := c.open(t, s, enough)
	shared := post() // also the message
	var all sync.WaitGroup
	const senders, each = 8, 5
	for range senders {
		all.Go(func() {
			for range each {
				if v := sink.Send(t.Context(), shared); v.Outcome != relay.Sent {
					t.Errorf("got %+v", v)
				}
			}
		})
	}
	all.Wait()
	if n := len(s.got()); n != senders*each {
		t.Errorf("%d requests for %d Sends", n, senders*each)
	}
	if took := time.Since(began); took > promptly {
		t.Errorf("took %s: to wait is the lane's business", took)
	}
}

// connections: a sink keeps its connection for the next request, until it is told
// to close what rests.
func (c Case) connections(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { c.Good.write(w) })
	sink := c.open(t, s, enough)
	idler, ok := sink.(relay.Idler)
	if !ok {
		t.Fatal("it is no relay.Idler")
	}
	send := func() {
		t.Helper()
		if v := sink.Send(t.Context(), post()); v.Outcome != relay.Sent {
			t.Errorf("got %+v", v)
		}
	}
	send()
	send()
	if opened, open := s.connections(); opened != 1 || open != 1 {
		t.Errorf("two requests opened %d connections, of which %d are open", opened, open)
	}
	idler.CloseIdle()
	s.await(t, func() bool { _, open := s.connections(); return open == 0 })
	send()
	if opened, _ := s.connections(); opened != 2 {
		t.Errorf("opened %d connections, want one more", opened)
	}
	idler.CloseIdle()
}

const quietVariable = "BOTRELAY_SINKTEST_QUIET"

// quietChild reports whether this process exists to see that it prints nothing.
func quietChild() bool { return os.Getenv(quietVariable) != "" }

// quiet: nothing is printed, by any means. A process of its own proves it.
func (c Case) quiet(t *testing.T) {
	if !quietChild() {
		name := strings.Split(t.Name(), "/")
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+strings.Join(name, "$/^")+"$", "-test.timeout=1m")
		cmd.Env = append(os.Environ(), quietVariable+"=1")
		out, err := cmd.CombinedOutput()
		for line := range strings.Lines(string(out)) {
			if line = strings.TrimSpace(line); line != "PASS" && !strings.HasPrefix(line, "coverage: ") {
				err = fmt.Errorf("it printed %q", line)
			}
		}
		if err != nil {
			t.Error(err)
		}
		return
	}
	answers := []Answer{c.Good, c.Alive, {200, "", "{"}, {204, "", ""}, {401, "application/json", `{"code":0}`}, {429, "text/plain", "error code: 1015"}, {502, "text/html", "<html>"}}
	for _, a := range answers {
		for _, limit := range []string{"1", "never"} {
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("X-RateLimit-Reset-After", limit)
				a.write(w)
			})
			_ = c.open(t, s, enough).Send(t.Context(), post())
			_ = c.open(t, s, enough).Probe(t.Context())
		}
	}
	_ = c.open(t, nowhere(t), enough).Send(t.Context(), post())
	_ = c.open(t, nowhere(t), enough).Probe(t.Context())
}

// messages: whatever a message holds and however long it is, one request goes
// out, and the platform would take it.
func (c Case) messages(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { c.Good.write(w) })
	sink := c.open(t, s, enough)
	send := func(name string, messages []relay.Message) {
		t.Helper()
		for _, form := range []relay.Form{relay.Rich, relay.Text} {
			before := len(s.got())
			v := sink.Send(t.Context(), relay.Post{Messages: messages, Form: form, Nonce: "n"})
			requests := s.got()[before:]
			if v.Outcome != relay.Sent || len(requests) != 1 {
				t.Errorf("%s as %s: %d requests and %+v", name, form, len(requests), v)
				continue
			}
			if err := c.Check(requests[0]); err != nil {
				t.Errorf("%s as %s: %v", name, form, err)
			}
		}
	}
	for _, sample := range Samples() {
		send(sample.Name, []relay.Message{sample.Message})
	}
	for i, text := range Hostile() {
		for _, length := range []int{1, 150, 1100, 5000, 100_000} {
			if length > 5000 && i%8 > 0 { // what is not cut off differs no more from one text to the next
				continue
			}
			send(fmt.Sprintf("hostile %d of %d", i, length), []relay.Message{Filled(text, length)})
		}
		send(fmt.Sprintf("hostile %d in pieces", i), []relay.Message{Scattered(text), Scattered(strings.Repeat(text, 20))})
	}
	for _, n := range []int{2, 8, 10, 11, 200} {
		var short, mixed []relay.Message
		for i := range n {
			short = append(short, Samples()[i%len(Samples())].Message)
			mixed = append(mixed, Filled(Hostile()[i%len(Hostile())], 1000))
		}
		send(fmt.Sprintf("digest of %d", n), short)
		send(fmt.Sprintf("hostile digest of %d", n), mixed)
	}
	send("nothing at all", []relay.Message{{}})
}
