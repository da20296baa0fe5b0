package config_test

import (
	"fmt"
	"net/netip"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the test machine may have no zone files

	"botrelay/relay"
	"botrelay/relay/config"
)

const good = `
[server]
listen     = "127.0.0.1:${PORT:-8099}"
public_url = "https://hooks.example.com/"
timezone   = "Europe/Berlin"
max_body   = "512KiB"
[store]
url_file = "/run/secrets/store"
[bots]
"agent_abc123" = "Support bot"
"a.b" = "dotted"
[sources.zebra]
vendor = "chatbase"
secret = "${SECRET}"
[sources.apple]
vendor    = "newoaks"
secret    = ["${SECRET}", "${TOKEN}x"]
stringify = false
tolerance = "1m30s"
[sources."m.x-_9"]
vendor      = "chatzuri"
secret_file = ["/run/secrets/one", "/run/secrets/two"]
[sources.later]
vendor  = "newoaks"
pending = true
[sinks.sales]
type    = "slack"
token   = "${TOKEN}"
channel = "#sales$$"
[sinks.night]
type    = "telegram"
token_file = "${WHO}"
chat_id = -1001234567890
topic_id = "${CHAT_ID}"
silent  = "${YES}"
retries = 3
wait    = "1d12h"
labels  = { a = "${CHAT_ID}" }
give_up_after = "30d"
[sinks.chat]
type    = "telegram"
token   = "${TOKEN}"
chat_id = "@name"
[[routes]]
name  = "leads"
match = { kind = ["lead", "!chat"], vendor = "chat*", source = "zebra", event_type = 'a\*', channel = "web", bot_id = "" }
to    = ["sales", "chat"]
[[routes]]
match = {}
to    = ["night"]
final = true
[default]
to = ["sales"]
`

