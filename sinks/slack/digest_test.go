package slack

import (
	"encoding/json"
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
			"rich": map[string]any{"text": rich.text, "blocks": rich.blocks}, "text": text.text,
		})
	}
}

// A burst of leads gets through at ten times Slack's pace, even if every fourth
// request fails.
func TestFitHoldsManyLeads(t *testing.T) {
	if n := new(Sink).Fit(sinktest.Leads(50)); n < 15 {
		t.Errorf("a digest holds %d leads", n)
	}
}

// A few leads stand in blocks of their own with quotations, many in one list.
func TestDigestLayout(t *testing.T) {
	kinds := func(n int) string {
		var kinds []string
		for _, b := range compose(relay.Post{Messages: sinktest.Leads(n), Form: relay.Rich}, nil).blocks {
			kinds = append(kinds, string(b.BlockType()))
		}
		return strings.Join(kinds, " ")
	}
	if got := kinds(2); got != "header rich_text rich_text context divider header rich_text rich_text context" {
		t.Errorf("two: %s", got)
	}
	if got := kinds(7); got != "header context"+strings.Repeat(" rich_text", 7) {
		t.Errorf("seven: %s", got)
	}
	if got := kinds(18); got != "header context rich_text" {
		t.Errorf("eighteen: %s", got)
	}
	c := compose(relay.Post{Messages: sinktest.Leads(7), Form: relay.Rich}, nil)
	data, err := json.Marshal(c.blocks[:3])
	if err != nil {
		t.Fatal(err)
	}
	const bold = `,"style":{"bold":true}}`
	want := `[{"type":"header","text":{"type":"plain_text","text":"🎯 7 new leads","emoji":false}},` +
		`{"type":"context","elements":[{"type":"plain_text","text":"1 Mar 2026, 09:30 CET · Support bot · 🌐 Web chat · website","emoji":false}]},` +
		`{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[` +
		`{"type":"text","text":"1. 🎯 New lead: Ada LovelaceAa"` + bold + `,{"type":"text","text":"\n"},` +
		`{"type":"link","url":"mailto:ada@example.com","text":"ada@example.com"},{"type":"text","text":" · "},` +
		`{"type":"link","url":"tel:+442079460000","text":"+44 20 7946 0000"},{"type":"text","text":" · "},` +
		`{"type":"link","url":"https://shop.example.com/spring/blue?utm_source=ads\u0026utm_campaign=spring","text":"shop.example.com/spring/blue"}]},` +
		`{"type":"rich_text_quote","elements":[{"type":"text","text":"Hi, is the blue one still available in size M?"}]}]}]`
	if string(data) != want {
		t.Errorf("got  %s\nwant %s", data, want)
	}
	if want := "🎯 7 new leads\n🎯 New lead: Ada LovelaceAa\n🎯 New lead: Grace HopperAb\n"; !strings.HasPrefix(c.text, want) {
		t.Errorf("the notification is %q", c.text)
	}
}

// Whatever comes in, a post holds at least one message, and those that it holds
// are all told of, in a way that Slack takes.
func FuzzFit(f *testing.F) {
	sinktest.FuzzFit(f, new(Sink).Fit, func(t *testing.T, p relay.Post) string {
		data := composed(t, p)
		if len(p.Messages) > 1 && len(data) > 12000 {
			t.Errorf("%d bytes", len(data))
		}
		return data
	})
}
