package door

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

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

// say answers with a sentence, as JSON to a program that asks for that. A caller that has
// gone needs no answer.
func say(w http.ResponseWriter, r *http.Request, status int, text string) {
	if strings.Contains(r.Header.Get("Accept"), "application/json") && !wantsPage(r) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": text})
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n")
}
