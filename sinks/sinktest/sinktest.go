// Package sinktest is what every sink must pass, against a scripted server on
// loopback: one request for each Send whatever comes back, a verdict in every
// case, nothing printed, no secret told, no state of a library touched. What
// each platform takes and how its answers are judged is left to the sinks' own
// tests.
package sinktest

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/sinks/transport"
)

// Case is a sink to be tested. All of it is needed, but where it says otherwise.
type Case struct {
	// Open opens the sink with its secrets.
	Open func(transport.Config) (relay.Sink, error)
	// Secrets are the texts that must never be told, in whole or in part.
	Secrets []string
	// Good is what the platform answers to a message it has posted, and ID the
	// verdict's ID then; it may be empty only if the platform tells none.
	Good Answer
	ID   string
	// Replies is how the platform answers replies; nil: the sink cannot reply.
	Replies *Replies
	// Alive is what the platform answers to a probe when all is well, and Gone
	// what it answers, in its own words, where the destination is no more.
	Alive Answer
	Gone  []Answer
	// CheckProbe returns an error if a probe's request would change something,
	// or asks for something else than it should.
	CheckProbe func(Request) error
	// Globals returns the variables of the library that must stay as they are.
	Globals func() any
	// Check returns an error if the platform would not take a request as it
	// is, or if a hostile text in it is not inert.
	Check func(Request) error
}

// Answer is what the server answers.
type Answer struct {
	Status int
	Type   string // the Content-Type
	Body   string
}

// Request is what the server got.
type Request struct {
	Method string
	URL    string // path and query
	Header http.Header
	Body   []byte
}

// Run tests a sink. Parts of it are never left out.
func Run(t *testing.T, c Case) {
	if c.Open == nil || c.Globals == nil || c.Check == nil || len(c.Secrets) == 0 || c.Good.Status == 0 ||
		c.Alive.Status == 0 || len(c.Gone) == 0 || c.CheckProbe == nil {
		t.Fatal("the case is incomplete")
	}
	if quietChild() {
		t.Run("quiet", c.quiet)
		return
	}
	before := fmt.Sprintf("%#v", c.Globals())
	t.Run("good", c.good)
	t.Run("answers", c.answers)
	t.Run("breaks", c.breaks)
	t.Run("protocols", c.protocols)
	t.Run("deadline", c.deadline)
	t.Run("cancel", c.cancel)
	t.Run("nobody", c.nobody)
	t.Run("echo", c.echo)
	t.Run("goroutines", c.goroutines)
	t.Run("connections", c.connections)
	t.Run("messages", c.messages)
	t.Run("addresses", c.addresses)
	t.Run("replies", c.replies)
	t.Run("links", c.links)
	t.Run("links after a probe", c.linksAfterProbe)
	t.Run("probe answers", c.probeAnswers)
	t.Run("probe silence", c.probeSilence)
	t.Run("probe echo", c.probeEcho)
	t.Run("inspections", c.inspections)
	t.Run("budgets", c.budgets)
	t.Run("fit", c.fit)
	t.Run("quiet", c.quiet)
	if after := fmt.Sprintf("%#v", c.Globals()); !reflect.DeepEqual(before, after) {
		t.Errorf("the library's variables were %s and are %s", before, after)
	}
}

// open opens the sink, which reaches s instead of the platform.
func (c Case) open(t *testing.T, s *server, timeout time.Duration) relay.Sink {
	t.Helper()
	sink, err := c.Open(transport.Config{Base: s.base, Timeout: timeout})
	if err != nil {
		t.Fatal(err)
	}
	return sink
}

// part is how many characters of a secret give it away.
const part = 8

// tells reports whether text tells a secret.
func (c Case) tells(text string) bool {
	for _, secret := range c.Secrets {
		for i := range len(secret) - part + 1 {
			if strings.Contains(text, secret[i:i+part]) {
				return true
			}
		}
	}
	return false
}

// sound fails t if a verdict on a post that answers nothing is not one, or
// tells a secret.
func (c Case) sound(t *testing.T, v relay.Verdict) {
	t.Helper()
	c.told(t, v)
	if v.Outcome == relay.Sent && v.Doubtful {
		t.Errorf("sent, and yet in doubt: %+v", v)
	}
	if v.ReplyGone {
		t.Errorf("nothing was to be answered, and yet that is gone: %+v", v)
	}
}

// told fails t if a verdict says too much or too little.
func (c Case) told(t *testing.T, v relay.Verdict) {
	t.Helper()
	text := fmt.Sprintf("%+v", v)
	if c.tells(text) {
		t.Errorf("the verdict tells a secret: %s", text)
	}
	switch v.Outcome {
	case relay.Sent:
		if v.Reason != "" {
			t.Errorf("sent, and yet: %s", text)
		}
	case relay.Later, relay.Refused, relay.Held:
		if v.Reason == "" || strings.Contains(v.Reason, "\n") || len([]rune(v.Reason)) > 300 {
			t.Errorf("the reason is not one short line: %q", v.Reason)
		}
		if v.ID != "" {
			t.Errorf("not sent, and yet it has an ID: %s", text)
		}
	default:
		t.Errorf("no outcome: %s", text)
	}
	if v.After < 0 || v.After > 0 && v.Outcome != relay.Later {
		t.Errorf("a wait that means nothing: %s", text)
	}
}

// post is a message as any other.
func post() relay.Post {
	return relay.Post{Messages: []relay.Message{Samples()[0].Message}, Form: relay.Rich, Nonce: "n-1"}
}
