package page_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"botrelay/relay/admin/page"
	"botrelay/relay/queue"
)

type view struct {
	Name string    `json:"name"`
	At   time.Time `json:"at"`
}

// pages returns a shell with a page that shows a view.
func pages(t *testing.T, do func(*http.Request) (view, error)) (*page.Shell, http.Handler) {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	shell, err := page.New(page.Config{
		Tabs: []page.Tab{{"", "Overview"}, {"events", "Events"}}, Version: "v1.2.3", Zone: berlin,
		Counts: func(context.Context) map[string]int { return map[string]int{"events": 3} },
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := shell.Page(page.Source{Tab: "events", Live: true, Scripts: []string{"x.js"}, Files: fstest.MapFS{
		"x.html": {Data: []byte(`{{define "title"}}Events · botrelay{{end}}{{define "content"}}<p>{{.View.Name}} {{exact .View.At}}</p><a href="{{.Root}}events/1">1</a>{{end}}`)},
		"x.js":   {Data: []byte("1")},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return shell, page.Serve(p, do)
}

func get(t *testing.T, h http.Handler, path, accept string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), "GET", path, nil)
	r.Header.Set("Accept", accept)
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

// TestServe: one view is a page for people and JSON for programs, and what strangers
// wrote stays text.
func TestServe(t *testing.T) {
	hostile := `<script>alert(1)</script>&"'`
	_, h := pages(t, func(*http.Request) (view, error) {
		return view{hostile, time.Date(2026, 7, 1, 20, 0, 0, 0, time.UTC)}, nil
	})
	got := get(t, h, "/events", browser)
	text := got.Body.String()
	if got.Code != 200 || !strings.HasPrefix(got.Header().Get("Content-Type"), "text/html") {
		t.Fatalf("%d %v", got.Code, got.Header())
	}
	for _, want := range []string{
		"&lt;script&gt;alert(1)&lt;/script&gt;&amp;&#34;&#39;",
		`datetime="2026-07-01T20:00:00.000Z"`, "Wed 2026-07-01 22:00:00 CEST",
		`<title>(3) Events · botrelay</title>`, `aria-current="page">Events`, "v1.2.3",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "<script>") {
		t.Error("markup of a stranger")
	}
	got = get(t, h, "/events", "application/json")
	var back view
	if err := json.Unmarshal(got.Body.Bytes(), &back); err != nil || back.Name != hostile || got.Header().Get("Content-Type") != "application/json" {
		t.Errorf("JSON %q: %v", got.Body, err)
	}
	for _, r := range []*httptest.ResponseRecorder{get(t, h, "/events", browser), got} {
		if r.Header().Get("Vary") != "Accept" {
			t.Errorf("headers %v", r.Header())
		}
	}
}

// TestLinks: from every depth links lead to the root, wherever it is mounted.
func TestLinks(t *testing.T) {
	_, h := pages(t, func(*http.Request) (view, error) { return view{}, nil })
	for path, root := range map[string]string{"/": "./", "/events": "./", "/events/1": "../", "/events/1/replay": "../../"} {
		text := get(t, h, path, browser).Body.String()
		for _, want := range []string{`<a href="` + root + `events/1">`, `href="` + root + `assets/base.css?`, `src="` + root + `assets/x.js?`, `data-root="` + root + `"`} {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %s", path, want)
			}
		}
	}
}

// TestFail: what went wrong is told to people and programs, with its status.
func TestFail(t *testing.T) {
	for _, tc := range []struct {
		err    error
		status int
		text   string
	}{
		{&page.Error{Status: 404, Text: "No event <b>has this ID."}, 404, "No event <b>has this ID."},
		{fmt.Errorf("looking: %w", &page.Error{Status: 400, Text: "What?"}), 400, "What?"},
		{errors.New("the disk <is> full"), 500, "the disk <is> full"},
		{fmt.Errorf("reading: %w: gone", queue.ErrUnavailable), 503, "reading: store unavailable: gone"},
	} {
		_, h := pages(t, func(*http.Request) (view, error) { return view{}, tc.err })
		got := get(t, h, "/events/x", browser)
		escaped := strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(tc.text)
		if got.Code != tc.status || !strings.Contains(got.Body.String(), escaped) {
			t.Errorf("%v: %d %s", tc.err, got.Code, got.Body)
		}
		got = get(t, h, "/events/x", "application/json")
		var told struct{ Error string }
		if err := json.Unmarshal(got.Body.Bytes(), &told); err != nil || told.Error != tc.text || got.Code != tc.status {
			t.Errorf("%v as JSON: %d %s %v", tc.err, got.Code, got.Body, err)
		}
	}
}

// TestAct: a form leads on, and a program gets what came of it.
func TestAct(t *testing.T) {
	shell, _ := pages(t, nil)
	p, err := shell.Page(page.Source{Files: fstest.MapFS{"y.html": {Data: []byte(`{{define "content"}}{{end}}`)}}})
	if err != nil {
		t.Fatal(err)
	}
	h := page.Act(p, func(*http.Request) (map[string]int, string, error) {
		return map[string]int{"owed": 2}, "events/1?owed=2", nil
	})
	if got := get(t, h, "/events/1/replay", browser); got.Code != 303 || got.Header().Get("Location") != "../../events/1?owed=2" {
		t.Errorf("%d %v", got.Code, got.Header())
	}
	if got := get(t, h, "/events/1/replay", "application/json"); got.Code != 200 || strings.TrimSpace(got.Body.String()) != `{"owed":2}` {
		t.Errorf("%d %s", got.Code, got.Body)
	}
}

// TestAssets: what is linked may be kept for ever, and two files of one name are an
// error rather than a surprise.
func TestAssets(t *testing.T) {
	shell, h := pages(t, func(*http.Request) (view, error) { return view{}, nil })
	_, rest, _ := strings.Cut(get(t, h, "/", browser).Body.String(), `src="./assets/x.js`)
	version, _, _ := strings.Cut(rest, `"`)
	for path, kept := range map[string]bool{"/assets/x.js" + version: true, "/assets/x.js": false, "/assets/x.js?old": false} {
		got := get(t, shell.Assets(), path, "*/*")
		if got.Code != 200 || strings.Contains(got.Header().Get("Cache-Control"), "immutable") != kept {
			t.Errorf("%s: %d %v", path, got.Code, got.Header())
		}
	}
	if err := shell.Add(fstest.MapFS{"x.js": {Data: []byte("2")}}, "."); err == nil {
		t.Error("another file of the same name was taken")
	}
}
