package fit

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
)

func TestEntry(t *testing.T) {
	span := func(s string) []relay.Span { return []relay.Span{{Text: s}} }
	text := func(b ...relay.Block) relay.Message {
		return relay.Message{Title: "🤖 Chat: “Is it blue?”", Body: b}
	}
	question := relay.Block{Quote: true, Spans: span("Is it\nblue?")}
	entry := func(m relay.Message) Entry {
		return NewBatch([]relay.Message{m, {Title: "b"}}).Digest(upTo(100_000)).Entries[0]
	}
	for _, test := range []struct {
		name string
		m    relay.Message
		want Entry
	}{
		{"nothing", relay.Message{}, Entry{Title: "(no title)"}},
		{"not sound", relay.Message{Title: "a\nb\u202e", Link: "javascript:x", Fields: []relay.Field{{Name: "N\n", Value: span("v\x00\nw")}}}, Entry{Title: "a b", Facts: []relay.Span{{Text: "N: "}, {Text: "v w"}}}},
		{"what the title tells", text(question), Entry{Title: "🤖 Chat: “Is it blue?”"}},
		{
			"an answer",
			text(question, relay.Block{Spans: []relay.Span{{Text: "Answer", Style: relay.Bold}}}, relay.Block{Spans: span("Yes.")}, relay.Block{Type: relay.Item, Level: 1, Spans: span("sky")}, question),
			Entry{Title: "🤖 Chat: “Is it blue?”", Text: "Answer: Yes. • sky Is it blue?", Quote: true},
		},
		{
			"a notice",
			relay.Message{Title: "⚠️ sales refuses all messages", Body: []relay.Block{{Spans: span("For 3 hours.")}, {Spans: span("Nothing is lost.")}}},
			Entry{Title: "⚠️ sales refuses all messages", Text: "For 3 hours. Nothing is lost."},
		},
		{
			"a name that is also an address",
			relay.Message{Title: "New lead: a@b.example", Fields: []relay.Field{{Name: "Email", Value: []relay.Span{{Text: "a@b.example", Link: "mailto:a@b.example"}}}}},
			Entry{Title: "New lead: a@b.example", Facts: []relay.Span{{Text: "a@b.example", Link: "mailto:a@b.example"}}},
		},
		{
			"a mail in what was said",
			text(relay.Block{Spans: []relay.Span{{Text: "Or "}, {Text: "write", Link: "mailto:a@b.example"}, {Text: " us, "}, {Text: "see", Link: "https://x.example/"}}}),
			Entry{Title: "🤖 Chat: “Is it blue?”", Text: "Or write (a@b.example) us, see"},
		},
		{
			"a handle that links",
			relay.Message{Title: "t", Fields: []relay.Field{{Name: "Telegram", Value: []relay.Span{{Text: "ada_l", Link: "https://t.me/ada_l"}}}, {Name: "Page", Value: span("not a page")}}},
			Entry{Title: "t", Facts: []relay.Span{{Text: "Telegram: "}, {Text: "ada_l", Link: "https://t.me/ada_l"}, {Text: " · "}, {Text: "Page: "}, {Text: "not a page"}}},
		},
	} {
		test.want.Number = 1
		if got := entry(test.m); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", test.name, got, test.want)
		}
	}
}

