package wording_test

import (
	"strings"
	"testing"
	"time"

	"botrelay/relay/config"
	"botrelay/relay/wording"
)

func TestRoute(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	on := func(days ...time.Weekday) (set [7]bool) {
		for _, d := range days {
			set[d] = true
		}
		return set
	}
	weekdays := on(time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday)
	for _, c := range []struct {
		route config.Route
		want  string
	}{
		{config.Route{}, "everything"},
		{config.Route{Match: config.Match{Kind: []string{"lead"}, Channel: []string{"!web"}}}, "kind is lead, and channel is not web"},
		{config.Route{Match: config.Match{Kind: []string{"lead", "chat"}}}, "kind is lead or chat"},
		{config.Route{Match: config.Match{Vendor: []string{"chat*", "!chatzuri", "!chatdata"}}}, "vendor is chat* but not chatzuri or chatdata"},
		{config.Route{Match: config.Match{BotID: []string{"?*"}, Channel: []string{""}}}, "channel is absent, and bot_id is anything"},
		{config.Route{Match: config.Match{Channel: []string{"!"}}}, "channel is not absent"},
		{config.Route{When: "text contains\n  \"a\""}, `everything, when text contains "a"`},
		{
			config.Route{Match: config.Match{Source: []string{"web"}}, Active: config.Active{Days: weekdays, From: 18 * 60, To: 8*60 + 5, Zone: berlin}},
			"source is web, on mon-fri from 18:00 to 08:05 (Europe/Berlin)",
		},
		{config.Route{Active: config.Active{Days: on(time.Monday, time.Wednesday, time.Saturday), Zone: time.UTC}}, "everything, on mon,wed,sat (UTC)"},
		{config.Route{Active: config.Active{Days: on(time.Saturday, time.Sunday), Zone: time.UTC}}, "everything, on sat,sun (UTC)"},
		{config.Route{Active: config.Active{From: 0, To: 24 * 60, Zone: berlin}}, "everything, from 00:00 to 24:00 (Europe/Berlin)"},
	} {
		if got := wording.Route(c.route); got != c.want {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
	}
}

// A name is somebody's text: it stays on its line and in its column.
func TestRouteName(t *testing.T) {
	got := wording.RouteName("night\n\u202eshift" + strings.Repeat("x", 100))
	if strings.ContainsAny(got, "\n\u202e") || len([]rune(got)) > 40 || !strings.HasPrefix(got, "night shiftx") {
		t.Errorf("got %q", got)
	}
}
