package admin_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"botrelay/relay"
	"botrelay/relay/admin"
)

const token = "a-token-of-36-characters-0123456789ab"

func handler(secret string) http.Handler {
	return admin.New(admin.Config{Token: relay.NewSecret(secret), Metrics: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "up 1\n")
	})})
}

func ask(t *testing.T, h http.Handler, method, path, host string, authorization ...string) *httptest.ResponseRecorder {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	req.Host = host
	for _, value := range authorization {
		req.Header.Add("Authorization", value)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	return rec
}

func TestPaths(t *testing.T) {
	h := handler("")
	for _, tc := range []struct {
		method, path string
		status       int
		text         string
	}{
		{"GET", "/", 200, "metrics "},
		{"GET", "/metrics", 200, "up 1"},
		{"HEAD", "/metrics", 200, ""},
		{"POST", "/metrics", 405, ""},
		{"GET", "/hooks/website", 404, ""},
		{"GET", "/debug/pprof/", 404, ""},
	} {
		got := ask(t, h, tc.method, tc.path, "localhost:8081")
		if got.Code != tc.status || !strings.Contains(got.Body.String(), tc.text) {
			t.Errorf("%s %s: %d %q", tc.method, tc.path, got.Code, got.Body)
		}
		if got.Header().Get("Cache-Control") != "no-store" || got.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s %s: headers %v", tc.method, tc.path, got.Header())
		}
	}
}

// TestToken: nothing is told without the token, not even what there is.
func TestToken(t *testing.T) {
	h := handler(token)
	for _, good := range []string{"Bearer " + token, "bearer " + token, "Bearer  " + token} {
		if got := ask(t, h, "GET", "/metrics", "relay.example.com", good); got.Code != 200 || got.Body.String() != "up 1\n" {
			t.Errorf("%q: %d %q", good, got.Code, got.Body)
		}
	}
	for _, bad := range [][]string{
		nil,
		{""},
		{"Bearer"},
		{"Bearer "},
		{token},
		{"Basic " + token},
		{"Bearer" + token},
		{"Bearer " + token + "x"},
		{"Bearer " + token[1:]},
		{"Bearer " + token + " "},
		{"Bearer " + strings.ToUpper(token)},
		{"Bearer x" + token},
		{"Bearer " + token, "Bearer " + token},
		{"Bearer ***"},
	} {
		for _, path := range []string{"/", "/metrics", "/nothing"} {
			got := ask(t, h, "GET", path, "localhost", bad...)
			if got.Code != 401 || !strings.HasPrefix(got.Header().Get("WWW-Authenticate"), "Bearer") || strings.Contains(got.Body.String(), "up 1") {
				t.Errorf("%s with %q: %d %q", path, bad, got.Code, got.Body)
			}
		}
	}
}

// TestHost: without a token only this machine's own names are answered, or a
// page whose name is made to resolve to it could read what is here.
func TestHost(t *testing.T) {
	h := handler("")
	for _, host := range []string{"localhost", "LOCALHOST:8081", "127.0.0.1", "127.0.0.1:1", "127.8.9.1:8081", "[::1]", "[::1]:8081"} {
		if got := ask(t, h, "GET", "/metrics", host); got.Code != 200 {
			t.Errorf("%q: %d", host, got.Code)
		}
	}
	for _, host := range []string{
		"", ":8081", "evil.example", "evil.example:8081", "localhost.evil.example", "127.0.0.1.evil.example:8081", "127.0.0.1@evil.example",
		"10.0.0.1:8081", "0.0.0.0:8081", "[::]:8081", "192.0.2.1", "[::1", "localhost:8081:1", "2130706433", "127.1",
	} {
		if got := ask(t, h, "GET", "/metrics", host, "Bearer "+token); got.Code != 403 || strings.Contains(got.Body.String(), "up 1") {
			t.Errorf("%q: %d %q", host, got.Code, got.Body)
		}
	}
}
