package config_test

import (
	"strings"
	"testing"

	"botrelay/relay/config"
)

func TestSyntax(t *testing.T) {
	const (
		noValue   = `not a value: text stands in quotes, as in "text"`
		noQuote   = "the text has no closing quote on its line"
		badEscape = `"\" begins an escape: write "\\" for a backslash, or put the text in single quotes`
		behind    = "nothing but a comment may stand behind this on the line"
		noStart   = `a line begins with a key, a table such as [server], or "#"`
		deep      = "this is nested too deeply, or within too long a name"
	)
	testBad(t, []bad{
		one("a = 1\n[server]\nliste‸n", `"=" is missing after the key`),
		one("token ‸xoxb-123 = 1", `"=" is missing after the key`),
		one("token =‸\nb = 1", "the value is missing"),
		one("token = ‸# later", "the value is missing"),
		one("token = ‸\r\nb = 1", "the value is missing"),
		one("token = ‸xoxb-123", noValue),
		one("token = ‸tokn", noValue),
		one("token = \"abc‸\nb = 1", noQuote),
		one("token = 'abc‸\r\nb = 1", "the text has no closing quote on its line"),
		one("a = 1\n\n  ‸token = \"\"\"abc\n\nb = 1\n", "the text has no closing quotes"),
		one("a = 1 # [\n# x\n‸token = '''abc", "the text has no closing quotes"),
		one("[[routes]]\n‸to = [\n  'a',\n", `the list has no closing "]"`),
		one("‸match = { kind = 'lead'", `the table has no closing "}"`),
		one("to = ['a' ‸'b']", `a comma or the closing "]" is missing`),
		one("to = ['a',‸, 'b']", "a comma too many"),
		one("match = {a = 1 ‸b = 2}", `a comma or the closing "}" is missing`),
		one("[server‸\nlisten = 1", "the name of the table has no closing bracket"),
		one("‸[[routes]", "a list of tables has two brackets on both sides, as in [[routes]]"),
		one("a = 'b' ‸c", behind),
		one("[server] ‸x = 1", behind),
		one("‸= 5", noStart),
		one("a = 1\n‸{", noStart),
		one("‸ä = 5", `a key with other characters than letters, digits, "-" and "_" stands in quotes`),
		one(`a = "C:‸\Users"`, badEscape),
		one(`a = "‸\q"`, badEscape),
		one(`a = "‸\uD800"`, badEscape),
		one("a = 'x‸\x01'", "a control character: write it as an escape"),
		one("a = ‸01", "a number begins with another digit than 0: text stands in quotes"),
		one("a = ‸99999999999999999999", "the number is too large"),
		one("a = 1\n[b]\nc = 1\n[‸a.x]\n", "this is defined twice, or once as a table and once as a value"),
		one("[[routes]]\nmatch = {}\n‸[routes]\nmatch = {}", "write two brackets on both sides, as in [[routes]]: each route has its own"),
		one("[[routes]]\nto = ['a']\n‸[routes]\nmatch = {}", "write two brackets on both sides, as in [[routes]]: each route has its own"),
		one("[sinks.a]\ntype = 'slack'\n\n‸[[sinks]]\nname = 'b'", "write one bracket on both sides, and a name, as in [sinks.NAME]"),
		one("a = 5\n[[‸a]]", "this is defined twice, or once as a table and once as a value"),
		one("[server]\nlisten = ':1'\n‸listen = ':2'", `"listen" is defined twice: first on line 2`),
		one("[sources.a]\nvendor = 'x'\n\n[sources.‸a]\n", `"a" is defined twice: first on line 1`),
		one("a.b.c = 1\na.b.‸c = 2", `"c" is defined twice: first on line 1`),
		one("m = {a = 1, ‸a = 2}", `"a" is defined twice: first on line 1`),
		one("[[routes]]\nname = 'a'\n[[routes]]\nname = 'a'\n‸\"na\\u006De\" = 'b'", `"name" is defined twice: first on line 4`),
		one("‸a = [[[[[", `the list has no closing "]"`),
		one("a = "+strings.Repeat("[", 10000)+"‸"+strings.Repeat("[", 10000), "lists and tables are nested too deeply"),
		one(strings.Repeat("a.", 129)+"‸"+strings.Repeat("a.", 300)+"a = 1", deep),
	})
}

