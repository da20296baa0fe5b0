package sandbox

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// harmlessMarkup fails the test if HTML has any tag, attribute or address that
// a renderer must not produce. What renderers write is well-formed XML, so that
// an independent parser can say what a browser will see.
func harmlessMarkup(t *testing.T, html string) (words string) {
	t.Helper()
	tags := strings.Fields("root a span div p strong em s u code pre blockquote ul ol li h4 h5 h6 hr svg rect time")
	attributes := strings.Fields("class href target rel start viewBox preserveAspectRatio aria-hidden width height fill data-lang data-as datetime")
	decoder := xml.NewDecoder(strings.NewReader("<root>" + html + "</root>"))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return words
		}
		if err != nil {
			t.Fatalf("%v in %s", err, html)
		}
		switch token := token.(type) {
		case xml.CharData:
			words += string(token)
		case xml.StartElement:
			if !slices.Contains(tags, token.Name.Local) {
				t.Fatalf("a <%s> in %s", token.Name.Local, html)
			}
			for _, a := range token.Attr {
				if !slices.Contains(attributes, a.Name.Local) {
					t.Fatalf("an attribute %s in %s", a.Name.Local, html)
				}
				if u, err := url.Parse(a.Value); a.Name.Local == "href" && (err != nil || !slices.Contains([]string{"http", "https", "mailto", "tel"}, u.Scheme)) {
					t.Fatalf("an address %q in %s", a.Value, html)
				}
			}
		case xml.EndElement:
		default:
			t.Fatalf("a %T in %s", token, html)
		}
	}
}

// slim is HTML without what every link has.
func slim(nodes []node) string {
	return strings.ReplaceAll(string(markup(nodes...)), ` target="_blank" rel="noopener noreferrer nofollow"`, "")
}

func TestMrkdwn(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                                `plain`,
		"*b* _i_ ~s~ `c`":                      `<strong>b</strong> <em>i</em> <s>s</s> <code>c</code>`,
		"*b _i_*":                              `<strong>b <em>i</em></strong>`,
		"2*3*4 snake_case_name a~b~c":          `2*3*4 snake_case_name a~b~c`,
		"* no * _ no _":                        `* no * _ no _`,
		"*never closed":                        `*never closed`,
		"*across\nlines*":                      "*across\nlines*",
		"&lt;b&gt; &amp;amp;":                  `&lt;b&gt; &amp;amp;`,
		"<https://a.b|label>":                  `<a href="https://a.b">label</a>`,
		"<https://a.b/?x=1&amp;y=2>":           `<a href="https://a.b/?x=1&amp;y=2">https://a.b/?x=1&amp;y=2</a>`,
		"<javascript:alert(1)|click>":          `<span class="deadlink">click</span>`,
		"<!channel> <@U1> <#C1|general>":       `<span class="mention">@channel</span> <span class="mention">@U1</span> <span class="mention">#general</span>`,
		"see https://a.b/c.":                   `see <a href="https://a.b/c">https://a.b/c</a>.`,
		"`*c* <script>`":                       `<code>*c* &lt;script&gt;</code>`,
		"*a*b":                                 `*a*b`,
		"<>":                                   `&lt;&gt;`,
		"<script>alert(1)</script>":            `<span class="deadlink">script</span>alert(1)<span class="deadlink">/script</span>`,
		"<\"onmouseover=alert(1)//|x>":         `<span class="deadlink">x</span>`,
		"<https://a.b/\"onclick=\"alert(1)|x>": `<a href="https://a.b/&#34;onclick=&#34;alert(1)">x</a>`,
		"<data:text/html,<script>alert(1)|x>":  `<span class="deadlink">data:text/html,&lt;script</span>alert(1)|x&gt;`,
	} {
		if got := slim(mrkdwn(in)); got != `<div class="lines">`+want+`</div>` {
			t.Errorf("%s\ngot  %s\nwant %s", in, got, want)
		}
	}
	got := slim(mrkdwn("a\n> q *b*\n&gt;r\nb\n```\ncode *x*\n```\nc"))
	want := `<div class="lines">a</div><blockquote>q <strong>b</strong>` + "\nr" + `</blockquote><div class="lines">b</div><pre>code *x*</pre><div class="lines">c</div>`
	if got != want {
		t.Errorf("blocks:\ngot  %s\nwant %s", got, want)
	}
}

