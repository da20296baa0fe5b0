package config

import (
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	leastRetain = 48 * time.Hour // less would forget what a vendor may still send again
	sqliteURL   = "sqlite:"
)

// store reads [store].
func (r *reader) store(n *node, s *Store) {
	t := r.table(n, "a table, as in [store]")
	if t == nil {
		return
	}
	t.of = ofStore
	t.into(s)
	t.finish()
	if t.bound["url"] {
		t.storeURL(s.URL.Reveal())
	}
	if t.bound["retain"] && s.Retain < leastRetain {
		r.refuses(n.get("retain"), `wants at least "48h"`)
	}
	if t.bound["retain_dead"] && s.RetainDead <= 0 {
		r.refuses(n.get("retain_dead"), "wants more than nothing")
	}
	t.retention(s)
}

// retention looks at the two times together. Events with a dead letter are kept
// no shorter than others, unless the file says so.
func (t *table) retention(s *Store) {
	good, there := t.bound["retain_dead"]
	switch {
	case !there:
		s.RetainDead = max(s.RetainDead, s.Retain)
	case good && s.RetainDead > 0 && s.RetainDead < s.Retain:
		t.r.warnf(t.at("retain_dead"), `"retain_dead" is shorter than "retain": `+
			"an event with a dead letter is forgotten early, and delivered once more if its vendor sends it again")
	}
}

// storeURL checks the store's address, which may hold a password: it is not
// shown.
func (t *table) storeURL(address string) {
	path, isSQLite := strings.CutPrefix(address, sqliteURL)
	text := ""
	switch {
	case IsPostgres(address):
		text = PostgresTrouble(address)
		if n := t.node.get("url"); n != nil && text == "" && hasPassword(address) && !strings.Contains(n.text(), "$") {
			t.r.warnf(n.at, `the password in "url" is written in clear: take it from the environment, as in "${NAME}", or name a file with "url_file"`)
		}
	case !isSQLite:
		text = `is not a store: write "sqlite:" and the name of a file, or postgres://USER:PASSWORD@HOST/DATABASE`
	case path == "" || strings.HasSuffix(path, "/"):
		text = `names no file: write "sqlite:" and the name of a file`
	case strings.HasPrefix(path, ":memory:"):
		text = `would lose everything with the process: write "sqlite:" and the name of a file`
	default:
		if n := t.node.get("url"); n != nil {
			n.public = true
		}
	}
	if text != "" {
		t.r.errorf(t.at("url"), `%q: `+strings.ReplaceAll(text, "%", "%%"), "url")
	}
}

// IsPostgres reports whether a store's address names a PostgreSQL database.
func IsPostgres(address string) bool {
	return strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://")
}

// PostgresTrouble returns what is wrong with a database's address, as far as that
// can be told without the database, or nothing. Nothing of the address is in it.
func PostgresTrouble(address string) string {
	u, err := url.Parse(address)
	switch {
	case err != nil && isSocket(address):
		return "has a folder for a host: write postgres:///DATABASE?host=/run/postgresql, or wherever the server's socket is"
	case err != nil, strings.ContainsAny(strings.Trim(u.EscapedPath(), "/"), "@/"): // a password goes on there
		return "is not an address: in the password, write other characters than letters and digits as %XX, such as %40 for @"
	case strings.Trim(u.Path, "/") == "":
		return "names no database: write postgres://USER:PASSWORD@HOST/DATABASE"
	case u.Query().Has("sslmode") && !slices.Contains(sslModes(), u.Query().Get("sslmode")):
		return "has an unknown sslmode (known: " + strings.Join(sslModes(), ", ") + ")"
	}
	return ""
}

// isSocket reports whether a database's address has the folder of a socket for its
// host, which libpq takes.
func isSocket(address string) bool {
	_, rest, _ := strings.Cut(address, "://")
	authority, _, _ := strings.Cut(rest, "/")
	host := authority[strings.LastIndex(authority, "@")+1:]
	return strings.HasPrefix(strings.ToLower(host), "%2f")
}

// sslModes are PostgreSQL's.
func sslModes() []string {
	return []string{"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}
}

// hasPassword reports whether a password stands in a database's address.
func hasPassword(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	_, there := u.User.Password()
	return there || u.Query().Has("password")
}
