package overview_test

import (
	"context"
	"encoding/json"
	"errors"
	"html"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/overview"
	"botrelay/relay/admin/pagetest"
	"botrelay/relay/config"
	"botrelay/relay/queue"
	"botrelay/relay/queue/sqlite"
	"botrelay/relay/receive"
	"botrelay/relay/status"
)

// TestHostile: what strangers and platforms wrote is text, in one line, and cut.
func TestHostile(t *testing.T) {
	h := newHouse(t, routes)
	evil := "</title><script>alert(1)</script><img src=x onerror=alert(1)>\u202e\x00\"'"
	h.Put(relay.Event{Contact: relay.Contact{Name: evil + strings.Repeat("W", 1<<20)}}, "sales", "<b>old")
	h.begin("sales", queue.Settlement{State: queue.Again, After: time.Hour, Verdict: relay.Verdict{Outcome: relay.Later, Reason: evil + strings.Repeat("w", 1<<16)}})
	for _, by := range []string{"kind", "source", "sink"} {
		page := h.Page(200, "/?by="+by)
		if strings.Contains(page, "<script>alert") || strings.Contains(page, "<img src=x") || strings.Contains(page, "<b>old") || strings.ContainsAny(page, "\u202e\x00") {
			t.Errorf("a stranger's markup:\n%s", page)
		}
		if len(page) > 60_000 {
			t.Errorf("the page has %d bytes", len(page))
		}
	}
	h.has(h.Page(200, "/"), html.EscapeString("</title><script>alert(1)</script>"), "&lt;b&gt;old is gone", "events?sink=%3cb%3eold&amp;")
}

// TestJSON: keys are words in lower case, lists are never null, and no secret is among
// the values.
func TestJSON(t *testing.T) {
	h := newHouse(t, routes)
	h.Put(relay.Event{}, "sales", "night", "old")
	h.begin("sales", queue.Settlement{State: queue.Again, After: time.Hour, Verdict: relay.Verdict{Outcome: relay.Later, Reason: "no"}})
	h.board.Request(receive.Request{Source: "website", Outcome: receive.Refused, Reason: receive.Signature}, time.Now())
	h.board.Request(receive.Request{Outcome: receive.Refused, Reason: receive.UnknownSource}, time.Now())
	h.board.Configure(status.Configuration{Failure: &status.Failure{Problems: []status.Problem{{Line: 1}}}})
	var all any
	h.JSON(200, "/?by=sink", &all)
	good := regexp.MustCompile(`^[a-z_]+$`)
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, of := range v {
				if !good.MatchString(key) {
					t.Errorf("%s has the key %q", path, key)
				}
				walk(path+"."+key, of)
			}
		case []any:
			for _, of := range v {
				walk(path+"[]", of)
			}
		case nil:
			if !strings.HasSuffix(path, ".last_event") {
				t.Errorf("%s is null", path)
			}
		}
	}
	walk("", all)
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	for _, told := range []string{string(text), h.Page(200, "/")} {
		if strings.Contains(told, "a-secret") {
			t.Error("a secret is told")
		}
	}
}

// TestAsked: what cannot be shown is a mistake of who asked.
func TestAsked(t *testing.T) {
	h := newHouse(t, routes)
	for path, want := range map[string]string{"/?span=2h": "1h, 24h or 7d", "/?span=%00": "1h, 24h or 7d", "/?by=bot": "kind or source", "/?by=Kind": "kind or source"} {
		if page := h.Page(http.StatusBadRequest, path); !strings.Contains(page, want) {
			t.Errorf("%s: %s", path, page)
		}
	}
	for _, path := range []string{"/?span=1h&by=sink", "/?span=7d&by=source", "/?span=&by="} {
		h.has(h.Page(200, path), "Sinks", "Sources")
	}
}