// TestInline follows Discord's "Markdown Text 101".
// A bot can have a text shown without its styles; a webhook's parameter of that
// name is not looked at.
func TestUnmarkedText(t *testing.T) {
	for off, want := range map[string]string{
		`"false"`: "*b* _i_ `c` &gt; q",
		`false`:   "*b* _i_ `c` &gt; q",
		`"true"`:  "<strong>b</strong> <em>i</em> <code>c</code> &gt; q",
		``:        "<strong>b</strong> <em>i</em> <code>c</code> &gt; q",
	} {
		view, _ := slackView(slackPost{Token: "xoxb-1", Text: "*b* _i_ `c` &gt; q", Mrkdwn: json.RawMessage(off)})
		if got := slim(view); !strings.Contains(got, want) {
			t.Errorf("%s: got %s", off, got)
		}
	}
	view, _ := slackView(slackPost{Text: "*b*", Mrkdwn: json.RawMessage("false")})
	if got := slim(view); !strings.Contains(got, "<strong>b") {
		t.Errorf("from a webhook: %s", got)
	}
}

func TestInline(t *testing.T) {
	for in, want := range map[string]string{
		"*i* _i_ **b** ***bi*** __u__ ~~s~~": `<em>i</em> <em>i</em> <strong>b</strong> <strong><em>bi</em></strong> <u>u</u> <s>s</s>`,
		"__**both**__":                       `<u><strong>both</strong></u>`,
		"**b *i* b**":                        `<strong>b <em>i</em> b</strong>`,
		"*i **b** i*":                        `<em>i <strong>b</strong> i</em>`,
		"snake_case_name 2 * 3 * 4":          `snake_case_name 2 * 3 * 4`,
		`\*no\* \_no\_ \` + "`no`":           `*no* _no_ ` + "`no`",
		`\\*i*`:                              `\<em>i</em>`,
		`a\b`:                                `a\b`,
		"`*c*` ``a ` b``":                    "<code>*c*</code> <code>a ` b</code>",
		"||gone||":                           `<span class="spoiler">gone</span>`,
		"[t](https://a.b)":                   `<a href="https://a.b">t</a>`,
		"[**t**](<https://a.b> \"title\")":   `<a href="https://a.b"><strong>t</strong></a>`,
		"[a] [b](https://a.b)":               `[a] <a href="https://a.b">b</a>`,
		`\[t](https://a.b)`:                  `[t](<a href="https://a.b">https://a.b</a>)`,
		"[t](javascript:alert(1))":           `[t](javascript:alert(1))`,
		"[t](mailto:a@b.c)":                  `[t](mailto:a@b.c)`,
		"<https://a.b>":                      `<a href="https://a.b">https://a.b</a>`,
		"https://a.b/x_y_z, (https://c.d)":   `<a href="https://a.b/x_y_z">https://a.b/x_y_z</a>, (<a href="https://c.d">https://c.d</a>)`,
		"<@123> <@!1> <@&2> <#3> <:wave:4>":  `<span class="mention">@123</span> <span class="mention">@1</span> <span class="mention">@2</span> <span class="mention">#3</span> :wave:`,
		"<t:0:R>":                            `<span class="mention">1 January 1970 00:00</span>`,
		`\<@123\> @everyone`:                 `&lt;@123&gt; @everyone`,
		"**never closed *nor this":           `**never closed *nor this`,
		"<script>alert(1)</script>":          `&lt;script&gt;alert(1)&lt;/script&gt;`,
		`[x](https://a.b/"onclick=alert(1))`: `<a href="https://a.b/&#34;onclick=alert(1">x</a>)`,
	} {
		if got := slim(inline(in)); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", in, got, want)
		}
	}
}

func TestMarkdownBlocks(t *testing.T) {
	lines := func(s string) string { return `<div class="lines">` + s + `</div>` }
	for in, want := range map[string]string{
		"a\nb":                      lines("a\nb"),
		"# A\n## B\n### C\n#### D":  `<h4>A</h4><h5>B</h5><h6>C</h6>` + lines("#### D"),
		"#tag":                      lines("#tag"),
		"-# small":                  `<div class="small">small</div>`,
		"> q\n> r\np":               `<blockquote>` + lines("q\nr") + `</blockquote>` + lines("p"),
		">no quote":                 lines("&gt;no quote"),
		">>> q\n\nto the end":       `<blockquote>` + lines("q\n\nto the end") + `</blockquote>`,
		"- a\n- b\n  - c\n- d":      `<ul class="indent0"><li>a</li><li>b</li></ul><ul class="indent1"><li>c</li></ul><ul class="indent0"><li>d</li></ul>`,
		"3. a\n4. b":                `<ol class="indent0" start="3"><li>a</li><li>b</li></ol>`,
		"a ```go\nx := 1\n``` b":    lines("a ") + `<pre>x := 1</pre>` + lines(" b"),
		"```one line```":            `<pre>one line</pre>`,
		"```never closed":           lines("```never closed"),
		"\\`\\`\\`no code\\`\\`\\`": lines("```no code```"),
		"```\n<script>*x*\n```":     `<pre>&lt;script&gt;*x*</pre>`,
		"> - item\n> # head":        `<blockquote><ul class="indent0"><li>item</li></ul><h4>head</h4></blockquote>`,
	} {
		if got := slim(markdown(in)); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", in, got, want)
		}
	}
}

