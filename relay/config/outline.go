package config

import (
	"time"

	"botrelay/relay"
)

// Outline is the part of a routes.toml that tells where a relay keeps things and
// what its parts are called.
type Outline struct {
	Store    relay.Secret   // as Store.URL
	Timezone *time.Location // as Server.Timezone
	Sources  []string       // names, in the order of the file
	Sinks    []string       // names, in the order of the file
	Listen   string         // as Server.Listen
	TLSCert  string         // as Server.TLSCert
}

// ParseOutline reads an Outline, for who looks into a store and sends nothing.
// Everything else in the file may be wrong or lack its variable: who asks what
// became of an event need not have the secrets, nor a file without mistakes. What
// is wrong in [server] is passed over too, and the default holds. The Outline is nil,
// and the problems say why, if the file is no TOML or names no store that can be
// used.
func ParseOutline(file File, env Env) (*Outline, Problems) {
	if env.Getenv == nil {
		env.Getenv = func(string) (string, bool) { return "", false }
	}
	root, src, refused := parseTOML(file.Data)
	if refused != nil {
		return nil, src.unparsed(file.Name, refused, vocabularyOf(env))
	}
	r := &reader{env: env}
	o := &Outline{
		Store:   r.whereStored(root.get("store")),
		Sources: keysOf(root.get("sources")),
		Sinks:   keysOf(root.get("sinks")),
	}
	(&reader{env: env}).outlineServer(root.get("server"), o)
	if problems := src.problems(file.Name, root, r.findings()); problems.Failed() {
		return nil, problems
	}
	return o, nil
}

// whereStored reads the address of the store, and nothing else of [store].
func (r *reader) whereStored(n *node) relay.Secret {
	store := struct {
		URL relay.Secret `toml:"url,clear"`
	}{defaults().Store.URL}
	if n == nil {
		return store.URL
	}
	t := r.table(n, "a table, as in [store]")
	if t == nil {
		return relay.Secret{}
	}
	t.into(&store)
	if t.bound["url"] {
		t.storeURL(store.URL.Reveal())
	}
	return store.URL
}

// outlineServer reads what an outline tells of [server], and nothing else of it.
func (r *reader) outlineServer(n *node, o *Outline) {
	server := struct {
		Timezone *time.Location `toml:"timezone"`
		Listen   string         `toml:"listen"`
		TLSCert  string         `toml:"tls_cert"`
	}{defaults().Server.Timezone, defaults().Server.Listen, ""}
	if n != nil && n.kind == tableKind {
		r.table(n, "").into(&server)
	}
	o.Timezone, o.Listen, o.TLSCert = server.Timezone, server.Listen, server.TLSCert
}

// Unknown says that a name given elsewhere than in the file is not known: which
// one may be meant, and which there are.
func Unknown(what, name string, known []string) string {
	return unknown(what, quote(name), name, known)
}
