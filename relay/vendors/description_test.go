package vendors_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/config"
	"botrelay/relay/vendors"
)

// somewhere is a sink that is never opened.
type somewhere struct{}

func (*somewhere) Check() []relay.Problem { return nil }

func (*somewhere) Replies() bool { return false }

func (*somewhere) Where() string { return "" }

// fromTOML reads the vendors that the text of a routes.toml describes, by name. It
// fails for a text with anything wrong in it.
func fromTOML(t testing.TB, text string) map[string]*vendors.Vendor {
	t.Helper()
	cfg, problems := parseTOML(text)
	if cfg == nil {
		t.Fatal(problems)
	}
	all := make(map[string]*vendors.Vendor)
	for _, d := range cfg.Vendors {
		v, err := vendors.Describe(d.Name, *d.Options.(*vendors.Description))
		if err != nil {
			t.Fatal(err)
		}
		all[d.Name] = v
	}
	return all
}

// parseTOML reads a text that describes vendors as the routes.toml that uses them.
func parseTOML(text string) (*config.Config, config.Problems) {
	text += "\n[sources.a]\nvendor = 'chatbase'\nsecret = '${SECRET}'\n[sinks.b]\ntype = 'x'\n[default]\nto = ['b']\n"
	return config.Parse(config.File{Name: "routes.toml", Data: []byte(text)}, config.Env{
		Getenv:    func(string) (string, bool) { return "s3cret", true },
		Vendors:   []string{"chatbase"},
		Described: func() config.VendorOptions { return new(vendors.Description) },
		Sinks:     map[string]func() config.SinkOptions{"x": func() config.SinkOptions { return new(somewhere) }},
	})
}

// acme is DESIGN's example.
const acme = `
[vendors.acme]
signature = { header = "X-Acme-Signature", prefix = "sha256=", algorithm = "sha256", encoding = "hex", signed = "{timestamp}.{body}", timestamp_header = "X-Acme-Timestamp", tolerance = "5m" }
event     = { type = "event", bot_id = ["bot.id", "botId"], channel = "channel", conversation_id = "conversation.id", name = "contact.name", email = "contact.email", phone = "contact.phone", text = "message.text", id = "header:X-Acme-Delivery" }
kinds     = { "lead.created" = "lead", "message.*" = "message" }
reply     = { status = 202, body = '{"ok":true}', refused = 403 }
handshake = { head = 204, echo = "X-Acme-Challenge" }
`

func TestDescribe(t *testing.T) {
	v := fromTOML(t, acme)["acme"]
	if v.Name != "acme" || v.Title != "acme" || v.Accepted != (vendors.Reply{Status: 202, Body: `{"ok":true}`}) || v.Refused.Status != 403 ||
		v.Handshake != (vendors.Handshake{Head: 204, Echo: "X-Acme-Challenge"}) {
		t.Errorf("got %+v", v)
	}
	body := `{"event":"message.received","botId":"b2","bot":{"id":null},"channel":"WhatsApp","conversation":{"id":7,"url":"https://a.example"},
		"contact":{"name":"Ada","email":"ada@example.com","phone":441632960001,"tags":["x","y"]},"message":{"text":"Hi"},"client_ip":"203.0.113.7","plan":"pro"}`
	got := v.Decode(http.Header{"X-Acme-Delivery": {"d-1"}}, []byte(body))
	expect(t, got, relay.Event{
		EventType: "message.received", Kind: relay.Inbound, BotID: "b2", Channel: "whatsapp", ConversationID: "7", Text: "Hi",
		Contact: relay.Contact{Name: "Ada", Email: "ada@example.com", Phone: "441632960001"},
		Details: []relay.Detail{{Label: "Conversation › URL", Text: "https://a.example"}, {Label: "Contact › Tags", Text: "x, y"}, {Label: "Plan", Text: "pro"}},
	})

	body = `{"event":"lead.created","data":{"plan":"pro","contact":{"name":"Ada"}}}`
	enveloped := strings.ReplaceAll(acme, `"contact.`, `"data.contact.`)
	expect(t, fromTOML(t, enveloped)["acme"].Decode(http.Header{}, []byte(body)), relay.Event{
		EventType: "lead.created", Kind: relay.Lead, Contact: relay.Contact{Name: "Ada"}, Details: []relay.Detail{{Label: "Plan", Text: "pro"}},
	})

	plain := fromTOML(t, "[vendors.plain]\nsignature = { header = 'S' }")["plain"]
	if plain.Accepted != (vendors.Reply{Status: 200, Body: "OK"}) || plain.Refused.Status != 401 || plain.Handshake != (vendors.Handshake{}) {
		t.Errorf("without a reply: %+v", plain)
	}
	if e := plain.Decode(http.Header{}, []byte(`{"a":"b"}`)); e.Kind != relay.Other || e.DedupKey != "" || len(e.Details) != 1 {
		t.Errorf("without an event: %+v", e)
	}
}

