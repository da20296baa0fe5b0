package search

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"botrelay/relay"
)

func TestMatches(t *testing.T) {
	anna := relay.Event{
		ID: "0192f0e0-7c3a-7000-8000-00a1b2c3d4e5", Vendor: "chatbase", Source: "website", EventType: "leads.submit", Kind: relay.Lead,
		Channel: "whatsapp", BotID: "agent_abc123", ConversationID: "conv-77F",
		Contact: relay.Contact{Name: "Annabel O'Brien-Weiß", Email: "anna.b@mail.example.com", Phone: "+49 (170) 123-45 67", Handle: "@bel_x"},
		Subject: "Prix d’été", Text: "Call me on 030/555 0199, between 10 and 12.", Answer: "**Gladly**: see https://shop.example.org/orders?id=9",
		PageURL: "https://www.example.net/pricing", Scheduled: "2026-05-04T10:00", Transcript: []relay.Turn{{Role: "user", Text: "Łódź an\u200bd ŒUVRE"}},
		Details: []relay.Detail{{Label: "Budget", Text: "10.000 €"}},
	}
	elsewhere := relay.Event{ID: "2", Contact: relay.Contact{Phone: "0170 1234567"}, Text: "ANNA wrote from ｆｕｌｌ width, ٣٤"}
	asia := relay.Event{ID: "3", Contact: relay.Contact{Name: "山田太郎"}, Text: "東京都に住んでいます。ﾃｽﾄ สวัสดีครับ 안녕하세요 हिन्दी"}
	for _, c := range []struct {
		event *relay.Event
		typed string
		want  bool
	}{
		{&anna, "", true},
		{&anna, "  \t\n", true},
		{&anna, "!? * \" ' : ( ) \x00 \xff \u200b", true},
		{&anna, "ann", true},
		{&anna, "ANNABEL", true},
		{&anna, "nabel", false},
		{&anna, "annabel nobody", false},
		{&anna, "brien weiss", true},
		{&anna, "weiß", true},
		{&anna, "ete", true},
		{&anna, "été", true},
		{&anna, "e\u0301te\u0301", true},
		{&anna, "lodz", true},
		{&anna, "and oeuvre", true},
		{&anna, "gladly orders", true},
		{&anna, "budget 10.000", true},
		{&anna, "whatsapp lead website", true},
		{&anna, "leads.submit", true},
		{&anna, "agent_abc123", true},
		{&anna, "pricing", true},
		{&anna, "2026-05-04", true},
		{&anna, `"annabel"`, true},
		{&anna, "user", false}, // a role is nothing that was said

		{&anna, "anna.b@mail.example.com", true},
		{&anna, "Anna.B@MAIL.example.com", true},
		{&anna, "<anna.b@mail.example.com>,", true},
		{&anna, "anna.b@mai", true},
		{&anna, "anna.b@", true},
		{&anna, "b@mail.example.com", false},
		{&anna, "anna.b@mail.example.org", false},
		{&anna, "@mail.example.com", true},
		{&anna, "mail.example", true},
		{&anna, "@bel_x", true},

		{&anna, "+49 (170) 123-45 67", true},
		{&anna, "0170 1234567", true},
		{&anna, "01701234567", true},
		{&anna, "0049 170 1234567", true},
		{&anna, "4567", true},
		{&anna, "45 67", true},
		{&anna, "1234568", false},
		{&anna, "170 123", true}, // each is a word as well
		{&anna, "1701", false},
		{&anna, "annabel 0170 1234567", true},
		{&anna, "0170 1234567 annabel", true},
		{&anna, "030 5550199", true},
		{&anna, "+49 30 555 0199", true},
		{&anna, "10 1234567", true},
		{&elsewhere, "+49 170 1234567", true},
		{&elsewhere, "0049 (0) 170 1234567", true},
		{&elsewhere, "99170 1234567", true},
		{&elsewhere, "+49 170 12345678", false},

		{&anna, "c3d4e5", true},
		{&anna, "C3D4E5", true},
		{&anna, "8000-00a1b2c3d4e5", true},
		{&anna, "0192f0e0-7c3a-7000-8000-00a1b2c3d4e5", true},
		{&anna, "d4e", false},
		{&anna, "a1b2c3", false},
		{&anna, "conv-77f", true},
		{&anna, "77f", true},

		{&elsewhere, "anna full", true},
		{&elsewhere, "annabel", false},

		{&asia, "山田", true},
		{&asia, "田太", true},
		{&asia, "郎", true},
		{&asia, "山", true},
		{&asia, "太山", false},
		{&asia, "東京", true},
		{&asia, "京都に", true},
		{&asia, "大阪", false},
		{&asia, "テスト", true},
		{&asia, "住んでいます", true},
		{&asia, "สวัสดี", true},
		{&asia, "ครับ", true},
		{&asia, "안녕", true},
		{&asia, "녕하", false}, // Korean has spaces
		{&asia, "हिन्दी", true},
		{&asia, "東京 山田", true},
	} {
		if got := Parse(c.typed).Matches(c.event); got != c.want {
			t.Errorf("%q finds event %s: %t, want %t; it needs %+v", c.typed, c.event.ID, got, c.want, Parse(c.typed).Need())
		}
	}
}

