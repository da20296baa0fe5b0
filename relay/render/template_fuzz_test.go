package render

import (
	"strings"
	"testing"

	"botrelay/relay"
)

// position is a place in a template where a value stands between two words.
type position struct {
	template    string
	head, tail  string      // what is shown before and after the value
	style       relay.Style // of the value
	link        string      // of the value
	isCode      bool        // it keeps its white space, and no address is a link
	isAllOfLine bool        // a field's or a footer's line
}

func positions() []position {
	const crm = "https://crm.example/"
	return []position{
		{template: "{{ .Text }}"},
		{template: "A{{ .Text }}Z", head: "A", tail: "Z"},
		{template: "a\n{{ .Text }}\nz", head: "a", tail: "z"},
		{template: "a **{{ .Text }}** z", head: "a", tail: "z", style: relay.Bold},
		{template: "a *{{ .Text }}* z", head: "a", tail: "z", style: relay.Italic},
		{template: "a ~~**{{ .Text }}**~~ z", head: "a", tail: "z", style: relay.Bold | relay.Strike},
		{template: "a `{{ .Text }}` z", head: "a", tail: "z", style: relay.Mono, isCode: true},
		{template: "a [{{ .Text }}](" + crm + ") z", head: "a", tail: "z", link: crm},
		{template: "# a {{ .Text }} z", head: "a", tail: "z"},
		{template: "- a {{ .Text }} z", head: "a", tail: "z"},
		{template: "1. {{ .Text }} z", tail: "z"},
		{template: "> {{ .Text }} z", tail: "z"},
		{template: "```\na{{ .Text }}z\n```", head: "a", tail: "z", isCode: true},
		{template: "    a{{ .Text }}z", head: "a", tail: "z", isCode: true},
		{template: "<b>{{ .Text }}</b> z", tail: "z", style: relay.Bold},
		{template: "a <x>{{ .Text }}</x>", head: "a<x>", tail: "</x>"},
		{template: "a <x title=\"{{ .Text }}\"> z", head: "a<xtitle=\"", tail: "\">z"},
		{template: "a {{ .Text }} {{/* */}}z\n\n[x]: " + crm, head: "a", tail: "z"},
		{template: "a _{{ .Text }}_ z", head: "a", tail: "z", style: relay.Italic, isAllOfLine: true},
		{template: "# {{ .Text }} z", head: "#", tail: "z", isAllOfLine: true},
	}
}

// FuzzTemplate holds a value against every position: it is shown whole, in the
// template's style, and leads nowhere but where the template leads or it says.
func FuzzTemplate(f *testing.F) {
	for _, e := range []relay.Event{hostileEvent(relay.Lead), fullEvent(relay.Chat)} {
		f.Add(e.Text)
		f.Add(e.Answer)
		f.Add(e.PageURL)
	}
	for _, s := range []string{
		"", " ", "\n", "\n\n", "\\", "`", "**", "]", ")", "](https://evil.example)", "</b>", "&#42;", "\n# a", "\n- a", "\n> a", "\n```\n", "{{ .Text }}",
		holder(0), holder(1), holderStart, "crm.example", "paypal.com", "[x]", "\u0301", "\u200D", "<https://evil.example>", "\t\tx", "~~", "| a |\n|-|",
	} {
		f.Add(s)
	}
	r := New(Config{})
	var templates []*Template
	for _, p := range positions() {
		t, fault := ParseTemplate(p.template)
		if fault != nil {
			f.Fatal(fault)
		}
		templates = append(templates, t)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 2000 || strings.Count(text, "\n") > 400 {
			return
		}
		for i, p := range positions() {
			checkPosition(t, r, p, templates[i], text)
		}
	})
}

// glyph is one character of a message.
type glyph struct {
	char  rune
	style relay.Style
	span  relay.Span
}

func checkPosition(t *testing.T, r *Renderer, p position, template *Template, text string) {
	t.Helper()
	if p.link != "" && !isVisible(tidyText(text, oneLine)) {
		return // a link without text shows its address
	}
	v := r.view(relay.Event{Text: text}, "")
	var blocks []relay.Block
	var err error
	if p.isAllOfLine {
		var spans []relay.Span
		spans, err = r.lineOf(template, v)
		blocks = []relay.Block{{Spans: spans}}
	} else {
		blocks, err = r.bodyOf(template, v)
		checkBlocks(t, blocks)
	}
	if err != nil {
		t.Fatalf("%q with %+q: %v", p.template, text, err)
	}
	var got []glyph
	for _, b := range blocks {
		for _, s := range b.Spans {
			for _, c := range s.Text {
				if visibleOnly(c) == c {
					got = append(got, glyph{c, s.Style, s})
				}
			}
		}
	}
	got = p.withoutExposed(got)
	// The template's own words are there, and all that is between them is the value.
	want := []rune(strings.Map(visibleOnly, clean(p.head+" "+text)) + p.tail)
	if p.head != "" && !strings.Contains(p.template, p.head+" ") {
		want = []rune(strings.Map(visibleOnly, clean(p.head+text+p.tail)))
	}
	if len(got) == 0 && !isVisible(string(want)) {
		return
	}
	if shown := chars(got); shown != string(want) {
		t.Fatalf("%q with %+q: shows %+q, want %+q", p.template, text, shown, string(want))
	}
	head, tail := len([]rune(p.head)), len(got)-len([]rune(p.tail))
	for i, g := range got {
		inValue := i >= head && i < tail
		if style := g.style; inValue && style != p.style || !inValue && style != 0 {
			t.Errorf("%q with %+q: %q has style %d", p.template, text, g.span.Text, style)
		}
		isItself := strings.EqualFold(g.span.Link, g.span.Text) && !p.isCode
		if g.span.Link != "" && !isItself && (!inValue || g.span.Link != p.link) {
			t.Errorf("%q with %+q: %q leads to %s", p.template, text, g.span.Text, g.span.Link)
		}
	}
}

// withoutExposed takes out the address that follows a link whose text reads like
// another one.
func (p position) withoutExposed(got []glyph) []glyph {
	shown := "(" + p.link + ")"
	at := strings.LastIndex(chars(got), shown)
	if p.link == "" || at < 0 {
		return got
	}
	from := len([]rune(chars(got)[:at]))
	return append(got[:from:from], got[from+len(shown):]...)
}

func chars(glyphs []glyph) string {
	var b strings.Builder
	for _, g := range glyphs {
		b.WriteRune(g.char)
	}
	return b.String()
}

// visibleOnly drops what draws nothing by itself.
func visibleOnly(c rune) rune {
	if !isVisible(string(c)) {
		return -1
	}
	return c
}

// FuzzSyntax holds that what is wrong with a template is in it, and is told.
func FuzzSyntax(f *testing.F) {
	for _, s := range []string{"{{", "{{ if .A }}{{/* \"", "{{ end }}}", "{{- \"}}\" -}} {{ else", "{{ `\n` | 'x' }", "{{ default 1 2 }}{{ .Name }}", "\xff{{ .A-b }}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, fault := ParseTemplate(text); fault != nil && (fault.Error() == "" || fault.Offset < 0 || fault.Offset > len(text) || fault.Warning) {
			t.Errorf("%q: %+v", text, fault)
		}
	})
}
