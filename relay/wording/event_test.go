package wording_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/wording"
)

func TestWho(t *testing.T) {
	for _, c := range []struct {
		event relay.Event
		want  string
	}{
		{relay.Event{Contact: relay.Contact{Name: "Ada\nLovelace", Email: "a@example.com"}, Text: "hi"}, "Ada Lovelace"},
		{relay.Event{Contact: relay.Contact{Name: "\u200b", Email: "a@example.com", Phone: "1"}}, "a@example.com"},
		{relay.Event{Contact: relay.Contact{Phone: "+49 170", Handle: "@ada"}}, "+49 170"},
		{relay.Event{Contact: relay.Contact{Handle: "@ada"}, Subject: "s"}, "@ada"},
		{relay.Event{Subject: "Demo", Text: "hi"}, "Demo"},
		{relay.Event{Text: "hi\nthere"}, "“hi there”"},
		{relay.Event{}, "–"},
	} {
		if got := wording.Who(&c.event); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	long := wording.Who(&relay.Event{Text: strings.Repeat("ä", 1<<20)})
	if n := len([]rune(long)); n > 62 {
		t.Errorf("%d runes of a text of a million", n)
	}
}

func TestShortID(t *testing.T) {
	for id, want := range map[string]string{"019a8c5e-0000-7000-8000-00003f9a1c2e": "3f9a1c2e", "abc": "abc", "": ""} {
		if got := wording.ShortID(id); got != want {
			t.Errorf("%q: got %q", id, got)
		}
	}
}

func TestFields(t *testing.T) {
	e := relay.Event{
		EventType: "lead\u202e.submit", Contact: relay.Contact{Email: "a@example.com"}, PageURL: "https://example.com/\n",
		Details: []relay.Detail{{Label: "Bud\nget", Text: "many\n\nlines"}, {Label: "empty"}},
	}
	want := "[{event type lead.submit} {email a@example.com} {page https://example.com/} {Bud get many lines}]"
	if got := fmt.Sprint(wording.Fields(&e)); got != want {
		t.Errorf("got %s", got)
	}
}

func TestQuotes(t *testing.T) {
	one := []relay.Turn{{Role: "user", Text: "hi"}}
	two := append(one, relay.Turn{Role: "bot", Text: "hello\x00"}, relay.Turn{Role: "user"})
	for _, c := range []struct {
		event relay.Event
		want  string
	}{
		{relay.Event{}, "[]"},
		{relay.Event{Text: "a\nb", Answer: "c", Transcript: one}, "[{text a\nb} {answer c}]"},
		{relay.Event{Transcript: one}, "[{user hi}]"},
		{relay.Event{Text: "hi", Transcript: two}, "[{text hi} {user hi} {bot hello}]"},
	} {
		if got := fmt.Sprint(wording.Quotes(&c.event)); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestFull(t *testing.T) {
	if got := wording.Full(time.Date(2026, 3, 9, 14, 3, 12, 0, time.FixedZone("CET", 3600))); got != "Mon 2026-03-09 14:03:12 CET" {
		t.Errorf("got %q", got)
	}
}