// TestUnreadable: what is no text in UTF-8 is said to be none, in one problem.
func TestUnreadable(t *testing.T) {
	for _, tc := range []struct{ about, data, want string }{
		{"UTF-16, little endian", "\xff\xfea\x00=\x001\x00", "f:1:1: not a text in UTF-8, perhaps one in UTF-16: save the file as UTF-8"},
		{"UTF-16, big endian", "\xfe\xff\x00a\x00=\x001", "f:1:1: not a text in UTF-8, perhaps one in UTF-16: save the file as UTF-8"},
		{"UTF-16 without a mark", "a\x00=\x001\x00", "f:1:1: not a text in UTF-8, perhaps one in UTF-16: save the file as UTF-8"},
		{"Latin-1", "a = 1\nb = 'caf\xe9'", "f:2:9: not UTF-8: save the file in this encoding"},
		{"too large", strings.Repeat("#", 1<<20+1), "f:1:1: the file is larger than 1 MiB: this cannot be a routes.toml"},
	} {
		cfg, problems := config.Parse(config.File{Name: "f", Data: []byte(tc.data)}, env(nil))
		if cfg != nil || problems.String() != tc.want {
			t.Errorf("%s: got %s", tc.about, problems)
		}
	}
}

// TestPositions looks at places that are hard to find.
func TestPositions(t *testing.T) {
	const want = `"chat_id" wants a string, got a float`
	head := "type = 'telegram'\ntoken = '${TOKEN}'\n"
	testBad(t, []bad{
		one("sinks.b = { type = 'telegram', token = '${TOKEN}', chat_id = ‸1.5 }"+rest, want),
		one("sinks.b . \"chat_id\"\t=\t‸1.5\nsinks.b.type = 'telegram'\nsinks.b.token = '${TOKEN}'\n"+rest, want),
		one("[sinks]\nb.type = 'telegram'\nb.token = '${TOKEN}'\nb.chat_id = ‸1.5\n"+rest, want),
		one("  [ sinks . 'b' ]   # x\n"+head+"\t\tchat_id   =   ‸1.5   # x\n"+rest, want),
		one("[sinks.b]\r\n"+strings.ReplaceAll(head, "\n", "\r\n")+"chat_id = ‸1.5\r\n"+strings.ReplaceAll(rest, "\n", "\r\n"), want),
		one("[sinks.b]\n"+head+"labels = { 'ä' = '日本語😀', 'ü' = ‸5 }\nchat_id = 1"+rest+"[default]\nto=['b']", `"ü" wants a string, got an integer: write "5"`),
		one("[bots]\na = '''x\ny\n# z'''\nb = ‸1.5\n"+rest, `"b" wants a string, got a float`),
		one("[bots]\n'x.y' = 'a'\n\"x\\\"[0]\" = ‸1.5\n"+rest, `"x\"[0]" wants a string, got a float`),
		one("[sinks.b]\n"+head+"chat_id = 1\n[sinks.b.labels]\nx = ‸1.5\n"+rest+"[default]\nto=['b']", `"x" wants a string, got a float`),
		one("bots = { a = 'x',\n  b = ‸1.5,\n}\n"+rest, `"b" wants a string, got a float`),
		{
			rest + "[[routes]]\nto = ['sales']\n[routes.match]\nkind = 'lead'\n[[routes]]\nto = ['sales']\nfinal = ‸'x'\n[routes.match]\nkind = [\n'chat',\n  ‸'led']",
			[]string{`"final" wants true or false, got "x"`, `unknown kind "led": did you mean "lead"? (known: appointment, chat, escalation, lead, message, other)`},
		},
		{
			"routes = [ { match = {}, to = ['sales'] }, { match = { kind = ‸'led' }, to = [‸'sale'] } ]\n" + rest[:strings.Index(rest, "[[")],
			[]string{`unknown kind "led": did you mean "lead"? (known: appointment, chat, escalation, lead, message, other)`, `unknown sink "sale": did you mean "sales"? (known: sales)`},
		},
		// A table that is mentioned before it is defined stands where it is defined.
		{"[sinks.b.labels]\na = 'x'\n‸[sinks.b]\ntype = 'telegram'\nchat_id = 5\n" + rest, []string{`missing key "token"`}},
		// One that is only ever mentioned stands where it is mentioned.
		{"sinks.‸b.type = 'telegram'\nsinks.b.chat_id = 5\n" + rest, []string{`missing key "token"`}},
		{"sinks.b = ‸{ type = 'telegram', chat_id = 5 }\n" + rest, []string{`missing key "token"`}},
	})
}