func TestTelegramView(t *testing.T) {
	for _, c := range []struct{ text, entities, want string }{
		{"🙂 bold", `[{"type":"bold","offset":3,"length":4}]`, `<span class="run">🙂 <strong>bold</strong></span>`},
		{"a<b>&", ``, `<span class="run">a&lt;b&gt;&amp;</span>`},
		{"abc", `[{"type":"bold","offset":0,"length":2},{"type":"italic","offset":1,"length":2}]`, `<span class="run"><strong>a</strong><strong><em>b</em></strong><em>c</em></span>`},
		{"x\nquote\ny", `[{"type":"blockquote","offset":2,"length":5},{"type":"bold","offset":2,"length":2}]`, `<span class="run">x` + "\n" + `</span><blockquote><strong>qu</strong>ote</blockquote><span class="run">y</span>`},
		{"run x", `[{"type":"pre","offset":4,"length":1,"language":"go"}]`, `<span class="run">run </span><pre data-lang="go">x</pre>`},
		{"a long one", `[{"type":"expandable_blockquote","offset":0,"length":10},{"type":"code","offset":2,"length":4}]`, `<blockquote class="expandable">a <code>long</code> one</blockquote>`},
		{"x", `[{"type":"pre","offset":0,"length":1,"language":"\" onload=\"alert(1)"}]`, `<pre data-lang="&#34; onload=&#34;alert(1)">x</pre>`},
		{"the docs", `[{"type":"text_link","offset":4,"length":4,"url":"https://a.b/?x=1&y=\"2"}]`, `<span class="run">the <a href="https://a.b/?x=1&amp;y=&#34;2">docs</a></span>`},
		{"user", `[{"type":"text_link","offset":0,"length":4,"url":"tg://user?id=1"}]`, `<span class="run"><span class="deadlink">user</span></span>`},
		{"@home /start #tag $USD a@b.org x@y", ``, `<span class="run"><span class="auto">@home</span> <span class="auto">/start</span> <span class="auto">#tag</span> <span class="auto">$USD</span> <a href="mailto:a@b.org">a@b.org</a> x@y</span>`},
		{"@\u2060home /\u2060start 3/4 and/or </b>", ``, "<span class=\"run\">@\u2060home /\u2060start 3/4 and/or &lt;/b&gt;</span>"},
		{"@home", `[{"type":"code","offset":0,"length":5}]`, `<span class="run"><code>@home</code></span>`},
	} {
		text, entities, fault := parseText(c.text, "", c.entities)
		if fault != "" {
			t.Fatal(fault)
		}
		if got := slim(telegramView(text, entities)); got != c.want {
			t.Errorf("%s %s\ngot  %s\nwant %s", c.text, c.entities, got, c.want)
		}
	}
}

