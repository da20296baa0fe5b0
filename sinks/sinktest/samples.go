package sinktest

import (
	"strings"
	"time"
	"unicode/utf8"

	"botrelay/relay"
)

// Sample is a message to try a sink with.
type Sample struct {
	Name    string // of its golden file
	Message relay.Message
}

// Samples returns messages of every kind of event: short, long, and written by
// somebody who means no good.
func Samples() []Sample {
	var samples []Sample
	for _, kind := range relay.Kinds() {
		samples = append(samples,
			Sample{string(kind) + "-short", message(kind, "Is the blue one still available?", 1)},
			Sample{string(kind) + "-long", message(kind, "The quick brown fox jumps over the lazy dog 🦊. ", 150)},
			Sample{string(kind) + "-hostile", message(kind, strings.Join(Hostile(), "\n"), 1)},
		)
	}
	return samples
}

// message is a message as an event of the kind becomes one.
func message(kind relay.Kind, said string, times int) relay.Message {
	said = strings.TrimSpace(strings.Repeat(said, times))
	name := strings.ReplaceAll(said[:strings.IndexAny(said, "?.\n")], "\n", " ")
	m := relay.Message{
		Color:  0x2e7dd7,
		Footer: []relay.Span{{Text: "Support bot · 🌐 Web chat · website · 2 Jan 2026, 15:04 CET"}},
		Origin: []string{"Support bot", "🌐 Web chat", "website"},
		Thread: "website/c-1",
		Time:   time.Date(2026, 1, 2, 14, 4, 0, 0, time.UTC),
		Body:   []relay.Block{{Quote: true, Spans: []relay.Span{{Text: said}}}},
	}
	switch kind {
	case relay.Lead:
		m.Title, m.Loud = "🎯 New lead: "+name, true
		m.Fields = []relay.Field{
			{Name: "Name", Value: []relay.Span{{Text: name}}},
			{Name: "Email", Value: []relay.Span{{Text: "ada@example.com", Link: "mailto:ada@example.com"}}},
			{Name: "Phone", Value: []relay.Span{{Text: "+44 20 7946 0018", Link: "tel:+442079460018"}}},
		}
	case relay.Inbound:
		m.Title, m.Link = "💬 WhatsApp message from "+name, "https://app.example.com/c/1?a=1&b=2"
		m.Fields = []relay.Field{{Name: "Page", Long: true, Value: []relay.Span{{Text: "shop.example.com/blue", Link: "https://shop.example.com/blue?utm_source=x"}}}}
	case relay.Appointment:
		m.Title, m.Loud = "📅 Appointment: "+name, true
		m.Fields = []relay.Field{{Name: "When", Value: []relay.Span{{Text: "2026-01-05 10:00"}}}}
	case relay.Chat:
		m.Title = "🤖 “" + name + "”"
		m.Body = append(m.Body, reply()...)
	case relay.Escalation:
		m.Title, m.Loud, m.Color = "🚨 Escalation: "+name, true, 0xd83a3a
	case relay.Other, relay.Notice: // no sample is a notice, which looks like any other message
		m.Title, m.Fields = "🔔 order.created", []relay.Field{{Name: "Score", Value: []relay.Span{{Text: "87 %"}}}}
	}
	return m
}

// reply is a bot's answer with every kind of block and style.
func reply() []relay.Block {
	text := func(s string) []relay.Span { return []relay.Span{{Text: s}} }
	return []relay.Block{
		{Type: relay.Heading, Level: 3, Spans: text("Answer")},
		{Spans: []relay.Span{
			{Text: "Yes, "},
			{Text: "it is", Style: relay.Bold},
			{Text: ", "},
			{Text: "still", Style: relay.Bold | relay.Italic},
			{Text: " ("},
			{Text: "not", Style: relay.Strike},
			{Text: " "},
			{Text: "SKU-`1`", Style: relay.Mono},
			{Text: "). See "},
			{Text: "the shop", Link: "https://shop.example.com/a_(b)"},
			{Text: " or "},
			{Text: "https://shop.example.com/x", Link: "https://shop.example.com/x"},
			{Text: ".\nSecond line."},
		}},
		{Type: relay.Item, Level: 1, Spans: text("one")},
		{Type: relay.Item, Level: 2, Spans: text("one and a half")},
		{Type: relay.Item, Level: 1, Spans: text("two")},
		{Level: 1, Spans: text("more of two")},
		{Type: relay.Code, Level: 1, Spans: text("if a < b {\n\treturn `c`\n}")},
		{Type: relay.Item, Level: 1, Number: 3, Spans: text("three")},
		{Type: relay.Item, Level: 1, Number: 4, Spans: text("four")},
		{Spans: text("That is all.")},
		{Type: relay.Code, Spans: text("```\nfenced\n```")},
		{Quote: true, Spans: text("as they say")},
		{Quote: true, Type: relay.Item, Level: 1, Spans: text("in a list")},
		{Quote: true, Type: relay.Code, Spans: text("and in code")},
	}
}