// TestByteOrderMark: it is no character of the file, as editors count.
func TestByteOrderMark(t *testing.T) {
	_, problems := parse(t, "\xef\xbb\xbfbots = 5"+rest)
	if want := "routes.toml:1:8: \"bots\" wants a table of strings, got an integer\n    bots = 5\n           ^"; problems.String() != want {
		t.Errorf("got %s", problems)
	}
}

// TestSource shows lines: with the values that are no secrets, without
// comments, with a mark below the right character.
func TestSource(t *testing.T) {
	for _, tc := range []struct{ about, line, want string }{
		{"a comment is cut off", "final = 'x'  # token xoxb-1", "final = 'x'\n        ^"},
		{"a # in quotes is none", "final = '#'  # token", "final = '#'\n        ^"},
		{"a tab stays one", "\tfinal\t= 'x'", "\tfinal\t= 'x'\n\t     \t  ^"},
		{"unknown keys hide their value", "tokn = 'xoxb-1'", "tokn = '***'\n^"},
		{"a long key is hidden", "'" + strings.Repeat("k", 40) + "' = 1", "'***' = ***\n^"},
		{"numbers of unknown keys are hidden", "pin = 1234 # 1234", "pin = ***\n^"},
		{"a list of an unknown key is hidden", "pins = [1234, 'x'] # 1234", "pins = [***, '***']\n^"},
		{"what comes before is hidden, and the mark moves", "active = { x = 'secret-secret', days = 5 }", "active = { x = '***', days = 5 }\n                             ^"},
		{"letters count, not bytes", "'ä' = 1", "'ä' = ***\n^"},
		{"what a terminal would obey is not shown", "final = 'a\u0085\u202eb'", "final = 'a\uFFFD\uFFFDb'\n        ^"},
		{"a very long line is not shown", "final = '" + strings.Repeat("x", 200) + "'", ""},
	} {
		_, problems := parse(t, rest+"[[routes]]\nname = 'last'\nmatch = {}\nto = ['sales']\n"+tc.line)
		if len(problems) == 0 {
			t.Errorf("%s: no problem", tc.about)
			continue
		}
		_, got, _ := strings.Cut(problems[len(problems)-1].String(), "\n")
		if got = strings.ReplaceAll(strings.TrimPrefix(got, "    "), "\n    ", "\n"); got != tc.want {
			t.Errorf("%s: got\n%s\nwant\n%s", tc.about, got, tc.want)
		}
	}
}

// TestSecretSource shows the lines of secrets: variables, and nothing else.
func TestSecretSource(t *testing.T) {
	for _, tc := range []struct{ line, want string }{
		{`token = "${GONE}" # was xoxb-1`, "token = \"${GONE}\"\n        ^"},
		{`token = "${GONE}${TOKEN}"`, "token = \"${GONE}${TOKEN}\"\n        ^"},
		{`token = "xoxb-${GONE}"`, "token = \"***\"\n        ^"},
		{`token = "${GONE}$$"`, "token = \"***\"\n        ^"},
		{`token = "${EMPTY:-xoxb-1}${GONE}"`, "token = \"***\"\n        ^"},
		{`token = "${xoxb-1}"`, "token = \"***\"\n        ^"},
		{`token = 12345678`, "token = ***\n        ^"},
		{`token = [ "xoxb-1" ]`, "token = [ \"***\" ]\n        ^"},
	} {
		_, problems := parse(t, "[sinks.s]\ntype = 'slack'\nchannel = '#x'\n"+tc.line+rest)
		if len(problems) != 1 {
			t.Errorf("%s: %s", tc.line, problems)
			continue
		}
		_, got, _ := strings.Cut(problems[0].String(), "\n")
		if got = strings.ReplaceAll(strings.TrimPrefix(got, "    "), "\n    ", "\n"); got != tc.want {
			t.Errorf("got\n%s\nwant\n%s", got, tc.want)
		}
	}
}
