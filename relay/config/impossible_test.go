package config_test

import (
	"strings"
	"testing"

	"botrelay/relay/config"
)

// sentByAll is what the vendors of these tests send.
func sentByAll(vendor string, _ config.VendorOptions) *config.Sent {
	return map[string]*config.Sent{
		"chatbase": {Kinds: [][2]string{{"leads.submit", "lead"}}, No: []string{"channel"}},
		"chatzuri": {Kinds: [][2]string{{"lead.submit", "lead"}, {"leads.submit", "lead"}, {"message.received", "message"}, {"escalation.triggered", "escalation"}}},
		"newoaks":  {Kinds: [][2]string{{"Lead", "lead"}, {"Appointment", "appointment"}, {"Conversation", "chat"}}, Fold: true, No: []string{"channel"}, Timed: true},
	}[vendor]
}

// TestImpossible: a route that nothing can match, and a pattern that is near to
// what is meant, are warnings.
func TestImpossible(t *testing.T) {
	head := strings.TrimSuffix(rest, "[[routes]]\nname = \"all\"\nmatch = {}\nto = [\"sales\"]\n") +
		"[sources.desk]\nvendor = 'chatzuri'\nsecret = '${SECRET}'\n[default]\nto = ['sales']\n[[routes]]\nname = 'new'\nto = ['sales']\n"
	env := env(map[string]string{"SECRET": "a-secret-of-ours", "HOOK": "https://hooks.example.com/x"})
	env.Sent = sentByAll
	env.Channels = []string{"whatsapp", "web"}
	for _, tc := range []struct{ match, want string }{
		{`{}`, ""},
		{`{ kind = ["lead", "!chat"] }`, ""},
		{`{ vendor = "newoaks" }`, `no event can match the route "new": no source has such events`},
		{`{ vendor = "chatbase", source = "desk" }`, `no event can match the route "new": the source "desk" is of the vendor chatzuri`},
		{`{ vendor = "chat*", source = "d*" }`, ""},
		{`{ bot_id = "!*" }`, `no event can match the route "new": its "bot_id" takes nothing that it does not turn away again`},
		{`{ channel = ["web", "!web"] }`, `no event can match the route "new": its "channel" takes nothing that it does not turn away again`},
		{`{ event_type = "lead.submited" }`, `"lead.submited" is no type of event that chatbase or chatzuri sends: did you mean "lead.submit"?`},
		{`{ event_type = "Message.received" }`, `"Message.received" is no type of event that chatbase or chatzuri sends: did you mean "message.received"?`},
		{`{ event_type = "leads.submitted", vendor = "chatzuri" }`, `"leads.submitted" is no type of event that chatzuri sends: did you mean "leads.submit"?`},
		{`{ event_type = "leads.submitted", vendor = "chatzuri", kind = "lead" }`, `"leads.submitted" is no type of event that chatzuri sends: did you mean "leads.submit"?`},
		{`{ event_type = "conversation.closed" }`, ""},
		{`{ event_type = "message.receive*" }`, ""},
		{`{ kind = "message" }`, ""},
		{`{ kind = "message", source = "website" }`, `no event can match the route "new": chatbase sends only the kinds lead and other`},
		{`{ kind = ["message", "lead"], source = "website" }`, ""},
		{`{ kind = "!*e*", source = "desk" }`, `no event can match the route "new": chatzuri sends only the kinds lead, message, escalation and other`},
		{`{ kind = ["appointment", "chat"] }`, `no event can match the route "new": chatbase sends only the kinds lead and other; chatzuri sends only the kinds lead, message, escalation and other`},
		{`{ kind = "other", source = "website" }`, ""},
		{`{ channel = "whatsapp" }`, ""},
		{`{ channel = "whatsapp", source = "website" }`, `no event can match the route "new": chatbase names no channel`},
		{`{ channel = "?*", vendor = "chatbase" }`, `no event can match the route "new": chatbase names no channel`},
		{`{ channel = ["!web", "*"], source = "website" }`, ""},
		{`{ channel = "", source = "website" }`, ""},
		{`{ kind = "lead", event_type = "message.received" }`, `no event can match the route "new": "message.received" of chatbase is of the kind other; "message.received" of chatzuri is of the kind message`},
		{`{ kind = "lead", event_type = "leads.*", source = "website" }`, ""},
		{`{ kind = "message", event_type = "lead*", source = "desk" }`, `no event can match the route "new": such events of chatzuri are of the kind lead or other`},
		{`{ kind = "other", event_type = ["lead.submit", "message.received"], source = "desk" }`, `no event can match the route "new": such events of chatzuri are of the kind lead or message`},
		{`{ kind = "lead", event_type = ["!lead.submit", "!leads.submit"], source = "desk" }`, `no event can match the route "new": such events of chatzuri are of the kind message, escalation or other`},
		{`{ kind = "other", event_type = "!lead.submit" }`, ""},
		{`{ event_type = "lead.*", source = "website" }`, `"lead.*" is no type of event that chatbase sends: did you mean "leads.*"?`},
		{`{ event_type = "!lead.*", source = "website" }`, `"!lead.*" is no type of event that chatbase sends: did you mean "leads.*"?`},
		{`{ event_type = "lead.*" }`, ""},
		{`{ event_type = "conversation.*" }`, ""},
		{`{ event_type = "^lead.*$" }`, `"^lead.*$" looks like a regular expression, and is none: * is any run of characters, ? is one: write "lead*"`},
		{`{ event_type = "^(lead.submit|leads.submit)$" }`, `"^(lead.submit|leads.submit)$" looks like a regular expression, and is none: * is any run of characters, ? is one: write ["lead.submit", "leads.submit"]`},
		{`{ event_type = '^lead\.\w+' }`, `"^lead\\.\\w+" looks like a regular expression, and is none: * is any run of characters, ? is one: write "lead.?*"`},
		{`{ bot_id = "^[0-9]{4}$" }`, `"^[0-9]{4}$" looks like a regular expression, and is none: * is any run of characters, ? is one`},
		{`{ channel = "/web/" }`, `"/web/" looks like a regular expression, and is none: * is any run of characters, ? is one: write "web"`},
		{`{ bot_id = ["agent_(1)", "a|b", "a.*", "a^b"] }`, ""},
		{`{ channel = ["web", "!watsapp"] }`, `"!watsapp" is no channel that is known: did you mean "whatsapp"?`},
		{`{ channel = "?*" }`, ""},
		{`{ channel = "pigeon" }`, ""},
	} {
		_, problems := config.Parse(config.File{Name: "routes.toml", Data: []byte(head + "match = " + tc.match)}, env)
		var got []string
		for _, p := range problems {
			if !p.Warning || p.Line != 16 {
				t.Errorf("%s: %s", tc.match, p)
			}
			got = append(got, p.Text)
		}
		if strings.Join(got, "\n") != tc.want {
			t.Errorf("%s: got %q, want %q", tc.match, got, tc.want)
		}
	}
}

