package deliver_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay"
	"botrelay/relay/deliver"
)

// talks tells of every request so far: the titles of its messages, what it
// answers or an asterisk if it is shown in the channel as well, and what its
// messages' conversations began with.
func (p *platform) talks() string {
	var talks []string
	for _, a := range p.seen() {
		talk := a.titles
		if a.reply != "" {
			talk += "<" + a.reply
		}
		if a.broadcast {
			talk += "*"
		}
		if a.form == relay.Text {
			talk += "(text)"
		}
		if a.roots != nil {
			talk += fmt.Sprintf("%q", a.roots)
		}
		talks = append(talks, talk)
	}
	return strings.Join(talks, " ")
}

// threaded returns what the sender of sales needs to thread what it sends to p.
func threaded(p *platform) deliver.Config {
	if p.budgets == nil {
		p.budgets = channel("c")
	}
	return deliver.Config{Name: "sales", Sink: p, Digest: true, Thread: true}
}

// wantTalks checks what was asked of the platform, as talks tells it.
func wantTalks(t *testing.T, p *platform, want string) {
	t.Helper()
	if got := p.talks(); got != want {
		t.Errorf("sent %s, want %s", got, want)
	}
}

// TestThreads: the first message of a conversation begins it, the others answer
// that one, and what must not be missed is shown in the channel too.
func TestThreads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, p := newLanes(t), &platform{}
		defer l.close()
		l.putIn("anna", "a!", "sales") // stands in the channel anyway
		l.putIn("ben", "b", "sales")
		l.put("alone!", "sales")
		l.putIn("anna", "c", "sales")
		l.putIn("anna", "d!", "sales")
		l.putIn("ben", "e", "sales")
		l.put("alone", "sales")
		defer l.startWith(threaded(p))()
		pass(time.Second)
		wantTalks(t, p, "a! b alone! c<0 d!<0* e<1 alone")
	})
}

// TestThreadQuiet: the first message after an hour's silence is shown in the
// channel as well, and stays an answer.
func TestThreadQuiet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, p := newLanes(t), &platform{}
		defer l.close()
		defer l.startWith(threaded(p))()
		for _, step := range []struct {
			name  string
			after time.Duration
		}{{"a", 0}, {"b", time.Hour - time.Second}, {"c", time.Hour - time.Second}, {"d", time.Hour}, {"e", 0}, {"f", 9 * time.Hour}} {
			pass(step.after)
			l.putIn("anna", step.name, "sales")
			synctest.Wait()
		}
		pass(time.Second)
		wantTalks(t, p, "a b<0 c<0 d<0* e<0 f<0*")
	})
}

// TestThreadOff: a sink that does not want threads answers nothing, and neither
// does one whose platform does not name its messages.
func TestThreadOff(t *testing.T) {
	for about, cfg := range map[string]func() (deliver.Config, *platform){
		"switched off": func() (deliver.Config, *platform) {
			p := &platform{}
			cfg := threaded(p)
			cfg.Thread = false
			return cfg, p
		},
		"messages without a name": func() (deliver.Config, *platform) {
			p := &platform{answer: func(int, relay.Post) relay.Verdict { return relay.Verdict{Outcome: relay.Sent} }}
			return threaded(p), p
		},
	} {
		t.Run(about, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLanes(t)
				defer l.close()
				cfg, p := cfg()
				defer l.startWith(cfg)()
				for _, name := range []string{"a", "b!", "c"} {
					l.putIn("anna", name, "sales")
				}
				pass(time.Second)
				wantTalks(t, p, "a b! c")
			})
		})
	}
}

