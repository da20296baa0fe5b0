package events_test

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/events"
	"botrelay/relay/queue"
)

// filled returns a site with an event of every sort, and their IDs by name.
func filled(t *testing.T) (*site, map[string]string) {
	t.Helper()
	s := open(t, routes)
	ids := map[string]string{
		"anna": s.put(relay.Event{
			ID: "01a20272-ef1e-70fb-9e9c-00000000aaaa", Contact: relay.Contact{Name: "Anna Ode", Email: "anna@example.com", Phone: "+49 170 1234567"},
			Text: "Twelve tables, please.", BotID: "bot_flora", Channel: "web", ConversationID: "talk-1",
		}, "sales", "night"),
	}
	s.sent("sales")
	s.dead("night")
	ids["bob"] = s.put(relay.Event{ID: "01a20272-ef1e-70fb-9e9c-00000000bbbb", Kind: relay.Inbound, Source: "support", Vendor: "chatzuri", Channel: "whatsapp", Contact: relay.Contact{Phone: "+1 415 555 0177"}, Text: "Is it in stock?", ConversationID: "talk-1"}, "night")
	ids["carl"] = s.put(relay.Event{ID: "01a20272-ef1e-70fb-9e9c-00000000cccc", Kind: relay.Chat, Text: "Where are you?", ConversationID: "talk-1"})
	return s, ids
}

// TestFilters: each word of the address selects what it says, and nothing else.
func TestFilters(t *testing.T) {
	s, ids := filled(t)
	for query, want := range map[string]string{
		"":                                   "carl bob anna",
		"q=ode":                              "anna",
		"q=ANNA%40example.com":               "anna",
		"q=0170+1234567":                     "anna",
		"q=aaaa":                             "anna",
		"q=stock":                            "bob",
		"q=nobody":                           "",
		"kind=lead":                          "anna",
		"source=support":                     "bob",
		"channel=WhatsApp":                   "bob",
		"bot=bot_flora":                      "anna",
		"sink=night":                         "bob anna",
		"sink=night&status=dead":             "anna",
		"status=pending":                     "bob",
		"status=unrouted":                    "carl",
		"conversation=talk-1":                "carl bob anna",
		"conversation=talk-1&source=website": "carl anna",
		"time=1h":                            "carl bob anna",
		"to=2020-01-01T00:00":                "",
		"from=2020-01-01T00:00":              "carl bob anna",
		"from=2999-01-01":                    "",
		"status=dead&reason=Slack%3A+invalid_blocks": "anna",
		"status=dead&reason=another":                 "",
		"limit=1&nonsense=2":                         "carl bob anna",
	} {
		var wanted []string
		for name := range strings.FieldsSeq(want) {
			wanted = append(wanted, ids[name])
		}
		if got, _ := s.ids("/events?" + query); !slices.Equal(got, wanted) {
			t.Errorf("%q: got %v, want %q", query, got, want)
		}
	}
}

// TestZone: what a browser's field says is told in the reader's zone, or else in the
// relay's.
func TestZone(t *testing.T) {
	s, _ := filled(t)
	now := time.Now()
	auckland, err := time.LoadLocation("Pacific/Auckland")
	if err != nil {
		t.Fatal(err)
	}
	there := now.Add(-time.Minute).In(auckland).Format("2006-01-02T15:04")
	if got, _ := s.ids("/events?zone=Pacific%2FAuckland&from=" + there); len(got) != 3 {
		t.Errorf("from %s in Auckland: %v", there, got)
	}
	if got, _ := s.ids("/events?from=" + there); len(got) != 0 {
		t.Errorf("from %s in Berlin: %v", there, got)
	}
	if got, _ := s.ids("/events?from=" + url.QueryEscape(now.Add(-time.Minute).UTC().Format(time.RFC3339))); len(got) != 3 {
		t.Errorf("in UTC: %v", got)
	}
}

// TestWrongWords: what cannot be asked for is said, with what may be meant.
func TestWrongWords(t *testing.T) {
	s, _ := filled(t)
	for query, want := range map[string]string{
		"kind=led":           `did you mean "lead"`,
		"status=deaf":        `did you mean "dead"`,
		"time=tomorrow":      "wants today, yesterday, or how long ago, such as 1h, 24h or 7d",
		"time=-1h":           "such as 1h, 24h or 7d",
		"from=yesterday":     "From wants a time such as",
		"from=now&zone=x":    "no such time zone",
		"zone=../etc/passwd": "no such time zone",
		"reason=x":           "goes with status=dead",
	} {
		var failed struct{ Error string }
		if code := s.program("GET", "/events?"+query, nil, &failed); code != 400 || !strings.Contains(failed.Error, want) {
			t.Errorf("%s: %d %q", query, code, failed.Error)
		}
	}
	var failed struct{ Error string }
	if code := s.program("GET", "/events?after=01a20272-ef1e-70fb-9e9c-00000000ffff", nil, &failed); code != 404 || !strings.Contains(failed.Error, "no longer kept") {
		t.Errorf("after what is gone: %d %q", code, failed.Error)
	}
}

