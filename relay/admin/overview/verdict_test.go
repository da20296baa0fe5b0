package overview_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/overview"
	"botrelay/relay/admin/pagetest"
	"botrelay/relay/queue"
	"botrelay/relay/status"
)

// tick is the sign that all is well.
const tick = "M6.5 12.5l3.7 3.7 7.3-8"

// TestAllIsWell: it is said, with its sign, when nothing at all is amiss; and neither of a
// relay to which nothing has come, nor of one that is worth a look.
func TestAllIsWell(t *testing.T) {
	h := newHouse(t, routes)
	signed := func(about, state, heading string) {
		t.Helper()
		page := h.Page(200, "/")
		if v := h.told("/"); v.Verdict.State != state {
			t.Errorf("%s: %+v", about, v.Verdict)
		}
		if strings.Contains(page, tick) != (state == "well") || !strings.Contains(page, "</span>"+heading) {
			t.Errorf("%s: the page lacks %q, or has the wrong sign:\n%s", about, heading, page)
		}
	}
	signed("nothing has come", "fresh", "Nothing has come in yet.")
	h.Put(relay.Event{}, "sales")
	h.Settle("sales", pagetest.Sent("1"))
	signed("one came and went", "well", `All is well: <a href="./events?time=24h">1 event</a> in the last 24 hours, all delivered or on their way.`)
	id := h.Put(relay.Event{})
	signed("one had no route", "look", "Worth a look: ")
	if p := h.told("/?span=1h").Verdict.Parts[0]; p.Before != "1 lead had no route" || p.Link != "events?status=unrouted&kind=lead&time=1h" || p.NeedsYou || !strings.Contains(p.Do, "today's rules") {
		t.Errorf("%+v", p)
	}
	if n, err := h.Store.Replay(t.Context(), []queue.Redelivery{{Event: id, Sink: "sales"}}); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	signed("it was delivered by other rules", "well", "All is well: ")
	for range 101 {
		h.Put(relay.Event{})
	}
	if p := h.told("/").Verdict.Parts[0]; p.Before != "more than 100 leads had no route" {
		t.Errorf("%+v", p)
	}
}

// TestNobodyGetsTalk: what a bot and its customers say to each other may well be wanted
// by nobody, so that it is told of without alarm; all else that no route took may be
// missed.
func TestNobodyGetsTalk(t *testing.T) {
	for kind, state := range map[relay.Kind]string{
		relay.Lead: "look", relay.Appointment: "look", relay.Escalation: "look", relay.Other: "look",
		relay.Chat: "well", relay.Inbound: "well",
	} {
		h := newHouse(t, routes)
		h.Put(relay.Event{Kind: kind})
		h.Put(relay.Event{Kind: kind})
		if v := h.told("/"); v.Verdict.State != state || v.Unrouted != 2 {
			t.Errorf("%s: %+v", kind, v.Verdict)
		}
		if state == "well" {
			h.has(h.Page(200, "/"), `all that a route took delivered or on their way.</h1>`,
				fmt.Sprintf(`<a href="./events?status=unrouted&amp;kind=%s&amp;time=24h">2 %[1]ss</a> without a route`, kind))
		}
	}
}

// shared is who shares a store.
type shared struct {
	all queue.Relays
	err error
}

func (s shared) Relays(context.Context) (queue.Relays, error) { return s.all, s.err }

// sharing lets the page be that of a store that others share.
func (h house) sharing(all queue.Sharer) {
	h.Helper()
	h.Mux = http.NewServeMux()
	mount(h.T, h, h.Store, all)
}

