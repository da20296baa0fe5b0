package config_test

import (
	"strings"
	"testing"

	"botrelay/relay/config"
)

// TestUnsecretMistaken: a file with mistakes is shown with its lines where they were,
// and without its secrets, whatever a broken line was to say of those that follow.
func TestUnsecretMistaken(t *testing.T) {
	for name, tc := range map[string]struct{ text, want string }{
		"none":             {"[sources.a]\nsecret = 'hunter'\n", "[sources.a]\nsecret = \"${NOT_SHOWN}\"\n"},
		"a value":          {"[server]\nlisten = :8080\n[sources.a]\nsecret = 'hunter'", "[server]\nlisten = :8080\n[sources.a]\nsecret = \"${NOT_SHOWN}\""},
		"a quote":          {"[sources.a]\nvendor = 'chatbase'\nsecret = 'hunter-1 # hunter-2\n# once hunter-1\n", "[sources.a]\nvendor = 'chatbase'\nsecret = '***\n# once ***\n"},
		"a header":         {"[bots]\na = 'b'\n[sources.a\nsecret = 'hunter'\n", "[bots]\na = \"${NOT_SHOWN}\"\n[sources.a\nsecret = \"${NOT_SHOWN}\"\n"},
		"a list":           {"[sources.a]\nsecret = [\n  'hunter-1',\n  'hunter-2'\n[sinks.s]\ntoken = 'hunter'", "[sources.a]\nsecret = [\n  '***',\n  '***'\n[sinks.s]\ntoken = \"${NOT_SHOWN}\""},
		"twice":            {"[server]\nlisten = 'a'\nlisten = 'hunter'\n", "[server]\nlisten = 'a'\nlisten = 'hunter'\n"},
		"a secret, twice":  {"[sources.a]\nsecret = 'hunter-1'\nsecret = 'hunter-2'\n", "[sources.a]\nsecret = \"${NOT_SHOWN}\"\nsecret = '***'\n"},
		"an address":       {"[server]\npublic_url = https://me:hunter@x.example\nlisten = ':1'\n", "[server]\n***\nlisten = ':1'\n"},
		"Windows":          {"[server]\r\nlisten = x y\r\n[sinks.s]\r\ntoken = 'hunter'\r\n", "[server]\r\nlisten = x y \n[sinks.s]\r\ntoken = \"${NOT_SHOWN}\"\r\n"},
		"never ends":       {"[messages.lead]\nbody = \"\"\"\nhunter\n", ""},
		"not UTF-8":        {"\xff", "***"},
		"a misspelt key":   {"[sources.a]\nsecert = 'hunter'\nvendor = 'chatbase'\n[bots]\na = 'b'\n", "[sources.a]\nsecert = \"${NOT_SHOWN}\"\nvendor = 'chatbase'\n[bots]\na = 'b'\n"},
		"a misspelt table": {"[source.a]\nsecret = 'hunter'\ntoken = 5\nkey = \"${KEY}\"\n", "[source.a]\nsecret = \"${NOT_SHOWN}\"\ntoken = \"${NOT_SHOWN}\"\nkey = \"${KEY}\"\n"},
		"both":             {"[bots]\na = 'b'\n[sources.a\nsecert = 'hunter'\n", "[bots]\na = \"${NOT_SHOWN}\"\n[sources.a\nsecert = \"${NOT_SHOWN}\"\n"},
		"hopeless":         {strings.Repeat("hunter\n", 30), ""},
		"nothing":          {"", ""},
	} {
		got, _ := config.UnsecretMistaken(config.File{Data: []byte(tc.text)}, env(nil))
		if string(got) != tc.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, tc.want)
		}
	}
}

// TestUnsecretMistakenLeaky: wherever a file full of secrets breaks, none of their values
// is shown.
func TestUnsecretMistakenLeaky(t *testing.T) {
	lines := strings.SplitAfter(leaky, "\n")
	shown := 0
	for i, line := range lines {
		for _, cut := range []string{`"`, "'", "=", "[", "]", "."} {
			for _, broken := range []string{strings.Replace(line, cut, "", 1), strings.Replace(line, cut, cut+cut, 1), strings.Replace(line, cut, cut+"\n", 1), strings.Replace(line, cut, ":", 1)} {
				text := strings.Join(lines[:i], "") + broken + strings.Join(lines[i+1:], "")
				got, ok := config.UnsecretMistaken(config.File{Data: []byte(text)}, env(nil))
				if ok {
					shown++
				}
				for line := range strings.Lines(string(got)) {
					if value, _, _ := strings.Cut(line, "#"); strings.Contains(value, "hunter") {
						t.Fatalf("line %d broken as %q: shown %q", i+1, broken, line)
					}
				}
			}
		}
	}
	if shown < 100 {
		t.Errorf("%d files were shown", shown)
	}
	t.Logf("%d files were shown", shown)
}
