package config_test

import (
	"fmt"
	"strings"
	"testing"

	"botrelay/relay/config"
)

// leaky is a file in which every secret stands in clear, and in comments too.
// Each secret holds "hunter".
const leaky = `# hunter-comment-0
[server]
listen = ":${PORT:-8080}"
admin_listen = ":8081"
admin_token = "hunter-admin-token-1"
[store]
url = "sqlite:x.db" # postgres://hunter-comment-1@db
[sources.website]
vendor = "chatbase" # hunter-comment-2
secret = "hunter-source-secret-2"
[sources.support]
vendor = "chatzuri"
secret = [
  "hunter-old-secret-3", # hunter-comment-3
  'hunter-new-secret-4',
  """
hunter-long-secret-5
""",
]
[sources.booking]
vendor = "newoaks"
secret = "${LEAK}"
tolerance = "5m"
[sinks]
sales = { type = "slack", token = "hunter-token-6", channel = "#x" } # hunter-comment-4
night = { type = "slack", webhook_url = "https://hunter-hook-7", thread = true }
[sinks.chat]
type = "telegram"
token = '''hunter-chat-token-8'''
chat_id = 5
[[routes]]
name = "all"
match = { kind = "lead", channel = ["web"] }
to = ["sales", "night", "chat"]
`

