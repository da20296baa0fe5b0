package config_test

import (
	"strings"
	"testing"

	"botrelay/relay/config"
)

// TestBehind: a route to which no event comes past the final ones before it.
func TestBehind(t *testing.T) {
	head := `[sources.website]
vendor = "chatbase"
secret = "${SECRET}"
[sources.desk]
vendor = "chatzuri"
secret = "${SECRET}"
[sources.booking]
vendor = "newoaks"
secret = "${SECRET}"
[sinks.sales]
type = "slack"
webhook_url = "${HOOK}"
[default]
to = ["sales"]
`
	env := env(map[string]string{"SECRET": "a-secret-of-ours", "HOOK": "https://hooks.example.com/x"})
	env.Sent = sentByAll
	const alone = `no event comes to the route "new": the route "a" takes them all and is final`
	for _, tt := range []struct{ a, b, last, want string }{
		{`{}`, `{ kind = "other" }`, `{ kind = "lead" }`, alone},
		{`{ kind = ["lead", "chat"] }`, `{ kind = "other" }`, `{ kind = "lead" }`, alone},
		{`{ kind = "l*" }`, `{ kind = "other" }`, `{ kind = "lead", bot_id = "x" }`, alone},
		{`{ kind = "lead" }`, `{ kind = "other" }`, `{ kind = "lead", channel = "web" }`, alone},
		{`{ kind = "lead" }`, `{ kind = "other" }`, `{ source = "website" }`, `no event comes to the route "new": the routes "a" and "b" take them all and are final`},
		{`{ kind = "lead" }`, `{ kind = "other" }`, `{ source = "desk" }`, ""},
		{`{ kind = "lead" }`, `{ kind = "message" }`, `{}`, ""},
		{`{ vendor = ["chatbase", "newoaks"] }`, `{ source = "desk" }`, `{}`, `no event comes to the route "new": the routes "a" and "b" take them all and are final`},
		{`{ vendor = "chat*" }`, `{ kind = "other" }`, `{ source = ["website", "desk"] }`, alone},
		{`{ vendor = "chat*" }`, `{ kind = "lead" }`, `{ source = ["website", "booking"] }`, ""},
		{`{ channel = "!whatsapp" }`, `{ kind = "lead" }`, `{ source = "booking" }`, alone},
		{`{ channel = "!whatsapp" }`, `{ kind = "chat" }`, `{ channel = "web" }`, alone},
		{`{ channel = "!whatsapp" }`, `{ kind = "chat" }`, `{ channel = "whats*" }`, ""},
		{`{ channel = ["whats*", "web"] }`, `{ kind = "chat" }`, `{ channel = ["whatsapp", "web"] }`, alone},
		{`{ channel = ["whats*", "web"] }`, `{ kind = "chat" }`, `{ channel = ["whatsapp", "sms"] }`, ""},
		{`{ channel = ["*", "!web"] }`, `{ kind = "chat" }`, `{ channel = ["!web", "!sms"] }`, alone},
		{`{ channel = ["*", "!web", "!fax"] }`, `{ kind = "chat" }`, `{ channel = ["!web", "!sms"] }`, ""},
		{`{ channel = "?*" }`, `{ kind = "chat" }`, `{ source = "desk" }`, ""},
		{`{ bot_id = "a*" }`, `{ bot_id = "b*" }`, `{ bot_id = ["a1", "b1"] }`, ""},
		{`{ event_type = "lead.submit" }`, `{ kind = "chat" }`, `{ event_type = "lead.submit", source = "desk" }`, alone},
		{`{ event_type = "lead*" }`, `{ kind = "chat" }`, `{ event_type = "leads*", source = "desk" }`, alone},
	} {
		text := head
		for i, match := range []string{tt.a, tt.b, tt.last} {
			text += "[[routes]]\nto = ['sales']\nname = '" + []string{"a", "b", "new"}[i] + "'\nmatch = " + match + "\n"
			if i < 2 {
				text += "final = true\n"
			}
		}
		cfg, problems := config.Parse(config.File{Name: "routes.toml", Data: []byte(text)}, env)
		if cfg == nil {
			t.Fatal(problems)
		}
		var got []string
		for _, p := range problems {
			if p.Line == 25 {
				got = append(got, p.Text)
			}
		}
		if strings.Join(got, "\n") != tt.want {
			t.Errorf("%s, %s, %s: %q, want %q", tt.a, tt.b, tt.last, got, tt.want)
		}
		if never := cfg.Routes[2].Never; (never != "") != (tt.want != "") || !strings.HasSuffix(tt.want, never) {
			t.Errorf("%s, %s, %s: %q", tt.a, tt.b, tt.last, never)
		}
	}
	// What may not apply, or may go on, takes nothing away.
	for _, more := range []string{"when = 'true'", "active = { days = 'mon' }", "final = false"} {
		text := head + "[[routes]]\nto = ['sales']\nname = 'a'\nmatch = {}\n" + more + "\n"
		if more != "final = false" {
			text += "final = true\n"
		}
		text += "[[routes]]\nto = ['sales']\nname = 'new'\nmatch = { kind = 'lead' }\n"
		if _, problems := config.Parse(config.File{Name: "routes.toml", Data: []byte(text)}, env); len(problems) > 0 {
			t.Errorf("%s: %s", more, problems)
		}
	}
}
