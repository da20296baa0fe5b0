package door_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"botrelay/relay"
	"botrelay/relay/admin/door"
)

const token = "a-token-of-36-characters-0123456789ab"

// behind returns a door with this token before something that says who it is.
func behind(secret string) http.Handler {
	return door.New(door.Config{
		Token: relay.NewSecret(secret),
		Open:  "/assets/",
		Form: func(w http.ResponseWriter, _ *http.Request, f door.Form) {
			w.WriteHeader(f.Status)
			_, _ = io.WriteString(w, "FORM next="+f.Next+" wrong="+f.Wrong)
		},
	}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "inside "+r.URL.Path)
	}))
}

// request is one that a browser or a program makes.
type request struct {
	method, path, host, body, from string
	header                         http.Header
}

func (q request) to(t *testing.T, h http.Handler) answer {
	t.Helper()
	if q.method == "" {
		q.method = "GET"
	}
	r := httptest.NewRequestWithContext(t.Context(), q.method, q.path, strings.NewReader(q.body))
	r.Host = q.host
	if r.Host == "" {
		r.Host = "localhost:8081"
	}
	if q.from != "" {
		r.RemoteAddr = q.from
	}
	maps.Copy(r.Header, q.header)
	if q.body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return answer{rec.Code, rec.Header(), rec.Body.String()}
}

// answer is what came back.
type answer struct {
	StatusCode int
	Header     http.Header
	text       string
}

func (a answer) cookies() []*http.Cookie { return (&http.Response{Header: a.Header}).Cookies() }

// TestBearer: nothing is told without the token, not even what there is.
func TestBearer(t *testing.T) {
	for _, good := range []string{"Bearer " + token, "bearer " + token, "Bearer  " + token} {
		got := request{path: "/metrics", host: "relay.example.com", header: http.Header{"Authorization": {good}}}.to(t, behind(token))
		if text := got.text; got.StatusCode != 200 || text != "inside /metrics" {
			t.Errorf("%q: %d %q", good, got.StatusCode, text)
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
		for _, path := range []string{"/", "/metrics", "/nothing", "/loginx"} {
			got := request{path: path, header: http.Header{"Authorization": bad}}.to(t, behind(token))
			if text := got.text; got.StatusCode != 401 || !strings.HasPrefix(got.Header.Get("WWW-Authenticate"), "Bearer") || strings.Contains(text, "inside") {
				t.Errorf("%s with %q: %d %q", path, bad, got.StatusCode, text)
			}
		}
	}
}

// TestRefusedProgram: a program that asks for JSON is refused in JSON, and anybody else in
// a line of text.
func TestRefusedProgram(t *testing.T) {
	program := http.Header{"Accept": {"application/json"}}
	for _, one := range []struct {
		secret string
		asks   request
		status int
		says   string
	}{
		{token, request{path: "/events", header: program}, 401, "admin_token"},
		{"", request{path: "/events", host: "evil.example", header: program}, 403, "localhost"},
		{"", request{method: "POST", path: "/dead/replay", header: http.Header{"Accept": {"application/json"}, "Sec-Fetch-Site": {"cross-site"}}}, 403, "another site"},
		{token, request{path: "/metrics"}, 401, "admin_token"},
	} {
		got := one.asks.to(t, behind(one.secret))
		var said struct{ Error string }
		inJSON := json.Unmarshal([]byte(got.text), &said) == nil
		if wants := one.asks.header != nil; got.StatusCode != one.status || inJSON != wants || (got.Header.Get("Content-Type") == "application/json") != wants {
			t.Errorf("%s: %d %s %q", one.asks.path, got.StatusCode, got.Header.Get("Content-Type"), got.text)
		}
		if inJSON && !strings.Contains(said.Error, one.says) || !strings.Contains(got.text, one.says) {
			t.Errorf("%s: %q does not tell of %s", one.asks.path, got.text, one.says)
		}
	}
}

// TestHost: without a token only this machine's own names are answered, or a
// page whose name is made to resolve to it could read what is here.
func TestHost(t *testing.T) {
	h := behind("")
	for _, host := range []string{"localhost", "LOCALHOST:8081", "127.0.0.1", "127.0.0.1:1", "127.8.9.1:8081", "[::1]", "[::1]:8081"} {
		if got := (request{path: "/metrics", host: host}).to(t, h); got.StatusCode != 200 {
			t.Errorf("%q: %d", host, got.StatusCode)
		}
	}
	for _, host := range []string{
		":8081", "evil.example", "evil.example:8081", "localhost.evil.example", "127.0.0.1.evil.example:8081", "127.0.0.1@evil.example",
		"10.0.0.1:8081", "0.0.0.0:8081", "[::]:8081", "192.0.2.1", "[::1", "localhost:8081:1", "2130706433", "127.1",
	} {
		got := request{path: "/metrics", host: host, header: http.Header{"Authorization": {"Bearer " + token}}}.to(t, h)
		if text := got.text; got.StatusCode != 403 || strings.Contains(text, "inside") {
			t.Errorf("%q: %d %q", host, got.StatusCode, text)
		}
	}
}

// TestOtherSites: a page of another site cannot let a reader's browser act here,
// with a token and without.
func TestOtherSites(t *testing.T) {
	for _, secret := range []string{"", token} {
		h := behind(secret)
		for _, tc := range []struct {
			method string
			header http.Header
			status int
		}{
			{"POST", http.Header{"Sec-Fetch-Site": {"cross-site"}}, 403},
			{"POST", http.Header{"Sec-Fetch-Site": {"same-site"}}, 403},
			{"POST", http.Header{"Origin": {"https://evil.example"}}, 403},
			{"POST", http.Header{"Origin": {"null"}}, 403},
			{"DELETE", http.Header{"Origin": {"http://localhost:9999"}}, 403},
			{"POST", http.Header{"Sec-Fetch-Site": {"same-origin"}}, 200},
			{"POST", http.Header{"Origin": {"http://localhost:8081"}}, 200},
			{"POST", http.Header{}, 200}, // a program
			{"GET", http.Header{"Sec-Fetch-Site": {"cross-site"}}, 200},
		} {
			tc.header.Set("Authorization", "Bearer "+token)
			if got := (request{method: tc.method, path: "/replay", header: tc.header}).to(t, h); got.StatusCode != tc.status {
				t.Errorf("token %q: %s with %v: %d, want %d", secret, tc.method, tc.header, got.StatusCode, tc.status)
			}
		}
	}
}

// TestHeaders: what is answered can do nothing beyond its own address, whoever asks.
func TestHeaders(t *testing.T) {
	for _, h := range []http.Handler{behind(""), behind(token)} {
		for _, path := range []string{"/", "/login", "/assets/base.css"} {
			header := request{path: path, header: http.Header{"Accept": {"text/html"}}}.to(t, h).Header
			for name, want := range map[string]string{
				"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "same-origin",
			} {
				if got := header.Get(name); got != want {
					t.Errorf("%s: %s is %q, want %q", path, name, got, want)
				}
			}
			policy := header.Get("Content-Security-Policy")
			for _, want := range []string{"default-src 'none'", "script-src 'self'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"} {
				if !strings.Contains(policy, want) {
					t.Errorf("%s: the policy lacks %q: %s", path, want, policy)
				}
			}
			if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
				t.Errorf("%s: the policy is too wide: %s", path, policy)
			}
		}
	}
}
