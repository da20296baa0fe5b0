package sinktest

import (
	"bytes"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"botrelay/relay"
)

// Replies is how a platform answers posts that answer a message.
type Replies struct {
	To       string   // the verdict's ID of a message that the sink can answer
	Answered Answer   // to a post that answers it
	Alone    Answer   // to one that was to, and stands by itself since the message is gone
	Refused  []Answer // to one that is refused because of what it was to answer
}

// replies: a post answers the message it is to answer and no other, and what
// became of that is told. A sink that cannot reply does as if nobody asked.
func (c Case) replies(t *testing.T) {
	if c.Replies == nil {
		c.noReplies(t)
		return
	}
	plain, _ := c.sent(t, c.Good, post())
	_, number, _ := strings.Cut(c.Replies.To, "/")
	for _, test := range []struct {
		name    string
		answer  Answer
		outcome relay.Outcome
		gone    bool
	}{
		{"answered", c.Replies.Answered, relay.Sent, false},
		{"alone", c.Replies.Alone, relay.Sent, true},
	} {
		got, v := c.sent(t, test.answer, to(c.Replies.To, relay.Rich))
		if v.Outcome != test.outcome || v.ReplyGone != test.gone || v.ID == "" {
			t.Errorf("%s: got %+v", test.name, v)
		}
		if !bytes.Contains(got.Body, []byte(number)) {
			t.Errorf("%s: the request does not say what it answers: %s", test.name, got.Body)
		}
		if err := c.Check(got); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	for _, answer := range c.Replies.Refused {
		_, v := c.sent(t, answer, to(c.Replies.To, relay.Rich))
		if v.Outcome != relay.Later || !v.ReplyGone || v.Doubtful || v.After != 0 || v.Scope != relay.ScopeDestination {
			t.Errorf("%s: got %+v", answer.Body, v)
		}
		c.told(t, v)
		if _, v = c.sent(t, answer, post()); v.Outcome == relay.Later || v.ReplyGone {
			t.Errorf("%s to a post that answers nothing: got %+v", answer.Body, v)
		}
	}
	for _, nonsense := range []string{"x", "/", "x/y", number, c.Replies.To + "x"} {
		if got, v := c.sent(t, c.Good, to(nonsense, relay.Rich)); !bytes.Equal(got.Body, plain.Body) || v.Outcome != relay.Sent || v.ReplyGone {
			t.Errorf("a reply to %q: %s: got %+v", nonsense, got.Body, v)
		}
	}
	// Plain text answers nothing, so that nothing stands in its way.
	if got, v := c.sent(t, c.Replies.Alone, to(c.Replies.To, relay.Text)); v.ReplyGone || bytes.Contains(got.Body, []byte(number)) {
		t.Errorf("plain text: %s: got %+v", got.Body, v)
	}
}

// links: the entries of a digest link to their conversations, once the sink has
// seen enough of the place to make links, and nothing makes way for them.
func (c Case) links(t *testing.T) {
	if c.Replies == nil {
		return // there are no conversations to link to
	}
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { c.Replies.Answered.write(w) })
	sink := c.open(t, s, enough)
	sink.Send(t.Context(), to(c.Replies.To, relay.Rich))
	_, number, _ := strings.Cut(c.Replies.To, "/")
	for name, test := range map[string]struct {
		messages []relay.Message
		roots    []string
		links    int
	}{
		"few":                {Leads(3), fill(3, c.Replies.To), 3},
		"a digest":           {Mixed(12), fill(12, c.Replies.To), 12},
		"some":               {Mixed(12), []string{c.Replies.To, "", c.Replies.To}, 2},
		"none":               {Mixed(12), nil, 0},
		"too many":           {Leads(6), fill(9, c.Replies.To), 6},
		"nonsense":           {Mixed(12), []string{"x", "/", "x/y", number, c.Replies.To + "x", "/" + c.Replies.To, "\")>|" + c.Replies.To}, 0},
		"more than it holds": {Leads(40), fill(40, c.Replies.To), -1},
	} {
		p := relay.Post{Messages: test.messages, Form: relay.Rich, Nonce: "n", Roots: test.roots}
		c.tellsAll(t, sink, s, name, p)
		requests := s.got()
		if n := c.linked(requests[len(requests)-1]); test.links >= 0 && n != test.links {
			t.Errorf("%s: %d links to conversations, want %d: %s", name, n, test.links, requests[len(requests)-1].Body)
		}
	}
}

// linksAfterProbe: what is needed for links is learned from probes too.
func (c Case) linksAfterProbe(t *testing.T) {
	if c.Replies == nil {
		return
	}
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { c.Alive.write(w) })
	sink := c.open(t, s, enough)
	sink.Probe(t.Context())
	sink.Send(t.Context(), relay.Post{Messages: Leads(2), Form: relay.Rich, Nonce: "n", Roots: fill(2, c.Replies.To)})
	requests := s.got()
	if n := c.linked(requests[len(requests)-1]); n != 2 {
		t.Errorf("%d links to conversations, want 2: %s", n, requests[len(requests)-1].Body)
	}
}

// linked returns how many links to the message c.Replies.To a request has.
func (c Case) linked(r Request) int {
	body := string(r.Body)
	if form, err := url.QueryUnescape(body); err == nil {
		body = form
	}
	number := c.Replies.To[strings.LastIndexAny(c.Replies.To, "/.")+1:] // Slack leaves the dot out of links
	return len(regexp.MustCompile(`https://[^"\s)]*`+number+`[^"\s)]*`).FindAllString(body, -1))
}

func fill(n int, text string) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = text
	}
	return out
}

// noReplies: a sink that cannot reply sends the same, whatever it is asked.
func (c Case) noReplies(t *testing.T) {
	plain, _ := c.sent(t, c.Good, post())
	for _, id := range []string{c.ID, "1/2", "x"} {
		if got, v := c.sent(t, c.Good, to(id, relay.Rich)); !bytes.Equal(got.Body, plain.Body) || v.Outcome != relay.Sent || v.ReplyGone {
			t.Errorf("a reply to %q: %s: got %+v", id, got.Body, v)
		}
	}
}

// to is a post that is to answer the message of this ID, in the channel too.
func to(id string, form relay.Form) relay.Post {
	p := post()
	p.Form, p.Reply, p.Broadcast = form, id, true
	return p
}

// sent sends p to a platform that answers with a, and returns the one request
// and the verdict.
func (c Case) sent(t *testing.T, a Answer, p relay.Post) (Request, relay.Verdict) {
	t.Helper()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { a.write(w) })
	v := c.open(t, s, enough).Send(t.Context(), p)
	s.one(t)
	return s.got()[0], v
}
