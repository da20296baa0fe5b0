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
		`The route "leads" took it, to sales, night.`, "It goes to sales, night.", "kind is lead; wanted: message", "Flora", "bot_flora",
		`href="https://www.chatbase.co/c/talk-1" rel="noreferrer noopener"`, "www.chatbase.co",
		`href="../events?conversation=talk-1&source=website"`, "Where are you?", "leads.submit",
		"Deliver again to night", "Send again to sales")
	s.shows("/events/"+ids["bob"], "night: 1 message on the way", `The route "leads" took it`, `Today it would go to night by the route "whatsapp", not by the route "leads".`)
	s.shows("/events/"+ids["carl"], "No route took it", "It goes nowhere: no route takes it",
		"Why it went nowhere", "Why 3 routes do not take it", "Send it to a sink", "../playground?event="+ids["carl"])
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

// TestReplay: what is dead, to one sink, and by today's rules, as botrelay replay does.
func TestReplay(t *testing.T) {
	s, ids := filled(t)
	anna := "/events/" + ids["anna"] + "/replay"
	for _, step := range []struct {
		form  string
		says  string
		night []queue.State
	}{
		{"", "Owed again to night.", []queue.State{queue.Replayed, queue.Pending}},
		{"", "Nothing was changed: pending: it waits to be sent to night as it is; already sent to sales.", []queue.State{queue.Replayed, queue.Pending}},
		{"to=night", "Nothing was changed: it waits for night already.", []queue.State{queue.Replayed, queue.Pending}},
		{"reroute=1", "Nothing was changed: today's rules send it only where it has arrived or waits already: sales, night.", []queue.State{queue.Replayed, queue.Pending}},
	} {
		form, err := url.ParseQuery(step.form)
		if err != nil {
			t.Fatal(err)
		}
		got := s.ask("POST", anna, form, "text/html")
		to := got.Header().Get("Location")
		if got.Code != 303 || !strings.HasPrefix(to, "../../events/"+ids["anna"]+"?") {
			t.Fatalf("%q: %d to %q: %s", step.form, got.Code, to, got.Body)
		}
		page, _, _ := strings.Cut(strings.TrimPrefix(to, "../.."), "#")
		s.shows(page, step.says)
		var night []queue.State
		for _, d := range s.record(ids["anna"]).Deliveries {
			if d.Sink == "night" {
				night = append(night, d.State)
			}
		}
		if !slices.Equal(night, step.night) {
			t.Errorf("%q: night %v", step.form, night)
		}
	}
	if s.changed == 0 {
		t.Error("other pages were not told")
	}
}

// TestReplayJSON: a program is told what was done, as botrelay replay --json does;
// what has arrived is sent again only if that is said.
func TestReplayJSON(t *testing.T) {
	s, ids := filled(t)
	path := "/events/" + ids["anna"] + "/replay"
	var failed struct{ Error string }
	if code := s.program("POST", path, url.Values{"to": {"sales"}}, &failed); code != 409 || !strings.Contains(failed.Error, "again=1") {
		t.Errorf("%d %q", code, failed.Error)
	}
	for form, want := range map[string]string{"to=nobody": "Unknown sink", "to=sales&reroute=1": "does not go with"} {
		values, _ := url.ParseQuery(form)
		if code := s.program("POST", path, values, &failed); code != 400 || !strings.Contains(failed.Error, want) {
			t.Errorf("%s: %d %q", form, code, failed.Error)
		}
	}
	if n := len(s.record(ids["anna"]).Deliveries); n != 2 {
		t.Fatalf("%d deliveries", n)
	}
	var done report.Replayed
	if code := s.program("POST", path, url.Values{"to": {"sales"}, "again": {"1"}}, &done); code != 200 || done.Replayed != 1 || done.Sinks["sales"] != 1 {
		t.Errorf("%d %+v", code, done)
	}
	done = report.Replayed{}
	if code := s.program("POST", "/events/"+ids["carl"]+"/replay", url.Values{"reroute": {"1"}}, &done); code != 200 || done.Replayed != 0 || done.Skipped["today's rules send it nowhere"] != 1 {
		t.Errorf("%d %+v", code, done)
	}
	if code := s.program("POST", "/events/"+ids["carl"]+"/replay", url.Values{"to": {"night"}}, &done); code != 200 {
		t.Error(code)
	}
	if d := s.record(ids["carl"]).Deliveries; len(d) != 1 || d[0].Route != "replay" || d[0].Sink != "night" {
		t.Errorf("%+v", d)
	}
	large := url.Values{"to": {"night"}, "more": {strings.Repeat("x", 1<<20)}}
	if code := s.program("POST", "/events/"+ids["bob"]+"/replay", large, &failed); code != 400 || !strings.Contains(failed.Error, "cannot be read") {
		t.Errorf("a large form: %d %q", code, failed.Error)
	}
}

// TestForged: an address cannot have the page say what is not in its own words, or of
// sinks that there are none of.
func TestForged(t *testing.T) {
	s, ids := filled(t)
	for _, query := range []string{"owed=%3Cscript%3E", "left=call+0900+123", "left=sink+gone&at=evil.example", "passed="} {
		text := s.get("/events/" + ids["anna"] + "?" + query).Body.String()
		if strings.Contains(text, "evil.example") || strings.Contains(text, "0900") || strings.Contains(text, "&lt;script") {
			t.Errorf("%s: %s", query, mainOf(text))
		}
	}
}

