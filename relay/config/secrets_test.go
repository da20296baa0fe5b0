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
	look(leaky)
	for i := range len(leaky) {
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
