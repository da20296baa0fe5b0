package events_test

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/events"
	"botrelay/relay/queue"
	"botrelay/relay/report"
)

// TestEvent: the page of an event tells all of it, and each delivery with its tries.
func TestEvent(t *testing.T) {
	s, ids := filled(t)
	s.shows("/events/"+ids["anna"],
		"Anna Ode", `href="mailto:anna@example.com"`, `href="tel:+491701234567"`, "Twelve tables, please.",
		"✓ sent", "✗ dead", "the message was refused, HTTP 400", "Slack: invalid_blocks",
		`The route "leads" took it, to sales, night.`, "It goes to sales, night.", "its kind is lead, and this route takes message", "Flora", "bot_flora",
		`href="https://www.chatbase.co/c/talk-1" rel="noreferrer noopener"`, "www.chatbase.co",
		`href="../events?conversation=talk-1&source=website"`, "Where are you?", "leads.submit",
		"Deliver again to night", "Send again to sales")
	s.shows("/events/"+ids["bob"], "night: 1 message on the way", `The route "leads" took it`, `Today it would go to night by the route "whatsapp", not by the route "leads".`)
	s.shows("/events/"+ids["carl"], "No route took it", "It goes nowhere: no route takes it",
		"Why it went nowhere", "Why 3 routes do not take it", "Send it to a sink", "../playground?event="+ids["carl"])
}

// TestManyTries: of many tries the last two stand open, and the others in a fold.
func TestManyTries(t *testing.T) {
	s := open(t, routes)
	id := s.put(relay.Event{Text: "much tried"}, "sales")
	lane, err := s.store.Lease(t.Context(), "sales", time.Minute, nil)
	if err != nil {
		t.Fatal(err)
	}
	for n, fold := range []string{"", "", "", "2 earlier tries", "3 earlier tries"} {
		turn, err := lane.Next(t.Context(), 1)
		if err == nil {
			err = lane.Begin(t.Context(), turn.Batch)
		}
		if err == nil {
			err = lane.Settle(t.Context(), turn.Batch, queue.Settlement{
				State: queue.Pending, Verdict: relay.Verdict{Outcome: relay.Later, Status: 503, Reason: fmt.Sprint("answer ", n)},
			})
		}
		if err != nil {
			t.Fatal(err)
		}
		_, tries, _ := strings.Cut(s.get("/events/"+id).Body.String(), `<article class="delivery"`)
		tries, _, _ = strings.Cut(tries, "</article>")
		folded, open, found := strings.Cut(tries, "</ol></details>")
		if !found {
			folded, open = "", tries
		}
		if found != (fold != "") || !strings.Contains(folded, fold) {
			t.Errorf("after %d tries it lacks a fold of %q:\n%s", n+1, fold, tries)
		}
		for i := range n + 1 {
			text := fmt.Sprint("answer ", i)
			if stands := fold == "" || i > n-2; strings.Contains(open, text) != stands || strings.Contains(folded, text) == stands {
				t.Errorf("after %d tries %q does not stand where it should:\n%s", n+1, text, tries)
			}
		}
	}
}

// TestEventJSON: a program gets what botrelay events --json prints, the vendor's JSON,
// and what today's routes have to do with it.
func TestEventJSON(t *testing.T) {
	s, ids := filled(t)
	var got struct {
		report.Event

		Explanation struct {
			Routes []report.Route
			Owed   []report.Owed
		}
	}
	if code := s.program("GET", "/events/"+ids["anna"], nil, &got); code != 200 {
		t.Fatal(code)
	}
	if got.ID != ids["anna"] || got.Contact.Name != "Anna Ode" || string(got.Payload) != `{"eventType":"leads.submit"}` || len(got.Deliveries) != 2 || got.Deliveries[1].Attempts[0].Reason != "Slack: invalid_blocks" {
		t.Errorf("%+v", got)
	}
	if x := got.Explanation; len(x.Routes) != 3 || !x.Routes[0].Holds || x.Routes[1].Key != "channel" || len(x.Owed) != 2 {
		t.Errorf("%+v", x)
	}
}

