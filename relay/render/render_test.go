package render

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"
	_ "time/tzdata" // the test machine may have no zone files

	"botrelay/relay"
)

// TestColors holds that every accent can be told from its background: WCAG 2.1
// asks for 3:1 (1.4.11), with its formulas.
func TestColors(t *testing.T) {
	seen := map[relay.Color]relay.Kind{}
	for _, k := range relay.Kinds() {
		c := color(k)
		if other, ok := seen[c]; ok {
			t.Errorf("%s and %s have the same color", k, other)
		}
		seen[c] = k
		checkContrast(t, string(k), c)
	}
	checkContrast(t, "trouble", amber)
	checkContrast(t, "over", green)
}

func checkContrast(t *testing.T, name string, c relay.Color) {
	t.Helper()
	for _, background := range []relay.Color{0xFFFFFF, 0x313338, 0x2B2D31} {
		if got := contrast(c, background); got < 3 {
			t.Errorf("%s: %06x on %06x has %.2f:1", name, c, background, got)
		}
	}
}

func contrast(a, b relay.Color) float64 {
	x, y := luminance(a)+0.05, luminance(b)+0.05
	return max(x, y) / min(x, y)
}

func luminance(c relay.Color) float64 {
	linear := func(shift int) float64 {
		v := float64(c>>shift&0xFF) / 255
		if v <= 0.03928 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(16) + 0.7152*linear(8) + 0.0722*linear(0)
}

func TestThread(t *testing.T) {
	seen := map[string]string{}
	long := strings.Repeat("x", 300)
	for _, e := range []relay.Event{
		{Source: "a", ConversationID: "b"},
		{Source: "a", ConversationID: "b "},
		{Source: "a", ConversationID: "B"},
		{Source: "a/b", ConversationID: "c"},
		{Source: "a", ConversationID: "b/c"},
		{Source: "a", ConversationID: "\x00"},
		{Source: "a", ConversationID: "\xff"},
		{Source: "a", ConversationID: "\uFFFD"},
		{Source: "a", ConversationID: "%00"},
		{Source: "a", ConversationID: long},
		{Source: "a", ConversationID: long + "x"},
		{Source: "a", ConversationID: thread(relay.Event{ConversationID: long})[1:]},
	} {
		name := fmt.Sprintf("%+q %+q", e.Source, e.ConversationID)
		key := thread(e)
		if other, ok := seen[key]; ok {
			t.Errorf("%s and %s share %q", name, other, key)
		}
		seen[key] = name
		if key != ascii(key) || len(key) > 250 {
			t.Errorf("%s has the key %+q", name, key)
		}
	}
	if got := thread(relay.Event{Source: "a"}); got != "" {
		t.Errorf("without a conversation: %q", got)
	}
}

func TestLoud(t *testing.T) {
	want := map[relay.Kind]bool{relay.Lead: true, relay.Appointment: true, relay.Escalation: true}
	for _, k := range relay.Kinds() {
		if got := New(Config{}).Message(relay.Event{Kind: k}).Loud; got != want[k] {
			t.Errorf("%s: %t", k, got)
		}
	}
}

func TestTime(t *testing.T) {
	received := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		name    string
		created time.Time
		want    time.Time
	}{
		{"not said", time.Time{}, received},
		{"said", received.Add(-time.Hour), received.Add(-time.Hour)},
		{"a clock never set", time.Unix(0, 0), received},
		{"beyond what JSON can hold", time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), received},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := relay.Event{CreatedAt: tc.created, ReceivedAt: received}
			if got := New(Config{}).Message(e).Time; !got.Equal(tc.want) {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

// TestSummerTime holds that the time is told as it is on the wall.
func TestSummerTime(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	footer := func(month time.Month) string {
		e := relay.Event{Vendor: "newoaks", Source: "s", ReceivedAt: time.Date(2026, month, 1, 23, 30, 0, 0, time.UTC)}
		return relay.Plain(New(Config{Location: berlin}).Message(e).Footer)
	}
	if got, want := footer(time.January), "s · 2 Jan 2026, 00:30 CET"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := footer(time.July), "s · 2 Jul 2026, 01:30 CEST"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestConversationURL(t *testing.T) {
	for in, want := range map[string]string{
		"https://www.chatbase.co/c/1?a=b#c": "https://www.chatbase.co/c/1?a=b#c",
		" HTTP://crm:8080/c/1\n":            "http://crm:8080/c/1",
		"https://crm.example/c/ä b|c":       "https://crm.example/c/%C3%A4%20b%7Cc",
		"":                                  "",
		"crm.example/c/1":                   "",
		"javascript:alert(1)":               "",
		"https://":                          "",
		"https:///c/1":                      "",
		"https://a@crm.example/":            "",
		"https://crm.example/%zz":           "",
		"https://crm.example/" + strings.Repeat("a", maxURL): "",
	} {
		r := New(Config{ConversationURL: func(relay.Event) string { return in }})
		if got := r.Message(relay.Event{}).Link; got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

// TestNeverBlank holds that an event without anything is shown as something.
func TestNeverBlank(t *testing.T) {
	for _, k := range append(relay.Kinds(), relay.Notice, "", "unheard-of") {
		t.Run(string(k), func(t *testing.T) { checkMessage(t, New(Config{}).Message(relay.Event{Kind: k})) })
	}
}

func TestWho(t *testing.T) {
	for _, tc := range []struct {
		contact relay.Contact
		want    string
	}{
		{relay.Contact{Name: "Ada", Email: "a@example.com"}, "Ada"},
		{relay.Contact{Name: " \u3164\u2800", Email: "a@example.com", Phone: "1"}, "a@example.com"},
		{relay.Contact{Phone: "+1 555", Handle: "ada"}, "+1 555"},
		{relay.Contact{Handle: "ada\n\nlovelace"}, "ada lovelace"},
		{relay.Contact{}, "someone"},
	} {
		if got := headingOf(relay.Event{Kind: relay.Lead, Contact: tc.contact}).title; got != "🎯 New lead: "+tc.want {
			t.Errorf("%+v: %q, want %q", tc.contact, got, tc.want)
		}
	}
}

// TestQuestion holds that question and answer are not repeated as what went
// before, whatever the transcript ends with.
func TestQuestion(t *testing.T) {
	user := func(s string) relay.Turn { return relay.Turn{Role: "user", Text: s} }
	said := func(s string) relay.Turn { return relay.Turn{Role: "assistant", Text: s} }
	for _, tc := range []struct {
		name         string
		text, answer string
		turns        []relay.Turn
		want         string
		earlier      int
	}{
		{"no transcript", "q", "a", nil, "q", 0},
		{"ends with the question", "q", "a", []relay.Turn{user("x"), said("y"), user(" q\n")}, "q", 2},
		{"ends with the answer", "q", "a", []relay.Turn{user("x"), user("q"), said("a")}, "q", 1},
		{"ends before the question", "q", "a", []relay.Turn{user("x"), said("y")}, "q", 2},
		{"no text", "", "a", []relay.Turn{user("x"), said("y"), user("q")}, "q", 2},
		{"no text nor question", "", "", []relay.Turn{user("x"), said("y")}, "", 2},
		{"nothing", "", "", nil, "", 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			text, earlier := question(relay.Event{Text: tc.text, Answer: tc.answer, Transcript: tc.turns})
			if text != tc.want || len(earlier) != tc.earlier {
				t.Errorf("got %q and %d turns, want %q and %d", text, len(earlier), tc.want, tc.earlier)
			}
		})
	}
}

// TestPage holds that a page's field says where it is, and leads there.
func TestPage(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"https://example.com/?utm_source=x", "{@:example.com → https://example.com/?utm_source=x}"},
		{"https://example.com/a/b/?q=1#top", "{@:example.com/a/b → https://example.com/a/b/?q=1#top}"},
		{"https://example.com/%C3%BCber-uns", "{@:example.com/über-uns → https://example.com/%C3%BCber-uns}"},
		{"https://example.com/über uns", "{@:example.com/%C3%BCber%20uns → https://example.com/%C3%BCber%20uns}"},
		{"https://example.com/a%2Fb%20%3F", "{@:example.com/a%2Fb%20%3F → https://example.com/a%2Fb%20%3F}"},
		{"https://example.com/a%CC%81%CC%81%CC%81%CC%81%CC%81", "{@:example.com/a%CC%81%CC%81%CC%81%CC%81%CC%81 → https://example.com/a%CC%81%CC%81%CC%81%CC%81%CC%81}"},
		{"https://example.com/%F3%A0%84%80", "{@:example.com/%F3%A0%84%80 → https://example.com/%F3%A0%84%80}"},
		{"https://paypal.com@evil.example/", "https://paypal.com@evil.example/"},
		{"http://localhost:3000/", "http://localhost:3000/"},
		{"javascript:alert(1)", "javascript:alert(1)"},
		{"/pricing", "/pricing"},
		{"https://example.com/" + strings.Repeat("a", 200), "{@:example.com/" + strings.Repeat("a", 67) + "… → https://example.com/" + strings.Repeat("a", 200) + "}"},
	} {
		if got := dumpSpans(page(tc.in)); got != tc.want {
			t.Errorf("%q\ngot  %s\nwant %s", tc.in, got, tc.want)
		}
	}
}

// TestDetails holds that an IP address is nobody's business, a score a
// percentage, and that their number is bounded.
func TestDetails(t *testing.T) {
	var details []relay.Detail
	for _, d := range []string{"203.0.113.9", " 2001:db8::1\n", "::ffff:192.0.2.1"} {
		details = append(details, relay.Detail{Label: "Client", Text: d})
	}
	for _, d := range []string{"0.8734", "1", "0", "87", "high", "-1", "1e-9999"} {
		details = append(details, relay.Detail{Label: "score", Text: d})
	}
	var got []string
	for _, f := range New(Config{}).fields(relay.Event{Kind: relay.Other, Details: details}, nil) {
		got = append(got, relay.Plain(f.Value))
	}
	if want := "87.3 %|100 %|0 %|87|high|-1|0 %"; strings.Join(got, "|") != want {
		t.Errorf("got %q, want %s", got, want)
	}
	many := make([]relay.Detail, 1000)
	for i := range many {
		many[i] = relay.Detail{Label: "x", Text: "y"}
	}
	if n := len(New(Config{}).fields(relay.Event{Details: many}, nil)); n != maxDetails {
		t.Errorf("%d details", n)
	}
}

// TestHandle holds that what is known is said once, under the channel's name.
func TestHandle(t *testing.T) {
	for _, tc := range []struct {
		channel string
		contact relay.Contact
		want    string
	}{
		{"whatsapp", relay.Contact{Phone: "+1 555 123 4567", Handle: "15551234567"}, "WhatsApp={@:+1 555 123 4567 → https://wa.me/15551234567}"},
		{"whatsapp", relay.Contact{Phone: "030 1234567", Handle: "ada"}, "Phone={@:030 1234567 → tel:0301234567} WhatsApp=ada"},
		{"email", relay.Contact{Email: "a@example.com", Handle: "a@example.com"}, "Email={@:a@example.com → mailto:a@example.com}"},
		{"facebook", relay.Contact{Name: "Ada", Handle: "Ada"}, "Name=Ada"},
		{"telegram", relay.Contact{Handle: "@no"}, "Telegram=@no"},
		{"instagram", relay.Contact{Handle: "@lena.rides_1"}, "Instagram={@:@lena.rides_1 → https://www.instagram.com/lena.rides_1}"},
		{"ig", relay.Contact{Handle: "17841400000000000"}, "Instagram=17841400000000000"},
		{"instagram", relay.Contact{Handle: "@lena/x"}, "Instagram=@lena/x"},
		{"instagram", relay.Contact{Handle: "@."}, "Instagram=@."},
		{"instagram", relay.Contact{Handle: "@" + strings.Repeat("a", 31)}, "Instagram=@" + strings.Repeat("a", 31)},
		{"", relay.Contact{Handle: "x"}, "Handle=x"},
	} {
		var got []string
		for _, f := range New(Config{}).fields(relay.Event{Channel: tc.channel, Contact: tc.contact}, nil) {
			got = append(got, f.Name+"="+dumpSpans(f.Value))
		}
		if strings.Join(got, " ") != tc.want {
			t.Errorf("%s %+v: got %v, want %s", tc.channel, tc.contact, got, tc.want)
		}
	}
}

// TestHugeEvent holds that a megabyte in every field is shown in bounds.
func TestHugeEvent(t *testing.T) {
	huge := strings.Repeat("🤖 a\u0301\n", 100_000)
	e := relay.Event{
		Kind: relay.Chat, Channel: huge, BotID: huge, ConversationID: huge,
		Contact: relay.Contact{Name: huge, Email: huge, Phone: huge, Handle: huge},
		Subject: huge, Text: huge, Answer: huge, PageURL: huge,
		Transcript: make([]relay.Turn, 10_000),
	}
	for i := range e.Transcript {
		e.Transcript[i] = relay.Turn{Role: huge, Text: huge}
	}
	m := New(Config{}).Message(e)
	checkMessage(t, m)
	if n := len(dump(m)); n > 300_000 {
		t.Errorf("%d bytes", n)
	}
}

// TestConcurrency renders from several goroutines, for the race detector.
func TestConcurrency(t *testing.T) {
	r := New(Config{Bots: map[string]string{"b": "Bot"}})
	want := dump(r.Message(fullEvent(relay.Chat)))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if got := dump(r.Message(fullEvent(relay.Chat))); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
	wg.Wait()
}

func BenchmarkMessage(b *testing.B) {
	r := New(Config{})
	for name, e := range map[string]relay.Event{
		"lead": fullEvent(relay.Lead), "chat": fullEvent(relay.Chat), "hostile": hostileEvent(relay.Chat),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r.Message(e)
			}
		})
	}
}
