package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"botrelay/relay/config"
)

// filesRoutes is a routes file whose secrets stand in files of a folder.
func filesRoutes(folder string) string {
	return strings.ReplaceAll(`[sources.website]
vendor = "chatbase"
secret_file = "FOLDER/secret.txt"
[sinks.sales]
type = "slack"
webhook_url_file = "FOLDER/hook.txt"
[default]
to = ["sales"]
`, "FOLDER", filepath.ToSlash(folder))
}

const anyHook = "https://hooks.slack.com/services/T0/B0/"

// settleFiles is settle with a routes file whose secrets stand in files, which put
// writes.
func settleFiles(t *testing.T, test func(s *settling, put func(name, text string))) {
	t.Helper()
	folder := t.TempDir()
	put := func(name, text string) { must(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600)) }
	put("secret.txt", "first")
	put("hook.txt", anyHook+"first")
	settleRoutes(t, filesRoutes(folder), func(s *settling) { test(s, put) })
}

// secrets are those in use.
func (s *settling) secrets() string {
	return s.relay.current.cfg.Sources[0].Secrets[0].Reveal()
}

// TestRenewedWhileBad: while the routes file cannot be used, what the last good
// one names is followed all the same, and the file stays bad.
func TestRenewedWhileBad(t *testing.T) {
	settleFiles(t, func(s *settling, put func(name, text string)) {
		good := filesRoutes(filepath.Dir(s.good.named()[0]))
		s.write(good + "oops = 1\n")
		if got := s.after(10 * time.Second); got != "d" {
			t.Fatalf("bad: %q", got)
		}
		note, sinks := s.note(), s.relay.current.sinks
		put("secret.txt", "second\n")
		s.after(10 * time.Second)
		if got := s.secrets(); got != "second" {
			t.Errorf("the secret in use is %q", got)
		}
		if s.note() != note || note == "" {
			t.Errorf("the note is %q, was %q", s.note(), note)
		}
		if got := s.log.String(); strings.Count(got, "renewed files are taken up") != 1 || !strings.Contains(got, "sources changed: website") ||
			!strings.Contains(got, "secret.txt") || strings.Contains(got, "second") || strings.Contains(got, "oops") {
			t.Errorf("logged\n%s", got)
		}
		if s.relay.current.sinks[0] != sinks[0] {
			t.Error("the sink is another one, though nothing of it has changed")
		}
		s.write(good + "[routes]\n")
		if got := s.after(10 * time.Second); got != "d" || s.secrets() != "second" {
			t.Errorf("bad in another way: %q, %q", got, s.secrets())
		}
		s.write(good)
		if got := s.after(10 * time.Second); got != "u" || s.secrets() != "second" || s.note() != "" {
			t.Errorf("good again: %q, %q, %q", got, s.secrets(), s.note())
		}
	})
}

// TestBadFileOfTwo: a file that is bad does not keep another one from being used,
// and is named as what is bad, though the routes file is as it was.
func TestBadFileOfTwo(t *testing.T) {
	settleFiles(t, func(s *settling, put func(name, text string)) {
		put("hook.txt", "")
		if got := s.after(10 * time.Second); got != "d" || !strings.Contains(s.log.String(), "a file that the routes file names cannot be used") ||
			!strings.Contains(s.log.String(), "hook.txt\n") {
			t.Errorf("bad: %q\n%s", got, s.log)
		}
		if !strings.HasPrefix(s.note(), "a file that the routes file names cannot be used, since") {
			t.Errorf("note: %q", s.note())
		}
		put("secret.txt", "second")
		s.after(10 * time.Second)
		if got := s.secrets(); got != "second" {
			t.Errorf("the secret in use is %q", got)
		}
		put("secret.txt", "")
		put("hook.txt", anyHook+"second")
		s.after(10 * time.Second)
		if got := s.log.String(); !strings.Contains(got, "sinks changed: sales") || s.secrets() != "second" {
			t.Errorf("the other one: %q\n%s", s.secrets(), got)
		}
		put("secret.txt", "third")
		s.after(10 * time.Second)
		if s.secrets() != "third" || s.note() != "" {
			t.Errorf("all good: %q, %q", s.secrets(), s.note())
		}
	})
}

