package events_test

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/events"
	"botrelay/relay/admin/look"
	"botrelay/relay/admin/page"
	"botrelay/relay/compose"
	"botrelay/relay/config"
	"botrelay/relay/queue"
	"botrelay/relay/queue/sqlite"
	"botrelay/sinks"
	"botrelay/sinks/trial"
)

// routes is a routes file as people have them.
const routes = `
[server]
timezone = "Europe/Berlin"
[store]
url = "sqlite:x.db"
retain = "30d"
retain_dead = "180d"
[bots]
bot_flora = "Flora"
[sources.website]
vendor = "chatbase"
secret = "never-to-be-said-website"
conversation_url = "https://www.chatbase.co/c/{{ .ConversationID }}"
[sources.support]
vendor = "chatzuri"
secret = "never-to-be-said-support"
[sinks.sales]
type = "slack"
webhook_url = "https://hooks.slack.com/services/T00000000/B00000000/never-to-be-said"
[sinks.night]
type = "slack"
webhook_url = "https://hooks.slack.com/services/T00000000/B00000001/never-to-be-said"
[[routes]]
name = "leads"
match = { kind = "lead" }
to = ["sales", "night"]
[[routes]]
name = "whatsapp"
match = { channel = "whatsapp" }
to = ["night"]
final = true
[[routes]]
name = "shouting"
match = { kind = "message" }
when = 'text contains "!"'
to = ["sales"]
`

// site is the pages of events over a store of their own.
type site struct {
	*testing.T
	store   *sqlite.Store
	handler http.Handler
	changed int // how often other pages were told
	slow    bool
	over    events.Store // asked instead of store, if not nil
}

