package discord

import (
	"strings"
	"testing"

	"botrelay/relay"
	"botrelay/sinks/sinktest"
)

func TestGoldenDigests(t *testing.T) {
	for name, messages := range sinktest.Digests() {
		rich := compose(relay.Post{Messages: messages, Form: relay.Rich}, nil)
		text := compose(relay.Post{Messages: messages, Form: relay.Text}, nil)
		sinktest.Golden(t, name, map[string]any{"rich": rich.embeds, "text": text.content})
	}
}

// A burst of leads gets through at ten times Discord's pace, even if every
// fourth request fails.
func TestFitHoldsManyLeads(t *testing.T) {
	if n := new(Sink).Fit(sinktest.Leads(50)); n < 15 {
		t.Errorf("a digest holds %d leads", n)
	}
}

func TestDigestLayout(t *testing.T) {
	if n := len(compose(relay.Post{Messages: sinktest.Leads(4), Form: relay.Rich}, nil).embeds); n != 4 {
		t.Errorf("four leads are %d embeds", n)
	}
	messages := sinktest.Leads(20)
	messages[1].Link = "https://app.example.com/c/1"
	embeds := compose(relay.Post{Messages: messages, Form: relay.Rich}, nil).embeds
	if len(embeds) != 2 {
		t.Fatalf("%d embeds", len(embeds))
	}
	first, last := embeds[0], embeds[1]
	if first.Title != "🎯 20 new leads" || first.Color != 0x2e9e5b || first.Footer != nil || last.Title != "" || last.Color != 0x2e9e5b ||
		last.Footer == nil || last.Footer.Text != "1 Mar 2026, 09:30–09:32 CET · Support bot · 🌐 Web chat · website" {
		t.Errorf("got %+v and %+v", first, last)
	}
	page := "[shop\\.example\\.com/spring/blue](https://shop.example.com/spring/blue?utm_source=ads&utm_campaign=spring)"
	want := "**1\\. 🎯 New lead\\: Ada LovelaceAa** · 09\\:30\nada\\@example\\.com · \\+44 20 7946 0000 · " + page + "\n> Hi, is the blue one still available in size M?\n\n" +
		"**2\\.** **[🎯 New lead\\: Grace HopperAb](https://app.example.com/c/1)** · 09\\:30\n"
	if !strings.HasPrefix(first.Description, want) {
		t.Errorf("got  %q\nwant %q", first.Description, want)
	}
	if !strings.HasPrefix(last.Description, "**1") || !strings.Contains(last.Description, "**20\\. ") {
		t.Errorf("the second embed is %q", last.Description)
	}
}

// Whatever comes in, a post holds at least one message, and those that it holds
// are all told of, in a way that Discord takes.
func FuzzFit(f *testing.F) {
	sinktest.FuzzFit(f, new(Sink).Fit, func(t *testing.T, p relay.Post) string { return written(t, new(Sink), p) })
}
