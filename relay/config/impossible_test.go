package config_test

import (
	"strings"
	"testing"

	"botrelay/relay/config"
)

// TestImpossible: a route that nothing can match, and a pattern that is near to
// what is meant, are warnings.
func TestImpossible(t *testing.T) {
	head := strings.TrimSuffix(rest, "[[routes]]\nname = \"all\"\nmatch = {}\nto = [\"sales\"]\n") +
		"[sources.desk]\nvendor = 'chatzuri'\nsecret = '${SECRET}'\n[default]\nto = ['sales']\n[[routes]]\nname = 'new'\nto = ['sales']\n"
	env := env(map[string]string{"SECRET": "a-secret-of-ours", "HOOK": "https://hooks.example.com/x"})
	env.Types = map[string][]string{"chatbase": {"leads.submit"}, "chatzuri": {"lead.submit", "message.received"}}
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
		{`{ event_type = "leads.submit", vendor = "chatzuri" }`, `"leads.submit" is no type of event that chatzuri sends: did you mean "lead.submit"?`},
		{`{ event_type = "conversation.closed" }`, ""},
		{`{ event_type = "message.receive*" }`, ""},
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
