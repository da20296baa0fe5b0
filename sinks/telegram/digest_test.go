package telegram

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
		sinktest.Golden(t, name, map[string]any{
			"rich": map[string]any{"text": rich.text, "entities": rich.entities}, "text": text.text,
		})
	}
}

// A burst of leads gets through at ten times Telegram's pace, even if every
// fourth request fails.
func TestFitHoldsManyLeads(t *testing.T) {
	if n := new(Sink).Fit(sinktest.Leads(50)); n < 15 {
		t.Errorf("a digest holds %d leads", n)
	}
}

func TestDigestLayout(t *testing.T) {
	messages := sinktest.Leads(7)
	messages[1].Link = "https://app.example.com/c/1"
	const page = "[text_link https://shop.example.com/spring/blue?utm_source=ads&utm_campaign=spring:shop.example.com/spring/blue]"
	want := "[bold:🎯 7 new leads]\n[italic:1 Mar 2026, 09:30 CET · Support bot · 🌐 Web chat · website]\n\n" +
		"1. [bold:🎯 New lead: Ada LovelaceAa]\nada@example.com · +44 20 7946 0000 · " + page + "\n[blockquote:Hi, is the blue one still available in size M?]\n\n" +
		"2. [text_link https://app.example.com/c/1:[bold:🎯 New lead: Grace HopperAb]]\n"
	if got := show(compose(relay.Post{Messages: messages, Form: relay.Rich}, nil)); !strings.HasPrefix(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got := show(compose(relay.Post{Messages: sinktest.Leads(22), Form: relay.Rich}, nil)); !strings.Contains(got, "\n“Hi, is the blue one still available in size M?”\n\n") || strings.Contains(got, "blockquote") {
		t.Errorf("twenty-two are %q", got)
	}
}

// All links and names of a digest are kept: Telegram keeps a hundred entities,
// its own among them.
func TestDigestKeepsItsEntities(t *testing.T) {
	messages := sinktest.Leads(50)
	for i := range messages {
		messages[i].Link = "https://app.example.com/c/1"
		messages[i].Body = nil
	}
	n := new(Sink).Fit(messages)
	c := compose(relay.Post{Messages: messages[:n], Form: relay.Rich}, nil)
	links := 0
	for _, e := range c.entities {
		if e.Type == "text_link" {
			links++
		}
	}
	if own := strings.Count(c.text, "@") + strings.Count(c.text, "+44"); len(c.entities)+own > 100 || links != 2*n || n < 15 {
		t.Errorf("%d entities, %d of them links, %d of Telegram's own, of %d messages", len(c.entities), links, own, n)
	}
}

// Addresses that somebody wrote take entities as well.
func TestDigestCountsWhatTelegramMarks(t *testing.T) {
	messages := sinktest.Leads(50)
	for i := range messages {
		messages[i].Title = "New lead: <me@example.com>"
		messages[i].Fields = append(messages[i].Fields, relay.Field{Name: "Company", Value: []relay.Span{{Text: "firm.example"}}})
		messages[i].Body = []relay.Block{{Quote: true, Spans: []relay.Span{{Text: "http://shop/1,www.shop.example +49170123"}}}}
	}
	n := new(Sink).Fit(messages)
	c := compose(relay.Post{Messages: messages[:n], Form: relay.Rich}, nil)
	if got := show(c); strings.Count(got, "text_link") != n || strings.Count(got, "bold") != n+1 {
		t.Errorf("%d messages: %q", n, got)
	}
	own := 0
	for _, sign := range []string{"@", "+44", "+49", "http:", "www", "firm"} {
		if found := strings.Count(c.text, sign); sign != "@" && found != n {
			t.Errorf("%d messages have %d of %s", n, found, sign)
		}
		own += strings.Count(c.text, sign)
	}
	if len(c.entities)+own > 100 || n < 10 {
		t.Errorf("%d entities and %d of Telegram's own, of %d messages", len(c.entities), own, n)
	}
}

// Whatever comes in, a post holds at least one message, and those that it holds
// are all told of, in a way that Telegram takes.
func FuzzFit(f *testing.F) { sinktest.FuzzFit(f, new(Sink).Fit, composed) }