// TestCouldTake: what a vendor may send that has kinds by patterns, or whose types
// are the same in capitals and small letters.
func TestCouldTake(t *testing.T) {
	env := env(map[string]string{"SECRET": "a-secret-of-ours", "HOOK": "https://hooks.example.com/x"})
	env.Sent = func(vendor string, _ config.VendorOptions) *config.Sent {
		return map[string]*config.Sent{
			"newoaks":  sentByAll("newoaks", nil),
			"chatbase": {Kinds: [][2]string{{"lead.*", "lead"}, {"*.lead", "chat"}, {"!*.*", "message"}}},
		}[vendor]
	}
	cfg, problems := config.Parse(config.File{Name: "f", Data: []byte(rest + "[sources.booking]\nvendor = 'newoaks'\nsecret = '${SECRET}'\n[sources.new]\nvendor = 'chatzuri'\nsecret = '${SECRET}'\n")}, env)
	if cfg == nil {
		t.Fatal(problems)
	}
	for _, tt := range []struct {
		source, types, kind string
		want                bool
	}{
		{"booking", "LEAD", "lead", true},
		{"booking", "lead", "other", false},
		{"booking", "l*", "lead", true},
		{"booking", "!Lead", "lead", true},
		{"booking", "leads", "lead", false},
		{"website", "!lead.*", "lead", false},
		{"website", "!lead.new", "lead", true},
		{"website", "lead.lead", "chat", false},
		{"website", "lead.*", "chat", false},
		{"website", "?*.lead", "chat", true},
		{"website", "!*.lead", "chat", false},
		{"website", "hello", "message", true},
		{"website", "a.b", "message", false},
		{"website", "a.b", "other", true},
		{"website", "lead.b*", "other", false},
		{"new", "lead", "appointment", true}, // nobody knows what it sends
	} {
		for _, s := range cfg.Sources {
			if m := (config.Match{Source: []string{tt.source}, EventType: []string{tt.types}, Kind: []string{tt.kind}}); cfg.CouldTake(m, s) != (tt.want && s.Name == tt.source) {
				t.Errorf("%s, %q of the kind %s: %t", s.Name, tt.types, tt.kind, !tt.want)
			}
		}
	}
}
