package admin

import (
	"crypto/sha256"
	"crypto/subtle"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"botrelay/relay"
)

// guarded returns h for those who may come in.
//
// With a token the Host does not matter. What the check of the Host prevents is
// that a page somewhere in the web has its name resolve to this machine, and so
// lets the visitor's browser ask for it what only this machine may see. But a
// browser attaches no bearer token of its own accord, and it keeps what another
// name's page was told away from it. So a relay behind a proxy can have any name.
func guarded(h http.Handler, token relay.Secret) http.Handler {
	allowed := shows(token)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Cache-Control", "no-store")
		header.Set("X-Content-Type-Options", "nosniff")
		switch {
		case !token.IsZero() && !allowed(r):
			header.Set("WWW-Authenticate", `Bearer realm="botrelay"`)
			say(w, http.StatusUnauthorized, "this needs the admin_token of the routes file, as in: Authorization: Bearer TOKEN\n")
		case token.IsZero() && !isLocal(r.Host):
			say(w, http.StatusForbidden, "this answers to localhost and 127.0.0.1 only: set an admin_token in the routes file to use another name\n")
		default:
			h.ServeHTTP(w, r)
		}
	})
}

// shows returns a function that tells whether a request shows the token. How
// long that takes tells neither the token nor its length.
func shows(token relay.Secret) func(*http.Request) bool {
	want := sha256.Sum256([]byte(token.Reveal()))
	return func(r *http.Request) bool {
		values := r.Header.Values("Authorization")
		if len(values) != 1 {
			return false
		}
		scheme, shown, _ := strings.Cut(values[0], " ")
		got := sha256.Sum256([]byte(strings.TrimLeft(shown, " ")))
		return strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(got[:], want[:]) == 1
	}
}

// isLocal reports whether a request's Host names this machine by a name that
// nobody else can make resolve to it: localhost, or a loopback address; with any
// port, since a tunnel may begin at another one.
func isLocal(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil { // it has no port, or is no host at all
		host, _, err = net.SplitHostPort(hostport + ":0")
	}
	if err != nil {
		return false
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // a caller that has gone needs no answer
}
