package main

import (
	"botrelay/relay"
	"botrelay/relay/config"
)

// live returns what of a new configuration can be used while the relay runs: what
// cannot stays as it is, and is named by its keys.
func (b *built) live(c *config.Config) (*config.Config, []string) {
	next, s, was := *c, &c.Server, b.current.cfg.Server
	var later []string
	differs := func(key string, is bool) bool {
		if is {
			later = append(later, key)
		}
		return is
	}
	listen := differs("listen", s.Listen != b.started.listen)
	admin := differs("admin_listen", s.AdminListen != b.started.adminListen)
	next.Server.Listen, next.Server.AdminListen = was.Listen, was.AdminListen
	if (listen || admin) && s.AdminToken.IsZero() {
		// The file means other addresses, that need none: these here may.
		next.Server.AdminToken = was.AdminToken
	}
	if differs("tls_cert", (s.Certificate != nil) != b.started.secure) {
		next.Server.Certificate = was.Certificate
	}
	differs("store.url", c.Store.URL != b.started.storeURL)
	next.Store.URL = b.current.cfg.Store.URL
	return &next, later
}

// fixed is what a routes file said at the start of what cannot change before the
// next one.
type fixed struct {
	listen, adminListen string
	secure              bool
	storeURL            relay.Secret
}

func fixedOf(c *config.Config) fixed {
	return fixed{c.Server.Listen, c.Server.AdminListen, c.Server.Certificate != nil, c.Store.URL}
}