// Hostile returns texts that somebody wrote who wants to ping, to format, to
// hide a link, or to break a message.
func Hostile() []string {
	return []string{
		"<!channel> <!here> <!everyone> <@U024BE7LH> <#C024BE7LR|general> <!subteam^S1> <!date^1^{date}|x> ",
		"@everyone @here <@123456789012345678> <@&123456789012345678> <#123456789012345678> <:a:1234> <t:1:R> </cmd:1> ",
		"[click](https://evil.example/a) <https://evil.example|bank.example> https://evil.example/@b [x]: https://evil.example ",
		"**bold** __under__ _it_ ~~gone~~ ~gone~ `code` ||hidden|| *b* ***x*** \\*x\\* ",
		"```\nfence\n``` `` ` `` \\\\\\ \\` \\",
		"# head\n## head\n-# small\n> quote\n>>> all\n- list\n* list\n1. one\n&gt; &lt;!channel&gt; ",
		"/start /cmd@bot #tag #42 $USD $1INCH @durov ＃tag (@durov) .@durov é@durov @durov",
		"discord.gg/abc t.me/+abc tg://resolve?domain=x javascript:alert(1) http://localhost/ https://a@b.example/ ",
		"<b>bold</b> <a href=\"https://evil.example\">x</a> &amp; &lt &#60; <tg-spoiler>x</tg-spoiler> ",
		"👩‍👩‍👧‍👦👨🏽‍🚀🇩🇪🇫🇷1️⃣",
		"e\u0301\u0302\u0303\u0304 a\u030a \u0301\u0301\u0301",
		"نص عربي \u202egnp.exe\u202c \u2066x\u2069 \u200f ",
		"\x00\x01\x1b[31m\x7f\u0085\t\r\n\u2028\u2029 ",
		"broken \xff\xfe\xed\xa0\x80 utf-8 ",
		"𝕬𝖘𝖙𝖗𝖆𝖑 ",
		"\n\n\n \n",
		"\u0301",
		"&<>",
		"'\"\\/\b",
	}
}

// Filled returns a message every part of which holds text, repeated until it
// has the length, in code points.
func Filled(text string, length int) relay.Message {
	long := strings.Repeat(text, length/max(utf8.RuneCountInString(text), 1)+1)
	if utf8.ValidString(text) && text != "" {
		long = string([]rune(long)[:length])
	}
	spans := func(s relay.Style, link string) []relay.Span { return []relay.Span{{Text: long, Style: s, Link: link}} }
	const page = "https://shop.example.com/page?with=query"
	return relay.Message{
		Title: long, Icon: text, Noun: text, Urgent: true, Link: page, Color: 0xffffff, Thread: long, Loud: true, Time: time.Unix(1_767_362_640, 0),
		Fields: []relay.Field{
			{Name: long, Value: spans(relay.Bold, page), Long: true},
			{Name: "Email", Value: spans(0, "mailto:ada@example.com")},
			{Name: "", Value: spans(relay.Mono, "")},
			{Name: "Empty"},
		},
		Body: []relay.Block{
			{Quote: true, Spans: spans(0, "")},
			{Spans: append(spans(relay.Italic, ""), spans(relay.Strike|relay.Bold, "https://evil.example/x")...)},
			{Type: relay.Item, Level: 9, Number: 1 << 30, Spans: spans(relay.Mono, "")},
			{Type: relay.Code, Quote: true, Level: 1, Spans: spans(0, "")},
			{Level: 3, Spans: spans(0, "javascript:alert(1)")},
			{Type: relay.Heading, Level: 1, Spans: spans(0, "")},
			{Spans: []relay.Span{{Text: "@"}, {Text: long, Style: relay.Bold}, {Text: ""}}},
			{},
		},
		Footer: spans(0, page), Origin: []string{text, long, "website"},
	}
}

// Scattered returns a message whose body is text, torn into spans of all
// styles and links and into blocks of all types; even a name is in pieces.
func Scattered(text string) relay.Message {
	links := []string{"", "", "https://shop.example.com/p_(1)", "mailto:a@b.example", "http://localhost/", "https://a.example/" + text}
	var blocks []relay.Block
	for i := 0; text != ""; i++ {
		block := relay.Block{Type: relay.BlockType(i / 2 % 4), Quote: i%3 == 0, Level: i % 4, Number: i % 5}
		for j := range 1 + i%6 {
			n := min(1+(i+j*j)%5, len(text))
			block.Spans = append(block.Spans, relay.Span{Text: text[:n], Style: relay.Style((i + 3*j) % 16), Link: links[(i+j)%len(links)]})
			text = text[n:]
		}
		blocks = append(blocks, block)
	}
	return relay.Message{Title: "Scattered", Noun: "torn \u202e<@U1>\n message", Body: blocks}
}
