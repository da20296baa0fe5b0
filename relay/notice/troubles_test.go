package notice

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/render"
)

// TestLongLists holds that a notice stays readable, whatever there is to tell.
func TestLongLists(t *testing.T) {
	dead := make(map[string]tally)
	for i := range 23 {
		dead[fmt.Sprintf("sink-%02d", i)] = tally{count: i + 1, reason: "a\nb\u2028c"}
	}
	e := gaveUp(dead, 59*time.Minute)
	if e.Subject != "276 messages could not be delivered" { // 1 + 2 + … + 23
		t.Errorf("title %q", e.Subject)
	}
	if !strings.Contains(e.Text, "in the last 59 minutes:\nsink-00: 1 message. The last: “a b c”.\nsink-01: 2 messages. ") {
		t.Errorf("the first sinks: %q", e.Text)
	}
	if strings.Contains(e.Text, "sink-20") || !strings.Contains(e.Text, "\nand 3 more sinks\n\n") {
		t.Errorf("the last sinks: %q", e.Text)
	}
	e = badReload("routes.toml", strings.Repeat("\n", 3)+strings.Repeat("routes.toml:1:1: no\n", 11))
	if n := strings.Count(e.Text, "routes.toml:1:1"); n != 10 || !strings.Contains(e.Text, "no\nand 1 more line\n\n") {
		t.Errorf("%d lines of problems: %q", n, e.Text)
	}
}

// TestShown holds that every notice is shown as paragraphs under a title that
// tells trouble from its end, and that nothing of it is cut.
func TestShown(t *testing.T) {
	r := render.New(render.Config{})
	health := queue.Health{Held: true, Failing: 3 * time.Hour, Reason: "channel_not_found"}
	for name, tc := range map[string]struct {
		event relay.Event
		sign  string
	}{
		"held":     {Down("sales", health), "⚠️"},
		"failing":  {Down("sales", queue.Health{Failing: 15 * time.Minute, Reason: "503"}), "⚠️"},
		"back":     {Back("sales", health), "✅"},
		"moved":    {movedTo("night", "-1001234567890"), "⚠️"},
		"dead":     {gaveUp(map[string]tally{"sales": {3, "invalid_blocks"}, "night": {1, ""}}, time.Hour), "⚠️"},
		"refuses":  {sourceRefuses("website", 30*time.Hour, 12), "⚠️"},
		"accepts":  {sourceAccepts("website"), "✅"},
		"store":    {storeFailed(outages{times: 1, lasted: 12 * time.Minute, ended: time.Minute, refused: 1, reason: "disk full"}), "⚠️"},
		"reload":   {badReload("routes.toml", "routes.toml:3:1: unknown key \"x\""), "⚠️"},
		"reloaded": {reloaded("routes.toml"), "✅"},
	} {
		t.Run(name, func(t *testing.T) {
			m := r.Message(tc.event)
			if m.Title != tc.sign+" "+tc.event.Subject {
				t.Errorf("title %q", m.Title)
			}
			var paragraphs []string
			for _, b := range m.Body {
				paragraphs = append(paragraphs, relay.Plain(b.Spans))
			}
			text := strings.Join(paragraphs, "\n\n")
			if text != tc.event.Text {
				t.Errorf("shown as %q, is %q", text, tc.event.Text)
			}
			t.Logf("%s\n\n%s", m.Title, text)
		})
	}
}
