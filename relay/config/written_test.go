package config_test

import (
	"fmt"
	"testing"

	"botrelay/relay/config"
)

// TestSecretLines: it is told how the file has each source's secret, unless that would
// show one.
func TestSecretLines(t *testing.T) {
	const text = `[sources.plain]
vendor = "chatbase"
secret = '${lower_case}' # the shop's
[sources."a.b"]
vendor = "chatbase"
secret = [ "${NEW}",
  "${OLD}" ]
[sources.file]
vendor = "chatbase"
secret_file = "/run/secrets/one"
[sources.clear]
vendor = "chatbase"
secret = "hunter-hunter-1"
[sources.half]
vendor = "chatbase"
secret = ["${NEW}", "hunter-hunter-2"]
[sources.default]
vendor = "chatbase"
secret = "${UNSET:-hunter-hunter-3}"
[sources.late]
vendor = "newoaks"
pending = true
[sinks.sales]
type = "slack"
webhook_url = "https://hooks.example/a"
[default]
to = ["sales"]
`
	world := env(map[string]string{"lower_case": "s1-s1-s1-s1", "NEW": "s2-s2-s2-s2", "OLD": "s3-s3-s3-s3"})
	cfg, problems := config.Parse(config.File{Name: "routes.toml", Data: []byte(text)}, world)
	if cfg == nil {
		t.Fatal(problems)
	}
	want := map[string]config.Written{
		"plain": {Line: `secret = "${lower_case}"`, Variables: []string{"lower_case"}},
		"a.b":   {Line: `secret = ["${NEW}", "${OLD}"]`, Variables: []string{"NEW", "OLD"}},
		"file":  {Line: `secret_file = "/run/secrets/one"`},
	}
	if got := cfg.SecretLines(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := new(config.Config).SecretLines(); len(got) > 0 {
		t.Errorf("of no file: %v", got)
	}
}