// open returns the pages by a routes file.
func open(t *testing.T, text string) *site {
	t.Helper()
	store, err := sqlite.Open(t.Context(), sqlite.Config{Path: filepath.Join(t.TempDir(), "botrelay.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	s := &site{T: t, store: store}
	s.read(text)
	return s
}

// read lets another routes file be the one in use.
func (s *site) read(text string) {
	s.Helper()
	cfg, problems := config.Parse(config.File{Name: "routes.toml", Data: []byte(text)}, compose.Env(trial.SinkOptions()))
	if cfg == nil {
		s.Fatal(problems)
	}
	renderer, err := compose.Renderer(cfg, nil)
	if err != nil {
		s.Fatal(err)
	}
	table, err := compose.Table(cfg, renderer, nil)
	if err != nil {
		s.Fatal(err)
	}
	shell, err := page.New(page.Config{Tabs: []page.Tab{{Path: "events", Name: "Events"}}, Zone: cfg.Server.Timezone})
	if err != nil {
		s.Fatal(err)
	}
	mux, bench := http.NewServeMux(), trial.NewBench()
	var own []relay.Secret
	for _, source := range cfg.Sources {
		own = append(own, source.Secrets...)
	}
	var asked events.Store = s.store
	if s.slow {
		asked = slowly{s.store}
	}
	if s.over != nil {
		asked = s.over
	}
	err = events.Mount(mux, shell, events.Config{
		Store: asked, Routes: cfg, Explain: table.Explain, ConversationURL: renderer.ConversationURL, Advise: sinks.Advise, Secrets: own,
		Look: func(ctx context.Context, e relay.Event, owed relay.Owed, at time.Time) (look.Look, error) {
			shot, err := bench.Look(ctx, cfg, e, owed, at)
			return look.Look{Sink: shot.Sink, Platform: shot.Type, HTML: shot.Look, Place: shot.Place, Body: shot.Body, Refused: shot.Refused}, err
		},
		Channels: compose.Channels(),
		Changed:  func() { s.changed++ },
	})
	if err != nil {
		s.Fatal(err)
	}
	s.handler = mux
}

// put stores an event, owed to some sinks by the route "leads", and returns its ID.
func (s *site) put(e relay.Event, to ...string) string {
	s.Helper()
	if e.ID == "" {
		e.ID = fmt.Sprintf("01a20272-0000-7000-8000-%012x", time.Now().UnixNano()&0xffffffffffff)
	}
	if e.Source == "" {
		e.Source, e.Vendor = "website", "chatbase"
	}
	if e.Kind == "" {
		e.Kind = relay.Lead
	}
	if e.Payload == nil {
		e.Payload = json.RawMessage(`{"eventType":"leads.submit"}`)
	}
	e.ReceivedAt = time.Now()
	var owed []queue.Owed
	for _, sink := range to {
		owed = append(owed, queue.Owed{Sink: sink, Route: "leads"})
	}
	if _, err := s.store.Put(s.Context(), e, owed); err != nil {
		s.Fatal(err)
	}
	return e.ID
}

// settle ends what waits for a sink.
func (s *site) settle(sink string, as queue.State, verdict relay.Verdict) {
	s.Helper()
	lane, err := s.store.Lease(s.Context(), sink, time.Minute, nil)
	if err != nil {
		s.Fatal(err)
	}
	for {
		turn, err := lane.Next(s.Context(), 10)
		if err == nil && len(turn.Batch.Deliveries) == 0 {
			break
		}
		if err == nil {
			err = lane.Begin(s.Context(), turn.Batch)
		}
		if err == nil {
			err = lane.Settle(s.Context(), turn.Batch, queue.Settlement{State: as, Verdict: verdict})
		}
		if err != nil {
			s.Fatal(err)
		}
	}
	if err := lane.Release(s.Context()); err != nil {
		s.Fatal(err)
	}
}

func (s *site) sent(sink string) {
	s.Helper()
	s.settle(sink, queue.Sent, relay.Verdict{Outcome: relay.Sent, Status: 200, ID: "1.2"})
}

func (s *site) dead(sink string) {
	s.Helper()
	s.settle(sink, queue.Dead, relay.Verdict{Outcome: relay.Refused, Status: 400, Reason: "Slack: invalid_blocks"})
}

// record returns an event as the store has it.
func (s *site) record(id string) queue.Record {
	s.Helper()
	records, err := s.store.Events(s.Context(), queue.Query{ID: id})
	if err != nil || len(records) != 1 {
		s.Fatalf("event %s: %d, %v", id, len(records), err)
	}
	return records[0]
}

// get asks for a page as a browser does.
func (s *site) get(path string) *httptest.ResponseRecorder {
	s.Helper()
	return s.ask("GET", path, nil, "text/html,*/*")
}

// program asks as a program does, and reads the answer into to.
func (s *site) program(method, path string, form url.Values, to any) int {
	s.Helper()
	got := s.ask(method, path, form, "application/json")
	if err := json.Unmarshal(got.Body.Bytes(), to); err != nil || got.Header().Get("Content-Type") != "application/json" {
		s.Fatalf("%s %s: %d %v %q: %v", method, path, got.Code, got.Header(), got.Body, err)
	}
	return got.Code
}

func (s *site) ask(method, path string, form url.Values, accept string) *httptest.ResponseRecorder {
	s.Helper()
	r := httptest.NewRequestWithContext(s.Context(), method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Accept", accept)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	rec := httptest.NewRecorder()
	s.handler.ServeHTTP(rec, r)
	return rec
}

// ids returns the IDs of a list, as a program gets them.
func (s *site) ids(path string) (ids []string, next string) {
	s.Helper()
	var list struct {
		Events []struct{ ID string }
		Next   string
	}
	if code := s.program("GET", path, nil, &list); code != 200 {
		s.Fatalf("%s: %d", path, code)
	}
	for _, e := range list.Events {
		ids = append(ids, e.ID)
	}
	return ids, list.Next
}

// shows fails the test if a page lacks one of the texts, which are not escaped.
func (s *site) shows(path string, texts ...string) {
	s.Helper()
	got := s.get(path)
	shown := html.UnescapeString(got.Body.String())
	for _, text := range texts {
		if got.Code != 200 || !strings.Contains(shown, text) {
			s.Errorf("%s: %d, lacks %q:\n%s", path, got.Code, text, mainOf(shown))
		}
	}
}

func mainOf(text string) string {
	_, text, _ = strings.Cut(text, "<main")
	text, _, _ = strings.Cut(text, "</main>")
	return text
}