// TestPayload: the vendor's JSON in its order and with its numbers, and nothing in it
// that may be secret: by its key, by its form, or since it is ours.
func TestPayload(t *testing.T) {
	s := open(t, routes)
	const sent = `{"z":1.50,"a":12345678901234567890,"token":"abc","max_tokens":100,"nested":{"apiKey":"k","list":[{"password":"p"},true,null]},` +
		`"headers":[{"name":"Authorization","value":"Basic abc"},{"name":"Accept","value":"text/html"}],"authorization":{"a":[1]},"empty":{},"none":[],` +
		`"url":"https://x.example/a?token=abcdefgh&b=2","said":"Bearer abcdefghijkl","jwt2":"x eyJhbGciOiJI.eyJzdWIiOiIx.abc","own":"it is never-to-be-said-website!","bidi":"\u202egnp.exe","same":1,"same":2}`
	const want = `{"z":1.50,"a":12345678901234567890,"token":"***","max_tokens":100,"nested":{"apiKey":"***","list":[{"password":"***"},true,null]},` +
		`"headers":[{"name":"Authorization","value":"***"},{"name":"Accept","value":"text/html"}],"authorization":"***","empty":{},"none":[],` +
		`"url":"https://x.example/a?token=***&b=2","said":"Bearer ***","jwt2":"x ***","own":"it is ***!","bidi":"` + "\u202e" + `gnp.exe","same":1,"same":2}`
	id := s.put(relay.Event{Payload: json.RawMessage(sent)}, "sales")
	var got struct {
		Payload json.RawMessage
		Masked  []string
	}
	s.program("GET", "/events/"+id, nil, &got)
	if string(got.Payload) != want {
		t.Errorf("got  %s\nwant %s", got.Payload, want)
	}
	if places := "token nested.apiKey nested.list.password headers.value authorization url said jwt2 own"; strings.Join(got.Masked, " ") != places {
		t.Errorf("masked %q", got.Masked)
	}
	s.shows("/events/"+id, "{\n  \"z\": 1.50,\n", `"token": "***"`, `\u202egnp.exe`, "\n    \"list\": [\n      {\n", "nested.apiKey", `"empty": {},`, `"none": [],`)
	file := s.get("/events/" + id + "/payload")
	var back any
	if err := json.Unmarshal(file.Body.Bytes(), &back); err != nil || strings.Contains(file.Body.String(), "never-to-be-said") || !strings.HasPrefix(file.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("%v %v %s", err, file.Header(), file.Body)
	}
}

// TestPayloadSize: a large or a deep one is cut, and costs no more than it is.
func TestPayloadSize(t *testing.T) {
	s := open(t, routes)
	for _, payload := range []string{
		`["` + strings.Repeat("é", 1<<19) + `"]`,
		strings.Repeat("[", 9000) + strings.Repeat("]", 9000),
		"[" + strings.Repeat("0,", 1<<19) + "0]",
		strings.Repeat(`{"secret":[`, 3000) + strings.Repeat("]}", 3000),
		`{"` + strings.Repeat("k", 300_000) + `":[` + strings.Repeat(`"ghp_abcdefghijklmnopqrstuvwx",`, 10_000) + `0]}`,
	} {
		began := time.Now()
		id := s.put(relay.Event{Payload: json.RawMessage(payload)}, "sales")
		got := s.get("/events/" + id)
		if got.Code != 200 || got.Body.Len() > 1<<20 {
			t.Errorf("%.20s: %d, %d bytes", payload, got.Code, got.Body.Len())
		}
		if got := s.get("/events/" + id + "/payload"); got.Code != 200 || got.Body.Len() > 4<<20 {
			t.Errorf("%.20s as a file: %d, %d bytes", payload, got.Code, got.Body.Len())
		}
		if took := time.Since(began); took > 20*time.Second { // it takes a fraction of one
			t.Errorf("%.20s: took %v", payload, took)
		}
	}
}

// TestDeepSecrets: to tell where something is not shown costs no more than to show it,
// however deep and often that is.
func TestDeepSecrets(t *testing.T) {
	s := open(t, routes)
	const depth = 9000
	id := s.put(relay.Event{Payload: json.RawMessage(`{"pin":"1","nested":` + strings.Repeat(`{"a":`, depth) +
		"[" + strings.Repeat(`{"token":"t"},`, 30_000) + `0]` + strings.Repeat("}", depth) + `,"pwd":"2"}`)}, "sales")
	started := time.Now()
	var got struct{ Masked []string }
	if s.program("GET", "/events/"+id, nil, &got); time.Since(started) > 10*time.Second {
		t.Errorf("it took %s", time.Since(started))
	}
	if len(got.Masked) != 3 || got.Masked[0] != "pin" || !strings.HasPrefix(got.Masked[1], "nested.a.a.") || !strings.HasSuffix(got.Masked[1], ".a.…") || len(got.Masked[1]) > 300 || got.Masked[2] != "pwd" {
		t.Errorf("%q", got.Masked)
	}
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
