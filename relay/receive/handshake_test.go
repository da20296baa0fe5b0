package receive_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"

	"botrelay/relay/receive"
	"botrelay/relay/vendors"
)

// acme is a described vendor that tries an address in both ways.
func acme(t *testing.T) *vendors.Vendor {
	t.Helper()
	v, err := vendors.Describe("acme", vendors.Description{
		Signature: vendors.Scheme{Header: "X-Acme-Signature"},
		Event:     vendors.EventPaths{Type: []string{"event"}, Name: []string{"who"}},
		Kinds:     [][2]string{{"lead.*", "lead"}},
		Handshake: vendors.Handshake{Head: http.StatusNoContent, Echo: "X-Acme-Challenge"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestHandshake(t *testing.T) {
	r := start(t, nil)
	signature := hex.EncodeToString(mac(sha256.New, secret, aLead))
	tests := []struct {
		about, method, source string
		headers               []string
		status                int
		body                  string
		outcome               receive.Outcome
		reason                receive.Reason
	}{
		{"HEAD", "HEAD", "acme", nil, 204, "", receive.Test, ""},
		{"HEAD, before there is a secret", "HEAD", "acme-pending", nil, 204, "", receive.Test, ""},
		{"HEAD, not described", "HEAD", "chatbase", nil, 405, "", receive.Refused, receive.Method},
		{"GET", "GET", "acme", nil, 405, "method not allowed\n", receive.Refused, receive.Method},
		{"a challenge", "POST", "acme", []string{"x-acme-challenge", "abc-123"}, 200, "abc-123", receive.Test, ""},
		{"a challenge in a GET", "GET", "acme", []string{"X-Acme-Challenge", "abc-123"}, 200, "abc-123", receive.Test, ""},
		{"a challenge, before there is a secret", "POST", "acme-pending", []string{"X-Acme-Challenge", "abc-123"}, 200, "abc-123", receive.Test, ""},
		{"one that looks like JSON", "POST", "acme", []string{"X-Acme-Challenge", `{"a":1}`}, 200, `{"a":1}`, receive.Test, ""},
		{"one that looks like a page", "POST", "acme", []string{"X-Acme-Challenge", "<script>alert(1)</script>"}, 200, "<script>alert(1)</script>", receive.Test, ""},
		{"a signed event beside it", "POST", "acme", []string{"X-Acme-Challenge", "abc", "X-Acme-Signature", signature}, 200, "abc", receive.Test, ""},
		{"an empty one, which is none", "POST", "acme", []string{"X-Acme-Challenge", ""}, 401, `{"error":"invalid signature"}`, receive.Refused, receive.Signature},
		{"one that is too long", "POST", "acme", []string{"X-Acme-Challenge", strings.Repeat("x", 513)}, 400, "this is no challenge\n", receive.Refused, receive.Challenge},
		{"one that is not ASCII", "POST", "acme", []string{"X-Acme-Challenge", "gr\xfc\xdfe"}, 400, "this is no challenge\n", receive.Refused, receive.Challenge},
		{"two", "POST", "acme", []string{"X-Acme-Challenge", "a", "X-Acme-Challenge", "b"}, 400, "this is no challenge\n", receive.Refused, receive.Challenge},
		{"of a vendor that has none", "POST", "chatbase", []string{"X-Acme-Challenge", "abc"}, 400, `{"message":"Signature didn't match"}`, receive.Refused, receive.Signature},
		{"no challenge", "POST", "acme", []string{"X-Acme-Signature", signature}, 200, "OK", receive.Accepted, ""},
	}
	for _, tt := range tests {
		got := r.send(tt.method, tt.source, aLead, tt.headers...)
		if got.status != tt.status || got.body != tt.body {
			t.Errorf("%s: %d %q, want %d %q", tt.about, got.status, got.body, tt.status, tt.body)
		}
		if seen := <-r.seen; seen.Outcome != tt.outcome || seen.Reason != tt.reason {
			t.Errorf("%s: seen as %+v", tt.about, seen)
		}
		if tt.outcome == receive.Test && tt.body != "" {
			if kind := got.header.Get("Content-Type"); kind != "text/plain; charset=utf-8" || got.header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s: %v", tt.about, got.header)
			}
		}
		if allow := got.header.Get("Allow"); tt.status == 405 && tt.source == "acme" && allow != "HEAD, POST" {
			t.Errorf("%s: Allow is %q", tt.about, allow)
		}
	}
	if events := r.events(); len(events) != 1 {
		t.Errorf("%d events are stored, want the one without a challenge", len(events))
	}
}
