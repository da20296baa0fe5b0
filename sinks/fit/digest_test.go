package fit

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"botrelay/relay"
)

// lead is the message of an ordinary lead.
func lead(name string, minute int) relay.Message {
	at := time.Date(2026, 3, 1, 9, minute, 0, 0, time.FixedZone("CET", 3600))
	mail := strings.ToLower(name) + "@example.com"
	return relay.Message{
		Title: "🎯 New lead: " + name, Icon: "🎯", Noun: "new lead", Color: 0x2e9e5b, Time: at,
		Fields: []relay.Field{
			{Name: "Name", Value: []relay.Span{{Text: name}}},
			{Name: "Email", Value: []relay.Span{{Text: mail, Link: "mailto:" + mail}}},
			{Name: "WhatsApp", Value: []relay.Span{{Text: "+49 170 1234567", Link: "https://wa.me/491701234567"}}},
			{Name: "Page", Value: []relay.Span{{Text: "x.example/p", Link: "https://x.example/p?q"}}},
			{Name: "Score", Value: []relay.Span{{Text: "87 %"}}},
		},
		Body:   []relay.Block{{Quote: true, Spans: []relay.Span{{Text: "Hi,\nis it " + strings.Repeat("very ", 200) + "blue?"}}}},
		Footer: []relay.Span{{Text: "Answer within 10 minutes"}}, // a digest tells nothing of it
		Origin: []string{"Flora", "Web chat"},
	}
}

// weight is how much there is in a digest: all text, and links.
func weight(d Digest) int {
	n := utf8.RuneCountInString(d.Title + d.Origin)
	for _, e := range d.Entries {
		n += utf8.RuneCountInString(e.Title+e.Origin+e.Text) + len(e.Link) + size(e.Facts)
		for _, s := range e.Facts {
			n += len(s.Link)
		}
	}
	return n
}

func upTo(n int) func(Digest) bool { return func(d Digest) bool { return weight(d) <= n } }

func TestDigest(t *testing.T) {
	messages := []relay.Message{lead("Ada", 30), lead("Bob", 31)}
	messages[1].Link = "https://app.example/c/1"
	d := NewBatch(messages).Digest(upTo(100_000))
	if d.Title != "🎯 2 new leads" || d.Origin != "1 Mar 2026, 09:30–09:31 CET · Flora · Web chat" || d.Color != 0x2e9e5b || !d.Quoted || d.Left != 0 || len(d.Entries) != 2 {
		t.Errorf("got %+v", d)
	}
	e := d.Entries[1]
	if e.Number != 2 || e.Title != "🎯 New lead: Bob" || e.Link != "https://app.example/c/1" || e.Origin != "09:31" {
		t.Errorf("an entry is %+v", e)
	}
	want := []relay.Span{
		{Text: "bob@example.com", Link: "mailto:bob@example.com"},
		{Text: " · "},
		{Text: "WhatsApp: "},
		{Text: "+49 170 1234567", Link: "https://wa.me/491701234567"},
		{Text: " · "},
		{Text: "x.example/p", Link: "https://x.example/p?q"},
		{Text: " · "},
		{Text: "Score: "},
		{Text: "87 %"},
	}
	if !reflect.DeepEqual(e.Facts, want) {
		t.Errorf("facts are %+v", e.Facts)
	}
	if n := utf8.RuneCountInString(e.Text); n < 590 || n > 600 || !strings.HasPrefix(e.Text, "Hi, is it very very ") || !strings.HasSuffix(e.Text, "very…") {
		t.Errorf("%d of text: %q", n, e.Text)
	}
	if !reflect.DeepEqual(messages[0], lead("Ada", 30)) {
		t.Error("the messages were changed")
	}
}

// The order in which parts of a digest give way, as room gets less: every entry
// stays, and so does the beginning of every title, for as long as there is room
// for anything.
func TestDigestGivesWayInOrder(t *testing.T) {
	var messages []relay.Message
	for i := range 10 {
		messages = append(messages, lead("Ada"+string(rune('a'+i)), 30+i))
	}
	batch := NewBatch(messages)
	gone := map[string]bool{}
	var order []string
	for room := 9000; room > 65; room -= 1 + room/50 {
		d := batch.Digest(upTo(room))
		if n := weight(d); n > room {
			t.Fatalf("%d: %d are left", room, n)
		}
		if len(d.Entries)+d.Left != 10 {
			t.Fatalf("%d: %d entries and %d more", room, len(d.Entries), d.Left)
		}
		e := Entry{}
		if d.Left == 0 {
			e = d.Entries[9]
		}
		text, facts := utf8.RuneCountInString(e.Text), relay.Plain(e.Facts)
		for _, part := range []struct {
			name string
			gone bool
		}{
			{"most of the text", text < 500},
			{"the quotation", !d.Quoted},
			{"more than 60 of text", text <= 60},
			{"the link", !slices.ContainsFunc(e.Facts, func(s relay.Span) bool { return Web(s.Link) })},
			{"the text", text == 0},
			{"the score", !strings.Contains(facts, "87 %")},
			{"the address", !strings.Contains(facts, "adaj@example.com")},
			{"the time", e.Origin == ""},
			{"the end of the title", !strings.HasSuffix(e.Title, "Adaj")},
			{"the entry", d.Left > 0},
		} {
			if part.gone && !gone[part.name] {
				gone[part.name] = true
				order = append(order, part.name)
			}
			if !part.gone && gone[part.name] && part.name != "the link" {
				t.Errorf("%d: %s is back", room, part.name)
			}
		}
	}
	want := []string{
		"most of the text", "the quotation", "more than 60 of text", "the link", "the text",
		"the score", "the address", "the time", "the end of the title", "the entry",
	}
	if !slices.Equal(order, want) {
		t.Errorf("got  %q\nwant %q", order, want)
	}
}