// TestIndexBehind: a search index that does not catch up is worth a look after a minute,
// and one that fails at once; and so is what waits for long without trouble.
func TestIndexBehind(t *testing.T) {
	h := newHouse(t, routes)
	h.Put(relay.Event{}, "sales")
	h.Settle("sales", pagetest.Sent("1"))
	h.board.Indexed(true, nil, time.Now())
	if v := h.told("/"); v.Verdict.State != "well" {
		t.Errorf("behind for a moment: %+v", v.Verdict)
	}
	h.board.Indexed(false, nil, time.Now())
	h.board.Indexed(true, nil, time.Now().Add(-2*time.Minute))
	if v := h.told("/"); len(v.Verdict.Parts) != 1 || v.Verdict.Parts[0].Before != "the search index is behind since " || v.Verdict.State != "look" || !strings.HasPrefix(v.Verdict.Parts[0].Do, "Nothing: it catches up") {
		t.Errorf("behind for minutes: %+v", v.Verdict)
	}
	h.board.Indexed(false, nil, time.Now())
	h.board.Indexed(false, errors.New("the disk <is> full"), time.Now())
	if v := h.told("/"); v.Verdict.State != "look" || !strings.HasPrefix(v.Verdict.Parts[0].Do, "See why below") {
		t.Errorf("failing: %+v", v.Verdict)
	}
	h.has(h.Page(200, "/"), "Worth a look: ", "the disk &lt;is&gt; full")
}

// TestShared: how many relays share the store is told where some do, and one that went
// without a word is worth a look.
func TestShared(t *testing.T) {
	h := newHouse(t, routes)
	h.Put(relay.Event{}, "sales")
	h.Settle("sales", pagetest.Sent("1"))
	if strings.Contains(h.Page(200, "/"), "share this store") {
		t.Error("it is alone")
	}
	for _, c := range []struct {
		relays queue.Relays
		state  string
		says   string
	}{
		{queue.Relays{Running: 1}, "well", ""},
		{queue.Relays{Running: 3}, "well", "3 relays share this store"},
		{queue.Relays{Running: 2, Lost: 1, LostAgo: time.Minute}, "look", "1 relay went without a word, the last <time"},
	} {
		h := newHouse(t, routes)
		h.Put(relay.Event{}, "sales")
		h.Settle("sales", pagetest.Sent("1"))
		h.sharing(shared{c.relays, nil})
		v := h.told("/")
		if v.Verdict.State != c.state {
			t.Errorf("%+v: %+v", c.relays, v.Verdict)
		}
		if c.relays.Lost > 0 {
			if ago := time.Since(v.Verdict.Parts[0].At); ago < 59*time.Second || ago > 70*time.Second {
				t.Errorf("the last was heard of %s ago", ago)
			}
		}
		h.has(h.Page(200, "/"), c.says)
	}
	h.sharing(shared{err: errors.New("no line to it")})
	if v := h.told("/"); v.Verdict.State != "needs_you" || v.Trouble != "no line to it" {
		t.Errorf("%+v", v.Verdict)
	}
}

// TestMessages: where a stand-in takes the messages, the page leads to where they can be
// seen, and says nothing of it elsewhere.
func TestMessages(t *testing.T) {
	h := newHouse(t, routes)
	if strings.Contains(h.Page(200, "/"), "stand-in") {
		t.Error("there is none")
	}
	h.board.Configure(status.Configuration{File: "routes.toml", Sandbox: true})
	h.has(h.Page(200, "/"), "This relay runs with the sandbox")
	h.Mux = http.NewServeMux()
	err := overview.Mount(h.Mux, h.Shell, overview.Config{Store: h.Store, Board: h.board, Messages: "http://127.0.0.1:33101", Title: strings.ToUpper})
	if err != nil {
		t.Fatal(err)
	}
	h.has(h.Page(200, "/"), `<a href="http://127.0.0.1:33101">See the messages</a>`, "<dt>Vendor</dt><dd>CHATBASE</dd>", "<dd>Place, channel #sales</dd>")
}

// TestFirst: what is to be done first is what is said of what stands first.
func TestFirst(t *testing.T) {
	h := newHouse(t, routes)
	h.Put(relay.Event{}, "sales", "night")
	h.begin("night", queue.Settlement{State: queue.Again, After: time.Hour, Verdict: relay.Verdict{Outcome: relay.Later, Reason: "no answer"}})
	h.has(h.Page(200, "/"), "<p><strong>First:</strong> Mend it.</p>")
	h.begin("sales", queue.Settlement{State: queue.Dead, Verdict: relay.Verdict{Outcome: relay.Refused, Reason: "bad"}})
	h.has(h.Page(200, "/"), "<p><strong>First:</strong> See under Dead letters what they died of")
	for _, p := range h.told("/").Verdict.Parts {
		if p.Do == "" {
			t.Errorf("nothing is said to do: %+v", p)
		}
	}
}
