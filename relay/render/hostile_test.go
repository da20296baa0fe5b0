package render

import (
	"strings"
	"testing"
	"time"
)

// hostileMarkdown are inputs that are known to make Markdown parsers slow or
// deep, each of size bytes.
func hostileMarkdown(size int) map[string]string {
	fill := func(s string) string { return strings.Repeat(s, size/len(s)+1)[:size] }
	third := size / 3
	return map[string]string{
		"quotes":                 fill(">"),
		"lists":                  fill("- "),
		"numbered":               fill("1. "),
		"brackets":               fill("["),
		"images":                 fill("!["),
		"links":                  fill("[a]("),
		"references":             fill("[a][b]"),
		"unclosed links":         fill("[a](<b"),
		"emphasis":               fill("*a _b "),
		"stars":                  fill("*"),
		"closers":                fill("a**b" + "c* "),
		"strikes":                fill("~~a"),
		"backticks":              backticks(size),
		"angles":                 fill("<"),
		"tags":                   "a " + fill("<b>"),
		"crossed tags":           "a " + fill("<b></i>"),
		"unclosed links in HTML": "a " + fill("<a href=https://a.example>"),
		"scripts":                "a " + fill("<script>"),
		"scripts in pairs":       "a " + fill("<style><script></script>"),
		"boxes":                  fill("<div>"),
		"items":                  fill("<ul><li>a"),
		"styled boxes":           "<div>" + fill("<b><p>a"),
		"attributes":             "<div " + fill("a=b "),
		"hidden blocks":          fill("<style>\n</script>\n"),
		"comments":               fill("<!--"),
		"processing":             fill("<?"),
		"declarations":           fill("<!A "),
		"entities":               fill("&lt;"),
		"escapes":                fill(`\\`),
		"newlines":               fill("\n"),
		"hard breaks":            fill("a  \n"),
		"setext":                 fill("a\n="),
		"definitions":            fill("[a]: b\n"),
		"table":                  strings.Repeat("|a", third/2) + "\n" + strings.Repeat("|-", third/2) + "\n" + strings.Repeat("x\n", third/2),
		"narrow table":           strings.Repeat("|a", 20) + "\n" + strings.Repeat("|-", 20) + "\n" + strings.Repeat("x\n", third),
		"pipes in code":          "|a|\n|-|\n" + strings.Repeat("|`\\|`|\n", size/8),
		"one definition":         "[b]: https://example.com/" + strings.Repeat("x", 1900) + "\n\n" + fill("[c.com][b] "),
		"empty links":            "[b]: https://example.com/" + strings.Repeat("x", 1900) + "\n\n" + fill("[][b] "),
		"refused links":          "[b]: https://a@example.com/" + strings.Repeat("x", 1900) + "\n\n" + fill("[a][b] "),
		"urls":                   fill("https://example.com "),
		"long url":               "https://example.com/" + fill(")"),
		"schemes":                fill("https://"),
		"quotes in lists":        fill("- > "),
		"marks":                  "a" + fill("\u0301"),
		"joiners":                fill("👩\u200D"),
		"no letters":             fill("\u200B\u202E"),
		"spans":                  fill("a *b* "),
		"spaces":                 fill("* *a "),
	}
}

// backticks is code spans of growing lengths that are never closed.
func backticks(size int) string {
	var b strings.Builder
	for n := 1; b.Len() < size; n++ {
		b.WriteString(strings.Repeat("`", n) + " ")
	}
	return b.String()
}

// TestHostileMarkdown holds that no Markdown of 256 KiB takes long, or makes much
// of itself. It takes a few hundredths of a second; the limit allows for a busy
// machine and the race detector.
func TestHostileMarkdown(t *testing.T) {
	m := newMarkdown()
	for name, s := range hostileMarkdown(1 << 18) {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			blocks := m.blocks(s)
			if d := time.Since(start); d > 20*time.Second {
				t.Errorf("took %v", d)
			}
			size := 0
			for _, b := range blocks {
				for _, s := range b.Spans {
					size += len(s.Text)
				}
			}
			if size > 200_000 {
				t.Errorf("%d bytes of text", size)
			}
		})
	}
}