// TestNoSecretShown breaks the file in thousands of ways and looks for any part
// of a secret in what is said about it.
func TestNoSecretShown(t *testing.T) {
	e := env(map[string]string{"LEAK": "hunter-variable-9"})
	said := make(map[string]bool)
	look := func(text string) {
		_, problems := config.Parse(config.File{Name: "routes.toml", Data: []byte(text)}, e)
		for _, p := range problems {
			if s := fmt.Sprintf("%s %+v %q", p, p, p.Source); strings.Contains(s, "unter") || strings.Contains(s, "secret-") || strings.Contains(s, "token-") {
				t.Fatalf("shown: %s\nof\n%s", p, text)
			}
			said[p.Text] = true
		}
	}
	inserts := []string{`"`, `'`, "\n", " ", "=", "#", "[", "]", "{", "}", ",", ".", "x", "5", `\`, "$", "${", "\x00", "\xff", "\r", "\"\"\"", "= \""}
	step := 1
	if raced { // one goroutine is of no interest to the detector: the checks run all of it without
		step = 7
	}
	look(leaky)
	for i := 0; i < len(leaky); i += step {
		look(leaky[:i])
		look(leaky[i:])
		look(leaky[:i] + leaky[i+1:])
		for k := range 4 { // at each place four of them, and others at the next
			look(leaky[:i] + inserts[(i+5*k)%len(inserts)] + leaky[i:])
		}
	}
	lines := strings.SplitAfter(leaky, "\n")
	for i := range lines {
		for j := range lines { // line i, moved to j
			rest := append(append([]string{}, lines[:i]...), lines[i+1:]...)
			if j <= len(rest) {
				look(strings.Join(rest[:j], "") + lines[i] + strings.Join(rest[j:], ""))
			}
		}
	}
	if len(said) < 100 {
		t.Errorf("only %d different texts: the file is not broken in enough ways", len(said))
	}
}

// TestVariablesAreNotShown puts the value of a variable everywhere a string
// may stand.
func TestVariablesAreNotShown(t *testing.T) {
	values := strings.NewReplacer(`"chatbase"`, "V", `"5m"`, "V", `":8081"`, "V", `"slack"`, "V", `"telegram"`, "V", "5\n", "V\n", `"lead"`, "V",
		`["web"]`, "V", `"#x"`, "V", `true`, "V", `"all"`, "V", `"sales"`, "V", `"sqlite:x.db"`, "V", `"https://hunter-hook-7"`, "V", `":${PORT:-8080}"`, "V")
	text := strings.ReplaceAll(values.Replace(leaky), "V", `"${LEAK}"`)
	for _, value := range []string{"hunter2", "-hunter2", "hunter\n2", "hunter2\\", "5hunter", "https://hunter"} {
		_, problems := config.Parse(config.File{Name: "routes.toml", Data: []byte(text)}, env(map[string]string{"LEAK": value}))
		if len(problems) < 10 || strings.Contains(problems.String(), "hunter") {
			t.Errorf("%q:\n%s", value, problems)
		}
	}
}

// TestSecretsAstray puts secrets where none belongs: nothing of one is shown, in a
// file that is TOML and in one that is not.
func TestSecretsAstray(t *testing.T) {
	e := env(map[string]string{"TOKEN": "xoxb-1-x", "HOOK": "https://hooks.slack.com/services/T0/B0/x", "SECRET": "abc"})
	for _, secret := range []string{
		"xoxb-240183-hunter77-AbCdEf", "https://hooks.slack.com/services/T024/B024/hunter77AbCdEfGh", "https://discord.com/api/webhooks/11800042/hunter77-AbC",
		"8123456789:AAhunter77xyz_abcdefghijkl", "https://api.telegram.org/bot81:hunter77xyz", "whsec_hunter77AbCdEfGh", "postgres://bot:hunter77@db/x", "00112233445566778899aabbccddeeff", "Qm9ihunter77AbCdEfGhIjKlMnOpQrStUv",
	} {
		for _, place := range []string{
			"[[routes]]\nmatch = {}\nto = ['%s']", "[[routes]]\nmatch = {}\nto = '%s'", "[[routes]]\nmatch = { kind = '%s' }\nto = ['sales']", "[[routes]]\nmatch = {}\nto = ['sales']\nfinal = '%s'",
			"[[routes]]\nmatch = '%s'\nto = ['sales']", "[[routes]]\nmatch = {}\nto = ['sales']\nmessage = '%s'", "[[routes]]\nmatch = { source = '%s' }\nto = ['sales']",
			"[[routes]]\nmatch = {}\nto = ['sales']\nactive = { days = '%s' }", "[[routes]]\nmatch = {}\nto = ['sales']\nactive = { days = ['%s'], hours = '%s', tz = '%s' }",
			"[server]\nlisten = '%s'", "[server]\npublic_url = '%s'", "[server]\ntimezone = '%s'", "[server]\nmax_body = '%s'", "[server]\ntrusted_proxies = ['%s']", "[server]\nnotify = ['%s']", "[server]\n'%s' = 1",
			"[sources.a]\nvendor = '%s'\nsecret = '${SECRET}'", "[sources.'%s']\nvendor = 'chatbase'\nsecret = '${SECRET}'", "[sinks.'%s']\ntype = 'slack'", "[sinks.a]\ntype = '%s'", "['%s']\na = 1", "['%s'.a]\nb = 1",
			"[sinks.a]\ntype = 'slack'\ntoken = '${TOKEN}'\nchannel = ['%s']", "[sinks.a]\ntype = 'slack'\ntoken = '${TOKEN}'\nchannel = '#x'\nfallback = '%s'", "[sinks.a]\ntype = 'slack'\nurl = '%s'", "[sinks.a]\ntype = 'slack'\n'%s' = 5",
			"[vendors.a]\nsignature = '%s'", "[vendors.a]\nsignature = { header = '%s' }", "[bots]\na = ['%s']", "[messages.lead]\ncolor = '%s'", "[default]\nto = ['%s']", "[store]\nurl = '%s'", "store = '%s'",
			"to = [%s]", "to = ['%s]", "kind = %s", "name = '%s", "[sinks.%s", "title = \"a \"%s\" b\"", "vendor: %s", "listen = '%s' x", "to = ['sales'] %s", "%s", "<!-- %s", "match = { kind = '%s' kind = 'a' }",
		} {
			text := strings.ReplaceAll(place, "%s", secret) + rest
			_, problems := config.Parse(config.File{Name: "routes.toml", Data: []byte(text)}, e)
			if said := problems.String(); strings.Contains(said, "unter") || strings.Contains(said, "001122") || strings.Contains(said, "xoxb-2") {
				t.Errorf("%s\nsays %s", text, said)
			}
		}
	}
}