// TestToldOnce: what was wrong already is not told with every change of something
// else; who saves the file, or asks, hears all that is wrong with it.
func TestToldOnce(t *testing.T) {
	settleFiles(t, func(s *settling, put func(name, text string)) {
		good := filesRoutes(filepath.Dir(s.good.named()[0]))
		unused := "[sinks.night]\ntype = 'slack'\nwebhook_url_file = '" + filepath.ToSlash(s.good.named()[0]) + "'\n"
		warned := func(about string, want int) {
			t.Helper()
			if n := strings.Count(s.log.String(), "warning="); n != want {
				t.Errorf("%s: %d warnings, want %d\n%s", about, n, want, s.log)
			}
		}
		s.write(good + unused)
		s.after(10 * time.Second)
		warned("an unused sink", 1)
		s.write("# a comment\n" + good + unused)
		s.after(10 * time.Second)
		warned("further down", 0)
		s.write(good + unused + strings.ReplaceAll(unused, "night", "day"))
		s.after(10 * time.Second)
		warned("another one", 1)
		told := func(about string, want int) {
			t.Helper()
			if n := strings.Count(s.log.String(), "unknown key"); n != want {
				t.Errorf("%s: %d errors, want %d\n%s", about, n, want, s.log)
			}
		}
		s.write(good + "oops = 1\n")
		s.after(10 * time.Second)
		told("bad", 1)
		put("secret.txt", "second")
		s.after(10 * time.Second)
		told("a file that it names", 0)
		s.write(good + "oops = 1\n# saved\n")
		s.after(10 * time.Second)
		told("saved anew", 1)
		s.log.Reset()
		s.look(t.Context(), true)
		told("asked", 1)
	})
}

// TestChanges: what has changed is told by names, without a value.
func TestChanges(t *testing.T) {
	const base = `[server]
notify = ["night"]
[sources.website]
vendor = "chatbase"
secret = "s3cret-1"
[sinks.sales]
type = "slack"
webhook_url = "https://hooks.slack.com/services/T0/B0/s3cret-2"
[sinks.night]
type = "telegram"
token = "123456:s3cret-3s3cret-3s3cret-3s3cret-3s3c"
chat_id = 5
[[routes]]
name = "leads"
match = { kind = "lead" }
to = ["sales"]
[[routes]]
name = "chats"
match = { kind = "chat" }
to = ["night"]
`
	parsed := func(text string) *config.Config {
		t.Helper()
		cfg, problems := config.Parse(config.File{Name: "routes.toml", Data: []byte(text)}, configEnv(shippedEnv))
		if cfg == nil {
			t.Fatal(problems)
		}
		return cfg
	}
	replaced := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(base) }
	for next, want := range map[string]string{
		base:                          "none",
		"# a comment\n" + base:        "none",
		replaced("s3cret-1", "other"): "sources changed: website",
		replaced("s3cret-2", "other"): "sinks changed: sales",
		replaced("[server]", "[server]\ntimezone = 'Europe/Berlin'\nmax_body = '2MiB'"): "[server] changed: timezone, max_body",
		replaced("[server]", "[store]\nretain = '60d'\n[server]"):                       "[store] changed: retain",
		replaced(`"leads"`, `"first"`):                                                  "routes added: first; routes removed: leads",
		replaced(`"leads"`, `"chats"`, `"chats"`, `"leads"`, `"lead"`, `"chat"`, `"chat"`, `"lead"`, `"sales"`, `"night"`, `"night"]
`, `"sales"]
`): "[server] changed: notify; routes in another order",
		base + "[[routes]]\nmatch = { kind = 'message' }\nto = ['sales']\n": "routes: 2 → 3; routes added: route 3",
		base + "[default]\nto = ['sales']\n[bots]\na = 'b'\n":               "[default] changed; [bots] changed",
		base + "[messages.lead]\ntitle = 'x'\n":                             "messages: 0 → 1; messages added: lead",
	} {
		if got := changes(parsed(base), parsed(next)); got != want {
			t.Errorf("%s\ngot %q, want %q", next, got, want)
		}
	}
	// a condition that says the same is the same, though it is compiled anew
	when := base + "[[routes]]\nmatch = {}\nwhen = 'lower(text) != \"test\"'\nto = ['sales']\n"
	for next, want := range map[string]string{when: "none", strings.Replace(when, "!=", "==", 1): "routes changed: route 3"} {
		if got := changes(parsed(when), parsed(next)); got != want {
			t.Errorf("%s\ngot %q, want %q", next, got, want)
		}
	}
	many := base
	for range 20 {
		many += "[[routes]]\nmatch = { kind = 'message', bot_id = 'b' }\nto = ['sales']\n"
	}
	const want = "routes: 2 → 22; routes added: route 3, route 4, route 5, route 6, route 7, route 8, route 9, route 10 and 12 more"
	if got := changes(parsed(base), parsed(many)); got != want {
		t.Errorf("many: %q", got)
	}
}
