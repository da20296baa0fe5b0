package sinktest

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"botrelay/relay"
)

// Leads returns n leads as a campaign brings them, each with a name that no
// other has: LeadName tells it.
func Leads(n int) []relay.Message {
	texts := [...]string{
		"Hi, is the blue one still available in size M?",
		"We are a team of 12 and would like a demo next week, preferably on Tuesday or Wednesday afternoon. Who do I talk to?",
		"Do you ship to Norway, and what does it cost? Your shop says \"EU only\", but a friend of mine in Bergen got hers last month without any trouble.",
		"Please call me back after 5 pm :-) It's about the invoice from May - I was charged twice, and the bot couldn't find my order (#4471).",
		"price list pls",
	}
	mails := [...]string{"%s@example.com", "%s.miller@mail.example.org", "info+%s@a-rather-long-company-name.example"}
	out := make([]relay.Message, n)
	for i := range out {
		at := time.Date(2026, 3, 1, 9, 30, 0, 0, time.FixedZone("CET", 3600)).Add(time.Duration(i) * 7 * time.Second)
		name, phone := LeadName(i), fmt.Sprintf("+44 20 7946 %04d", 17*i%10_000)
		mail := fmt.Sprintf(mails[i%len(mails)], strings.ToLower(strings.Fields(name)[0]))
		out[i] = relay.Message{
			Title: "🎯 New lead: " + name, Icon: "🎯", Noun: "new lead", Color: 0x2e9e5b, Loud: true, Time: at,
			Fields: []relay.Field{
				{Name: "Name", Value: []relay.Span{{Text: name}}},
				{Name: "Email", Value: []relay.Span{{Text: mail, Link: "mailto:" + mail}}},
				{Name: "Phone", Value: []relay.Span{{Text: phone, Link: "tel:" + strings.ReplaceAll(phone, " ", "")}}},
				{Name: "Page", Long: true, Value: []relay.Span{{Text: "shop.example.com/spring/blue", Link: "https://shop.example.com/spring/blue?utm_source=ads&utm_campaign=spring"}}},
			},
			Body:   []relay.Block{{Quote: true, Spans: []relay.Span{{Text: texts[i%len(texts)]}}}},
			Origin: []string{"Support bot", "🌐 Web chat", "website"},
			Footer: []relay.Span{{Text: "Support bot · 🌐 Web chat · website · " + at.Format("2 Jan 2006, 15:04 MST") + " · "}, {Text: fmt.Sprint("conv_", i), Style: relay.Mono}},
		}
	}
	return out
}

// LeadName is the name in the lead of that number: letters only, so that it is
// found in any encoding, but for a space.
func LeadName(i int) string {
	first := [...]string{"Ada", "Grace", "Alan", "Katherine", "Linus", "Margaret", "Edsger"}
	last := [...]string{"Lovelace", "Hopper", "Turing", "Johnson", "Hamilton"}
	letters := strings.ToUpper(string(rune('a'+i/26%26))) + string(rune('a'+i%26))
	return first[i%len(first)] + " " + last[i%len(last)] + letters
}

// Mixed returns n messages of all kinds, from several bots and channels, of two
// days.
func Mixed(n int) []relay.Message {
	leads := Leads(n)
	for i := range leads {
		m := &leads[i]
		name := LeadName(i)
		m.Time = m.Time.Add(time.Duration(i) * 53 * time.Minute)
		switch i % 5 {
		case 1:
			m.Icon, m.Noun = "💬", "WhatsApp message"
			m.Title, m.Link, m.Color, m.Thread = "💬 WhatsApp message from "+name, "https://app.example.com/c/"+fmt.Sprint(4711+i), 0x3b8edb, fmt.Sprint("t", i)
			m.Fields = []relay.Field{{Name: "WhatsApp", Value: []relay.Span{{Text: "+49 170 1234567", Link: "https://wa.me/491701234567"}}}}
		case 2:
			m.Icon, m.Noun = "🤖", "chat"
			m.Title = "🤖 Chat with " + name + ": “Is the blue one still available?”"
			m.Body = append([]relay.Block{{Quote: true, Spans: []relay.Span{{Text: "Is the blue one still available?"}}}}, reply()...)
			m.Fields = m.Fields[:0]
		case 3:
			m.Icon, m.Noun = "📅", "appointment"
			m.Title, m.Body = "📅 Appointment: "+name, nil
			m.Fields = append([]relay.Field{{Name: "Scheduled", Value: []relay.Span{{Text: "2026-03-04 10:00"}}}}, m.Fields...)
		}
		m.Origin = [...][]string{{"Flora", "💬 WhatsApp", "support"}, {"Velo", "🌐 Web chat", "website"}}[i%2]
		m.Footer = []relay.Span{{Text: strings.Join(m.Origin, " · ") + " · " + m.Time.Format("2 Jan 2006, 15:04 MST")}}
	}
	return leads
}

