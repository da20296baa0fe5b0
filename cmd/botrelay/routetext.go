package main

import (
	"fmt"
	"slices"

	"botrelay/relay/config"
	"botrelay/relay/wording"
)

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
			s.flow(noTint, "├─ ", "│     ", fmt.Sprintf("%d. %s: %s%s", i+1, wording.RouteName(r.Name), wording.Route(r), finalText(r)))
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
		s.flow(faint, "✗  ", "      ", fmt.Sprintf("%d. %s: %s: %s", i+1, wording.RouteName(r.Name), wording.Route(r), r.Never))
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
