// Package door decides who may come in to the admin side, and makes what is
// answered there harmless: the Host is checked, a token is asked for by a form or
// from a program, wrong ones are slowed down, and other sites' pages can neither
// act here nor show it in a frame. What is behind it is left to others.
package door

import (
	"net/http"
	"net/netip"

	"botrelay/relay"
)

// Config is what a door consists of.
type Config struct {
	// Token is what has to be shown: in the form, or by programs as
	// "Authorization: Bearer TOKEN". Zero: anybody on this machine may come in, and
	// nobody else must be able to connect; only requests to this machine's own
	// names are answered.
	Token relay.Secret
	// Guesses remembers who showed a wrong token. It outlives the door. nil: it
	// begins with this door.
	Guesses *Guesses
	// Client returns whose request it is; nil: its peer's.
	Client func(*http.Request) (netip.Addr, error)
	// Form shows the form that asks for the token, at any path: it sends the field
	// "token", and "next" as it was given, to the path "login" of the root.
	Form func(w http.ResponseWriter, r *http.Request, f Form)
	// Style, Script and the like, below this path, are shown to anybody; it ends
	// with a slash. Empty: nothing is.
	Open string
}

// Form is what the form that asks for a token shows.
type Form struct {
	Status int
	Next   string // where to go on, as a path from the root, with its query
	Wrong  string // why the last try was not good, in a sentence; empty: there was none
}

// door is a handler before another one.
type door struct {
	Config

	token  *token
	inside http.Handler
}

// New returns inside for those who may come in. Its paths begin at its root. It may
// be used from several goroutines.
func New(cfg Config, inside http.Handler) http.Handler {
	if cfg.Guesses == nil {
		cfg.Guesses = NewGuesses()
	}
	d := &door{Config: cfg, token: newToken(cfg.Token), inside: inside}
	mux := http.NewServeMux()
	mux.HandleFunc("/", d.ask)
	if !cfg.Token.IsZero() {
		mux.HandleFunc("GET /login", d.form)
		mux.HandleFunc("POST /login", d.login)
		mux.HandleFunc("POST /logout", d.logout)
		if cfg.Open != "" {
			mux.Handle("GET "+cfg.Open, inside)
		}
	}
	guarded := http.NewCrossOriginProtection()
	guarded.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		say(w, r, http.StatusForbidden, "another site asked for this: only pages of this address may")
	}))
	return d.local(guarded.Handler(mux))
}

// contentPolicy lets a page use what comes from its own address and nothing else.
const contentPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// local returns h with the headers that every answer has, and without a token for
// requests to this machine's own names only.
//
// With a token the Host does not matter. What its check prevents is that a page
// somewhere in the web has its name resolve to this machine, and so lets the
// visitor's browser ask for what only this machine may see. But a browser shows
// neither a bearer token nor another name's cookie of its own accord. So a relay
// behind a proxy can have any name.
func (d *door) local(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Cache-Control", "no-store")
		header.Set("Content-Security-Policy", contentPolicy)
		header.Set("X-Content-Type-Options", "nosniff")
		// A stricter one lets browsers hide where a form of ours comes from.
		header.Set("Referrer-Policy", "same-origin")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		if d.Token.IsZero() && !isLocal(r.Host) {
			say(w, r, http.StatusForbidden, "this answers to localhost and 127.0.0.1 only: set an admin_token in routes.toml to use another name")
			return
		}
		h.ServeHTTP(w, r)
	})
}

// client returns whose request it is; one that cannot be told is nobody's.
func (d *door) client(r *http.Request) netip.Addr {
	if d.Client == nil {
		at, _ := netip.ParseAddrPort(r.RemoteAddr)
		return at.Addr().Unmap()
	}
	at, err := d.Client(r)
	if err != nil {
		return netip.Addr{}
	}
	return at
}
