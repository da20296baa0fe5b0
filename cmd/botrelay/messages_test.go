package main

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/vendors"
)

// indented returns the blocks of indented lines in a section of the README.
func indented(t *testing.T, section string) []string {
	t.Helper()
	_, rest, found := strings.Cut(text(t, "../../README.md"), "\n## "+section+"\n")
	if !found {
		t.Fatalf("the README has no section %q", section)
	}
	rest, _, _ = strings.Cut(rest, "\n## ")
	var blocks []string
	for _, block := range regexp.MustCompile(`(?m)(^(    .*)?\n)+`).FindAllString(rest, -1) {
		if block = regexp.MustCompile(`(?m)^    `).ReplaceAllString(block, ""); strings.TrimSpace(block) != "" {
			blocks = append(blocks, strings.TrimSpace(block))
		}
	}
	return blocks
}

// plain is a message as text: what the README shows.
func plain(m relay.Message) string {
	lines := []string{m.Title}
	for _, b := range m.Body {
		mark := ""
		if b.Quote {
			mark = "> "
		}
		lines = append(lines, mark+relay.Plain(b.Spans))
	}
	for _, f := range m.Fields {
		lines = append(lines, f.Name+": "+relay.Plain(f.Value))
	}
	return strings.Join(append(lines, relay.Plain(m.Footer)), "\n")
}

// eventOf returns the event of a vendor's sample, received on a Friday at eight.
func eventOf(t *testing.T, vendor, name string) relay.Event {
	t.Helper()
	v, _ := vendors.Lookup(vendor)
	for _, s := range v.Samples {
		if s.Name == name {
			e := v.Decode(s.Header, s.Body)
			e.ID, e.Vendor, e.Source, e.Payload = "e1", vendor, "website", s.Body
			e.ReceivedAt = time.Date(2026, 3, 6, 8, 0, 0, 0, time.UTC)
			return e
		}
	}
	t.Fatalf("%s has no sample %s", vendor, name)
	return relay.Event{}
}

// TestREADMEMessages: the README's message is good as it stands, and makes of the
// sample what the README shows.
func TestREADMEMessages(t *testing.T) {
	blocks := indented(t, "Messages")
	if len(blocks) != 3 {
		t.Fatalf("blocks: %q", blocks)
	}
	// Of the vendors, Chatzuri has channels.
	routes := strings.Replace(indented(t, "routes.toml")[0], `"chatbase"`, `"chatzuri"`, 1)
	cfg := parseGood(t, "the README's message", routes+"\n"+blocks[0])
	r, err := rendererOf(cfg, countsOf(cfg, slog.New(slog.DiscardHandler)), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if got := plain(r.MessageFor(eventOf(t, "chatzuri", "whatsapp"), "customers on WhatsApp")); got != blocks[1] {
		t.Errorf("it reads\n%s\nand the README says\n%s", got, blocks[1])
	}
	section := text(t, "../../README.md")
	for _, name := range []string{"template_failures_total", "conversation_url", "`json ", "`md ", "`phone ", "`digits ", "ChannelName", "[bots]", "host .PageURL", "`upper ", "lower ", "`date ", "`truncate ", "`default "} {
		if !strings.Contains(section, name) {
			t.Errorf("the README does not tell of %s", name)
		}
	}
}

// TestREADMEConversation: the README's other message shows a whole conversation,
// and only the bot's part is Markdown.
func TestREADMEConversation(t *testing.T) {
	cfg := parseGood(t, "the README's conversation", indented(t, "routes.toml")[0]+"\n"+indented(t, "Messages")[2])
	r, err := rendererOf(cfg, countsOf(cfg, slog.New(slog.DiscardHandler)), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	chat := eventOf(t, "chatdata", "chat")
	chat.Transcript[1].Text += " **now**"
	m := r.Message(chat)
	want := []string{
		"assistant: Hello, this is Flora. What can I do for you?",
		"user: Do you deliver on Sundays? And how long do peonies keep? **now**",
		"assistant: Yes, we deliver on Sundays from 9:00 to 13:00, within the city.\nPeonies keep five to seven days if you\n• cut the stems at an angle,\n" +
			"• change the water every second day,\n• keep them away from fruit.\nMore in our care guide.",
	}
	for i, b := range m.Body {
		if len(m.Body) != len(want) || relay.Plain(b.Spans) != want[i] {
			t.Errorf("block %d of %d reads %q", i, len(m.Body), relay.Plain(b.Spans))
		}
	}
}

// TestFailingTemplate: one that fails on an event gives way to the default, and
// the log and the metrics tell of it, without what the customer wrote.
func TestFailingTemplate(t *testing.T) {
	cfg := parseGood(t, "routes.toml", indented(t, "routes.toml")[0]+`
[messages.message]
body = '{{ if eq .Text "boom" }}{{ index .Transcript 7 }}{{ end }}fine'
`)
	var log bytes.Buffer
	counts := countsOf(cfg, slog.New(slog.DiscardHandler))
	r, err := rendererOf(cfg, counts, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	handler := counts.Handler()
	metrics := func() string {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
		return w.Body.String()
	}
	e := eventOf(t, "chatzuri", "web")
	if got := plain(r.Message(e)); !strings.Contains(got, "\nfine\n") || log.Len() > 0 {
		t.Errorf("got %s, log %s", got, log.String())
	}
	if !strings.Contains(metrics(), `botrelay_template_failures_total{message="message"} 0`) {
		t.Error("the count does not begin at 0")
	}
	e.Text = "boom"
	if got := plain(r.Message(e)); !strings.Contains(got, "> boom") || strings.Contains(got, "fine") {
		t.Errorf("not the default: %s", got)
	}
	if got := log.String(); !strings.Contains(got, "level=WARN") || !strings.Contains(got, "message=message") ||
		!strings.Contains(got, "out of range") || strings.Contains(got, "boom") {
		t.Errorf("log: %s", got)
	}
	if !strings.Contains(metrics(), `botrelay_template_failures_total{message="message"} 1`) {
		t.Error("the failure is not counted")
	}
}