// TestNone: where there is nothing, the page says why, and what to do.
func TestNone(t *testing.T) {
	s := open(t, routes)
	s.shows("/events", "Nothing has come in yet.", `href="./setup"`)
	s.put(relay.Event{Text: "hello"}, "sales")
	for query, want := range map[string]string{
		"q=nobody":                      "No event is like that.",
		"source=webside":                "did you mean \"website\"",
		"sink=sale":                     "did you mean \"sales\"",
		"sink=sales&status=unrouted":    "An unrouted event goes to no sink",
		"from=2026-02-01&to=2026-01-01": "is before the time from which",
	} {
		s.shows("/events?"+query, want)
	}
	if text := s.get("/events").Body.String(); strings.Contains(text, `id="none"`) {
		t.Error("a list with an event says that there is none")
	}
}

// TestPages: every event is on one page, whatever comes in meanwhile, and the filters
// stay.
func TestPages(t *testing.T) {
	s := open(t, routes)
	var want []string
	for i := range 120 {
		id := s.put(relay.Event{ID: fmt.Sprintf("01a20272-0000-7000-8000-%012x", i), Text: "hello"}, "sales")
		want = append([]string{id}, want...)
		s.put(relay.Event{ID: fmt.Sprintf("01a20272-0000-7000-9000-%012x", i), Kind: relay.Chat})
	}
	var got []string
	path := "/events?kind=lead"
	for range 3 {
		ids, next := s.ids(path)
		got = append(got, ids...)
		link := "events?after=" + next + "&kind=lead"
		if next != "" {
			s.shows(path, link, "Older")
		}
		path = "/events?kind=lead&after=" + next
		s.put(relay.Event{})
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d events, want %d", len(got), len(want))
	}
	s.shows("/events?kind=lead&after="+want[49], `href="./events?kind=lead">← Newest`)
	s.shows("/events?kind=lead&time=7d&after="+want[49], `class="chip" href="./events?kind=lead"`) // from the newest on
}

// TestRows: a row says who, how to reach them, what they said, and where it went, in
// the words of the command line; what is asked for can be taken off again.
func TestRows(t *testing.T) {
	s, ids := filled(t)
	s.shows("/events", ">Anna Ode<", "anna@example.com", "+49 170 1234567", "Twelve tables, please.", "Flora",
		`href="./events/`+ids["anna"]+`"`, "✓ sales<", "✗ night dead<", `title="Slack: invalid_blocks"`, "… night pending<", "– no route")
	s.shows("/events?q=ode&kind=lead&time=7d", `href="./events?kind=lead&time=7d"`, `href="./events?q=ode&time=7d"`, "“ode”", "last 7 days",
		`<option value="lead" selected>`, `<option value="7d" selected>`, `value="ode"`)
}

// TestTotal: above a list stands how many events are like that, all pages together.
func TestTotal(t *testing.T) {
	s, _ := filled(t)
	for i := range 70 {
		s.put(relay.Event{ID: fmt.Sprintf("01a20272-0000-7000-8000-%012x", i), Text: "hello"})
	}
	for query, want := range map[string]string{"": "73 events", "?q=hello": "70 events", "?kind=chat": "1 event", "?time=yesterday": ""} {
		_, text, _ := strings.Cut(s.get("/events"+query).Body.String(), "<h1>Events</h1>")
		text, _, _ = strings.Cut(text, "</div>")
		if has := strings.Contains(text, ">"+want+"</span>"); has != (want != "") {
			t.Errorf("%q: %q, want %q", query, text, want)
		}
	}
	var got struct {
		Total int
		Next  string
		More  bool `json:"total_more"`
	}
	if s.program("GET", "/events?q=hello", nil, &got); got.Total != 70 || got.More {
		t.Errorf("%+v", got)
	}
	for counted, want := range map[int]string{12: "50", 500: "50", 501: "500", 1499: "1,000", 10_000: "9,500"} {
		s.over = &countless{s.store, counted}
		s.read(routes)
		s.shows("/events", ">more than "+want+" events</span>")
	}
}

// countless is a store that takes long to count, and has come so far.
type countless struct {
	events.Store
	counted int
}

func (c countless) Tally(ctx context.Context, _ queue.Query, _ int) (int, bool, error) {
	<-ctx.Done()
	return c.counted, true, nil
}