// What Holds lets in can be read: titles and addresses are whole, and there is
// something of what was said.
func TestHolds(t *testing.T) {
	var messages []relay.Message
	for i := range 50 {
		m := lead(fmt.Sprint("Ada", i), i)
		m.Title = "🎯 New lead: " + fmt.Sprint("Ada", i) + strings.Repeat("x", 80)
		m.Body = append(m.Body, m.Body...)
		messages = append(messages, m)
	}
	batch := NewBatch(messages)
	before := 0
	for _, room := range []int{10, 500, 1000, 3000, 8000, 9000, 100_000} {
		n := batch.Holds(upTo(room))
		if n < 1 || n < before || room == 100_000 && n != 50 || room == 8000 && (n < 20 || n == 50) {
			t.Errorf("%d holds %d, after %d", room, n, before)
		}
		before = n
		if n < 2 {
			continue
		}
		if d := NewBatch(messages[:n+1]).whole(min(n+1, 50)).cut(least(min(n+1, 50))); n < 50 && weight(d) <= room {
			t.Errorf("%d holds one more than %d", room, n)
		}
		d := NewBatch(messages[:n]).Digest(upTo(room))
		if weight(d) > room || len(d.Entries) != n || d.Left > 0 {
			t.Errorf("%d: a digest of %d has %d", room, n, weight(d))
		}
		for i, e := range d.Entries {
			if e.Title != messages[i].Title || !strings.HasPrefix(relay.Plain(e.Facts), fmt.Sprintf("ada%d@example.com · WhatsApp: +49 170 1234567 · x.example/p", i)) || utf8.RuneCountInString(e.Text) < 54 {
				t.Errorf("%d: %+v", room, e)
			}
		}
	}
	if n := NewBatch(nil).Holds(upTo(10)); n != 0 {
		t.Errorf("of none it holds %d", n)
	}
	if n := NewBatch(messages[:1]).Holds(upTo(0)); n != 1 {
		t.Errorf("of one it holds %d", n)
	}
}

func TestFew(t *testing.T) {
	var messages []relay.Message
	for range 6 {
		messages = append(messages, sample("ada", 1000))
	}
	if _, ok := Few(messages, nil, within(1_000_000)); ok {
		t.Error("six are few")
	}
	five, room := messages[:5], total(messages[:5])
	if got, ok := Few(five, nil, within(room)); !ok || !reflect.DeepEqual(got, five) {
		t.Errorf("five that fit became %+v", got)
	}
	if got, ok := Few(five, nil, within(room-5*690)); !ok || total(got) > room-5*690 || bodySize(got[4].Body) < 300 {
		t.Errorf("five with their bodies cut are %d", total(got))
	}
	if _, ok := Few(five, nil, within(room-5*710)); ok {
		t.Error("bodies are cut to nearly nothing")
	}
	if got, ok := Few(five[:1], nil, within(100)); !ok || len(got) != 1 || total(got) > 100 {
		t.Errorf("one became %+v", got)
	}
}

func TestAllPlain(t *testing.T) {
	fits := func(n int) func(string) bool { return func(s string) bool { return utf8.RuneCountInString(s) <= n } }
	m := lead("Ada", 30)
	m.Link, m.Body = "https://app.example/c/1", []relay.Block{{Quote: true, Spans: []relay.Span{{Text: "Hi"}}}}
	two := []relay.Message{m, lead("Bob", 31)}
	if got, want := AllPlain(two[:1], fits(1000)), Plain(two[:1]); got != want {
		t.Errorf("one is %q", got)
	}
	if got := AllPlain(two, fits(5000)); got != Plain(two) {
		t.Errorf("two are %q", got)
	}
	want := "🎯 2 new leads\n1 Mar 2026, 09:30–09:31 CET · Flora · Web chat\n\n" +
		"1. 🎯 New lead: Ada · 09:30\nhttps://app.example/c/1\nada@example.com · WhatsApp: +49 170 1234567 (https://wa.me/491701234567) · x.example/p (https://x.example/p?q) · Score: 87 %\n“Hi”\n\n" +
		"2. 🎯 New lead: Bob · 09:31\nbob@example.com · WhatsApp: "
	if got := AllPlain(two, fits(600)); !strings.HasPrefix(got, want) || utf8.RuneCountInString(got) > 600 {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	notice := relay.Message{Title: "⚠️ sales refuses all messages", Body: []relay.Block{{Spans: []relay.Span{{Text: "For 3 hours."}}}}}
	want = "2 messages\n\n1. ⚠️ sales refuses all messages\nFor 3 hours.\n\n2. Ada\n“Hi”"
	if got := plainDigest(NewBatch([]relay.Message{notice, {Title: "Ada", Body: m.Body}}).Digest(upTo(5000))); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	var many []relay.Message
	for range 100 {
		many = append(many, m)
	}
	if got := AllPlain(many, fits(300)); !strings.HasSuffix(got, " more") || !strings.Contains(got, "\n\n1. ") || utf8.RuneCountInString(got) > 300 {
		t.Errorf("a hundred are %q", got)
	}
}