// TestStoreGone: what the relay knows by itself is told also while the store is of no
// use.
func TestStoreGone(t *testing.T) {
	h := newHouse(t, routes)
	store, err := sqlite.Open(t.Context(), sqlite.Config{Path: filepath.Join(t.TempDir(), "x.db")})
	if err == nil {
		err = store.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	h.Mux = http.NewServeMux()
	mount(t, h, store, nil)
	v := h.told("/")
	if v.Trouble == "" || v.Verdict.State != "needs_you" || v.Verdict.Parts[0].Link != "#trouble" || len(v.Lanes) != 2 || len(v.Sources) != 2 {
		t.Errorf("%+v", v)
	}
	h.has(h.Page(200, "/"), "Needs you: <a href=\"#trouble\">the store does not answer</a>", "The store does not answer.", "channel #sales", `id="configuration"`)
}

// TestStoreFull: a store that still answers, and takes nothing, is told of first.
func TestStoreFull(t *testing.T) {
	h := newHouse(t, routes)
	h.Mux = http.NewServeMux()
	var full error
	err := overview.Mount(h.Mux, h.Shell, overview.Config{Store: h.Store, Board: h.board, Ready: func(context.Context) error { return full }})
	if err != nil {
		t.Fatal(err)
	}
	if text := h.Page(200, "/"); strings.Contains(text, "can be stored") {
		t.Error(text)
	}
	full = errors.New("disk <full>")
	if v := h.told("/"); v.Full != "disk <full>" || v.Verdict.State != "needs_you" || v.Verdict.Parts[0].Link != "#full" || v.Trouble != "" {
		t.Errorf("%+v", v)
	}
	h.has(h.Page(200, "/"), "Needs you: <a href=\"#full\">no event can be stored</a>", `id="full"`, "disk &lt;full&gt;")
}

// TestConfiguration: what is wrong with the file stands there as check shows it, and
// what is in use beside it.
func TestConfiguration(t *testing.T) {
	h := newHouse(t, routes)
	_, problems := config.Parse(config.File{Name: "routes.toml", Data: []byte("[sinks.x]\ntype = \"plaice\"\n\t[sources.<y>]\nsecret = \"shown-to-nobody\" # \"\nvendor = \"chatbase\"\nunknown = 1\n")}, env())
	if !problems.Failed() {
		t.Fatal("the file is good")
	}
	at := time.Date(2026, 3, 9, 10, 2, 0, 0, time.UTC)
	h.board.Configure(status.Configuration{
		File: "routes.toml", LoadedAt: at, Files: []string{"routes.toml", "token"}, Changes: "sinks added: night", Later: []string{"listen", "store.url"},
		Failure: &status.Failure{Since: at, Text: "the routes file cannot be used", Files: []string{"routes.toml"}, Problems: status.Errors(problems)},
	})
	page := h.Page(200, "/")
	text := html.UnescapeString(regexp.MustCompile(`</?span[^>]*>`).ReplaceAllString(page, ""))
	for _, p := range problems {
		if !p.Warning && !strings.Contains(text, p.String()) {
			t.Errorf("lacks\n%s\nin\n%s", p, text)
		}
	}
	h.has(page, `datetime="2026-03-09T10:02:00.000Z"`, "sinks added: night (by a change of routes.toml, token)", "listen and store.url", "What has changed: routes.toml.", "the file cannot be used")
	if strings.Contains(page, "shown-to-nobody") {
		t.Error("a secret is shown")
	}
}

// TestPending: a source without a secret is told with what to do, and one that only
// somebody's browser has asked for is in no trouble.
func TestPending(t *testing.T) {
	h := newHouse(t, strings.Replace(routes, `secret = "a-secret-of-booking"`, "pending = true", 1))
	h.Put(relay.Event{}, "sales")
	h.Settle("sales", pagetest.Sent("1"))
	h.board.Request(receive.Request{Source: "website", Outcome: receive.Refused, Reason: receive.Method}, time.Now())
	v := h.told("/")
	if v.Verdict.State != "look" || len(v.Verdict.Parts) != 1 || v.Verdict.Parts[0].Before != "booking has no secret yet" {
		t.Errorf("%+v", v.Verdict)
	}
	h.has(h.Page(200, "/"), "Worth a look:", "[sources.booking]", `href="./setup#source-booking"`, "receives", "It was no POST.")
}

// TestOwnSecret: a secret of the routes file that comes back in an event is not shown.
func TestOwnSecret(t *testing.T) {
	h := newHouse(t, routes)
	h.Put(relay.Event{Source: "website", Vendor: "chatbase", Contact: relay.Contact{Name: "it is a-secret-of-website"}}, "sales")
	text := h.Page(200, "/")
	if strings.Contains(text, "a-secret-of-website") {
		t.Error(text)
	}
	h.has(text, "it is ***")
}
