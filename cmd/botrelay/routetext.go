package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"botrelay/relay/config"
)

// routeSentence says what a route asks for: "kind is lead, and channel is not
// web, on mon-fri from 18:00 to 08:00 (Europe/Berlin), when text contains …".
func routeSentence(r config.Route) string {
	text := sentence(r.Match)
	if active := activeText(r.Active); active != "" {
		text += ", " + active
	}
	if r.When != "" {
		text += ", when " + strings.Join(strings.Fields(r.When), " ")
	}
	return text
}

// sentence says what a match asks for: "kind is lead, and channel is not web".
func sentence(m config.Match) string {
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
			parts = append(parts, key.name+" is "+wantedText(key.items))
		}
	}
	if len(parts) == 0 {
		return "everything"
	}
	return strings.Join(parts, ", and ")
}

// wantedText says what a list of patterns asks for: "lead or chat", "not web",
// "chat* but not chatzuri".
func wantedText(patterns []string) string {
	var plain, negated []string
	for _, p := range patterns {
		if rest, ok := strings.CutPrefix(p, "!"); ok {
			negated = append(negated, patternText(rest))
		} else {
			plain = append(plain, patternText(p))
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

func patternText(pattern string) string {
	switch pattern {
	case "":
		return "absent"
	case "?*":
		return "anything"
	}
	return pattern
}

// activeText says when a route applies: "on mon-fri from 18:00 to 08:00
// (Europe/Berlin)"; "" for always.
func activeText(a config.Active) string {
	if a == (config.Active{}) {
		return ""
	}
	text := ""
	if a.Days != [7]bool{} {
		text = "on " + daysText(a.Days) + " "
	}
	if a.From != 0 || a.To != 0 {
		text += fmt.Sprintf("from %02d:%02d to %02d:%02d ", a.From/60, a.From%60, a.To/60, a.To%60)
	}
	return text + "(" + a.Zone.String() + ")"
}

// daysText writes days as routes.toml does, those that follow each other as one.
func daysText(days [7]bool) string {
	week := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}
	var parts []string
	for i := 0; i < len(week); i++ {
		if !days[week[i]] {
			continue
		}
		last := i
		for last+1 < len(week) && days[week[last+1]] {
			last++
		}
		switch short := dayName(week[i]); {
		case last-i > 1:
			parts = append(parts, short+"-"+dayName(week[last]))
			i = last
		default:
			parts = append(parts, short)
		}
	}
	return strings.Join(parts, ",")
}

func dayName(d time.Weekday) string { return strings.ToLower(d.String()[:3]) }

// tree shows which routes the events of each source may take, and the sinks that
// these send to, and which routes get none. only is the name of a source; empty: all.
func tree(s screen, cfg *config.Config, only string) error {
	var names []string
	for _, source := range cfg.Sources {
		names = append(names, source.Name)
	}
	if only != "" && !slices.Contains(names, only) {
		return usage{fmt.Errorf("%s", config.Unknown("source", only, names))}
	}
	types := make(map[string]string)
	for _, sink := range cfg.Sinks {
		types[sink.Name] = sink.Type
	}
	for _, source := range cfg.Sources {
		if only != "" && source.Name != only {
			continue
		}
		s.flow(bold, source.Name, "  ", " ("+source.Vendor+")")
		for i, r := range cfg.Routes {
			if r.Never != "" || !cfg.CouldTake(r.Match, source) {
				continue
			}
			s.flow(noTint, "├─ ", "│     ", fmt.Sprintf("%d. %s: %s%s", i+1, routeName(r.Name), routeSentence(r), finalText(r)))
			branches(s, "│  ", r.To, types)
		}
		if len(cfg.Default) > 0 {
			s.flow(noTint, "└─ ", "   ", "otherwise")
			branches(s, "   ", cfg.Default, types)
		} else {
			s.flow(noTint, "└─ ", "   ", "otherwise kept, and sent nowhere")
		}
	}
	if only == "" {
		unreachable(s, cfg.Routes)
	}
	return nil
}

// unreachable shows the routes to which no event comes, and why.
func unreachable(s screen, routes []config.Route) {
	said := false
	for i, r := range routes {
		if r.Never == "" {
			continue
		}
		if !said {
			s.flow(bold, "no source", "  ", "")
			said = true
		}
		s.flow(faint, "✗  ", "      ", fmt.Sprintf("%d. %s: %s: %s", i+1, routeName(r.Name), routeSentence(r), r.Never))
	}
}

func finalText(r config.Route) string {
	if r.Final {
		return "; and no further"
	}
	return ""
}

// branches shows sinks below a route.
func branches(s screen, indent string, sinks []string, types map[string]string) {
	for i, name := range sinks {
		twig := "├─ → "
		if i == len(sinks)-1 {
			twig = "└─ → "
		}
		s.flow(noTint, indent+twig, indent+"     ", name+" ("+types[name]+")")
	}
}