// TestGood reads a file with every key that has an effect.
func TestGood(t *testing.T) {
	good := strings.Replace(good, `url_file = "/run/secrets/store"`, `url = "sqlite:/var/lib/botrelay.db"`, 1)
	got := mustParse(t, good)
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	no := false
	secrets := func(texts ...string) (s []relay.Secret) {
		for _, text := range texts {
			s = append(s, relay.NewSecret(text))
		}
		return s
	}
	const hour = time.Hour
	want := &config.Config{
		Server: config.Server{Listen: "127.0.0.1:8099", PublicURL: "https://hooks.example.com", Timezone: berlin, MaxBody: 524288},
		Store:  config.Store{URL: relay.NewSecret("sqlite:/var/lib/botrelay.db"), Retain: 720 * hour, RetainDead: 4320 * hour},
		Bots:   map[string]string{"agent_abc123": "Support bot", "a.b": "dotted"},
		Sources: []config.Source{
			{Name: "zebra", Vendor: "chatbase", Secrets: secrets("s3cr3t-of-source")},
			{Name: "apple", Vendor: "newoaks", Secrets: secrets("s3cr3t-of-source", "tok-1234567x"), Stringify: &no, Tolerance: 90 * time.Second},
			{Name: "m.x-_9", Vendor: "chatzuri", Secrets: secrets("from-file-1", "from-file-2")},
			{Name: "later", Vendor: "newoaks", Pending: true},
		},
		Sinks: []config.Sink{
			{Name: "sales", Type: "slack", Options: &slackOptions{Token: relay.NewSecret("tok-1234567"), Channel: "#sales$"}, GiveUpAfter: 72 * hour},
			{Name: "night", Type: "telegram", Options: &chatOptions{
				Token: relay.NewSecret("from-file-1"), ChatID: "-1001234567890", TopicID: -1001, Silent: true,
				Retries: 3, Wait: 36 * hour, Labels: map[string]string{"a": "-1001"},
			}, GiveUpAfter: 720 * hour},
			{Name: "chat", Type: "telegram", Options: &chatOptions{Token: relay.NewSecret("tok-1234567"), ChatID: "@name"}, GiveUpAfter: 72 * hour},
		},
		Routes: []config.Route{
			{Name: "leads", Match: config.Match{
				Vendor: []string{"chat*"}, Source: []string{"zebra"}, EventType: []string{`a\*`},
				Kind: []string{"lead", "!chat"}, Channel: []string{"web"}, BotID: []string{""},
			}, To: []string{"sales", "chat"}},
			{Name: "route 2", To: []string{"night"}, Final: true},
		},
		Default: []string{"sales"},
	}
	if !reflect.DeepEqual(got.WithoutText(), want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

// TestDefaults reads the smallest file that is good.
func TestDefaults(t *testing.T) {
	cfg := mustParse(t, rest)
	if want := (config.Server{Listen: ":8080", Timezone: time.UTC, MaxBody: 1048576}); !reflect.DeepEqual(cfg.Server, want) {
		t.Errorf("server: %+v", cfg.Server)
	}
	if cfg.Store.URL.Reveal() != "sqlite:data/botrelay.db" || cfg.Store.Retain != 30*24*time.Hour || cfg.Store.RetainDead != 180*24*time.Hour {
		t.Errorf("store: %s %+v", cfg.Store.URL.Reveal(), cfg.Store)
	}
	if cfg.Bots == nil || cfg.Default != nil {
		t.Errorf("bots %v, default %v", cfg.Bots, cfg.Default)
	}
}

// TestOrder: lists stand in the order in which the file first mentions them.
func TestOrder(t *testing.T) {
	sink := "type = 'telegram'\ntoken = '${TOKEN}'\nchat_id = 1\n"
	cfg, problems := parse(t, "[sinks.z]\n"+sink+"[sinks.b.labels]\nx = 'y'\n[sinks.c]\n"+sink+"[sinks.b]\n"+sink+"[sinks.a]\n"+sink+rest)
	if cfg == nil {
		t.Fatal(problems)
	}
	var names []string
	for _, s := range cfg.Sinks {
		names = append(names, s.Name)
	}
	if got := strings.Join(names, " "); got != "z b c a sales" {
		t.Errorf("got %s", got)
	}
}

// TestNetworks: a single address is a network of its own.
func TestNetworks(t *testing.T) {
	cfg, problems := parse(t, `
server = { trusted_proxies = ["10.0.0.0/8", "::1"] }
[sinks.more]
type = "telegram"
token = "${TOKEN}"
chat_id = 1
`+rest+`[default]
to = ["more"]
`)
	if cfg == nil || len(problems) > 0 {
		t.Fatalf("problems:\n%s", problems)
	}
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	if !reflect.DeepEqual(cfg.Server.TrustedProxies, proxies) {
		t.Errorf("server: %+v", cfg.Server)
	}
}

// TestThreads: where the sink can, unless the file says otherwise.
func TestThreads(t *testing.T) {
	for lines, want := range map[string]bool{
		"type = 'telegram'\ntoken = '${TOKEN}'\nchat_id = 1":                 true,
		"type = 'telegram'\ntoken = '${TOKEN}'\nchat_id = 1\nthread = true":  true,
		"type = 'telegram'\ntoken = '${TOKEN}'\nchat_id = 1\nthread = false": false,
		"type = 'slack'\nwebhook_url = '${HOOK}'":                            false,
		"type = 'slack'\nwebhook_url = '${HOOK}'\nthread = false":            false,
		"type = 'slack'\ntoken = '${TOKEN}'\nchannel = '#x'":                 true,
		"type = 'slack'\ntoken = '${TOKEN}'\nchannel = '#x'\nthread = false": false,
	} {
		cfg, problems := parse(t, "[sinks.more]\n"+lines+rest+"[default]\nto = ['more']\n")
		if cfg == nil || len(problems) > 0 {
			t.Errorf("%s: problems:\n%s", lines, problems)
			continue
		}
		if got := cfg.Sinks[0].Threads(); got != want {
			t.Errorf("%s: threads: %t, want %t", lines, got, want)
		}
	}
}

// TestPaceAndCare reads the keys that say how fast a sink is sent to, who is
// told of troubles, and how long events are kept.
func TestPaceAndCare(t *testing.T) {
	cfg, problems := parse(t, `
server.notify = ["sales", "more"]
store = { retain = "48h", retain_dead = "48h" }
[sinks.more]
type = "telegram"
token = "${TOKEN}"
chat_id = 1
rate = "20/1m30s"
digest = "false"
fallback = "sales"
`+rest+`[default]
to = ["more"]
`)
	if len(problems) > 0 {
		t.Fatalf("problems:\n%s", problems)
	}
	more := cfg.Sinks[0]
	if more.Rate != (config.Rate{Count: 20, Per: 90 * time.Second}) || *more.Digest || more.Fallback != "sales" {
		t.Errorf("sink: %+v", more)
	}
	if sales := cfg.Sinks[1]; sales.Rate != (config.Rate{}) || sales.Digest != nil || sales.Fallback != "" {
		t.Errorf("sink without any: %+v", sales)
	}
	if got := strings.Join(cfg.Server.Notify, " "); got != "sales more" {
		t.Errorf("notify: %s", got)
	}
	if cfg.Store.Retain != 48*time.Hour || cfg.Store.RetainDead != 48*time.Hour {
		t.Errorf("store: %+v", cfg.Store)
	}
}

// TestRetainDead holds that what failed is kept no shorter than the rest.
func TestRetainDead(t *testing.T) {
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"":                               180 * day,
		`store.retain = "90d"`:           180 * day,
		`store.retain = "365d"`:          365 * day,
		`store.retain_dead = "200d"`:     200 * day,
		"store.retain_dead = '1000d12h'": 1000*day + 12*time.Hour,
	} {
		cfg, problems := parse(t, text+rest)
		if len(problems) > 0 || cfg.Store.RetainDead != want {
			t.Errorf("%s: kept for %v, want %v; problems:\n%s", text, cfg.Store.RetainDead, want, problems)
		}
	}
}

// TestShipped reads the files that come with botrelay.
func TestShipped(t *testing.T) {
	for _, name := range []string{"../../routes.toml", "../../cmd/botrelay/demo.toml"} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		e := env(nil)
		e.Getenv = func(name string) (string, bool) { return "https://" + name, name != "PORT" }
		e.Sinks["slack"] = func() config.SinkOptions { return new(anyOptions) }
		e.Sinks["discord"], e.Sinks["telegram"] = e.Sinks["slack"], e.Sinks["slack"]
		_, problems := config.Parse(config.File{Name: name, Data: data}, e)
		if len(problems) > 0 {
			t.Errorf("unexpected:\n%s", problems)
		}
	}
}

