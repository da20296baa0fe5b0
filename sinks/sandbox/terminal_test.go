package sandbox

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/rivo/uniseg"
)

// onTerminal is a message written for a terminal.
func onTerminal(t *testing.T, to Terminal, view []node) string {
	t.Helper()
	var b strings.Builder
	if err := (Message{view: view}).WriteText(&b, to); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// views are messages of the three platforms with all that they can show.
func views(t *testing.T) (slack, discord, telegram []node) {
	t.Helper()
	slack = slackBlocks(json.RawMessage(`[
		{"type":"header","text":{"type":"plain_text","text":"New lead: Ada"}},
		{"type":"rich_text","elements":[
			{"type":"rich_text_section","elements":[{"type":"text","text":"Email:","style":{"bold":true}},{"type":"text","text":" "},
				{"type":"link","url":"mailto:ada@example.com","text":"ada@example.com"}]},
			{"type":"rich_text_quote","elements":[{"type":"text","text":"Do you ship to Malta?"}]},
			{"type":"rich_text_list","style":"ordered","indent":0,"offset":2,"elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"third"}]}]},
			{"type":"rich_text_list","style":"bullet","indent":1,"elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"deep"}]}]},
			{"type":"rich_text_preformatted","elements":[{"type":"text","text":"x := 1\ny"}]}]},
		{"type":"divider"},
		{"type":"section","fields":[{"type":"mrkdwn","text":"*Bot*\nFlora"},{"type":"plain_text","text":"plain"}]},
		{"type":"context","elements":[{"type":"plain_text","text":"web"},{"type":"mrkdwn","text":"<https://a.b/c|open>"}]}]`))
	post, bad := checkDiscord([]byte(`{"embeds":[{"title":"**T**","url":"https://a.b","color":3060349,
		"description":"> quoted\n~~old~~ *new* `+"`code`"+` ||hidden||","footer":{"text":"foot"},
		"fields":[{"name":"One","value":"a","inline":true},{"name":"Two","value":"b\nc","inline":true},{"name":"Long","value":"alone"}]}]}`), discordTarget{})
	if bad.status != 0 {
		t.Fatalf("%s", bad.body)
	}
	text, entities, fault := parseText("Title\nquote\nlast", "", `[{"type":"bold","offset":0,"length":5},{"type":"blockquote","offset":6,"length":5},{"type":"text_link","offset":12,"length":4,"url":"https://a.b/c"}]`)
	if fault != "" {
		t.Fatal(fault)
	}
	return slack, post.view(), telegramView(text, entities)
}

func TestTerminalPlain(t *testing.T) {
	slack, discord, telegram := views(t)
	to := Terminal{Width: 40}
	for _, c := range []struct {
		name, want string
		view       []node
	}{
		{"slack", `New lead: Ada
Email: ada@example.com
│ Do you ship to Malta?
3. third
  • deep
  x := 1
  y
────────────────────────────────────────
Bot                  plain
Flora
web  open (https://a.b/c)
`, slack},
		{"discord", `▌ T (https://a.b)
▌ │ quoted
▌ ~old~ new ` + "`code`" + ` hidden
▌
▌ One                 Two
▌ a                   b
▌                     c
▌
▌ Long
▌ alone
▌
▌ foot
`, discord},
		{"telegram", "Title\n│ quote\nlast (https://a.b/c)\n", telegram},
	} {
		if got := onTerminal(t, to, c.view); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

func TestTerminalColor(t *testing.T) {
	_, discord, telegram := views(t)
	got := onTerminal(t, Terminal{Width: 40, Color: true}, discord)
	for _, want := range []string{
		"\x1b[38;5;36m▌ \x1b[0m",                                        // 0x2eb27d is nearest to 00af87, which xterm has as its 36th
		"\x1b]8;;https://a.b\x1b\\\x1b[1;4mT\x1b[0m\x1b]8;;\x1b\\",      // the title is bold, and leads to the address
		"\x1b[9mold\x1b[0m", "\x1b[3mnew\x1b[0m", "\x1b[36mcode\x1b[0m", // struck, italic, code
		"\x1b[2mfoot\x1b[0m",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
	if got := onTerminal(t, Terminal{Width: 40, Color: true}, telegram); !strings.HasPrefix(got, "\x1b[1mTitle\x1b[0m\n\x1b[2m│ \x1b[0mquote\n") {
		t.Errorf("got %q", got)
	}
}

func TestTerminalWraps(t *testing.T) {
	quoted := []node{el("blockquote", "", text("The quick brown fox jumps over 日本語日本語 and\nhttps://a.b/c is an address"))}
	want := "│ The quick brown fox\n│ jumps over 日本語日\n│ 本語 and\n│ https://a.b/c is an\n│ address\n"
	if got := onTerminal(t, Terminal{Width: 21}, quoted); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := onTerminal(t, Terminal{}, []node{text(strings.Repeat("x", 200))}); got != strings.Repeat("x", 80)+"\n"+strings.Repeat("x", 80)+"\n"+strings.Repeat("x", 40)+"\n" {
		t.Errorf("without a width: %q", got)
	}
	if got := onTerminal(t, Terminal{Width: 1}, quoted); !strings.Contains(got, "│ ") {
		t.Errorf("on a column: %q", got)
	}
}

// calm fails the test if a text could do anything to a terminal but be shown.
func calm(t *testing.T, got string, width int) {
	t.Helper()
	ours := regexp.MustCompile("\x1b\\[[0-9;]+m|\x1b\\]8;;[!-~]*\x1b\\\\")
	for l := range strings.SplitSeq(ours.ReplaceAllString(got, ""), "\n") {
		if strings.ContainsFunc(l, func(r rune) bool { return unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control) }) {
			t.Fatalf("%q has a control character", l)
		}
		if n := uniseg.StringWidth(l); n > width {
			t.Fatalf("%q is %d columns wide, more than %d", l, n, width)
		}
	}
	if opened := strings.Count(got, "\x1b]8;;"); opened != 2*strings.Count(got, "\x1b]8;;\x1b\\") {
		t.Fatalf("a link is not closed: %q", got)
	}
}

func TestTerminalHostile(t *testing.T) {
	hostile := "a\x1b[31mred\x1b]8;;https://evil.example\x07b\u009b1m \u202egnp.exe\u2066 \x00\r\b\x7f x\u200by\u2028z \xff tab\there"
	nodes := []node{el("p", "", text(hostile), link("https://a.b/\x1b]0;x\x07\"ü", text(hostile)), el("code", "", text(hostile)))}
	for _, color := range []bool{false, true} {
		got := onTerminal(t, Terminal{Width: 30, Color: color}, nodes)
		calm(t, got, 30)
		if !strings.Contains(got, "\ufffd[31mred") || !strings.Contains(got, "\ufffdgnp.exe\ufffd") || strings.Contains(got, "\t") {
			t.Errorf("got %q", got)
		}
	}
}

// TestTerminalAddress: OSC 8 takes printable ASCII characters only.
func TestTerminalAddress(t *testing.T) {
	got := onTerminal(t, Terminal{Color: true}, []node{link("https://a.b/ü x\u202e", text("t"))})
	if want := "\x1b]8;;https://a.b/%C3%BC%20x%E2%80%AE\x1b\\"; !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want it to begin with %q", got, want)
	}
}

// FuzzTerminal throws texts at all that writes to a terminal.
func FuzzTerminal(f *testing.F) {
	f.Add("*b* <https://a.b|c> ```x``` > q\n- l\n  - m\n1. n", 30, true)
	f.Add("\x1b]8;;x\x1b\\\u202e\u200f日本語🏴󠁧󠁢󠁷󠁬󠁳󠁿 https://a.b/c?d=e", 1, false)
	f.Add("# h\n> q\n||s||\u0301\u0301 [t](https://a.b)", 12, true)
	f.Fuzz(func(t *testing.T, s string, width int, color bool) {
		width = 12 + (width&0x7fffffff)%100
		for _, view := range [][]node{mrkdwn(s), markdown(s), telegramView(strings.ToValidUTF8(s, "?"), nil)} {
			if strings.Count(s, ">")+strings.Count(s, " ") < 20 { // deeper than that, the least width wins
				calm(t, onTerminal(t, Terminal{Width: width, Color: color}, view), width+8)
			}
		}
	})
}
