package wording

import (
	"fmt"
	"strings"
	"time"

	"botrelay/relay/config"
	"botrelay/relay/render"
)

// RouteName is a route's name as lists show it, of at most 40 runes.
func RouteName(name string) string { return render.Line(name, longestName) }

// Route says what a route asks for: "kind is lead, and channel is not web, on
// mon-fri from 18:00 to 08:00 (Europe/Berlin), when text contains …". Its length
// is that of the patterns and of the condition.
func Route(r config.Route) string {
	text := Match(r.Match)
	if active := Active(r.Active); active != "" {
		text += ", " + active
	}
	if r.When != "" {
		text += ", when " + strings.Join(strings.Fields(r.When), " ")
	}
	return text
}

// Match says what a match asks for: "kind is lead, and channel is not web";
// "everything" for one that asks for nothing.
func Match(m config.Match) string {
	var parts []string
	for _, key := range []struct {
		name  string
		items []string
	}{
		{"vendor", m.Vendor},
		{"source", m.Source},
		{"event_type", m.EventType},
		{"kind", m.Kind},
		{"channel", m.Channel},
		{"bot_id", m.BotID},
	} {
		if len(key.items) > 0 {
			parts = append(parts, key.name+" is "+Patterns(key.items))
		}
	}
	if len(parts) == 0 {
		return "everything"
	}
	return strings.Join(parts, ", and ")
}

// Patterns says what a list of patterns asks for: "lead or chat", "not web",
// "chat* but not chatzuri".
func Patterns(patterns []string) string {
	var plain, negated []string
	for _, p := range patterns {
		if rest, ok := strings.CutPrefix(p, "!"); ok {
			negated = append(negated, pattern(rest))
		} else {
			plain = append(plain, pattern(p))
		}
	}
	text := strings.Join(plain, " or ")
	if len(plain) > 0 && len(negated) > 0 {
		text += " but "
	}
	if len(negated) > 0 {
		text += "not " + strings.Join(negated, " or ")
	}
	return text
}

func pattern(text string) string {
	switch text {
	case "":
		return "absent"
	case "?*":
		return "anything"
	}
	return text
}

// Active says when a route applies: "on mon-fri from 18:00 to 08:00
// (Europe/Berlin)"; "" for always.
func Active(a config.Active) string {
	if a == (config.Active{}) {
		return ""
	}
	text := ""
	if a.Days != [7]bool{} {
		text = "on " + days(a.Days) + " "
	}
	if a.From != 0 || a.To != 0 {
		text += fmt.Sprintf("from %02d:%02d to %02d:%02d ", a.From/60, a.From%60, a.To/60, a.To%60)
	}
	return text + "(" + a.Zone.String() + ")"
}

// days writes days as routes.toml does, those that follow each other as one.
func days(set [7]bool) string {
	week := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}
	var parts []string
	for i := 0; i < len(week); i++ {
		if !set[week[i]] {
			continue
		}
		last := i
		for last+1 < len(week) && set[week[last+1]] {
			last++
		}
		switch short := day(week[i]); {
		case last-i > 1:
			parts = append(parts, short+"-"+day(week[last]))
			i = last
		default:
			parts = append(parts, short)
		}
	}
	return strings.Join(parts, ",")
}

func day(d time.Weekday) string { return strings.ToLower(d.String()[:3]) }
