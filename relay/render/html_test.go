package render

import (
	"testing"

	"botrelay/relay"
)

// TestHTML: tags are what a browser makes of them.
func TestHTML(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"styles", "a <b>b <I>c</i></b> <strong>d</strong><em>e</em> <s>f</s><del>g</del> <code>x = 1</code> <u>h</u>", "para      a {b:b }{bi:c} {b:d}{i:e} {s:fg} {m:x = 1} h"},
		{"in Markdown", "**a <i>b** c</i>", "para      {b:a }{bi:b} c"},
		{"Markdown in it", "x <b>a *b* `c`</b>", "para      x {b:a }{bi:b}{b: }{bm:c}"},
		{"not closed", "a <b>b\n\nc", "para      a {b:b}\npara      c"},
		{"closed in the wrong order", "x <b>a<i>b</b>c</i>d", "para      x {b:a}{bi:b}cd"},
		{"closed in other Markdown", "x <b>a *b</b> c* d", "para      x {b:a }{bi:b c}{b: d}"},
		{"closed twice", "x a</b></i>b", "para      x ab"},
		{"link", `x <a href="https://example.com/a?b=1&amp;c=2" target=_blank>the <b>page</b></a>.`, "para      x {@:the  → https://example.com/a?b=1&c=2}{b@:page → https://example.com/a?b=1&c=2}."},
		{"mail", `x <a href="mailto:ada@example.com?subject=x">write</a> <a href='tel:+49 30 1234567'>call</a>`, "para      x {@:write → mailto:ada@example.com} {@:call → tel:+49301234567}"},
		{"bad links", `x <a href="javascript:alert(1)">y</a> <a href="//example.com">z</a> <a>w</a>`, "para      x y z w"},
		{"distrusted link", `x <a href="https://paypal.com@evil.example/">y</a>`, "para      x y (https://paypal.com@evil.example/)"},
		{"empty link", `x <a href="https://example.com"></a>`, "para      x {@:https://example.com → https://example.com}"},
		{"line breaks", "a<br>b<br/>c<hr>d", "para      a\n          b\n          c\n          d"},
		{"list in a line", "Take <ul><li>one</li><li>two</li></ul>or", "para      Take\n          • one\n          • two\n          or"},
		{"unknown", "x <blink>a</blink> <my-tag b='c'>d", "para      x <blink>a</blink> <my-tag b='c'>d"},
		{"no tags", "1 < 2 > 1, a<b, <3, &lt;b&gt;", "para      1 < 2 > 1, a<b, <3, <b>"},
		{"escaped", "\\<b>a\\</b> `<b>`", "para      <b>a</b> {m:<b>}"},
		{"comment", "a<!-- b --> c", "para      a c"},
		{"comment that names a tag", "a<!--br-->b", "para      ab"},
		{"instructions", "a <?php x ?> <![CDATA[y]]>", "para      a <?php x ?> <![CDATA[y]]>"},
		{"script", "a <script>*alert*(1)</script>b <style>c</style>d", "para      a b d"},
		{"script that does not end", "use a <script> tag", "para      use a <script> tag"},

		{"paragraphs", "<p>Hello <b>you</b>,</p>\n<p>good<br>bye</p>", "para      Hello {b:you},\npara      good\n          bye"},
		{"nested boxes", "<div>\n  <div><span class=x>a</span></div>\n  b\n</div>", "para      a\npara      b"},
		{"headings", "<h2>A <i>b</i></h2>\ntext\n<H6>c</H6>", "head2     A {i:b}\npara      text\nhead6     c"},
		{"lists", "<ul>\n<li>a</li>\n<li>b\n<ol><li>c<li>d</ol>\n</li>\n</ul>\nend", "item1     a\nitem1     b\nitem2 #1  c\nitem2 #2  d\npara      end"},
		{"item of no list", "<li>a", "item1     a"},
		{"heading in an item", "<ul><li><h3>a</h3>b</li></ul>", "item1     {b:a}\npara1     b"},
		{"in an item", "1. <p>a</p>\n   <ul><li>b</li></ul>\n2. c", "item1 #1  a\nitem2     b\nitem1 #2  c"},
		{"in a quotation", "> <p>a</p>\n> <p>b</p>", "para    > a\npara    > b"},
		{"code", "<pre><code>a &lt; b\n  <b>c</b>\n</code></pre>", "code      a < b\n            c"},
		{"style over paragraphs", "<div><b><p>a</p><p>b</p></b>c</div>", "para      {b:a}\npara      {b:b}\npara      c"},
		{"link over paragraphs", `<div><a href="https://example.com"><p>a</p><p>b</p></a></div>`, "para      {@:a → https://example.com}\npara      {@:b → https://example.com}"},
		{"hidden block", "a\n\n<script>\nalert(1)\n</script>\n\nb", "para      a\npara      b"},
		{"hidden block that does not end", "a\n\n<script>\nalert(1)", "para      a\npara      <script>\n          alert(1)"},
		{"nothing but hidden", "<style>a</style>", "para      <style>a</style>"}, // else it would be blank
		{"unknown block", "<table><tr><td>a</td></tr></table>", "para      <table><tr><td>a</td></tr></table>"},
		{"comments in a block", "<div>a<!-- b -->c</div>", "para      ac"},
		{"in a cell", "a|b\n-|-\n<b>1</b><p>2|3", "code      a    b\n          ---  -\n          1 2  3"},
		{"in a heading", "# a<br>b <i>c</i>", "head1     a\n          b {i:c}"},
	} {
		t.Run(tc.name, func(t *testing.T) { checkMarkdown(t, tc.in, tc.want) })
	}
}

// TestHTMLOfCustomers: who is no author cannot use a tag.
func TestHTMLOfCustomers(t *testing.T) {
	const text = `<b>a</b> <a href="https://evil.example">x</a><br>`
	want := `<b>a</b> <a href="{@:https://evil.example → https://evil.example}">x</a><br>`
	m := New(Config{}).Message(relay.Event{Kind: relay.Inbound, Text: text})
	if got := dumpBlocks(m.Body); got != "para    > "+want+"\n" {
		t.Errorf("got %s", got)
	}
	for template, want := range map[string]string{
		"{{ .Text }}":                                        "para > " + want,
		"<p>{{ .Text }}</p>":                                 "para " + want,
		"<p>\n{{ .Text }}\n</p>":                             "para " + want,
		"<ul><li>{{ .Text }}</ul>":                           "item1 " + want,
		"x <span>{{ .Text }}</span>":                         "para x " + want,
		`<p><a href="https://crm.example/{{ .Text }}">x</a>`: "para {@:x → https://crm.example/" + strictEscape(text) + "}",
		`<p><a href="{{ .Text }}">x</a>`:                     "para x",
	} {
		if got := body(t, template, relay.Event{Text: text}); got != want {
			t.Errorf("%s: got %s, want %s", template, got, want)
		}
	}
	// A line of a stranger's cannot pass for one of ours.
	if got := body(t, "<div>Says: {{ .Text }}</div>", relay.Event{Text: "a\nb"}); got != "para > Says: a|> b" {
		t.Errorf("lines: %s", got)
	}
}
