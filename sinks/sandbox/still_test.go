package sandbox_test

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strings"
	"testing"

	"botrelay/sinks/sandbox"
)

// TestWritePage: the page shows every message, needs nothing from elsewhere, and
// its policy allows its style and nothing more.
func TestWritePage(t *testing.T) {
	s, server := serve(t, sandbox.Config{Names: map[string]string{"T0/B0": "sales"}})
	postJSON(t, server.URL+"/services/T0/B0/s3cret", `{"text":"*one* <https://a.b/c|two> &lt;script&gt;alert(1)&lt;/script&gt;"}`)
	postJSON(t, server.URL+"/api/webhooks/7/s3cret", `{"content":"three","embeds":[{"title":"four","color":255}]}`)
	var b strings.Builder
	if err := s.WritePage(&b, "A <title>"); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, want := range []string{"<title>A &lt;title&gt;</title>", ">sales<", "<strong>one</strong>", `href="https://a.b/c"`, "&lt;script&gt;alert(1)", "three", "four"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s", want)
		}
	}
	for _, no := range []string{"<script", "<link", "<img", "<iframe", "s3cret", ">Telegram<", " style=", "url(", "@import"} {
		if strings.Contains(page, no) {
			t.Errorf("there is %s", no)
		}
	}
	policy := regexp.MustCompile(`Content-Security-Policy" content="default-src 'none'; style-src '([^']*)'; base-uri 'none'; form-action 'none'"`).FindStringSubmatch(page)
	style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(page)
	if policy == nil || style == nil {
		t.Fatal("no policy or no style")
	}
	for _, rule := range []string{".slack .content", ".discord .embed", ".telegram .bubble", ".still .scroll"} {
		if !strings.Contains(style[1], rule) {
			t.Errorf("the style has no rule for %s", rule)
		}
	}
	sum := sha256.Sum256([]byte(style[1]))
	if want := "sha256-" + base64.StdEncoding.EncodeToString(sum[:]); strings.ReplaceAll(policy[1], "&#43;", "+") != want {
		t.Errorf("the policy allows %s, the style is %s", policy[1], want)
	}
}
