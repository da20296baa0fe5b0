package discord

import (
	"strconv"
	"strings"

	"github.com/bwmarrin/discordgo"

	"botrelay/relay"
	"botrelay/sinks/fit"
)

// Fit returns how many messages one post holds: see relay.Sink.
func (s *Sink) Fit(messages []relay.Message) int {
	return max(1, fit.NewBatch(messages).Holds(digestible))
}

// digestible reports whether Discord takes a digest.
func digestible(d fit.Digest) bool { return acceptable(digestEmbeds(d)) }

// digestEmbeds writes a digest as one embed, or more where the entries are too
// long for one: the first has the title, the last the small print.
func digestEmbeds(d fit.Digest) []*discordgo.MessageEmbed {
	var embeds []*discordgo.MessageEmbed
	for _, text := range pages(d) {
		embeds = append(embeds, &discordgo.MessageEmbed{Description: text, Color: int(d.Color & 0xFFFFFF)})
	}
	embeds[0].Title = escape(d.Title)
	if d.Origin != "" {
		embeds[len(embeds)-1].Footer = &discordgo.MessageEmbedFooter{Text: d.Origin}
	}
	return embeds
}

// pages returns the entries as Markdown, in as few descriptions as will hold
// them; at least one.
func pages(d fit.Digest) []string {
	var out []string
	page, used := []string(nil), 0
	add := func(text string) {
		n := length(text) + len("\n\n")
		if len(page) > 0 && used+n > maxDescription {
			out = append(out, strings.Join(page, "\n\n"))
			page, used = nil, 0
		}
		page, used = append(page, text), used+n
	}
	for _, e := range d.Entries {
		add(entry(e))
	}
	if d.Left > 0 {
		add(escape(d.Rest()))
	}
	return append(out, strings.Join(page, "\n\n"))
}

// entry is an entry in up to three lines: what it is, how to reach whom it is
// about, and what was said.
func entry(e fit.Entry) string {
	head := inline([]relay.Span{
		{Text: strconv.Itoa(e.Number) + ". ", Style: relay.Bold},
		{Text: e.Title, Style: relay.Bold, Link: e.Link},
	}) + inline(e.After())
	lines := []string{head}
	if len(e.Facts) > 0 {
		lines = append(lines, inline(e.Facts))
	}
	switch {
	case e.Quote && e.Text != "":
		lines = append(lines, "> "+escape(e.Text))
	case e.Text != "":
		lines = append(lines, escape(e.Text))
	}
	return strings.Join(lines, "\n")
}
