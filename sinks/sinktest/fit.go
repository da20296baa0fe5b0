package sinktest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"botrelay/relay"
)

// many is how many messages a deliverer asks about at once.
const many = 50

// fewest is how many ordinary leads a digest must hold for a burst to get
// through at ten times the platform's pace, with requests to spare.
const fewest = 15

// fit: as many messages as the sink says go into one digest, and each of them
// is told there; the platform would take it.
func (c Case) fit(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { c.Good.write(w) })
	sink := c.open(t, s, enough)
	if n := sink.Fit(nil); n < 1 {
		t.Errorf("a post holds %d of no messages", n)
	}
	for _, test := range []struct {
		name     string
		messages []relay.Message
		fewest   int
	}{
		{"leads", Leads(many), fewest},
		{"mixed", Mixed(many), fewest},
		{"leads and notices", Notices(many), fewest},
		{"hostile leads", HostileLeads(many), 5},
		{"long", named(many, Filled("word ", 20_000)), 2},
		{"two leads", Leads(2), 2},
		{"one lead", Leads(1), 1},
		{"nothing", make([]relay.Message, many), many / 2},
	} {
		n := sink.Fit(test.messages)
		if n < test.fewest || n > len(test.messages) {
			t.Errorf("%s: a post holds %d of %d", test.name, n, len(test.messages))
			continue
		}
		if again := sink.Fit(test.messages[:n]); again != n {
			t.Errorf("%s: a post holds %d, and of these %d", test.name, n, again)
		}
		c.tellsAll(t, sink, s, fmt.Sprintf("%d %s", n, test.name), relay.Post{Messages: test.messages[:n], Form: relay.Rich, Nonce: "n"})
		n = min(n, 10) // plain text holds less
		c.tellsAll(t, sink, s, fmt.Sprintf("%d %s in plain text", n, test.name), relay.Post{Messages: test.messages[:n], Form: relay.Text, Nonce: "n"})
	}
	// More than the sink has said are all told of as well.
	c.tellsAll(t, sink, s, "40 leads", relay.Post{Messages: Leads(40), Form: relay.Rich, Nonce: "n"})
}

// tellsAll fails t unless p arrives in one request that the platform would take and
// that has the names of all leads, in order.
func (c Case) tellsAll(t *testing.T, sink relay.Sink, s *server, name string, p relay.Post) {
	t.Helper()
	before := len(s.got())
	v := sink.Send(t.Context(), p)
	requests := s.got()[before:]
	if v.Outcome != relay.Sent || len(requests) != 1 {
		t.Errorf("%s: %d requests and %+v", name, len(requests), v)
		return
	}
	if err := c.Check(requests[0]); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	rest := string(requests[0].Body)
	for i, m := range p.Messages {
		_, word, named := strings.Cut(m.Title, LeadName(i)[:strings.Index(LeadName(i), " ")])
		if !named {
			continue
		}
		word = strings.TrimRight(strings.Fields(word)[0], ":") // letters only, which no encoding changes
		_, after, found := strings.Cut(rest, word)
		if !found {
			t.Errorf("%s: number %d, %q, is not told of", name, i+1, m.Title)
			return
		}
		rest = after
	}
}

// named returns n copies of a message, each with a lead's name in its title.
func named(n int, m relay.Message) []relay.Message {
	out := make([]relay.Message, n)
	for i := range out {
		out[i] = m
		out[i].Title = LeadName(i) + ": " + m.Title
	}
	return out
}
