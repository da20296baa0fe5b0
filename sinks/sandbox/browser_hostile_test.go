package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"unicode/utf16"

	"botrelay/relay/browsertest"
	"botrelay/sinks/sandbox"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// hostile is what strangers write.
func hostile() []string {
	return []string{
		`<script>alert(1)</script><img src=x onerror=alert(2)>`,
		"[click](javascript:alert(3)) <javascript:alert(4)|click> javascript:alert(5)",
		strings.Repeat("W", 1900),
		"\u202egnirts\u202c نص عربي طويل \u2067עברית\u2069 " + strings.Repeat("ש", 300),
		strings.Repeat("👩‍👩‍👧‍👦🇩🇪", 60),
		"```\n" + strings.Repeat("x := 1 // ", 150) + "\n```\n`" + strings.Repeat("code", 90) + "`",
		"e" + strings.Repeat("\u0301", 400) + "\x00\x1b[31m\x07",
		"https://example.com/" + strings.Repeat("path", 400),
		strings.Repeat("> # - ", 200) + "\n" + strings.Repeat("> ", 300) + "q",
	}
}

// TestBrowserHostile puts hostile text wherever a stranger's words can get to,
// before and after the page is opened: nothing runs, nothing is asked for, and
// the page stays as wide as the window, also on a phone.
func TestBrowserHostile(t *testing.T) {
	b := browsertest.New(t)
	_, server := serve(t, sandbox.Config{Names: map[string]string{"42": hostile()[2]}})
	post := poster{t, server.URL}
	all := func() {
		for _, evil := range hostile() {
			post.slack(evil, post.slack(evil, "", false), true)
			post.discord(evil, post.discord(evil, ""))
			post.telegram(evil, post.telegram(evil, ""))
			short := string([]rune(evil)[:min(250, len([]rune(evil)))])
			postEverywhere(t, server.URL, short)
		}
		post.slack(strings.Repeat("0123456789", 1000), "", false)
		post.telegram(strings.Repeat("a", 4096), "")
	}
	all()
	b.Open(t, server.URL)
	n := browsertest.Eval[int](t, b, `document.querySelectorAll(".message").length`)
	all()
	b.Until(t, fmt.Sprintf(`document.querySelectorAll(".message").length === %d`, 2*n))
	b.Until(t, `[...document.querySelectorAll("summary")].every((s) => (s.parentElement.open = true))`) // threads and requests are looked at as well
	for _, width := range []int64{1600, 1000, 390} {
		b.Run(t, chromedp.EmulateViewport(width, 844))
		b.Fits(t, messages)
	}
	if links := browsertest.Eval[[]string](t, b, `[...document.querySelectorAll("a")].map((a) => a.href).filter((h) => !/^(https?|mailto|tel):/.test(h))`); len(links) > 0 {
		t.Errorf("links to %q", links)
	}
	if n := browsertest.Eval[int](t, b, `document.querySelectorAll("main script, main img, main iframe, main object, main style, main [style], main [onerror]").length`); n > 0 {
		t.Errorf("%d elements that a message made", n)
	}
	b.Calm(t, server.URL)
}

