package sandbox

import (
	"strings"
	"testing"
)

// TestTelegramKeys shows buttons below the message, and refuses what Telegram
// refuses.
func TestTelegramKeys(t *testing.T) {
	rows, fault := parseKeys(`{"inline_keyboard":[[{"text":"<Open>","url":"example.com/a"},{"text":"Done","callback_data":"x"}],[{"text":"tg","url":"tg://user?id=1"}]]}`)
	if fault != "" {
		t.Fatal(fault)
	}
	want := `<div class="keys"><div><span class="key"><a href="http://example.com/a">&lt;Open&gt;</a></span><span class="key">Done</span></div>` +
		`<div><span class="key"><span class="deadlink">tg</span></span></div></div>`
	if got := slim(keysView(rows)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, harmless := range []string{"", `{}`, `{"inline_keyboard":[]}`, `{"remove_keyboard":true}`} {
		if rows, fault := parseKeys(harmless); fault != "" || len(keysView(rows)) > 0 {
			t.Errorf("%s: %v %s", harmless, rows, fault)
		}
	}
	many := `{"inline_keyboard":[[` + strings.TrimSuffix(strings.Repeat(`{"text":"t","url":"https://a.b"},`, 101), ",") + `]]}`
	for bad, want := range map[string]string{
		`[`:                                     "object expected",
		`{"inline_keyboard":{}}`:                "object expected",
		`{"inline_keyboard":[[{"text":"t"}]]}`:  "Text buttons are unallowed",
		`{"inline_keyboard":[[{"url":"a.b"}]]}`: "text",
		`{"inline_keyboard":[[{"text":"t","url":"javascript:alert(1)"}]]}`:    "is invalid",
		`{"inline_keyboard":[[{"text":"t","url":"mailto:ada@example.com"}]]}`: "is invalid",
		many: "too long",
	} {
		if _, fault := parseKeys(bad); !strings.Contains(fault, want) {
			t.Errorf("%.80s: %q, want %q", bad, fault, want)
		}
	}
}
