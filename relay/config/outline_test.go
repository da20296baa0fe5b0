package config_test

import (
	"slices"
	"strings"
	"testing"

	"botrelay/relay/config"
)

func TestOutline(t *testing.T) {
	// Whoever looks into the store has neither the secrets nor, just now, a good
	// file.
	const text = `
[server]
listen = ":${PORT:-9090}"
timezone = "Europe/Berlin"
admin_token = "${ADMIN_TOKEN}"
[store]
url = "sqlite:${DATA}/relay.db"
retain = "nonsense"
unknown_key = 1
[sources.website]
vendor = "chatbase"
secret = "${CHATBASE_SECRET}"
[sinks.sales]
type = "slack"
webhook_url = "${SLACK_WEBHOOK_URL}"
[sinks.night]
type = "telegramm"
`
	getenv := func(name string) (string, bool) { return "/srv", name == "DATA" }
	o, problems := config.ParseOutline(config.File{Name: "routes.toml", Data: []byte(text)}, config.Env{Getenv: getenv})
	if o == nil {
		t.Fatal(problems)
	}
	if got := o.Store.Reveal(); got != "sqlite:/srv/relay.db" {
		t.Errorf("store %q", got)
	}
	if o.Timezone.String() != "Europe/Berlin" {
		t.Errorf("time zone %s", o.Timezone)
	}
	if !slices.Equal(o.Sources, []string{"website"}) || !slices.Equal(o.Sinks, []string{"sales", "night"}) {
		t.Errorf("sources %q, sinks %q", o.Sources, o.Sinks)
	}
}

func TestOutlineDefaults(t *testing.T) {
	for _, text := range []string{"", "[server]\nlisten = \":${MISSING}\"\ntimezone = \"Mars/Olympus\"\n", "server = 3\nsinks = 4\n"} {
		o, problems := config.ParseOutline(config.File{Name: "routes.toml", Data: []byte(text)}, config.Env{})
		if o == nil {
			t.Fatalf("%q: %s", text, problems)
		}
		if o.Store.Reveal() != "sqlite:data/botrelay.db" || o.Timezone.String() != "UTC" {
			t.Errorf("%q: %q, %s", text, o.Store.Reveal(), o.Timezone)
		}
	}
}

// TestOutlineWithoutStore: another store than the one that is meant is never
// looked into.
func TestOutlineWithoutStore(t *testing.T) {
	for text, want := range map[string]string{
		"[store]\nurl = \"sqlite:${DATA}/relay.db\"": "routes.toml:2:7: the environment variable DATA is not set",
		"[store]\nurl = \"mysql://u:pw@host/db\"":    "is not a store",
		"store = 3":     `wants a table`,
		"[store]\nurl=": "routes.toml:2:",
	} {
		o, problems := config.ParseOutline(config.File{Name: "routes.toml", Data: []byte(text)}, config.Env{})
		if o != nil || !strings.Contains(problems.String(), want) || strings.Contains(problems.String(), "u:pw") {
			t.Errorf("%q: %v, %s", text, o, problems)
		}
	}
}
