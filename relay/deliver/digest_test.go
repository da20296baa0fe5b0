package deliver_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay"
	"botrelay/relay/deliver"
	"botrelay/relay/queue"
)

// TestDigests: what the pace does not allow one by one goes together, in order,
// as many as fit; with room, each goes alone.
func TestDigests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		p := &platform{budgets: channel("c", relay.Limit{Count: 2, Per: 10 * time.Second}), holds: 3}
		l.burst(9, "sales")
		stop := l.startWith(deliver.Config{Name: "sales", Sink: p, Digest: true})
		defer stop()
		pass(9 * time.Second)
		l.put("10", "sales")
		pass(time.Second)
		pass(20 * time.Second)
		l.put("11", "sales")
		pass(time.Second)
		if got, want := p.titles(), "1+2+3 4+5+6 7+8+9 10 11"; got != want {
			t.Errorf("sent %q, want %q", got, want)
		}
		if got, want := p.times(), seconds(0, 0, 10, 10, 30); !reflect.DeepEqual(got, want) {
			t.Errorf("sent at %v, want %v", got, want)
		}
		if s := l.status("sales"); s.Sent != 11 {
			t.Errorf("status %+v", s)
		}
	})
}

// TestDigestRefused: one bad event takes no other with it.
func TestDigestRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		arrived := ""
		p := &platform{budgets: channel("c", relay.Limit{Count: 1, Per: time.Second}), answer: func(_ int, post relay.Post) relay.Verdict {
			for _, m := range post.Messages {
				if m.Title == "4" {
					return relay.Verdict{Outcome: relay.Refused, Reason: "bad"}
				}
			}
			for _, m := range post.Messages {
				arrived += m.Title + " "
			}
			return relay.Verdict{Outcome: relay.Sent}
		}}
		l.burst(12, "sales")
		stop := l.startWith(deliver.Config{Name: "sales", Sink: p, Digest: true})
		defer stop()
		pass(time.Minute)
		if arrived != "1 2 3 5 6 7 8 9 10 11 12 " {
			t.Errorf("arrived %q by %q", arrived, p.titles())
		}
		if s := l.status("sales"); s.Sent != 11 || s.Dead != 1 {
			t.Errorf("status %+v", s)
		}
		if n := len(p.seen()); n > 9 {
			t.Errorf("%d requests: %s", n, p.titles())
		}
		if last := p.seen()[len(p.seen())-1].titles; !strings.HasSuffix(last, "11+12") {
			t.Errorf("once it is past, digests are whole again: %s", p.titles())
		}
	})
}

// TestDigestUnanswered: a digest whose answer was lost goes again unchanged,
// under the same nonce, whatever has come meanwhile, also after a restart.
func TestDigestUnanswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		p := &platform{budgets: channel("c", relay.Limit{Count: 1, Per: time.Second}), holds: 4, answer: func(n int, _ relay.Post) relay.Verdict {
			if n == 0 {
				return relay.Verdict{Reason: "hang"}
			}
			return relay.Verdict{Outcome: relay.Sent}
		}}
		cfg := deliver.Config{Name: "sales", Sink: p, Digest: true}
		l.burst(3, "sales")
		stop := l.startWith(cfg)
		pass(5 * time.Second)
		l.put("4", "sales")
		l.put("5", "sales")
		stop()
		l.close()
		l.open()
		defer l.startWith(cfg)()
		pass(time.Minute)
		a := p.seen()
		if got := p.titles(); got != "1+2+3 1+2+3 4+5" || a[0].nonce != a[1].nonce || a[1].nonce == a[2].nonce {
			t.Errorf("sent %+v", a)
		}
	})
}

// TestBurst: 2,000 leads at once reach a place that takes 20 messages a minute
// within so many minutes as digests of 25 need, in order and each once.
func TestBurst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		p := &platform{budgets: channel("c", relay.Limit{Count: 1, Per: time.Second}, relay.Limit{Count: 20, Per: time.Minute}), holds: 25}
		l.burst(2000, "sales")
		stop := l.startWith(deliver.Config{Name: "sales", Sink: p, Digest: true})
		defer stop()
		pass(4 * time.Minute)
		if s := l.status("sales"); s.Sent != 2000 {
			t.Errorf("after four minutes: %+v", s)
		}
		want := 1
		for title := range strings.FieldsFuncSeq(p.titles(), func(r rune) bool { return r == '+' || r == ' ' }) {
			if title != fmt.Sprint(want) {
				t.Fatalf("%s came in place of %d", title, want)
			}
			want++
		}
		records, err := l.store.Events(t.Context(), queue.Query{Status: queue.StatusPending})
		if err != nil || len(records) != 0 {
			t.Errorf("%d pending, error %v", len(records), err)
		}
	})
}
