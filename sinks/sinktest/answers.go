package sinktest

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
)

// answers: one request and a fitting verdict for every answer.
func (c Case) answers(t *testing.T) {
	const page = "<!DOCTYPE html><html><body><h1>Sign in</h1></body></html>"
	unsure := func(v relay.Verdict) bool { return v.Outcome == relay.Sent || v.Outcome == relay.Later && v.Doubtful }
	failed := func(v relay.Verdict) bool { return v.Outcome == relay.Later && v.Doubtful }
	refused := func(v relay.Verdict) bool { return v.Outcome == relay.Refused }
	held := func(v relay.Verdict) bool { return v.Outcome == relay.Held }
	later := func(least time.Duration) func(relay.Verdict) bool {
		return func(v relay.Verdict) bool { return v.Outcome == relay.Later && !v.Doubtful && v.After >= least }
	}
	stopped := func(v relay.Verdict) bool { return held(v) || later(0)(v) } // the message is not lost by it
	for _, test := range []struct {
		name   string
		answer Answer
		header string
		want   func(relay.Verdict) bool
	}{
		{"200 empty", Answer{200, "", ""}, "", failed},
		{"200 page", Answer{200, "text/html", page}, "", func(v relay.Verdict) bool { return v.Outcome != relay.Sent && v.Outcome != relay.Refused }},
		{"200 huge", Answer{200, "text/plain", strings.Repeat("x", 8<<20)}, "", failed},
		{"200 of another service", Answer{200, "application/json", `{"status":"up"}`}, "", failed},
		{"200 nonsense", Answer{200, "application/octet-stream", "\x00\xff\x1b{"}, "", failed},
		{"204", Answer{204, "", ""}, "", unsure},
		{"302", Answer{302, "text/html", page}, "Location: /elsewhere", held},
		{"307", Answer{307, "", ""}, "Location: /elsewhere", held},
		{"400", Answer{400, "text/plain", "bad"}, "", func(v relay.Verdict) bool { return v.Outcome != relay.Sent && v.Outcome != relay.Held }},
		{"400 empty", Answer{400, "", ""}, "", later(0)},
		{"400 page", Answer{400, "text/html", page}, "", stopped},
		{"400 words", Answer{400, "text/plain", "Bad Request: malformed Host header\n"}, "", later(0)},
		{"400 of another service", Answer{400, "application/json", `{"status":400,"error":"Bad Request","path":"/"}`}, "", later(0)},
		{"400 broken off", Answer{400, "application/json", `{"ok":false,"error":"inv`}, "Retry-After: 3", later(3 * time.Second)},
		{"401", Answer{401, "", ""}, "", held},
		{"403", Answer{403, "text/html", page}, "", held},
		{"404", Answer{404, "text/plain", "404 page not found"}, "", held},
		{"405", Answer{405, "", ""}, "", held},
		{"407", Answer{407, "text/plain", "proxy_authentication_required"}, "", later(0)},
		{"407 page", Answer{407, "text/html", page}, "", later(0)},
		{"410", Answer{410, "", ""}, "", held},
		{"413", Answer{413, "", ""}, "", refused},
		{"413 page", Answer{413, "text/html", page}, "", refused},
		{"418", Answer{418, "text/plain", "short and stout"}, "", later(0)},
		{"421", Answer{421, "text/plain", "misdirected"}, "", later(0)},
		{"425", Answer{425, "text/plain", "early"}, "Retry-After: 2", later(2 * time.Second)},
		{"451", Answer{451, "text/plain", "Blocked by order of a court."}, "", later(0)},
		{"451 page", Answer{451, "text/html", page}, "", stopped},
		{"429", Answer{429, "text/plain", "slow down"}, "", later(0)},
		{"429 with a wait", Answer{429, "application/json", "{}"}, "Retry-After: 7", later(7 * time.Second)},
		{"429 with a wait in the body", Answer{429, "application/json", `{"ok":false,"retry_after":20,"parameters":{"retry_after":20}}`}, "", later(0)},
		{"429 with a wrong wait", Answer{429, "application/json", "{}"}, "Retry-After: soon", later(0)},
		{"500", Answer{500, "text/plain", "oops"}, "", failed},
		{"502 page", Answer{502, "text/html", page}, "", failed},
		{"503", Answer{503, "application/json", `{"message":"down"}`}, "Retry-After: 3", func(v relay.Verdict) bool { return failed(v) && v.After == 3*time.Second }},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if name, value, found := strings.Cut(test.header, ": "); found {
					w.Header().Set(name, value)
				}
				test.answer.write(w)
			})
			began := time.Now()
			v := c.open(t, s, enough).Send(t.Context(), post())
			if took := time.Since(began); took > promptly {
				t.Errorf("took %s: to wait is the lane's business", took)
			}
			c.sound(t, v)
			s.one(t)
			if !test.want(v) || v.Status != test.answer.Status {
				t.Errorf("got %+v", v)
			}
		})
	}
}

// protocols: a server that turns to another protocol holds nobody up, though
// it keeps the connection open and says no more.
func (c Case) protocols(t *testing.T) {
	for name, call := range map[string]func(context.Context, relay.Sink) relay.Verdict{
		"send":  func(ctx context.Context, s relay.Sink) relay.Verdict { return s.Send(ctx, post()) },
		"probe": func(ctx context.Context, s relay.Sink) relay.Verdict { return s.Probe(ctx) },
	} {
		t.Run(name, func(t *testing.T) {
			const deadline = 2 * time.Second
			release := make(chan struct{})
			defer close(release)
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) { upgrade(t, w, release) })
			sink, answered := c.open(t, s, deadline), make(chan relay.Verdict, 1)
			began := time.Now()
			go func() { answered <- call(t.Context(), sink) }()
			select {
			case v := <-answered:
				if took := time.Since(began); took >= deadline {
					t.Errorf("took %s: there is nothing to wait for", took)
				}
				c.sound(t, v)
				s.one(t)
				if v.Outcome != relay.Later || v.Doubtful || v.Status != http.StatusSwitchingProtocols {
					t.Errorf("got %+v", v)
				}
			case <-time.After(promptly):
				t.Errorf("it hangs beyond its deadline of %s", deadline)
			}
		})
	}
}
