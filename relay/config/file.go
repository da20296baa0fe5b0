package config

import (
	"slices"
	"strings"
)

// names are those of everything that others may refer to.
type names struct {
	vendors, sources, sinks, messages []string
}

// config reads the whole file.
func (r *reader) config(root *node) *Config {
	cfg := defaults()
	t := &table{r: r, node: root, of: ofFile, bound: make(map[string]bool)}
	t.misnamed()
	t.below()
	names := names{
		vendors: slices.Compact(slices.Sorted(slices.Values(append(r.namesOf(root.get("vendors")), r.env.Vendors...)))),
		sources: r.namesOf(root.get("sources")),
		sinks:   r.namesOf(root.get("sinks")),

		messages: keysOf(root.get("messages")),
	}
	t.section("server", func(n *node) { r.server(n, names, &cfg.Server) })
	t.section("store", func(n *node) { r.store(n, &cfg.Store) })
	t.section("bots", func(n *node) { assign(&cfg.Bots)(r.texts(n)) })
	t.section("vendors", func(n *node) { cfg.Vendors = r.vendors(n) })
	r.described = cfg.Vendors
	t.section("sources", func(n *node) { cfg.Sources = r.sources(n, names) })
	t.section("sinks", func(n *node) { cfg.Sinks = r.sinks(n, names) })
	t.section("routes", func(n *node) { cfg.Routes = r.routes(n, names) })
	for i := range cfg.Routes {
		if a := &cfg.Routes[i].Active; *a != (Active{}) && a.Zone == nil {
			a.Zone = cfg.Server.Timezone
		}
	}
	t.section("default", func(n *node) { cfg.Default = r.fallback(n, names) })
	t.section("messages", func(n *node) { cfg.Messages = r.messages(n) })
	t.finish()
	t.complete()
	if !r.failed() {
		cfg.sent = r.sent(cfg)
		r.unused(root, cfg)
		r.impossible(root.get("routes"), cfg)
		r.behind(root.get("routes"), cfg)
	}
	return cfg
}

// section reads one of the file's tables, if it is there.
func (t *table) section(key string, read func(*node)) {
	t.fields = append(t.fields, field{key: key})
	if n := t.node.get(key); n != nil {
		t.bound[key] = true
		read(n)
	}
}

// complete reports what a relay needs to have anything to do.
func (t *table) complete() {
	lacks := func(key string) bool {
		_, there := t.bound[key]
		n := t.node.get(key)
		return !there || n != nil && (n.kind == tableKind || n.kind == listKind) && len(n.items) == 0
	}
	if lacks("sources") {
		t.r.errorf(t.node.at, `there is no source: add one, such as [sources.website] with vendor = "chatbase" and secret = "${CHATBASE_SECRET}"`)
	}
	if lacks("sinks") {
		t.r.errorf(t.node.at, `there is no sink: add one, such as [sinks.sales] with type = "slack" and webhook_url = "${SLACK_WEBHOOK_URL}"`)
	}
	if lacks("routes") && lacks("default") {
		t.r.errorf(t.node.at, `there is no route: add one, such as [[routes]] with match = { kind = "lead" } and to = ["sales"]`)
	}
}

func keysOf(n *node) []string {
	var keys []string
	if n != nil && n.kind == tableKind {
		for _, item := range n.items {
			keys = append(keys, item.name)
		}
	}
	return keys
}

// server reads [server].
func (r *reader) server(n *node, names names, s *Server) {
	t := r.table(n, "a table, as in [server]")
	if t == nil {
		return
	}
	t.of = ofServer
	t.into(s)
	t.finish()
	address := func(text string) (string, error) {
		_, err := parseAddress(text)
		return text, err
	}
	t.check("listen", &s.Listen, address)
	admin := t.check("admin_listen", &s.AdminListen, address)
	if t.check("public_url", &s.PublicURL, parseURL) && strings.Contains(strings.ReplaceAll(s.PublicURL, "://", " "), "/hooks") {
		r.warnf(t.at("public_url"), `"public_url" goes without the path of a hook: /hooks/NAME is added to it`)
	}
	if admin {
		t.guarded(s)
	}
	t.certificate(s)
	if t.bound["notify"] {
		r.sinkList(n.get("notify"), s.Notify, names)
	}
}

// check lets parse look at a string that was read, and reports its error. It
// returns false if the key is there and wrong.
func (t *table) check(key string, dst *string, parse func(string) (string, error)) bool {
	if good, there := t.bound[key]; !there || !good {
		return !there
	}
	text, err := parse(*dst)
	if err != nil && t.node.get(key).absent {
		t.bound[key] = false
		return false
	}
	if err != nil {
		n := t.node.get(key)
		t.r.errorf(n.at, "%q %s, got %s%s", n.name, err, quoted(n), likeOf(n, err))
		t.bound[key] = false
		return false
	}
	*dst = text
	return true
}

// sinkExists reports a name that no sink has. Without any sink that is what is
// reported.
func (r *reader) sinkExists(n *node, name string, names names) {
	if len(names.sinks) == 0 || slices.Contains(names.sinks, name) {
		return
	}
	bare, dotted := strings.CutPrefix(name, "sinks.")
	switch parts := quotedParts(n); {
	case len(parts) > 1:
		r.errorf(n.at, "unknown sink %s: each name has its own quotes, as in [%s]", quoted(n), strings.Join(parts, ", "))
	case n.name == "to" && (name == "*" || strings.EqualFold(name, "all")):
		r.errorf(n.at, "unknown sink %s: write out the name of each (%s)", quoted(n), listed(names.sinks))
	case dotted && slices.Contains(names.sinks, bare) && !strings.Contains(n.text(), "$"):
		r.errorf(n.at, "unknown sink %s: did you mean %q?", quoted(n), cut(bare))
	default:
		r.errorf(n.at, "%s", r.unknownValue(n, "sink", name, names.sinks))
	}
}

// unknownValue says that a value is not one of the known ones. What a variable
// holds is neither shown nor guessed at.
func (r *reader) unknownValue(n *node, what, value string, known []string) string {
	if strings.Contains(n.text(), "$") {
		value = ""
	}
	if r.errs > maxFindings { // which nobody is told
		return "unknown " + what + " " + quoted(n)
	}
	return unknown(what, quoted(n), value, known)
}