// TestTitles: vendors and platforms are called as they call themselves, and one that is not
// known today as it is written.
func TestTitles(t *testing.T) {
	s, ids := filled(t)
	s.shows("/events/"+ids["anna"], "website (Chatbase)", `<span class="faint">Slack</span>`)
	strange := s.put(relay.Event{Source: "old", Vendor: "acme<b>"})
	s.shows("/events/"+strange, "old (acme<b>)")
}

// TestNamed: the end of an ID will do; one that several have leads to a choice, and
// one that nobody has to what becomes of old events.
func TestNamed(t *testing.T) {
	s, ids := filled(t)
	twin := s.put(relay.Event{ID: "01a20272-ef1e-70fb-9e9c-11110000aaaa", Text: "the other one"})
	got := s.get("/events/1110000aaaa")
	if to := got.Header().Get("Location"); got.Code != 303 || to != twin {
		t.Errorf("%d to %q", got.Code, to)
	}
	s.shows("/events/AAAA", "Several events end with", "Anna Ode", "the other one", "../events/"+twin)
	var choice struct{ IDs []string }
	if code := s.program("GET", "/events/aaaa", nil, &choice); code != 200 || !slices.Equal(choice.IDs, []string{twin, ids["anna"]}) {
		t.Errorf("%d %v", code, choice)
	}
	for path, want := range map[string]string{
		"/events/01a20272-ef1e-70fb-9e9c-00000000ffff": "kept for 30 days, those with a dead letter for 180 days",
		"/events/ffff":         "no event ffff",
		"/events/aaa":          "at least the last 4",
		"/events/nobody":       "not the ID of an event",
		"/events/%00%E2%80%AE": "not the ID of an event",
	} {
		got := s.get(path)
		if text := html.UnescapeString(got.Body.String()); got.Code != 404 || !strings.Contains(text, want) {
			t.Errorf("%s: %d %s", path, got.Code, mainOf(text))
		}
	}
}

// TestNamedWord: an end that is a word of many events is an end all the same.
func TestNamedWord(t *testing.T) {
	s := open(t, routes)
	id := s.put(relay.Event{ID: "01a20272-ef1e-70fb-9e9c-00000000cafe"})
	for i := range 25 {
		s.put(relay.Event{ID: fmt.Sprintf("01a20272-ef1e-70fb-9e9c-%012d", i), Text: "in the cafe"})
	}
	if got := s.get("/events/cafe"); got.Code != 303 || got.Header().Get("Location") != id {
		t.Errorf("%d to %q", got.Code, got.Header().Get("Location"))
	}
	twin := s.put(relay.Event{ID: "01a20272-ef1e-70fb-9e9d-00000000cafe"})
	var choice struct{ IDs []string }
	if s.program("GET", "/events/cafe", nil, &choice); !slices.Equal(choice.IDs, []string{twin, id}) {
		t.Errorf("of two: %v", choice.IDs)
	}
}

// TestChangedRules: an event is told by the rule of its time, beside what today's
// would do.
func TestChangedRules(t *testing.T) {
	s, ids := filled(t)
	s.read(strings.NewReplacer(`to = ["sales", "night"]`, `to = ["sales"]`, `name = "leads"`, `name = "new leads"`).Replace(routes))
	s.shows("/events/"+ids["anna"], `The route "leads" took it, to sales, night.`, "It goes to sales.",
		`Today it would go to sales by the route "new leads", not by the route "leads".`, "Today it would not go to night.")
	dead := s.put(relay.Event{}, "sales")
	s.dead("sales")
	s.ask("POST", "/events/"+dead+"/replay", url.Values{"to": {"night"}}, "text/html")
	s.shows("/events/"+dead, `The route "leads" took it, to sales.`)
	s.read(strings.Replace(routes, `{ kind = "lead" }`, `{ kind = ["lead", "chat"] }`, 1))
	s.shows("/events/"+ids["carl"], "Today it would go to sales as well", "Send by today's rules to sales, night")
}