func TestHeading(t *testing.T) {
	type message = relay.Message
	lead, chat := message{Icon: "🎯", Noun: "new lead"}, message{Icon: "🤖", Noun: "chat"}
	escalation := message{Icon: "🚨", Noun: "escalation", Urgent: true, Color: 0xe0524d}
	of := func(noun string) message { return message{Icon: "📨", Noun: noun} }
	long := strings.Repeat("x", 29) // with a letter, as long as a noun may be
	for _, test := range []struct {
		messages []message
		want     string
	}{
		{[]message{lead, lead}, "🎯 2 new leads"},
		{[]message{lead, chat, chat}, "3 messages: 2 chats, 1 new lead"},
		{[]message{{Noun: "email"}, {Noun: "email"}}, "2 emails"},
		{[]message{lead, {Icon: "🚀", Noun: "new lead"}, lead}, "3 new leads"},
		{[]message{lead, chat, {Noun: "new lead"}}, "3 messages: 2 new leads, 1 chat"},
		{[]message{chat, chat, {Title: "🎯 New lead: me"}, {Icon: "🎯"}}, "4 messages: 2 chats, 2 others"},
		{[]message{lead, lead, chat, escalation}, "🚨 4 messages: 1 escalation, 2 new leads, 1 chat"},
		{[]message{escalation, escalation}, "🚨 2 escalations"},
		{[]message{of("a"), of("b"), of("c"), of("d"), of("e"), of("f")}, "6 messages: 1 a, 1 b, 1 c, 1 d, 2 others"},
		{
			[]message{of("a" + long), of("b" + long), of("c" + long), of("d" + long), of("d" + long)},
			"5 messages: 2 d" + long + "s, 1 a" + long + ", 1 b" + long + ", 1 other",
		},
		{[]message{of("a" + long + "x"), lead}, "2 messages: 1 new lead, 1 other"},
		{[]message{{}, {}}, "2 messages"},
		{[]message{of("a\nb\u202e"), of("a b")}, "📨 2 a bs"},
	} {
		if got := NewBatch(test.messages).Digest(upTo(100_000)).Title; got != test.want {
			t.Errorf("%+v: %q, want %q", test.messages, got, test.want)
		}
	}
}

func TestUrgentColor(t *testing.T) {
	for _, test := range []struct {
		messages []relay.Message
		want     relay.Color
	}{
		{[]relay.Message{{Color: 1}, {Color: 1}}, 1},
		{[]relay.Message{{Color: 1}, {Color: 2}}, 0},
		{[]relay.Message{{Color: 1}, {Color: 2, Urgent: true}, {Color: 3, Urgent: true}}, 2},
	} {
		if got := NewBatch(test.messages).Digest(upTo(100_000)).Color; got != test.want {
			t.Errorf("%v: %06x, want %06x", test.messages, got, test.want)
		}
	}
}

func TestOrigin(t *testing.T) {
	zone := time.FixedZone("CET", 3600)
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 3, day, hour, minute, 0, 0, zone) }
	type message struct {
		at     time.Time
		origin []string
	}
	of := func(parts ...string) []string { return parts }
	for _, test := range []struct {
		name string
		a, b message
		want [3]string // of the digest, and of the entries
	}{
		{"one minute", message{at(1, 9, 30), of("Flora", "web")}, message{at(1, 9, 30), of("Flora", "web")}, [3]string{"1 Mar 2026, 09:30 CET · Flora · web", "", ""}},
		{"one day", message{at(1, 9, 30), of("Flora", "web")}, message{at(1, 10, 0), of("Velo", "web")}, [3]string{"1 Mar 2026, 09:30–10:00 CET · web", "09:30 · Flora", "10:00 · Velo"}},
		{"two days", message{at(2, 0, 5), nil}, message{at(1, 23, 55), nil}, [3]string{"1 Mar, 23:55 – 2 Mar 2026, 00:05 CET", "2 Mar 00:05", "1 Mar 23:55"}},
		{"two zones", message{at(1, 9, 30), nil}, message{at(1, 9, 31).UTC(), nil}, [3]string{"1 Mar 2026, 09:30–09:31 CET", "09:30", "09:31"}},
		{"one has no time", message{time.Time{}, of("a")}, message{at(1, 9, 30), of("a", "b")}, [3]string{"1 Mar 2026, 09:30 CET · a", "", "b"}},
		{"none", message{}, message{}, [3]string{"", "", ""}},
		{"names like other things", message{at(1, 9, 30), of("A · B", "since 09:30 in 2026")}, message{at(1, 9, 30), of("A · B")}, [3]string{"1 Mar 2026, 09:30 CET · A · B", "since 09:30 in 2026", ""}},
		{"not sound", message{time.Time{}, of(" a\n\u202eb", "\x00", "")}, message{time.Time{}, of("a b")}, [3]string{"a b", "", ""}},
		{"too many", message{time.Time{}, of("a", "b", "c", "d", "e", "f")}, message{}, [3]string{"", "a · b · c · d · e", ""}},
	} {
		d := NewBatch([]relay.Message{
			{Time: test.a.at, Origin: test.a.origin}, {Time: test.b.at, Origin: test.b.origin},
		}).Digest(upTo(100_000))
		if got := [3]string{d.Origin, d.Entries[0].Origin, d.Entries[1].Origin}; got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
