package main

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"botrelay/relay"
	"botrelay/relay/compose"
	"botrelay/relay/config"
	"botrelay/relay/wording"
)

// describe tells what a configuration means as a person would say it.
func describe(s screen, cfg *config.Config) {
	section(s, "Server", "", serverText(cfg))
	section(s, "Store", "", storeText(cfg.Store))
	sources := make([]entry, len(cfg.Sources))
	for i, source := range cfg.Sources {
		address, _ := compose.HookURL(cfg, source.Name)
		sources[i] = entry{source.Name, source.Vendor, append([]string{address}, wording.Source(source)...)}
	}
	hint := ": paste the URL at the vendor"
	if cfg.Server.PublicURL == "" {
		hint += "; with public_url in [server] it stands here whole"
	}
	section(s, "Sources", hint, sources)
	sinks := make([]entry, len(cfg.Sinks))
	for i, sink := range cfg.Sinks {
		sinks[i] = entry{sink.Name, sink.Type, append([]string{sink.Options.Where()}, wording.Sink(sink)...)}
	}
	section(s, "Sinks", "", sinks)
	var routes []entry
	for i, r := range cfg.Routes {
		routes = append(routes, entry{fmt.Sprintf("%*d. %s", len(fmt.Sprint(len(cfg.Routes))), i+1, wording.RouteName(r.Name)), "", routeText(r)})
	}
	section(s, "Routes", ", from top to bottom", append(routes, entry{"otherwise", "", []string{otherwiseText(cfg.Default)}}))
	section(s, "Messages", "", messageTexts(cfg))
}

// entry is a name, what it is, and what there is to say of it, line by line.
type entry struct {
	name, kind string
	lines      []string
}

// section prints entries below a heading.
func section(s screen, heading, hint string, list []entry) {
	if len(list) == 0 {
		return
	}
	_, _ = fmt.Fprintln(s)
	s.flow(bold, heading, "  ", hint)
	entries(s, list)
}

// entries prints entries, names and kinds in columns.
func entries(s screen, list []entry) {
	names, kinds := 0, 0
	for _, e := range list {
		names, kinds = max(names, columns(e.name)), max(kinds, columns(e.kind))
	}
	if kinds > 0 {
		kinds += 2
	}
	for _, e := range list {
		head := "  " + pad(e.name, names) + "  " + pad(e.kind, kinds)
		indent := strings.Repeat(" ", columns(head))
		if s.width > 0 && columns(head) > s.width/2 { // on a narrow screen what is said stands below
			s.flow(noTint, "  "+e.name, "    ", strings.TrimRight("  "+e.kind, " "))
			head, indent = "      ", "      "
		}
		for _, line := range e.lines {
			if strings.HasPrefix(line, "https://") { // it is to be copied whole
				_, _ = fmt.Fprintln(s, head+line)
			} else {
				s.flow(noTint, head, indent, line)
			}
			head = indent
		}
	}
}

func serverText(cfg *config.Config) []entry {
	server := cfg.Server
	scheme := "http"
	if server.TLSCert != "" {
		scheme = "https"
	}
	entries := []entry{{"listens on", "", []string{server.Listen + " (" + scheme + ")"}}}
	switch {
	case server.AdminShared():
		entries = append(entries, entry{"admin page", "", []string{"at /admin/ there, for who has the token"}})
	case server.AdminListen != "" && server.AdminToken.IsZero():
		entries = append(entries, entry{"admin page", "", []string{server.AdminListen + ", for this machine only"}})
	case server.AdminListen != "":
		entries = append(entries, entry{"admin page", "", []string{server.AdminListen + ", for who has the token"}})
	default:
		entries = append(entries, entry{"admin page", "", []string{"none"}})
	}
	entries = append(entries, entry{"times", "", []string{"in " + server.Timezone.String()}})
	if len(server.Notify) > 0 {
		entries = append(entries, entry{"troubles", "", []string{"told to " + strings.Join(server.Notify, ", ")}})
	}
	return entries
}

func storeText(store config.Store) []entry {
	return []entry{{"kept in", "", []string{keptIn(store)}}, {"kept for", "", []string{keptFor(store)}}}
}

// keptIn names a store, without secrets.
func keptIn(store config.Store) string {
	if where := store.URL.Reveal(); !config.IsPostgres(where) {
		return where
	}
	return databaseText(store.URL.Reveal())
}

// keptFor says how long events are kept.
func keptFor(store config.Store) string {
	return fmt.Sprintf("%s once sent, %s with a dead letter", wording.Spell(store.Retain), wording.Spell(store.RetainDead))
}

// databaseText names a PostgreSQL database, without its user and password.
func databaseText(address string) string {
	name, host := databaseAt(address)
	if name == "" {
		return "PostgreSQL"
	}
	if host != "" {
		host = " at " + host
	}
	return fmt.Sprintf("PostgreSQL: the database %s%s", name, host)
}

// databaseAt returns the name and the host of a PostgreSQL database, as far as its
// address names them.
func databaseAt(address string) (name, host string) {
	u, err := url.Parse(address)
	if err != nil {
		return "", ""
	}
	return strings.Trim(u.Path, "/"), cmp.Or(u.Query().Get("host"), u.Host)
}

// routeText says what a route takes, and below it what becomes of that.
func routeText(r config.Route) []string {
	to := "→ " + strings.Join(r.To, ", ")
	if r.Message != "" {
		to += ", as the message " + r.Message
	}
	return []string{wording.Route(r), to + finalText(r)}
}

func otherwiseText(sinks []string) string {
	if len(sinks) == 0 {
		return "kept, and sent nowhere"
	}
	return "→ " + strings.Join(sinks, ", ")
}

// messageTexts says which messages do not look as they do by default.
func messageTexts(cfg *config.Config) []entry {
	var entries []entry
	for _, m := range cfg.Messages {
		var uses []string
		if slices.Contains(relay.Kinds(), relay.Kind(m.Name)) {
			uses = append(uses, "every event of the kind "+m.Name)
		}
		for _, r := range cfg.Routes {
			if r.Message == m.Name {
				uses = append(uses, fmt.Sprintf("what the route %q sends", wording.RouteName(r.Name)))
			}
		}
		if parts := changed(m); len(uses) > 0 && len(parts) > 0 {
			entries = append(entries, entry{m.Name, "", []string{fmt.Sprintf("changes the %s of %s", strings.Join(parts, ", "), strings.Join(uses, ", and "))}})
		}
	}
	return entries
}

// changed returns the parts of a message that are not as by default.
func changed(m config.Message) []string {
	var parts []string
	for _, part := range []struct {
		name   string
		custom bool
	}{
		{"title", m.Title != nil},
		{"body", m.Body != nil},
		{"fields", m.Fields != nil},
		{"footer", m.Footer != nil},
		{"link", m.Link != nil},
		{"color", m.Color != 0},
	} {
		if part.custom {
			parts = append(parts, part.name)
		}
	}
	return parts
}