func TestDiscordView(t *testing.T) {
	post, bad := checkDiscord([]byte(`{"embeds":[{"title":"**T**","url":"https://a.b","color":3060349,"description":"d","footer":{"text":"<i>"},"timestamp":"2026-01-02T15:04:05Z",
		"fields":[{"name":"1","value":"x","inline":true},{"name":"2","value":"y","inline":true},{"name":"3","value":"z"}]}]}`), discordTarget{})
	if bad.status != 0 {
		t.Fatalf("%s", bad.body)
	}
	got := slim(post.view())
	for _, want := range []string{
		`fill="#2eb27d"`, `<div class="title"><a href="https://a.b"><strong>T</strong></a></div>`,
		`<div class="field of2"><div class="name">1</div>`, `<div class="field of2"><div class="name">2</div>`,
		`<div class="field of1"><div class="name">3</div>`, `<div class="footer">&lt;i&gt; • <time datetime="2026-01-02T15:04:05.000Z" data-as="discord">`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	harmlessMarkup(t, got)
}

// TestHostileIsFast gives the renderers what a careless parser takes minutes
// or all the stack for.
func TestHostileIsFast(t *testing.T) {
	began := time.Now()
	for _, piece := range []string{"*", "_a", "[", "[a](", "`", "``a", "<", "> ", "**a*", "||", "\\", "```", "~~_*", "<b>", "&#", "@a", "https://"} {
		s := strings.Repeat(piece, 12_000/len(piece))
		harmlessMarkup(t, string(markup(mrkdwn(s)...)))
		harmlessMarkup(t, string(markup(markdown(s)...)))
		harmlessMarkup(t, string(markup(telegramView(s, nil)...)))
		_, _, _ = parseHTML(s)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
}

func FuzzViews(f *testing.F) {
	for _, s := range []string{
		"*b* _i_ <https://a.b|c> ```x``` > q &lt;", "**b** [t](https://a.b) ||s|| <@1>\n> q\n- l", "<b>x</b> &amp; <a href='https://a.b'>y</a>",
		"\x00\u202e\xff🙂", `"><script>alert(1)</script>`, "javascript:alert(1)", "<javascript:alert(1)|x>", "</div><svg/onload=alert(1)>", "http://\xff",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		harmlessMarkup(t, string(markup(mrkdwn(s)...)))
		harmlessMarkup(t, string(markup(markdown(s)...)))
		words := harmlessMarkup(t, string(markup(telegramView(s, nil)...)))
		if want := visible(strings.ToValidUTF8(s, "\ufffd")); words != want && strings.ToValidUTF8(s, "") == s {
			t.Errorf("%q shows as %q", want, words)
		}
		if text, entities, fault := parseText(s, "HTML", ""); fault == "" {
			harmlessMarkup(t, string(markup(telegramView(text, entities)...)))
		}
	})
}

// FuzzTelegram throws entities at texts: whatever passes the check can be shown
// without losing a letter.
func FuzzTelegram(f *testing.F) {
	f.Add("🙂 hello @x\nworld", `[{"type":"bold","offset":0,"length":4},{"type":"pre","offset":3,"length":9},{"type":"blockquote","offset":3,"length":5}]`)
	f.Add("abc", `[{"type":"text_link","offset":0,"length":3,"url":"a.b"},{"type":"code","offset":1,"length":1}]`)
	f.Fuzz(func(t *testing.T, s, list string) {
		s = strings.ToValidUTF8(s, "?")
		text, entities, fault := parseText(s, "", list)
		if fault != "" {
			return
		}
		if len(entities) > maxEntities {
			t.Errorf("%d entities", len(entities))
		}
		words := harmlessMarkup(t, string(markup(telegramView(text, entities)...)))
		trim := func(s string) string { return strings.ReplaceAll(visible(s), "\n", "") } // a block takes the line break after it
		if trim(words) != trim(text) {
			t.Errorf("%q shows as %q", text, words)
		}
	})
}

// FuzzSlackBlocks holds that what passes the check can be shown.
func FuzzSlackBlocks(f *testing.F) {
	f.Add(`[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"<b>"},{"type":"link","url":"https://a.b"}]}]}]`)
	f.Add(`[{"type":"section","text":{"type":"mrkdwn","text":"*x*"},"fields":[{"type":"plain_text","text":"y"}]},{"type":"divider"}]`)
	f.Add(`[{"type":"context","elements":[{"type":"image","image_url":"https://a.b","alt_text":"x"}]},{"type":"header","text":{"type":"plain_text","text":"h"}}]`)
	f.Fuzz(func(t *testing.T, list string) {
		if json.Valid([]byte(list)) && checkBlocks([]byte(list), "invalid_blocks").code == "" {
			harmlessMarkup(t, string(markup(slackBlocks([]byte(list))...)))
		}
	})
}

func FuzzDiscord(f *testing.F) {
	f.Add(`{"content":"**x**","embeds":[{"title":"t","fields":[{"name":"n","value":"v","inline":true}]}]}`)
	f.Add(`{"embeds":[null],"nonce":1e400,"flags":-1,"allowed_mentions":{"parse":[{}]}}`)
	f.Fuzz(func(t *testing.T, body string) {
		if !json.Valid([]byte(body)) {
			return
		}
		if post, bad := checkDiscord([]byte(body), discordTarget{components: true}); bad.status == 0 {
			harmlessMarkup(t, string(markup(post.view()...)))
		}
	})
}