// Notices returns n messages, leads and between them what the relay tells of
// itself, of sinks with the names of leads.
func Notices(n int) []relay.Message {
	out := Leads(n)
	for i := 1; i < n; i += 3 {
		m := &out[i]
		m.Icon, m.Noun, m.Urgent = "⚠️", "notice", true
		m.Title, m.Color, m.Fields = "⚠️ "+LeadName(i)+" refuses all messages", 0xc27c0e, nil
		m.Body = nil
		for _, text := range []string{
			"The destination of the sink sales has refused everything for 3 hours. It says: “*not_in_channel* <!here> @everyone #1”.",
			"Nothing is lost: what is meant for it waits, however long it takes, and is sent in order as soon as it is taken again.",
			"What waits: botrelay events --status pending --sink sales",
		} {
			m.Body = append(m.Body, relay.Block{Spans: []relay.Span{{Text: text}}})
		}
		m.Origin = []string{"botrelay"}
		m.Footer = []relay.Span{{Text: "botrelay · " + m.Time.Format("2 Jan 2006, 15:04 MST")}}
	}
	return out
}

// HostileLeads returns n leads, every part of which somebody wrote who means no
// good.
func HostileLeads(n int) []relay.Message {
	out := Leads(n)
	for i := range out {
		text := Hostile()[i%len(Hostile())]
		m := &out[i]
		m.Title = "🎯 New lead: " + strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " ")
		m.Fields = append([]relay.Field{{Name: text, Value: []relay.Span{{Text: text}}}}, m.Fields[1:]...)
		m.Body = []relay.Block{{Quote: true, Spans: []relay.Span{{Text: strings.Repeat(text, 1+200/(1+utf8.RuneCountInString(text)))}}}}
		m.Footer, m.Origin = []relay.Span{{Text: text + " · website"}}, []string{text, "website"}
	}
	return out
}

// Digests returns samples of several messages: few, many, of one kind and of
// all, and written by somebody who means no good.
func Digests() map[string][]relay.Message {
	return map[string][]relay.Message{
		"digest-3":          Leads(3),
		"digest-12":         Leads(12),
		"digest-25":         Leads(25),
		"digest-12-mixed":   Mixed(12),
		"digest-8-notices":  Notices(8),
		"digest-12-hostile": HostileLeads(12),
		"digest-25-hostile": HostileLeads(25),
	}
}

// Marked returns n messages made of text in turns, the title of each beginning
// with a mark of its own: letters only, which Mark tells.
func Marked(text string, length, n int) []relay.Message {
	var out []relay.Message
	for i := range n {
		var m relay.Message
		switch i % 3 {
		case 0:
			m = HostileLeads(1)[0]
			m.Title, m.Body = text, []relay.Block{{Quote: true, Spans: []relay.Span{{Text: strings.Repeat(text, 1+length/(1+len(text)))}}}}
			m.Footer, m.Origin = []relay.Span{{Text: text}}, []string{text}
		case 1:
			m = Filled(text, length)
		case 2:
			m = Scattered(text)
		}
		m.Title = Mark(i) + " " + m.Title
		out = append(out, m)
	}
	return out
}

// Mark is the mark of the message of that number.
func Mark(i int) string {
	return "Mark" + strings.ToUpper(string([]rune{'a' + rune(i/26), 'a' + rune(i%26)})) + "x"
}

// CheckMarks returns an error unless payload has the marks of the first n
// messages, in order.
func CheckMarks(payload string, n int) error {
	for i := range n {
		_, after, found := strings.Cut(payload, Mark(i))
		if !found {
			return fmt.Errorf("message %d of %d is not told of", i+1, n)
		}
		payload = after
	}
	return nil
}
