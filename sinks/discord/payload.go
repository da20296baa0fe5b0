package discord

import (
	"strings"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"botrelay/relay"
	"botrelay/sinks/fit"
)

// What Discord takes, in code points, after escaping:
// https://discord.com/developers/docs/resources/message#embed-object-embed-limits
const (
	maxContent     = 2000
	maxEmbeds      = 10
	maxTotal       = 6000 // over all embeds
	maxTitle       = 256
	maxDescription = 4096
	maxFields      = 25
	maxName        = 256
	maxValue       = 1024
	maxFooter      = 2048
)

// subtext begins a line of small print in Markdown.
const subtext = "-# "

// invisible stands in for a text that Discord would refuse.
const invisible = "\u200b"

// payload is a message as Discord takes it.
type payload struct {
	content string
	embeds  []*discordgo.MessageEmbed
}

// compose makes a post fit for Discord: an embed for each message, if they are
// few. It has links to the conversations of the messages as far as threads has
// them.
func compose(p relay.Post, threads []string) payload {
	if p.Form == relay.Text {
		fits := func(text string) bool { return length(escape(text)) <= maxContent }
		return payload{content: notBlank(escape(fit.AllPlain(p.Messages, fits)))}
	}
	fits := func(m []relay.Message) bool { return acceptable(embedsOf(m)) }
	if messages, ok := fit.Few(p.Messages, bounded, fits); ok {
		return payload{embeds: embedsOf(fit.Threaded(messages, threads, fits))}
	}
	return payload{embeds: digestEmbeds(fit.NewBatch(p.Messages).WithThreads(threads).Digest(digestible))}
}

// bounded makes each part of a message fit its own limit.
func bounded(m relay.Message) relay.Message {
	m.Title = fit.Text(m.Title, func(s string) bool { return length(escape(s)) <= maxTitle })
	m.Footer = fit.Spans(m.Footer, func(s []relay.Span) bool { return length(inline(s)) <= maxFooter })
	fields := m.Fields[:min(len(m.Fields), maxFields)]
	m.Fields = nil
	for _, f := range fields {
		f.Name = fit.Text(f.Name, func(s string) bool { return length(escape(s)) <= maxName })
		f.Value = fit.Spans(f.Value, func(s []relay.Span) bool { return length(inline(s)) <= maxValue })
		m.Fields = append(m.Fields, f)
	}
	return m
}

// acceptable reports whether Discord takes embeds whose parts it takes.
func acceptable(embeds []*discordgo.MessageEmbed) bool {
	total := 0
	for _, e := range embeds {
		if length(e.Description) > maxDescription {
			return false
		}
		total += length(e.Title) + length(e.Description)
		for _, f := range e.Fields {
			total += length(f.Name) + length(f.Value)
		}
		if e.Footer != nil {
			total += length(e.Footer.Text)
		}
	}
	return len(embeds) <= maxEmbeds && total <= maxTotal
}

func embedsOf(messages []relay.Message) []*discordgo.MessageEmbed {
	embeds := make([]*discordgo.MessageEmbed, len(messages))
	for i, m := range messages {
		embeds[i] = embed(m)
	}
	return embeds
}

// embed is one message. Titles, names, values and the description are
// Markdown; a footer is plain text, so one with styles or links is subtext
// instead. It has no timestamp: the footer tells the time, in the team's zone.
func embed(m relay.Message) *discordgo.MessageEmbed {
	e := &discordgo.MessageEmbed{
		Title:       notBlank(escape(m.Title)),
		URL:         m.Link,
		Description: description(m.Body),
		Color:       int(m.Color & 0xFFFFFF),
	}
	for i, shares := range sharing(m.Fields) {
		f := m.Fields[i]
		e.Fields = append(e.Fields, &discordgo.MessageEmbedField{Name: notBlank(escape(f.Name)), Value: notBlank(inline(f.Value)), Inline: shares})
	}
	switch text := relay.Plain(m.Footer); {
	case strings.TrimSpace(text) == "":
	case fit.Literal(m.Footer):
		e.Footer = &discordgo.MessageEmbedFooter{Text: text}
	default:
		e.Description = strings.TrimLeft(e.Description+"\n\n"+subtext+inline(m.Footer), "\n")
	}
	return e
}

func length(text string) int { return utf8.RuneCountInString(text) }

func notBlank(text string) string {
	if strings.TrimSpace(text) == "" {
		return invisible
	}
	return text
}
