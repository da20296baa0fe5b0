package main

import (
	"encoding/binary"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"botrelay/relay/config"

	"github.com/rogpeppe/go-internal/txtar"
)

// updateBroken is a function, as the packages have no variables: -update
// rewrites what is expected, to be read by a person before it is believed.
func updateBroken() bool { return flag.Lookup("update").Value.String() == "true" }

// TestBroken reads files as people break them, and compares everything that is
// said of each. In testdata/broken an archive has NAME.toml and NAME.want; how
// they are put together is said at its top.
func TestBroken(t *testing.T) {
	archives, err := filepath.Glob("testdata/broken/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives", err)
	}
	total := 0
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		total += brokenArchive(t, name, archive)
	}
	if total < 60 {
		t.Errorf("%d files were tried", total)
	}
}

// brokenArchive tries the files of one archive, and returns how many there are.
func brokenArchive(t *testing.T, path string, archive *txtar.Archive) int {
	t.Helper()
	wants := make(map[string]string)
	var files, updated []txtar.File
	for _, f := range archive.Files {
		if name, isWant := strings.CutSuffix(f.Name, ".want"); isWant {
			wants[name] = string(f.Data)
		} else {
			files = append(files, f)
		}
	}
	for _, f := range files {
		name := strings.TrimSuffix(f.Name, ".toml")
		got := brokenOutput(t, name, string(f.Data))
		updated = append(updated, f, txtar.File{Name: name + ".want", Data: []byte(got)})
		if want := wants[name]; got != want && !updateBroken() {
			t.Errorf("%s: %s\n%s\ngot:\n%s\nwant:\n%s", path, name, f.Data, got, want)
		}
	}
	if updateBroken() {
		if err := os.WriteFile(path, txtar.Format(&txtar.Archive{Comment: archive.Comment, Files: updated}), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return len(files)
}

// brokenOutput returns what is said of a file.
func brokenOutput(t *testing.T, name, text string) string {
	t.Helper()
	if strings.HasSuffix(name, "+") {
		text += "\n" + brokenRest
	}
	variables := brokenVariables()
	env := configEnv(func(name string) (string, bool) { value, set := variables[name]; return value, set })
	env.ReadFile = func(name string) ([]byte, error) {
		if name == "/run/secrets/slack" {
			return []byte(variables["SLACK_WEBHOOK_URL"] + "\n"), nil
		}
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("no such file or directory")}
	}
	_, problems := config.Parse(config.File{Name: "routes.toml", Data: saved(name, text)}, env)
	said := problems.String()
	if said != "" {
		said += "\n"
	}
	for _, secret := range []string{"abcdef", "cb-5ecret", "s3cret", "hunter22"} {
		if strings.Contains(said, secret) {
			t.Errorf("%s: a secret is told: %s", name, said)
		}
	}
	return said
}

// saved returns text as an editor would save it that the name tells of.
func saved(name, text string) []byte {
	switch name := strings.TrimSuffix(name, "+"); {
	case strings.HasSuffix(name, ".crlf"):
		return []byte(strings.ReplaceAll(text, "\n", "\r\n"))
	case strings.HasSuffix(name, ".bom"):
		return []byte("\ufeff" + text)
	case strings.HasSuffix(name, ".utf16"):
		var data []byte
		for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
			data = binary.LittleEndian.AppendUint16(data, unit)
		}
		return data
	case strings.HasSuffix(name, ".latin1"):
		var data []byte
		for _, c := range text {
			data = append(data, byte(c))
		}
		return data
	}
	return []byte(text)
}

// brokenRest makes a whole file of what stands before it.
const brokenRest = `[sources.website]
vendor = "chatbase"
secret = "${WEBSITE_SECRET}"

[sinks.sales]
type = "slack"
webhook_url = "${SLACK_WEBHOOK_URL}"

[[routes]]
name = "all"
match = {}
to = ["sales"]
`

// brokenVariables are the environment of the broken files.
func brokenVariables() map[string]string {
	return map[string]string{
		"WEBSITE_SECRET":      "cb-5ecret-value",
		"SHOP_SECRET":         "cb-5ecret-shop",
		"SLACK_WEBHOOK_URL":   "https://hooks.slack.com/services/T00000000/B00000000/s3cret",
		"SLACK_HALF_URL":      "https://hooks.slack.com/services/T00000000",
		"SLACK_WORKFLOW_URL":  "https://hooks.slack.com/workflows/T00000000/A00000000/1/s3cret",
		"SLACK_TOKEN":         "xoxb-123456-abcdef",
		"SLACK_APP_TOKEN":     "xapp-1-A0-123456-abcdef",
		"DISCORD_WEBHOOK_URL": "https://discord.com/api/webhooks/1180000000000000042/s3cret",
		"DISCORD_TOKEN":       "s3cret.token",
		"TELEGRAM_TOKEN":      "123456:s3cret-token",
		"TEAMS_WEBHOOK_URL":   "https://example.webhook.office.com/s3cret",
		"EMPTY":               "",
	}
}
