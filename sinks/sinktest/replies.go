package sinktest

import (
	"bytes"
	"net/http"
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
