package main

import (
	"slices"
	"strings"
	"testing"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/wording"
)

// TestFindID: an ID or its end will do, unless several end so.
func TestFindID(t *testing.T) {
	p := newPast(t)
	p.write(func(s queue.Store) {
		for _, id := range []string{"0195f0a1-2b3c-7d4e-8f50-61723f9a1c2e", "0195f0a1-2b3c-7d4e-8f50-61723f9b1c2e"} {
			if _, err := s.Put(t.Context(), relay.Event{ID: id, Kind: relay.Lead, Contact: relay.Contact{Name: "Ada"}, ReceivedAt: p.now}, nil); err != nil {
				t.Fatal(err)
			}
		}
	})
	for _, id := range []string{"3f9a1c2e", "61723F9A1C2E", "0195f0a1-2b3c-7d4e-8f50-61723f9a1c2e", "9a1c2e"} {
		if out, _ := p.command(exitGood, "events", id); !strings.Contains(out, "3f9a1c2e  lead: Ada\n") {
			t.Errorf("%s: %s", id, out)
		}
	}
	_, errs := p.command(exitFailed, "events", "1c2e")
	if !strings.Contains(errs, "several events end with 1c2e") || strings.Count(errs, "lead  Ada") != 2 {
		t.Errorf("it says %q", errs)
	}
	for _, id := range []string{"0195f0a1", "0195f0a1-2b3c-7d4e-8f50-000000000000", "ffff"} {
		if _, errs := p.command(exitFailed, "events", id); !strings.Contains(errs, "there is no event "+id) {
			t.Errorf("%s: %s", id, errs)
		}
	}
	if _, errs := p.command(exitUsage, "events", "2e"); !strings.Contains(errs, "give at least the last 4 characters") {
		t.Errorf("it says %q", errs)
	}
	for _, id := range []string{"%", "____", "'; DROP", "\x1b[2J", strings.Repeat("a", 37)} {
		if _, errs := p.command(exitUsage, "events", id); !strings.Contains(errs, "is not the ID of an event") || strings.Contains(errs, "\x1b") {
			t.Errorf("%q: %q", id, errs)
		}
	}
}

// TestEventsPages: of more than a page each event is listed once, in order.
func TestEventsPages(t *testing.T) {
	p := newPast(t)
	p.write(func(s queue.Store) { p.put(s, 250) })
	for flags, want := range map[string][]string{
		"--limit 0":            p.ids,
		"--limit 249":          p.ids[1:],
		"--limit 120 --oldest": p.ids[:120],
		"":                     p.ids[230:],
	} {
		out, _ := p.command(exitGood, append([]string{"events"}, strings.Fields(flags)...)...)
		var got []string
		for line := range strings.Lines(out) {
			if id, _, isRow := strings.Cut(line, "  "); isRow && id != "ID" {
				got = append(got, id)
			}
		}
		short := make([]string, len(want))
		for i, id := range want {
			short[i] = wording.ShortID(id)
		}
		if !slices.Equal(got, short) {
			t.Errorf("%q lists %d events, want %d", flags, len(got), len(want))
		}
		if more := len(want) < 250; strings.Contains(out, "--limit shows more") != more {
			t.Errorf("%q: that there are more is told wrongly:\n%s", flags, out)
		}
	}
}
