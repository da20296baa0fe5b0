package config_test

import (
	"fmt"
	"strings"
	"testing"

	"botrelay/relay/config"
)

// TestUnsecret: a file is shown with all that is no secret in it, and nothing of what
// is one.
func TestUnsecret(t *testing.T) {
	const text = `# what is 'quoted' # and more
[server]
admin_token = "hunter-admin-token-1" # once hunter-admin-token-1
public_url = "https://me:hunter-2@hooks.example.com"
[store]
url = "postgres://u:hunter-3@db/x"
# url = "sqlite:data/x.db"
[sources."a#b"]
vendor = "chatbase" # secret = "free # text"
secret = ["hunter-4", "${VAR}", 'hunter-5', "${A}hunter-6", 123] # two
secret_file = "/run/secrets/chatbase"
# secret = "hunter-7"
#token: 'hunter-8'
# former: hunterFORMER1abc9, and ${VARIABLE_1_OF_MANY:-x} of agent_abc123 and C0123456789
#secret = hunter-bare # [sinks.x] token=hunter-bare-2 url = ${VAR} when = 3 and more
[bots]
"token" = "Support # token = 'bot'"
[sinks]
sales = { type = "slack", token = """
hunter-9
""", channel = "#x" }   # xoxb-123456789012-hunter10
[[routes]]
match = { kind = "lead" }
to = ["sales"]
when = "text contains '#hash'"
[vendors.acme.event]
token = "id"
`
	const want = `# what is 'quoted' # and more
[server]
admin_token = "${NOT_SHOWN}" # once ***
public_url = "${NOT_SHOWN}"
[store]
url = "${NOT_SHOWN}"
# url = "sqlite:data/x.db"
[sources."a#b"]
vendor = "chatbase" # secret = "free # text"
secret = ["${NOT_SHOWN}", "${VAR}", "${NOT_SHOWN}", "${NOT_SHOWN}", "${NOT_SHOWN}"] # two
secret_file = "/run/secrets/chatbase"
# secret = "***"
#token: "***"
# former: ***, and ${VARIABLE_1_OF_MANY:-x} of agent_abc123 and C0123456789
#secret = *** # [sinks.x] token= *** url = ${VAR} when = 3 and more
[bots]
"token" = "Support # token = 'bot'"
[sinks]
sales = { type = "slack", token = "${NOT_SHOWN}", channel = "#x" }   # ***
[[routes]]
match = { kind = "lead" }
to = ["sales"]
when = "text contains '#hash'"
[vendors.acme.event]
token = "id"
`
	got, ok := config.Unsecret(config.File{Data: []byte(text)}, env(nil))
	if !ok || string(got) != strings.ReplaceAll(want, `vendor = "chatbase" # secret = "free # text"`, `vendor = "chatbase" # secret = "***"`) {
		t.Errorf("%v, got\n%s", ok, got)
	}
	for _, bad := range []string{"secret = hunter", "\xff", "a = 1\na = 'hunter'"} {
		if got, ok := config.Unsecret(config.File{Data: []byte(bad)}, env(nil)); ok || len(got) > 0 {
			t.Errorf("%q is shown as %q", bad, got)
		}
	}
}

// TestUnsecretLeaky: nothing of the secrets' values is left in a file full of them, and
// what is left means the same to who has not got them.
func TestUnsecretLeaky(t *testing.T) {
	got, ok := config.Unsecret(config.File{Data: []byte(leaky)}, env(nil))
	if !ok {
		t.Fatal("it is not shown")
	}
	for line := range strings.Lines(string(got)) {
		if value, _, _ := strings.Cut(line, "#"); strings.Contains(value, "hunter") {
			t.Errorf("shown: %s", line)
		}
	}
	e := env(nil)
	e.StandIn = func(_, _, key string) string {
		return map[string]string{"token": "stand-in", "webhook_url": "https://hooks.slack.com/services/a/b/c"}[key]
	}
	cfg, problems := config.Parse(config.File{Name: "routes.toml", Data: got}, e)
	whole, _ := config.Parse(config.File{Name: "routes.toml", Data: []byte(leaky)}, env(map[string]string{"LEAK": "hunter"}))
	if again := whole.Unsecret(env(nil)); again.Name != "routes.toml" || string(again.Data) != string(got) || strings.Contains(fmt.Sprintf("%+v", whole), "hunter") {
		t.Errorf("a configuration's own text: %s", again.Data)
	}
	if cfg == nil || len(cfg.Sinks) != 3 || len(cfg.Sources) != 3 || len(cfg.Routes) != 1 {
		t.Errorf("%v\n%s", problems, got)
	}
}