// postEverywhere puts a text into every part of a message that has one.
func postEverywhere(t *testing.T, address, evil string) {
	t.Helper()
	quoted := mustJSON(t, evil)
	title := mustJSON(t, string([]rune(evil)[:min(140, len([]rune(evil)))]))
	var fields []string
	for range 25 {
		fields = append(fields, `{"name":`+title+`,"value":`+mustJSON(t, "v "+string([]rune(evil)[:min(60, len([]rune(evil)))]))+`,"inline":true}`)
	}
	text := `{"type":"text","text":` + quoted + `,"style":{"bold":true}}`
	for what, r := range map[string]reply{
		"slack": postJSON(t, address+"/api/chat.postMessage", `{"channel":"#all","username":`+title+`,"blocks":[
			{"type":"header","text":{"type":"plain_text","text":`+title+`}},
			{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[`+text+`]},{"type":"rich_text_quote","elements":[`+text+`]},
				{"type":"rich_text_preformatted","elements":[{"type":"text","text":`+quoted+`}]},
				{"type":"rich_text_list","style":"ordered","indent":6,"elements":[{"type":"rich_text_section","elements":[`+text+`]}]}]},
			{"type":"section","fields":[{"type":"mrkdwn","text":`+quoted+`},{"type":"plain_text","text":`+quoted+`}]},
			{"type":"context","elements":[{"type":"plain_text","text":`+quoted+`}]}]}`, "Authorization", "Bearer x"),
		"discord": postJSON(t, address+"/api/v10/channels/42/messages", `{"embeds":[{"title":`+title+`,"description":`+quoted+`,"footer":{"text":`+quoted+`},
			"fields":[`+strings.Join(fields[:5], ",")+`]}]}`, "Authorization", "Bot x"),
		"telegram": postForm(t, address+"/bot1:a/sendMessage", url.Values{
			"chat_id": {"-5"}, "text": {"code" + evil + "."},
			"entities":     {fmt.Sprintf(`[{"type":"pre","offset":0,"length":4,"language":%s},{"type":"expandable_blockquote","offset":4,"length":%d}]`, title, len(utf16.Encode([]rune(evil))))},
			"reply_markup": {`{"inline_keyboard":[[{"text":` + title + `,"url":"https://a.b/` + strings.Repeat("x", 99) + `"},{"text":` + title + `,"callback_data":"x"}]]}`},
		}),
	} {
		if r.status != http.StatusOK || strings.Contains(r.body, `"ok":false`) {
			t.Fatalf("%s refuses %q: %s", what, evil, r.body)
		}
	}
}

// TestBrowserAccess looks at what people need who do not see the page, or not
// well: names, headings, contrast, in light and dark, and no motion for those
// who want none.
func TestBrowserAccess(t *testing.T) {
	script, err := os.ReadFile("testdata/access.js")
	if err != nil {
		t.Fatal(err)
	}
	b := browsertest.New(t)
	_, server := serve(t, sandbox.Config{})
	post := poster{t, server.URL}
	libraryMessages(t, server.URL)
	post.slack("reply", post.slack("root", "", false), true)
	post.discord("answer", post.discord("-# small\n# head\n> quote `code` <@1> ||x||\n- a\n```go\nx\n```", ""))
	post.telegram("answer @me", post.telegram("hello", ""))
	for _, scheme := range []string{"light", "dark"} {
		browsertest.Command(t, b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}})
		b.Open(t, server.URL)
		b.Until(t, `[...document.querySelectorAll("details")].every((d) => (d.open = true))`)
		for _, fault := range browsertest.Eval[[]string](t, b, string(script)) {
			t.Errorf("%s: %s", scheme, fault)
		}
		if page := browsertest.Eval[string](t, b, `getComputedStyle(document.querySelector(".slack")).backgroundColor`); (page == "rgb(255, 255, 255)") != (scheme == "light") {
			t.Errorf("%s: Slack is %s", scheme, page)
		}
	}
	post.discord("new", "")
	b.Until(t, `document.querySelector(".new")`)
	if name := browsertest.Eval[string](t, b, `getComputedStyle(document.querySelector(".new")).animationName`); name != "none" {
		t.Errorf("a new message is animated: %s", name)
	}
	b.Calm(t, server.URL)
}

// libraryMessages posts a message with every kind of part to each platform.
func libraryMessages(t *testing.T, address string) {
	t.Helper()
	blocks, err := json.Marshal(slackBlocks())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []reply{
		postJSON(t, address+"/api/chat.postMessage", `{"channel":"#sales","blocks":`+string(blocks)+`}`, "Authorization", "Bearer x"),
		postJSON(t, address+"/api/webhooks/7/t?wait=true", `{"embeds":[{"title":"T","url":"https://a.b","author":{"name":"A"},"color":3060349,"description":"d **b** [l](https://a.b)",
			"footer":{"text":"f"},"timestamp":"2026-01-02T15:04:05Z","fields":[{"name":"1","value":"x","inline":true},{"name":"2","value":"`+"`y`"+`","inline":true}]}]}`),
		postForm(t, address+"/bot1:a/sendMessage", url.Values{
			"chat_id": {"-5"}, "parse_mode": {"HTML"},
			"text":         {`<b>b</b> <a href="https://a.b">l</a> <code>c</code><blockquote>q</blockquote><pre><code class="language-go">x</code></pre>`},
			"reply_markup": {`{"inline_keyboard":[[{"text":"Open","url":"https://a.b"}]]}`},
		}),
	} {
		if r.status != http.StatusOK || strings.Contains(r.body, `"ok":false`) {
			t.Fatal(r.body)
		}
	}
}
