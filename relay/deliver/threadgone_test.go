package deliver_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay"
)

// TestThreadRootGone: what a message was to answer was deleted. Whether the
// platform posts it all the same or refuses it, it begins the conversation anew.
func TestThreadRootGone(t *testing.T) {
	for about, tc := range map[string]struct {
		gone relay.Verdict
		want string
	}{
		"posted all the same": {relay.Verdict{Outcome: relay.Sent, ReplyGone: true, ID: "new"}, "a b<0 c<new d<new"},
		"posted, with no name to answer": {
			relay.Verdict{Outcome: relay.Sent, ReplyGone: true}, "a b<0 c d<2",
		},
		"not posted": {
			relay.Verdict{Outcome: relay.Later, ReplyGone: true, Status: 400, Reason: "message to be replied not found"}, "a b<0 b c<2 d<2",
		},
	} {
		t.Run(about, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLanes(t)
				defer l.close()
				p := &platform{answer: func(n int, post relay.Post) relay.Verdict {
					if post.Reply == "0" {
						return tc.gone
					}
					return relay.Verdict{Outcome: relay.Sent, ID: fmt.Sprint(n)}
				}}
				for _, name := range []string{"a", "b", "c", "d"} {
					l.putIn("anna", name, "sales")
				}
				defer l.startWith(threaded(p))()
				pass(0) // at once: nothing has failed
				wantTalks(t, p, tc.want)
				if s := l.status("sales"); s.Sent != 4 {
					t.Errorf("status %+v", s)
				}
				if a := p.seen(); len(a) == 5 && a[1].nonce != a[2].nonce {
					t.Error("it did not go again as the same batch")
				}
			})
		})
	}
}

// TestThreadRootGoneTooOften: a sink that always says so, whatever it was asked,
// is not asked without end.
func TestThreadRootGoneTooOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		p := &platform{answer: func(n int, _ relay.Post) relay.Verdict {
			if n == 0 {
				return relay.Verdict{Outcome: relay.Sent, ID: "0"}
			}
			return relay.Verdict{Outcome: relay.Later, ReplyGone: true, Status: 400, Reason: "not found"}
		}}
		l.putIn("anna", "a", "sales")
		l.putIn("anna", "b", "sales")
		defer l.startWith(threaded(p))()
		pass(time.Second)
		if n := len(p.seen()); n < 3 || n > 8 { // two tries more at most, each with a probe
			t.Errorf("%d requests in a second: %s", n, p.talks())
		}
	})
}

// TestThreadUnanswered: a message whose answer was lost goes again with what it
// answered, also after a restart, unless that is gone.
func TestThreadUnanswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		p := &platform{answer: func(n int, _ relay.Post) relay.Verdict {
			switch n {
			case 1, 2:
				return relay.Verdict{Reason: "hang"}
			case 3:
				return relay.Verdict{Outcome: relay.Later, ReplyGone: true, Status: 400, Reason: "not found"}
			}
			return relay.Verdict{Outcome: relay.Sent, ID: fmt.Sprint(n)}
		}}
		l.putIn("anna", "a", "sales")
		l.putIn("anna", "b!", "sales")
		stop := l.startWith(threaded(p))
		pass(30 * time.Second)
		stop()
		l.close()
		l.open()
		defer l.startWith(threaded(p))()
		pass(2 * time.Minute)
		l.putIn("anna", "c", "sales")
		pass(time.Second)
		wantTalks(t, p, "a b!<0* b!<0* ? b!<0* b! c<4")
		a := p.seen()
		for i, b := range a[1:6] {
			if !b.probe && b.nonce != a[1].nonce {
				t.Errorf("try %d was another batch: it may arrive twice", i)
			}
		}
	})
}

// TestThreadAsText: a refused message goes again as plain text and answers
// nothing, but its conversation goes on where it began.
func TestThreadAsText(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		p := &platform{answer: func(n int, post relay.Post) relay.Verdict {
			if strings.HasPrefix(post.Messages[0].Title, "bad") && post.Form == relay.Rich {
				return relay.Verdict{Outcome: relay.Refused, Status: 400, Reason: "cannot parse"}
			}
			return relay.Verdict{Outcome: relay.Sent, ID: fmt.Sprint(n)}
		}}
		for _, name := range []string{"a", "bad!", "c"} {
			l.putIn("anna", name, "sales")
		}
		for _, name := range []string{"bad", "d"} {
			l.putIn("ben", name, "sales")
		}
		defer l.startWith(threaded(p))()
		pass(time.Second)
		wantTalks(t, p, "a bad!<0* bad!(text) c<0 bad bad(text) d<5")
	})
}