// What is more than is kept of an event is left out from the end, and costs little.
func TestLongEvents(t *testing.T) {
	e := relay.Event{ID: "1", Contact: relay.Contact{Name: "Ann"}, Text: strings.Repeat("x1 ", 400_000), Answer: "omega"}
	if terms, want := Terms(&e), []string{"i1", "w1", "wann", "wx1"}; !slices.Equal(terms, want) {
		t.Errorf("terms %q, want %q", terms, want)
	}
	if !Parse("ann x1").Matches(&e) || Parse("omega").Matches(&e) {
		t.Error("want what comes first, and not what comes after 64 KiB")
	}
	var many strings.Builder
	for i := range 50_000 {
		many.WriteString(strings.Repeat("a", i%7))
		many.WriteByte(byte('a' + i%26))
		many.WriteByte(byte('a' + i/26%26))
		many.WriteByte(byte('a' + i/676%26))
		many.WriteByte(' ')
	}
	e.Text = many.String()
	if n := len(Terms(&e)); n != MaxTerms {
		t.Errorf("%d terms, want %d", n, MaxTerms)
	}
	e.Text = strings.Repeat("ü", 1<<20) // one word, cut in the midst of a character
	if !Parse(strings.Repeat("ü", 500_000)).Matches(&e) {
		t.Error("a very long word is not found by itself")
	}
}

// FuzzMatches: whatever is typed and stored, nothing breaks, terms are what is promised,
// an event is found by each of its words, and what is found with two words is found with one.
func FuzzMatches(f *testing.F) {
	f.Add("Anna Müller", "mail a.b@example.com or 0170 1234567", "müll 0170")
	f.Add("東京都", "\x00\xff\u202e", "京都 \"*:'")
	f.Add("e\u0301 ﬁ ǆ", strings.Repeat("ß", 100), "+49 (170) 12 34")
	f.Fuzz(func(t *testing.T, name, text, typed string) {
		e := relay.Event{ID: "0192f0e0-7c3a-7000-8000-00a1b2c3d4e5", Contact: relay.Contact{Name: name}, Text: text}
		terms := Terms(&e)
		if len(terms) > MaxTerms || !slices.IsSorted(terms) || len(slices.Compact(slices.Clone(terms))) != len(terms) {
			t.Fatalf("terms %q", terms)
		}
		for _, term := range terms {
			if len(term) < 2 || !utf8.ValidString(term) || strings.ContainsAny(term, "\x00\n\t") || len(term) > 64 {
				t.Fatalf("term %q", term)
			}
		}
		q := Parse(typed)
		if _, err := json.Marshal(q.Need()); err != nil {
			t.Fatal(err)
		}
		found := q.Matches(&e)
		if !Parse("").Matches(&e) || !Parse("a1b2c3d4e5").Matches(&e) {
			t.Fatal("not found by its ID")
		}
		if words := strings.Fields(typed); found && len(words) > 1 && len(typed) < maxQuery && !Parse(words[0]).Matches(&e) && phoneRun(words) < 2 {
			t.Fatalf("found by %q and not by %q", typed, words[0])
		}
		if len(name) < maxQuery/2 && len(strings.Fields(name)) < maxNeeds && !Parse(name).Matches(&e) {
			t.Fatalf("%q is not found by itself: needs %+v, has %q", name, Parse(name).Need(), terms)
		}
	})
}

func BenchmarkTerms(b *testing.B) {
	e := relay.Event{
		ID: "0192f0e0-7c3a-7000-8000-00a1b2c3d4e5", Source: "website", Kind: relay.Lead, ConversationID: "0b7d6f8e",
		Contact: relay.Contact{Name: "Ada Lovelace", Email: "ada@example.com", Phone: "+44 20 7946 0000"},
		Text:    "Hello, I would like to know whether you deliver to Kraków as well, and what it costs. Thank you!",
	}
	for b.Loop() {
		Terms(&e)
	}
}
