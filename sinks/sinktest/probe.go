package sinktest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
)

// probed fails t unless v is what a probe may come to. Nothing was posted, so
// nothing has an ID or has moved, and only an answer can be in doubt.
func (c Case) probed(t *testing.T, v relay.Verdict) {
	t.Helper()
	c.told(t, v)
	if v.Outcome != relay.Sent && v.Outcome != relay.Later || v.Doubtful && v.Outcome != relay.Sent || v.ID != "" || v.MovedTo != "" {
		t.Errorf("no verdict on a probe: %+v", v)
	}
}

// probeAnswers: a probe is Sent if the platform itself answers, whatever it
// says, Sent but in doubt if something else may have, and Later if it has trouble.
func (c Case) probeAnswers(t *testing.T) {
	const page = "<!DOCTYPE html><html><body><h1>Sign in</h1></body></html>"
	type row struct {
		name   string
		answer Answer
		header string
		want   Judged // After: at least
	}
	sent, strange := Judged{Outcome: relay.Sent}, Judged{Outcome: relay.Sent, Doubtful: true}
	later := func(after time.Duration) Judged { return Judged{Outcome: relay.Later, After: after} }
	rows := []row{
		{"alive", c.Alive, "", sent},
		{"200 page", Answer{200, "text/html", page}, "", strange},
		{"302", Answer{302, "text/html", page}, "Location: /elsewhere", strange},
		{"307", Answer{307, "", ""}, "Location: /elsewhere", strange},
		{"403 page", Answer{403, "text/html", page}, "", strange},
		{"404 page", Answer{404, "text/html", page}, "", strange},
		{"407", Answer{407, "text/plain", "who are you?"}, "", later(0)},
		{"408", Answer{408, "", ""}, "", later(0)},
		{"429", Answer{429, "text/plain", "slow down"}, "", later(time.Second)},
		{"429 page", Answer{429, "text/html", page}, "", later(time.Second)},
		{"429 with a wait", Answer{429, "application/json", "{}"}, "Retry-After: 7", later(7 * time.Second)},
		{"500", Answer{500, "text/plain", "oops"}, "", later(0)},
		{"500 that is well", Answer{500, c.Alive.Type, c.Alive.Body}, "", later(0)},
		{"502 page", Answer{502, "text/html", page}, "", later(0)},
		{"503", Answer{503, "", ""}, "Retry-After: 3", later(3 * time.Second)},
	}
	for _, gone := range c.Gone {
		rows = append(rows, row{"gone: " + gone.Body, gone, "", sent})
	}
	for _, test := range rows {
		t.Run(test.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if name, value, found := strings.Cut(test.header, ": "); found {
					w.Header().Set(name, value)
				}
				test.answer.write(w)
			})
			v := c.open(t, s, enough).Probe(t.Context())
			c.probed(t, v)
			s.one(t)
			if v.Outcome != test.want.Outcome || v.Doubtful != test.want.Doubtful || v.After < test.want.After || v.Status != test.answer.Status {
				t.Errorf("got %+v", v)
			}
			if got := s.got(); len(got) == 1 {
				if err := c.CheckProbe(got[0]); err != nil {
					t.Errorf("it asked for something else: %v", err)
				}
			}
		})
	}
}

// probeSilence: a probe that is not answered is Later, and ends in time.
func (c Case) probeSilence(t *testing.T) {
	for name, s := range map[string]*server{
		"nobody": nowhere(t), "before reading": listen(t),
		"after reading": serve(t, func(w http.ResponseWriter, _ *http.Request) { reset(t, w) }),
	} {
		t.Run(name, func(t *testing.T) {
			v := c.open(t, s, enough).Probe(t.Context())
			c.probed(t, v)
			if v.Outcome != relay.Later || v.Status != 0 {
				t.Errorf("got %+v", v)
			}
		})
	}
	t.Run("hangs", func(t *testing.T) {
		release := make(chan struct{})
		s := serve(t, func(http.ResponseWriter, *http.Request) { <-release })
		v := c.open(t, s, 200*time.Millisecond).Probe(t.Context())
		close(release)
		c.probed(t, v)
		s.one(t)
		if v.Outcome != relay.Later {
			t.Errorf("got %+v", v)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		release := make(chan struct{})
		s := serve(t, func(http.ResponseWriter, *http.Request) { stop(); <-release })
		began := time.Now()
		v := c.open(t, s, enough).Probe(ctx)
		took := time.Since(began)
		close(release)
		c.probed(t, v)
		if v.Outcome != relay.Later || took > enough/2 {
			t.Errorf("got %+v after %s", v, took)
		}
	})
}

// probeEcho: a server that answers with what it was asked gives no secret away.
func (c Case) probeEcho(t *testing.T) {
	for _, status := range []int{200, 302, 400, 401, 404, 429, 500} {
		for _, body := range []string{
			"%s",
			`{"ok":false,"error":"%[1]s","error_code":500,"description":"%[1]s","message":"%[1]s","code":130000}`,
		} {
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				told := strings.Join(c.Secrets, " ") + " " + r.URL.RequestURI() + " " + r.Header.Get("Authorization")
				w.Header().Set("Location", "/"+strings.Join(c.Secrets, "/"))
				Answer{status, "application/json", fmt.Sprintf(body, told)}.write(w)
			})
			c.probed(t, c.open(t, s, enough).Probe(t.Context()))
		}
	}
}
