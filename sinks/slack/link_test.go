package slack

import (
	"fmt"
	"testing"

	"botrelay/relay"
	"botrelay/sinks/sinktest"
)

func TestLinks(t *testing.T) {
	const root = "C024BE91L/1700000000.000100"
	for name, test := range map[string]struct {
		answers []string
		root    string
		want    string
	}{
		"nothing is known":      {nil, root, ""},
		"the team":              {[]string{`{"ok":true,"ts":"1.2","message":{"team":"T024BE7LD"}}`}, root, "https://app.slack.com/client/T024BE7LD/C024BE91L/thread/C024BE91L-1700000000.000100"},
		"auth.test":             {[]string{`{"ok":true,"url":"https://acme.slack.com/","team_id":"T024BE7LD"}`}, root, "https://acme.slack.com/archives/C024BE91L/p1700000000000100?thread_ts=1700000000.000100&cid=C024BE91L"},
		"auth.test, and later":  {[]string{`{"ok":true,"url":"https://acme.slack.com/"}`, `{"ok":true,"message":{"team":"T1"}}`}, root, "https://acme.slack.com/archives/C024BE91L/p1700000000000100?thread_ts=1700000000.000100&cid=C024BE91L"},
		"another answer":        {[]string{`{"ok":true,"message":{"team":"T1"}}`, `{"ok":true}`, `x`, `[]`}, root, "https://app.slack.com/client/T1/C024BE91L/thread/C024BE91L-1700000000.000100"},
		"a strange team":        {[]string{`{"message":{"team":"T1/../x"}}`}, root, ""},
		"a strange address":     {[]string{`{"url":"https://evil.example/?x=/"}`, `{"url":"javascript:alert(1)//"}`, `{"url":"http://acme.slack.com/"}`, `{"url":7}`}, root, ""},
		"no ID":                 {[]string{`{"message":{"team":"T1"}}`}, "", ""},
		"a channel by its name": {[]string{`{"message":{"team":"T1"}}`}, "#sales/1700000000.000100", ""},
		"no ts":                 {[]string{`{"message":{"team":"T1"}}`}, "C024BE91L/x", ""},
	} {
		var w workspace
		for _, body := range test.answers {
			w.learn(sinktest.Answered(200, body))
		}
		if got := w.links([]string{test.root})[0]; got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// The entries of a digest lead to their conversations: their titles do, or a word
// behind those that lead to a page.
func TestGoldenLinks(t *testing.T) {
	w := workspace{url: "https://example.slack.com/"}
	sinktest.GoldenLinks(t, func(i int) string { return fmt.Sprintf("C024BE91L/17000000%02d.000100", i) }, func(p relay.Post) any {
		c := compose(p, w.links(p.Roots))
		return map[string]any{"text": c.text, "blocks": c.blocks}
	})
}