// slowly is a store in which the events of a conversation are hard to find.
type slowly struct{ events.Store }

func (s slowly) Events(ctx context.Context, q queue.Query) ([]queue.Record, error) {
	if q.Conversation != "" {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return s.Store.Events(ctx, q)
}

// TestSlowConversation: an event's page does not wait for others.
func TestSlowConversation(t *testing.T) {
	s, ids := filled(t)
	s.slow = true
	s.read(routes)
	s.shows("/events/"+ids["anna"], "Anna Ode", "take a while to find", `href="../events?conversation=talk-1&source=website"`)
}

// TestContact: an address leads to whom it says, and to nobody else.
func TestContact(t *testing.T) {
	s := open(t, routes)
	id := s.put(relay.Event{Contact: relay.Contact{Email: "anna@example.com?bcc=all@example.com", Phone: "0900;ext=1"}, PageURL: "https://shop.example.com@evil.example/"}, "sales")
	for _, bad := range []string{`href="mailto:`, `href="tel:`, `href="https://shop`} {
		if text := s.get("/events/" + id).Body.String(); strings.Contains(text, bad) || !strings.Contains(text, "anna@example.com?bcc") {
			t.Errorf("%s: %s", bad, mainOf(text))
		}
	}
}

// hostile is what strangers write.
func hostile() []string {
	return []string{
		`</script><script>alert(1)</script><img src=x onerror=alert(2)>"'`,
		"javascript:alert(3)", "\u202egnirts\u202c\u2067\u200b\u00ad\x00\x07\x1b[31m", strings.Repeat("W", 1<<14), strings.Repeat("e"+strings.Repeat("\u0301", 400), 10),
		strings.Repeat("👩‍👩‍👧‍👦", 500), "نص عربي" + strings.Repeat("ש", 400), "\xff\xfe", "{{.View}}", "https://example.com@evil.example/",
	}
}

// everywhere is an event that says a text wherever a stranger's words can get to.
func everywhere(evil string) relay.Event {
	return relay.Event{
		EventType: evil, Channel: evil, BotID: evil, ConversationID: evil, Contact: relay.Contact{Name: evil, Email: evil, Phone: evil, Handle: evil},
		Subject: evil, Text: evil, Answer: evil, Transcript: []relay.Turn{{Role: evil, Text: evil}, {Role: "user", Text: evil}}, PageURL: evil, Scheduled: evil,
		Details: []relay.Detail{{Label: evil, Text: evil}, {Label: "page", Text: evil}, {Label: "email", Text: evil}},
	}
}

// TestHostile: nothing that a stranger wrote becomes markup or a link of ours, and no
// page takes much longer or is much larger for it.
func TestHostile(t *testing.T) {
	s := open(t, routes)
	all := []relay.Event{{Contact: relay.Contact{Name: strings.Repeat("W", 1<<20)}}, {Text: strings.Repeat("\n.", 1<<18)}, {Transcript: make([]relay.Turn, 1<<13)}}
	for _, evil := range hostile() {
		all = append(all, everywhere(evil))
	}
	for _, e := range all {
		evil := e.EventType
		payload, err := json.Marshal(map[string]string{evil: evil})
		if err != nil {
			t.Fatal(err)
		}
		e.Payload = payload
		id := s.put(e, "sales")
		for _, path := range []string{"/events", "/events/" + id, "/events?q=" + url.QueryEscape(evil[:min(len(evil), 3000)]), "/events?channel=" + url.QueryEscape(evil[:min(len(evil), 3000)])} {
			got := s.get(path)
			text := got.Body.String()
			if got.Code != 200 || got.Body.Len() > 2<<20 {
				t.Errorf("%.60s: %d, %d bytes", path, got.Code, got.Body.Len())
			}
			for _, bad := range []string{"<script>", "<img src=x", `href="javascript:`, `href="` + evil + `"`, "\u202e", "\x00", "evil.example\" rel"} {
				if strings.Contains(text, bad) {
					t.Errorf("%.60s has %q", path, bad)
				}
			}
		}
	}
}
