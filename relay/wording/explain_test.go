package wording_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/condition"
	"botrelay/relay/config"
	"botrelay/relay/route"
	"botrelay/relay/wording"
)

func TestStep(t *testing.T) {
	x := wording.Explained{
		Routes: []config.Route{{Name: "all"}, {Name: "night", Active: config.Active{From: 18 * 60, To: 8 * 60, Zone: time.FixedZone("CET", 3600)}}},
		Event:  &relay.Event{ReceivedAt: time.Date(2026, 3, 6, 11, 30, 0, 0, time.UTC)}, // a Friday
	}
	both := []string{"sales", "night"}
	for _, c := range []struct {
		step route.Step
		mark wording.Mark
		want string
	}{
		{route.Step{Route: "r", To: both, New: both}, wording.Takes, "→ sales, night"},
		{route.Step{Route: "r", To: both, New: both, Final: true}, wording.Takes, "→ sales, night, and no further"},
		{route.Step{Route: "r", To: both, New: []string{"night"}}, wording.Takes, "→ night (the others have it already)"},
		{route.Step{Route: "r", To: both}, wording.Takes, "→ sales, night (which has it already, by a route above)"},
		{
			route.Step{Route: "r", To: both, New: both, Final: true, Err: &condition.Error{Text: "it fails", Detail: "cannot\nfetch"}},
			wording.Takes, "→ sales, night; its condition cannot be told for this event, which counts as true: cannot fetch",
		},
		{
			route.Step{Route: "r", To: both, New: both, Err: errors.New("too long")},
			wording.Takes, "→ sales, night; its condition cannot be told for this event, which counts as true: too long",
		},
		{route.Step{Route: "r", Behind: "first"}, wording.Behind, `not asked, since "first" took it and is final`},
		{route.Step{Route: "r", Miss: &route.Miss{Key: "kind", Want: []string{"lead"}, Got: "chat"}}, wording.Misses, "its kind is chat, and this route takes lead"},
		{route.Step{Route: "r", Miss: &route.Miss{Key: "channel", Want: []string{"!web"}}}, wording.Misses, "it has no channel, and this route takes all but web"},
		{route.Step{Route: "r", Miss: &route.Miss{Key: "channel", Want: []string{""}, Got: "web"}}, wording.Misses, "its channel is web, and this route takes only events without one"},
		{route.Step{Route: "r", Miss: &route.Miss{Key: "bot_id", Want: []string{"?*"}}}, wording.Misses, "it has no bot_id, and this route takes only events with one"},
		{route.Step{Route: "r", Miss: &route.Miss{Key: "kind", Want: []string{"chat*", "!chatzuri"}, Got: "lead"}}, wording.Misses, "its kind is lead, and this route takes chat* but not chatzuri"},
		{route.Step{Route: "r", Miss: &route.Miss{Key: "when", Want: []string{`text == "a"`}}}, wording.Misses, `its condition does not hold: text == "a"`},
		{
			route.Step{Route: "night", Miss: &route.Miss{Key: "active"}},
			wording.Misses, "it is Fri 12:30 CET then, and this route applies from 18:00 to 08:00 (CET)",
		},
	} {
		if got := x.Step(c.step); got.Mark != c.mark || got.Text != c.want {
			t.Errorf("got  %+v\nwant %s %q", got, c.mark, c.want)
		}
	}
}

func TestVerdict(t *testing.T) {
	owed := []relay.Owed{{Sink: "sales", Route: "a"}, {Sink: "night", Route: "b"}}
	for _, c := range []struct {
		x    route.Explanation
		want string
	}{
		{route.Explanation{Owed: owed}, "It goes to sales, night."},
		{route.Explanation{Owed: owed[:1], Default: []string{"sales"}}, "It goes to sales, as [default] says, since no route takes it."},
		{route.Explanation{}, "It goes nowhere: no route takes it, and there is no [default]. It is kept."},
	} {
		if got := wording.Verdict(c.x); got != c.want {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
	}
}

func TestFacts(t *testing.T) {
	e := relay.Event{Kind: relay.Lead, Channel: "whats\napp", BotID: "b\u202e1"}
	if got := strings.Join(wording.Facts(&e), "|"); got != "kind lead|channel whats app|bot_id b1" {
		t.Errorf("got %q", got)
	}
}
