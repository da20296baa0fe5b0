package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"botrelay/relay/config"
)

// shippedEnv has every variable that the shipped file and the README name.
func shippedEnv(name string) (string, bool) {
	switch name {
	case "SLACK_WEBHOOK_URL":
		return "https://hooks.slack.com/services/T0/B0/abc", true
	case "DISCORD_WEBHOOK_URL":
		return "https://discord.com/api/webhooks/1/abc", true
	case "SLACK_BOT_TOKEN":
		return "xoxb-1-2-abc", true
	case "TELEGRAM_BOT_TOKEN":
		return "123456789:AAabcdefghijklmnopqrstuvwxyzabcdefg", true
	case "CHATBASE_SECRET", "CHATDATA_SECRET", "CHATZURI_SECRET", "CHATZURI_SECRET_OLD", "NEWOAKS_SIGN_KEY", "ACME_SECRET", "ADMIN_TOKEN":
		return "a-secret-of-a-vendor", true
	}
	return "", false
}

func parseGood(t *testing.T, name, text string) *config.Config {
	t.Helper()
	cfg, problems := config.Parse(config.File{Name: name, Data: []byte(text)}, configEnv(shippedEnv))
	if len(problems) > 0 || cfg == nil {
		t.Fatalf("%s", problems)
	}
	return cfg
}

func text(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestShippedRoutes: the shipped file is good as it stands, and so is everything
// in it that is commented out.
func TestShippedRoutes(t *testing.T) {
	text := text(t, "../../routes.toml")
	cfg := parseGood(t, "routes.toml", text)
	if len(cfg.Sources) != 1 || len(cfg.Sinks) != 1 {
		t.Errorf("%d sources and %d sinks are live, want one of each", len(cfg.Sources), len(cfg.Sinks))
	}

	commented := regexp.MustCompile(`(?m)^# (\[|"?\w+"? *= )`)
	whole := commented.ReplaceAllString(text, "$1")
	whole = strings.ReplaceAll(whole, `to    = ["sales"]`, `to    = ["sales", "leads", "community"]`) // or they would be unused
	folder := filepath.ToSlash(t.TempDir())
	if err := writePair(folder, 1); err != nil {
		t.Fatal(err)
	}
	whole = strings.NewReplacer(`"cert.pem"`, `"`+folder+`/cert.pem"`, `"key.pem"`, `"`+folder+`/key.pem"`).Replace(whole)
	cfg = parseGood(t, "routes.toml with every comment taken away", whole)
	if len(cfg.Sources) != 5 || len(cfg.Vendors) != 1 || len(cfg.Sinks) != 4 || len(cfg.Routes) != 2 {
		t.Errorf("%d sources, %d sinks, %d routes", len(cfg.Sources), len(cfg.Sinks), len(cfg.Routes))
	}
}

// exampleBelow returns the first example of a document below a heading.
func exampleBelow(text, heading string) string {
	var example strings.Builder
	for line := range strings.Lines(text[strings.Index(text, heading):]) {
		if rest, ok := strings.CutPrefix(line, "    "); ok {
			example.WriteString(rest)
		} else if example.Len() > 0 && strings.TrimSpace(line) != "" {
			break
		}
	}
	return example.String()
}

// TestREADME: its examples are whole files, and it names every command and flag
// that it should.
func TestREADME(t *testing.T) {
	text := text(t, "../../README.md")
	example := exampleBelow(text, "## routes.toml")
	parseGood(t, "the README's example", example)
	sinks := example[strings.Index(example, "[sinks."):]
	parseGood(t, "the README's example of a vendor", exampleBelow(text, "### Another vendor")+sinks)
	for _, command := range []string{"serve", "demo", "init", "check", "schema", "send", "health", "version"} {
		if !strings.Contains(text, "\n    botrelay "+command) {
			t.Errorf("the README does not list botrelay %s", command)
		}
	}
}
