package admin_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin"
	"botrelay/relay/admin/dead"
	"botrelay/relay/admin/jobs"
	"botrelay/relay/admin/live"
	"botrelay/relay/admin/overview"
	"botrelay/relay/admin/pagetest"
	"botrelay/relay/admin/routes"
	"botrelay/relay/config"
	"botrelay/relay/status"
)

const token = "a-token-of-36-characters-0123456789ab"

func handler(t *testing.T, secret string) http.Handler {
	t.Helper()
	store, board := pagetest.New(t).Store, status.New(time.Now())
	h, err := admin.New(admin.Config{
		Token:    relay.NewSecret(secret),
		Overview: overview.Config{Store: store, Board: board},
		Dead:     dead.Config{Store: store, Jobs: jobs.New(nil)},
		Routes:   routes.Config{Routes: new(config.Config), Counts: store, Events: store, Standing: board.Configuration},
		Live:     live.New(nil),
		Metrics: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "up 1\n")
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// ask makes a request; more are the names and values of headers.
func ask(t *testing.T, h http.Handler, method, path string, more ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	r.Host = "localhost:8081"
	for i := 0; i < len(more); i += 2 {
		r.Header.Set(more[i], more[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

func TestPaths(t *testing.T) {
	h := handler(t, "")
	for _, tc := range []struct {
		method, path string
		status       int
		text         string
	}{
		{"GET", "/metrics", 200, "up 1"},
		{"HEAD", "/metrics", 200, ""},
		{"POST", "/metrics", 405, ""},
		{"GET", "/assets/base.css", 200, "--page"},
		{"GET", "/assets/base.js", 200, "EventSource"},
		{"GET", "/assets/sheet.html", 404, ""},
		{"GET", "/assets/../admin.go", 307, ""},
		{"GET", "/", 200, "Three steps to the first event"},
		{"GET", "/dead", 200, "Everything has arrived"},
		{"GET", "/routes", 200, "nowhere: it is kept"},
		{"GET", "/hooks/website", 404, "no such page"},
		{"GET", "/debug/pprof/", 404, "no such page"},
	} {
		got := ask(t, h, tc.method, tc.path)
		if got.Code != tc.status || !strings.Contains(got.Body.String(), tc.text) {
			t.Errorf("%s %s: %d %q", tc.method, tc.path, got.Code, got.Body)
		}
	}
}

// TestStranger: who has no token is shown the form, and nothing of what is behind
// it; a program is told how to show one.
func TestStranger(t *testing.T) {
	h := handler(t, token)
	page := ask(t, h, "GET", "/metrics", "Accept", "text/html,*/*")
	text := page.Body.String()
	if page.Code != 401 || !strings.Contains(text, `name="token"`) || !strings.Contains(text, `value="metrics"`) || strings.Contains(text, "up 1") || strings.Contains(text, "<nav") {
		t.Errorf("a browser: %d %q", page.Code, text)
	}
	if got := ask(t, h, "GET", "/metrics"); got.Code != 401 || !strings.Contains(got.Body.String(), "Bearer") {
		t.Errorf("a program: %d %q", got.Code, got.Body)
	}
	if got := ask(t, h, "GET", "/metrics", "Authorization", "Bearer "+token); got.Code != 200 || got.Body.String() != "up 1\n" {
		t.Errorf("with the token: %d %q", got.Code, got.Body)
	}
	if got := ask(t, h, "GET", "/assets/base.css"); got.Code != 200 {
		t.Errorf("the form's style: %d", got.Code)
	}
}
