package config

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// leastToken is how many characters a token has that is not guessed at once.
const leastToken = 8

// AdminShared reports whether the admin side has the very address of the
// webhooks: then it stands under /admin/ there. Two that take any free port have not.
func (s Server) AdminShared() bool {
	if s.AdminListen == "" {
		return false
	}
	admin, hooks := parseEndpoint(s.AdminListen), parseEndpoint(s.Listen)
	return admin.port == hooks.port && admin.port != 0 && (admin.host == hooks.host || admin.everywhere() && hooks.everywhere())
}

// guarded reports an admin side that the network can reach without a token, or
// that cannot have its address, and a token that guards nothing.
func (t *table) guarded(s *Server) {
	_, hasToken := t.bound["admin_token"]
	_, hasListen := t.bound["admin_listen"]
	good := t.bound["listen"] || t.node.get("listen") == nil
	if strings.ContainsFunc(s.AdminToken.Reveal(), func(c rune) bool { return c <= ' ' || c > '~' }) {
		t.r.errorf(t.at("admin_token"), `"admin_token" wants letters, digits and signs without spaces: it is sent in a line of a request`)
	}
	host, _ := parseAddress(s.AdminListen)
	switch {
	case !hasListen && hasToken:
		t.r.warnf(t.key("admin_token"), `"admin_token" guards nothing: there is no "admin_listen"`)
	case !hasListen:
	case good && !s.AdminShared() && overlap(parseEndpoint(s.AdminListen), parseEndpoint(s.Listen)):
		t.r.errorf(t.at("admin_listen"), `the admin page wants a port that the webhooks have already: write another port, or the very address of "listen"`)
	case hasToken && !isLoopback(host) && len(s.AdminToken.Reveal()) < leastToken:
		if t.bound["admin_token"] && !t.node.get("admin_token").lacks() {
			t.r.warnf(t.at("admin_token"), `"admin_token" can be guessed, and the network can reach the admin page: take 16 characters or more, at random`)
		}
	case hasToken:
	case good && s.AdminShared():
		t.r.errorf(t.at("admin_listen"), `the admin page shares the address of the webhooks: it needs an "admin_token"`)
	case !isLoopback(host):
		t.r.errorf(t.at("admin_listen"), `the network can reach the admin page: it needs an "admin_token", or an address such as "127.0.0.1:8081"`)
	}
}

// endpoint is an address that was parsed, in a form that can be compared.
type endpoint struct {
	host string // an IP address, or a name in lower case; empty: every address
	port uint64 // 0: any that is free
}

// parseEndpoint takes what parseAddress finds good.
func parseEndpoint(text string) endpoint {
	host, port, _ := net.SplitHostPort(text)
	e := endpoint{host: strings.ToLower(host)}
	e.port, _ = strconv.ParseUint(port, 10, 16)
	if e.host == "localhost" { // which is how it is listened on
		e.host = "127.0.0.1"
	}
	if ip, err := netip.ParseAddr(e.host); err == nil {
		e.host = ip.Unmap().String()
	}
	if e.host == "::" { // Go listens on IPv4 as well then
		e.host = ""
	}
	return e
}

func (e endpoint) everywhere() bool { return e.host == "" || e.host == "0.0.0.0" }

// overlap reports whether a system that gives one of the two refuses the other.
func overlap(a, b endpoint) bool {
	if a.port != b.port || a.port == 0 {
		return false
	}
	covers := func(wide, narrow endpoint) bool {
		ip, err := netip.ParseAddr(narrow.host)
		return wide.host == "" || wide.host == "0.0.0.0" && (err != nil || ip.Is4())
	}
	return a.host == b.host || covers(a, b) || covers(b, a)
}