// anyOptions takes what any kind of sink takes.
type anyOptions struct {
	WebhookURL relay.Secret `toml:"webhook_url"`
	Token      relay.Secret `toml:"token"`
	Channel    string       `toml:"channel"`
	ChannelID  string       `toml:"channel_id"`
	ChatID     string       `toml:"chat_id,number"`
	APIURL     string       `toml:"api_url"`
}

func (*anyOptions) Check() []relay.Problem { return nil }

func (*anyOptions) Replies() bool { return true }

func (*anyOptions) Where() string { return "somewhere" }

func (*badOptions) Check() []relay.Problem { return nil }

func (*badOptions) Replies() bool { return true }

func (*badOptions) Where() string { return "somewhere" }

// TestNoWorld: without variables and files, what needs them is an error.
func TestNoWorld(t *testing.T) {
	text := strings.Replace(rest, `secret = "${SECRET}"`, `secret_file = "x"`, 1) + "[bots]\na = '${NAME}'\n"
	cfg, problems := config.Parse(config.File{Name: "f", Data: []byte(text)}, config.Env{})
	if cfg != nil || !strings.Contains(problems.String(), "files cannot be read here") || !strings.Contains(problems.String(), "NAME is not set") {
		t.Errorf("got:\n%s", problems)
	}
}

func ExampleParse() {
	file := config.File{Name: "routes.toml", Data: []byte(`
[sources.website]
vendor = "chatbase"
secret = "${CHATBASE_SECRET}"

[sinks.sales]
type    = "slack"
token   = "xoxb-1234-5678"   # the old one was xoxb-0000-0000
chanel  = "#sales-leads"

[[routes]]
match = { kind = "led" }
to    = ["sale"]
`)}
	_, problems := config.Parse(file, config.Env{
		Getenv:  func(string) (string, bool) { return "", false },
		Vendors: []string{"chatbase"},
		Sinks:   map[string]func() config.SinkOptions{"slack": func() config.SinkOptions { return new(slackOptions) }},
	})
	fmt.Println(problems)
	// Output:
	// routes.toml:4:10: the environment variable CHATBASE_SECRET is not set: set it before the start, or name a file with "secret_file"
	//     secret = "${CHATBASE_SECRET}"
	//              ^
	// routes.toml:8:11: warning: "token" is written in clear: take it from the environment, as in "${NAME}", or name a file with "token_file"
	//     token   = "***"
	//               ^
	// routes.toml:9:1: unknown key "chanel": did you mean "channel"?
	//     chanel  = "***"
	//     ^
	// routes.toml:12:18: unknown kind "led": did you mean "lead"? (known: appointment, chat, escalation, lead, message, other)
	//     match = { kind = "led" }
	//                      ^
	// routes.toml:13:10: unknown sink "sale": did you mean "sales"? (known: sales)
	//     to    = ["sale"]
	//              ^
}