// TestPaths: what a path finds in a body.
func TestPaths(t *testing.T) {
	const body = `{"a":{"b.c":"dotted","n":12345678901234567890,"o":{},"e":"","z":null,"t":true,"s":"{\"in\":\"side\"}","a\\b":"slash"},
		"list":[{"x":"first"},"two",{"x":"last"}],"0":"zero","A":{"n":"capital"},"a[0]":"brackets","header:x":"no header","dup":1,"dup":2}`
	for path, want := range map[string]string{
		`a.b\.c`: "dotted", `a.n`: "12345678901234567890", `A.n`: "capital", `a.s.in`: "side", `a.a\\b`: "slash",
		`list.0.x`: "first", `list.1`: "two", `list.-1.x`: "last", `list.-3.x`: "first", `0`: "zero", `a\[0\]`: "brackets", `dup`: "2",
		`header:x-acme`: "from header", `header: X-ACME `: "from header", `header\:x`: "no header",
		`a.o`: "", `a.t`: "", `a`: "", `list`: "", `list.3.x`: "", `list.-4.x`: "", `list.x`: "", `list.1.x`: "", `a.n.x`: "", `nothing`: "", `a.B`: "", `header:y`: "",
		`a.z|0`: "zero", `a.o|0`: "zero", `a.t|0`: "zero", `nothing|a.z|0`: "zero", `header:y|0`: "zero", `a.e|0`: "", `0|dup`: "zero",
	} {
		event := vendors.EventPaths{Text: strings.Split(path, "|")}
		v, err := vendors.Describe("acme", vendors.Description{Signature: vendors.Scheme{Header: "S"}, Event: event})
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if got := v.Decode(http.Header{"X-Acme": {"from header"}}, []byte(body)).Text; got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	for path, want := range map[string]string{
		"": "without a name", "a..b": "without a name", ".a": "without a name", "a.": "without a name", `a\`: "escapes nothing",
		"$.a.b": `write "a.b"`, "a[0]": `"messages.0.text"`, "header:": "no header", "header:X Y": "no header", strings.Repeat("a.", 20) + "a": "at most 16",
	} {
		_, err := vendors.Describe("acme", vendors.Description{Signature: vendors.Scheme{Header: "S"}, Event: vendors.EventPaths{Text: []string{path}}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", path, err, want)
		}
	}
}

// TestDescribedKinds: the first pattern that matches, in the order of the file.
func TestDescribedKinds(t *testing.T) {
	v := fromTOML(t, `
[vendors.acme]
signature = { header = "S" }
event = { type = ["type", "Header: X-Event"] }
[vendors.acme.kinds]
"lead.deleted" = "other"
"lead.*" = "lead"
"*.lead" = "chat"
"m?ssage" = "message"
'\*' = "escalation"
"!*.*" = "appointment"
`)["acme"]
	for eventType, want := range map[string]relay.Kind{
		"lead.deleted": relay.Other, "lead.created": relay.Lead, "lead.lead": relay.Lead, "new.lead": relay.Chat, "message": relay.Inbound,
		"*": relay.Escalation, "dotless": relay.Appointment, "": relay.Appointment, "Lead.created": relay.Other,
	} {
		if e := v.Decode(http.Header{}, fmt.Appendf(nil, `{"type":%q}`, eventType)); e.Kind != want || e.EventType != eventType {
			t.Errorf("%q: %q %q, want %q", eventType, e.EventType, e.Kind, want)
		}
	}
	if e := v.Decode(http.Header{"X-Event": {"lead.new"}}, []byte(`{"type":null}`)); e.Kind != relay.Lead || v.TopicHeader != "X-Event" {
		t.Errorf("from a header: %+v, %q", e, v.TopicHeader)
	}
}

// TestDescribedTimes: a time is read in each of its forms; what is none stays a
// fact.
func TestDescribedTimes(t *testing.T) {
	v := fromTOML(t, "[vendors.acme]\nsignature = { header = 'S' }\nevent = { created_at = ['at', 'time'] }")["acme"]
	want := time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)
	for _, body := range []string{`{"at":1772443800}`, `{"at":"1772443800"}`, `{"at":1772443800000}`, `{"at":"2026-03-02T10:30:00+01:00"}`, `{"at":"soon","time":1772443800}`} {
		if e := v.Decode(http.Header{}, []byte(body)); !e.CreatedAt.Equal(want) {
			t.Errorf("%s: %v", body, e.CreatedAt)
		}
	}
	if e := v.Decode(http.Header{}, []byte(`{"at":"soon"}`)); !e.CreatedAt.IsZero() || len(e.Details) != 1 || e.DedupKey == "" {
		t.Errorf("no time: %+v", e)
	}
}

// TestDescribedTurns: a conversation's last words are the text and the answer.
func TestDescribedTurns(t *testing.T) {
	v := fromTOML(t, "[vendors.acme]\nsignature = { header = 'S' }\nevent = { transcript = 'chat.messages' }")["acme"]
	e := v.Decode(http.Header{}, []byte(`{"chat":{"messages":"[{\"role\":\"user\",\"text\":\"Hi\"},{\"role\":\"bot\",\"text\":\"Hello\"}]"}}`))
	if want := []relay.Turn{{Role: "user", Text: "Hi"}, {Role: "assistant", Text: "Hello"}}; !slices.Equal(e.Transcript, want) || e.Text != "Hi" || e.Answer != "Hello" || e.Details != nil {
		t.Errorf("got %+v", e)
	}
}

// TestDescribedKeys: which of two requests are the same event.
func TestDescribedKeys(t *testing.T) {
	v := fromTOML(t, `[vendors.acme]
signature = { header = "S" }
event = { type = "t", id = ["id", "header:X-Id"], conversation_id = "c", name = "n", text = "m", created_at = "at" }
kinds = { lead = "lead", msg = "message" }`)["acme"]
	for _, tt := range []struct {
		about, a, b string
		same        bool
	}{
		{"one ID", `{"t":"msg","id":1,"m":"a"}`, `{"t":"msg","id":1,"m":"b"}`, true},
		{"two IDs", `{"t":"msg","id":1,"m":"a"}`, `{"t":"msg","id":2,"m":"a"}`, false},
		{"one ID, two types", `{"t":"msg","id":1}`, `{"t":"msg2","id":1}`, false},
		{"a message without ID and time", `{"t":"msg","c":1,"m":"ok"}`, `{"t":"msg","c":1,"m":"ok"}`, false},
		{"a message with a time", `{"t":"msg","c":1,"m":"ok","at":1772443800}`, `{"t":"msg", "c":1,"m":"ok","at":1772443800}`, true},
		{"messages at two times", `{"t":"msg","c":1,"m":"ok","at":1772443800}`, `{"t":"msg","c":1,"m":"ok","at":1772443801}`, false},
		{"a lead", `{"t":"lead","c":1,"n":"Ada"}`, `{"t":"lead","c":1,"n":"Ada","x":2}`, true},
		{"a corrected lead", `{"t":"lead","c":1,"n":"Ada"}`, `{"t":"lead","c":1,"n":"Ada L."}`, false},
		{"a lead that nothing places", `{"t":"lead","n":"Ada"}`, `{"t":"lead","n":"Ada"}`, false},
		{"another event", `{"t":"x","c":1}`, `{"t":"x","c":1}`, true},
		{"another event that nothing places", `{"t":"x","m":"a"}`, `{"t":"x","m":"a"}`, false},
	} {
		a, b := v.Decode(http.Header{}, []byte(tt.a)).DedupKey, v.Decode(http.Header{}, []byte(tt.b)).DedupKey
		if (a == b && a != "") != tt.same {
			t.Errorf("%s: %q and %q", tt.about, a, b)
		}
	}
	id := func(id string) string { return v.Decode(http.Header{"X-Id": {id}}, []byte(`{"t":"msg"}`)).DedupKey }
	if first := id("1"); first == "" || first != id("1") || first == id("2") {
		t.Error("an ID in a header does not tell events apart")
	}
}

// TestDescribedSamples: a sample has every value that the description knows, and
// is signed as any request.
func TestDescribedSamples(t *testing.T) {
	v := fromTOML(t, `[vendors.acme]
signature = { header = "S", timestamp_header = "T", signed = "{timestamp}{body}" }
event = { type = "items.0.event.type", id = "header:X-Id", bot_id = "a.b", channel = "a", conversation_id = ["a.b", "items.0.c"], name = "p.-1", email = "mail", phone = "p.0.phone", handle = "h", subject = "s", text = "x.t", answer = "x.a", transcript = "x.log", page_url = "u", scheduled = "w", created_at = "at" }
kinds = { "lead.*" = "lead", "lead.x" = "escalation", "*lead" = "lead", "msg" = "message", "m?g" = "escalation", 'c\*t' = "chat", "book:?:*" = "appointment", "*" = "other" }`)["acme"]
	var names []string
	for _, s := range v.Samples {
		names = append(names, s.Name)
		e := v.Decode(s.Header, s.Body)
		if string(e.Kind) != s.Name || e.BotID == "" || e.ConversationID == "" || e.Contact.Email == "" || e.Contact.Handle == "" || e.Text == "" ||
			e.PageURL == "" || e.CreatedAt.IsZero() || e.DedupKey == "" || v.Empty(s.Body) {
			t.Errorf("%s: %s is %+v", s.Name, s.Body, e)
		}
		if e.Kind == relay.Chat && (e.Answer == "" || len(e.Transcript) != 2 || e.Subject == "") || (e.Kind == relay.Appointment) != (e.Scheduled != "") {
			t.Errorf("%s: %s is %+v", s.Name, s.Body, e)
		}
		now := time.Unix(1772000000, 0)
		if _, err := v.Verify(v.Sign(s.Body, relay.NewSecret("s"), now), s.Body, secrets("s"), vendors.Options{}, now); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
	// "m?g" takes what is not "msg", and what stands for it is not.
	if want := []string{"lead", "message", "escalation", "chat", "appointment", "other"}; !slices.Equal(names, want) {
		t.Errorf("samples %q, want %q", names, want)
	}
	for name, v := range described(t) {
		if len(v.Samples) != 1 || v.Samples[0].Name != "event" || v.Empty(v.Samples[0].Body) {
			t.Errorf("%s: %+v", name, v.Samples)
		}
	}
}

// FuzzDescribed: neither a description nor a body makes anything panic, and what
// is good can be described.
func FuzzDescribed(f *testing.F) {
	f.Add(acme, `{"event":"lead.created","bot":{"id":1},"contact":{"name":["x"]}}`)
	f.Add("[vendors.acme]\nsignature = { header = 'S', format = 'pairs', signature_key = 'v1' }\nevent = { text = ['a.-1.b', 'header:x'], transcript = '0' }\nkinds = { '!a*' = 'chat', 'b?\\*' = 'lead' }", `[["a"],[{"role":1}]]`)
	f.Add("[vendors.acme]\nsignature.header = 'S'\nevent.created_at = 'a'\nevent.name = 'a.0'", `{"a":"[1772443800]"}`)
	f.Fuzz(func(t *testing.T, text, body string) {
		cfg, _ := parseTOML(text)
		if cfg == nil {
			return
		}
		for _, d := range cfg.Vendors {
			v, err := vendors.Describe(d.Name, *d.Options.(*vendors.Description))
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			v.Decode(http.Header{"X": {body}}, []byte(body))
			for _, s := range v.Samples {
				v.Decode(s.Header, s.Body)
			}
		}
	})
}
