package config

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"botrelay/relay"

	"github.com/BurntSushi/toml"
)

// seeds are files of every shape that TOML knows.
func seeds() []string {
	return []string{
		"",
		"\xef\xbb\xbfa = 1",
		"a = 1\r\nb.c = 'x'\r\n[d.'e f']\r\ng = [1, [2, 'x'], {h = 1}]\r\n",
		"[[routes]]\nto = ['a']\n[routes.match]\nkind = 'lead'\n[[routes]]\nto = [\n'b', # c\n]\n[[routes.x]]\ny = 1\n",
		"a = { b.c = 1, d = { e = [ ] } } # x\n\"a\\u0062\" = '''\nx'''\n",
		"[sinks.a]\ntype = 'slack'\ntoken = '${X}'\nchannel = '${Y:-z}$$'\n[sources.b]\nvendor = 'v'\nsecret = [\"a\", \"\"\"b\"\"\"]\n",
		"d = 1979-05-27T07:32:00Z\nf = [1e3, inf, -nan, 0x1F, 1_000]\nt = 07:32:00\n",
		"a = 1\na = 2\n", "[a]\n[a]\n", "[a]\nb=1\n[a.b]\n", "a = [1,\n", "a = \"\\q\"", "= 1", "[", "a.b = 1\n[a]\n", "x = [{a=1},{a=2}]\n",
		"title = \"{{ index .Fields \"plan\" }}\"\n", "title = \"\"x\"\"", "t = 'It's", "to = [\"sales, \"night\"]", "to:\n  - a\n  - b\n", "to =\n- a", "<!-- a\nb -->\nc = 1", "/* a", "\"\"\"\na\n\"\"\"\n", "a := 1\nb => 2", "m = k = 1 }",
		"[sink.a]\ntype = 'slack'\n[[route]]\nto = 'a, b'\n[routes]\nmatch = 'lead'\n[sources]\nroutes = [{}]\n", "[[sinks.a]]\ntype = ['slack']\n[[sources]]\nname = 'x'\n", "[routes.a]\nkind = 'a|b'\ndays = ['Monday', 'Fry']\n",
		"[sources.a]\nvendor = 'v'\nsecret = '$(HOME)'\nsecret_env = 'X'\n", "[sources.a]\nvendor = 'v'\nsecret = \"\"\"\nxoxb-1-2\n\"\"\"\n[server]\nlisten = 8080\nmax_body = '1 mb'\ntimezone = 'berlin'\n", "[bots]\n'https://hooks.slack.com/services/T/B/c' = 5\n",
		"a = { b = 1,\n# c\n c = 2,\n}\n", "a = \"\\e\\x41\"\n", "a = 00:00\n", "a = 1 # \x7f\n", "ä = 1\n", "a = 0b2\n", "[a.b]\n[a]\n",
	}
}

// FuzzPlaces holds the two parsers against each other: they agree on what is
// TOML, and where the walk says that a value stands, there it stands.
func FuzzPlaces(f *testing.F) {
	for _, seed := range seeds() {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		root, src, refused := parseTOML([]byte(text))
		if refused == nil {
			checkPlaces(t, src.data, root)
			return
		}
		for _, f := range refused {
			if f.offset < 0 || f.offset > len(src.data) && src.data != nil {
				t.Errorf("%q: offset %d", text, f.offset)
			}
		}
		values, err := decode([]byte(text))
		if err == nil && !mayDiffer(refused[0].text) {
			t.Errorf("%q: refused as %q, is %v", text, refused[0].text, values)
		}
	})
}

// mayDiffer lists what we refuse although the decoder would take it.
func mayDiffer(refusal string) bool {
	return strings.Contains(refusal, "nested too deeply") || strings.Contains(refusal, "UTF-8") || strings.Contains(refusal, "MiB")
}

// checkPlaces decodes the text at each scalar's place again.
func checkPlaces(t *testing.T, data []byte, n *node) {
	t.Helper()
	if n.kind != tableKind && n.kind != listKind {
		var again map[string]any
		at := string(data[n.at.start:n.at.end])
		if err := toml.Unmarshal([]byte("x = "+at), &again); err != nil || !same(again["x"], n.value) {
			t.Errorf("%q: at %v stands %q, not %v: %v", data, n.at, at, n.value, err)
		}
	}
	for _, item := range n.items {
		if n.kind == tableKind {
			var again map[string]any
			key := string(data[item.key.start:item.key.end])
			if err := toml.Unmarshal([]byte(key+" = 1"), &again); err != nil || again[item.name] != int64(1) {
				t.Errorf("%q: at %v stands %q, not %q: %v", data, item.key, key, item.name, err)
			}
		}
		checkPlaces(t, data, item)
	}
}

// same is equality, with not-a-number equal to itself.
func same(a, b any) bool {
	x, isFloat := a.(float64)
	y, ok := b.(float64)
	if isFloat && ok {
		return x == y || x != x && y != y
	}
	if x, ok := a.(time.Time); ok {
		y, ok := b.(time.Time)
		return ok && x.Equal(y)
	}
	return reflect.DeepEqual(a, b)
}

type fuzzOptions struct {
	Token   relay.Secret `toml:"token"`
	Channel string       `toml:"channel"`
	Count   int64        `toml:"count"`
}

func (o *fuzzOptions) Replies() bool { return false }

func (o *fuzzOptions) Where() string { return "somewhere" }

func (o *fuzzOptions) Check() []relay.Problem {
	return []relay.Problem{{Key: "channel", Text: "said of " + o.Channel, Warning: true}, {Text: "said of " + o.Token.Reveal(), Warning: true}}
}

// FuzzParse: whatever the file, there is no panic, the problems stand in order
// and within the file, and they show nothing of variables and files.
func FuzzParse(f *testing.F) {
	for _, seed := range seeds() {
		f.Add(seed)
	}
	const leak = "-hunter2-hunter2-"
	env := Env{
		Getenv:   func(string) (string, bool) { return leak, true },
		ReadFile: func(string) ([]byte, error) { return []byte(leak + "\n"), nil },
		Vendors:  []string{"v"},
		Sinks:    map[string]func() SinkOptions{"slack": func() SinkOptions { return new(fuzzOptions) }},
	}
	f.Fuzz(func(t *testing.T, text string) {
		cfg, problems := Parse(File{Name: "f", Data: []byte(text)}, env)
		if (cfg == nil) != problems.Failed() {
			t.Errorf("%q: config %v, problems\n%s", text, cfg, problems)
		}
		lines := 1 + strings.Count(text, "\n")
		for i, p := range problems {
			if p.Line < 1 || p.Line > lines || p.Col < 1 || p.Text == "" {
				t.Errorf("%q: bad place of %s", text, p)
			}
			if i > 0 && (p.Line < problems[i-1].Line || p.Line == problems[i-1].Line && p.Col < problems[i-1].Col) {
				t.Errorf("%q: out of order: %s", text, p)
			}
		}
		if !strings.Contains(text, "unter") && strings.Contains(problems.String(), "hunter2") {
			t.Errorf("%q: shown:\n%s", text, problems)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	text := strings.Repeat("[[routes]]\nmatch = { kind = 'lead', bot_id = ['a*', '!b'] }\nto = ['a']\n", 100) + seeds()[5]
	env := Env{Getenv: func(string) (string, bool) { return "x", true }, Vendors: []string{"v"}, Sinks: map[string]func() SinkOptions{"slack": func() SinkOptions { return new(fuzzOptions) }}}
	for b.Loop() {
		if cfg, problems := Parse(File{Name: "f", Data: []byte(text)}, env); cfg == nil {
			b.Fatal(problems)
		}
	}
}
