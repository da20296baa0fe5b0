package receive

import (
	"net/http"
	"strings"

	"botrelay/relay/vendors"
)

// maxEcho is how much of a stranger's is sent back, in bytes. Challenges are
// random texts of some 40.
const maxEcho = 512

// greet answers a vendor that tries the address, as it describes that. Such a
// request is not signed, and nothing of it is kept.
func greet(shake vendors.Handshake, r *http.Request) (out outcome, greeted bool) {
	var values []string
	if shake.Echo != "" {
		values = r.Header.Values(shake.Echo)
	}
	switch {
	case len(values) > 1, len(values) == 1 && values[0] != "":
		return echo(values), true
	case shake.Head != 0 && r.Method == http.MethodHead:
		return outcome{reply: answer(vendors.Reply{Status: shake.Head}), test: true}, true
	}
	return outcome{}, false
}

// echo sends a challenge back. It is never taken for a page: it is short, plain
// text, and nothing that a browser would guess about.
func echo(values []string) outcome {
	odd := func(c rune) bool { return c < ' ' || c > '~' }
	if text := values[0]; len(values) > 1 || len(text) > maxEcho || strings.ContainsFunc(text, odd) {
		return refuse(http.StatusBadRequest, Challenge, "this is no challenge")
	}
	out := outcome{reply: answer(vendors.Reply{Status: http.StatusOK, Body: values[0]}), test: true}
	out.reply.plain = true
	out.reply.header = http.Header{"X-Content-Type-Options": {"nosniff"}}
	return out
}

// wrongMethod refuses what is no POST.
func wrongMethod(shake vendors.Handshake) outcome {
	out := refuse(http.StatusMethodNotAllowed, Method, "method not allowed")
	out.reply.header = http.Header{"Allow": {http.MethodPost}}
	if shake.Head != 0 {
		out.reply.header.Set("Allow", "HEAD, POST")
	}
	return out
}