// TestThreadOfDigest: a digest goes to the channel and knows where the
// conversations of its messages began; it begins none.
func TestThreadOfDigest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		p := &platform{budgets: channel("c", relay.Limit{Count: 2, Per: 10 * time.Second}), holds: 4}
		defer l.startWith(threaded(p))()
		put := func(names ...string) {
			for _, name := range names {
				conversation, _, _ := strings.Cut(name, "-")
				l.putIn(conversation, name, "sales")
			}
		}
		put("anna-1", "ben-1")
		pass(time.Second)
		put("carl-1", "anna-2", "-alone!", "ben-2", "anna-3", "dora-1", "emil-1")
		pass(10 * time.Second)
		put("carl-2", "anna-4")
		pass(10 * time.Second)
		wantTalks(t, p, `anna-1 ben-1 carl-1+anna-2+-alone!+ben-2["" "0" "" "1"] anna-3+dora-1+emil-1["0" "" ""] carl-2 anna-4<0`)
	})
}

// TestThreadOfUnknowns: a digest of which no message is known to belong anywhere
// has no roots.
func TestThreadOfUnknowns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		p := &platform{budgets: channel("c", relay.Limit{Count: 1, Per: 10 * time.Second})}
		l.putIn("anna", "a", "sales")
		l.putIn("ben", "b", "sales")
		defer l.startWith(threaded(p))()
		pass(time.Second)
		wantTalks(t, p, "a+b")
	})
}

// TestThreadShared: two sinks of one channel share its threads, and a restart
// keeps them.
func TestThreadShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, p, other := newLanes(t), &platform{}, &platform{budgets: channel("c")}
		defer l.close()
		second := threaded(other)
		second.Name = "support"
		start := func() (stop func()) {
			stops := []func(){l.startWith(threaded(p)), l.startWith(second)}
			return func() {
				for _, stop := range stops {
					stop()
				}
			}
		}
		stop := start()
		l.putIn("anna", "a", "sales")
		pass(time.Second)
		l.putIn("anna", "b", "support")
		pass(time.Second)
		stop()
		l.close()
		l.open()
		defer start()()
		l.putIn("anna", "c", "sales", "support")
		pass(time.Second)
		wantTalks(t, p, "a c<0")
		wantTalks(t, other, "b<0 c<0")
	})
}

// TestThreadMoved: in a chat that moved, the messages of the former one cannot be
// answered.
func TestThreadMoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		p := &platform{answer: func(n int, _ relay.Post) relay.Verdict {
			if n == 1 {
				return relay.Verdict{Outcome: relay.Later, Status: 400, MovedTo: "-1009", Reason: "group chat was upgraded"}
			}
			return relay.Verdict{Outcome: relay.Sent, ID: fmt.Sprint(n)}
		}}
		for _, name := range []string{"a", "b", "c"} {
			l.putIn("anna", name, "sales")
		}
		defer l.startWith(threaded(p))()
		pass(time.Second)
		wantTalks(t, p, "a b<0 b c<2")
		if a := p.seen(); a[2].movedTo != "-1009" {
			t.Errorf("sent to %q", a[2].movedTo)
		}
	})
}

// TestThreadReads: an attempt asks the store once about what it sends, and not
// at all where no message belongs anywhere.
func TestThreadReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		p := &platform{budgets: channel("c", relay.Limit{Count: 1, Per: 10 * time.Second})}
		cfg, counted := threaded(p), &countedLanes{Lanes: l.store}
		cfg.Lanes = counted
		defer l.startWith(cfg)()
		for _, step := range []struct {
			conversations string
			reads         int64
		}{{"-", 0}, {"anna", 1}, {"anna", 1}, {"- - -", 0}, {"- anna - ben anna", 1}} {
			before := counted.threads.Load()
			for conversation := range strings.FieldsSeq(step.conversations) {
				l.putIn(strings.TrimPrefix(conversation, "-"), conversation, "sales")
				synctest.Wait() // the first goes alone, the others together
			}
			pass(20 * time.Second)
			if got := counted.threads.Load() - before; got != step.reads {
				t.Errorf("%s: %d reads, want %d; sent %s", step.conversations, got, step.reads, p.talks())
			}
		}
	})
}
