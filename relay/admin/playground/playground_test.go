package playground_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/pagetest"
	"botrelay/relay/admin/playground"
	"botrelay/relay/compose"
	"botrelay/relay/config"
	"botrelay/relay/status"
)

// TestShown: of a stored event no more is shown than may be, and it is that event which
// is tried, until what is shown is written anew.
func TestShown(t *testing.T) {
	h := pagetest.New(t)
	stored := relay.Event{ID: "e", Source: "gone", PageURL: "https://x.example/?key=hunter", Payload: json.RawMessage(`{"token":"hunter","b":1}`)}
	var tried []compose.Input
	err := playground.Mount(h.Mux, h.Shell, playground.Config{
		InUse:    func() config.File { return config.File{} },
		Standing: func() status.Configuration { return status.Configuration{} },
		OnDisk:   func() (config.File, bool) { return config.File{}, false },
		Routes:   &config.Config{Server: config.Server{Timezone: time.UTC}},
		Event:    func(context.Context, string) (relay.Event, error) { return stored, nil },
		Shown: func(e relay.Event) relay.Event {
			e.Payload = []byte(strings.ReplaceAll(string(e.Payload), "hunter", "***"))
			e.PageURL = strings.ReplaceAll(e.PageURL, "hunter", "***")
			return e
		},
		Try: func(_ context.Context, q playground.Request) (*playground.Result, error) {
			tried = append(tried, q.Event)
			if q.Event.Stored != nil {
				return &playground.Result{Config: new(config.Config), Event: *q.Event.Stored}, nil
			}
			return &playground.Result{Mistake: &compose.Mistake{Name: "it", Text: "was not tried"}}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Body        string
		Explanation struct {
			Event struct {
				PageURL string `json:"page_url"`
			}
		}
	}
	h.JSON(http.StatusOK, "/playground?event=e", &got)
	if url := got.Explanation.Event.PageURL; url != "https://x.example/?key=***" {
		t.Errorf("programs are told of %q", url)
	}
	if want := "{\n  \"token\": \"***\",\n  \"b\": 1\n}"; got.Body != want {
		t.Errorf("shown %q", got.Body)
	}
	h.Act(http.StatusOK, "/playground", url.Values{"event": {"e"}, "body": {got.Body}}, &got)
	h.Act(http.StatusOK, "/playground", url.Values{"event": {"e"}, "body": {strings.Replace(got.Body, "1", "2", 1)}}, &got)
	if len(tried) != 3 || tried[0].Stored == nil || tried[1].Stored == nil || string(tried[1].Stored.Payload) != string(stored.Payload) || tried[2].Stored != nil || !strings.Contains(string(tried[2].Body), "2") {
		t.Errorf("%+v", tried)
	}
}

// TestLaidOut: what is tried is laid out for people, and not many times larger for it,
// however deep it is.
func TestLaidOut(t *testing.T) {
	deep := `{"k":"\\\"[[{,","a":` + strings.Repeat("[0,", 4000) + "1" + strings.Repeat(",1", 30_000) + strings.Repeat("]", 4000) + "}"
	if !json.Valid([]byte(deep)) {
		t.Fatal("what is laid out is no JSON")
	}
	for name, tc := range map[string]struct{ payload, want string }{
		"flat":     {`{"b":1.50,"a":["\\","\"{[",{}],"c":{"d":[1,2]}}`, "{\n  \"b\": 1.50,\n  \"a\": [\n    \"\\\\\",\n    \"\\\"{[\",\n    {}\n  ],\n  \"c\": {\n    \"d\": [\n      1,\n      2\n    ]\n  }\n}"},
		"brackets": {`{"a":"` + strings.Repeat("[", 50_000) + `"}`, "{\n  \"a\": \"" + strings.Repeat("[", 50_000) + "\"\n}"},
		"deep":     {deep, deep},
		"no JSON":  {"]]]] nothing", "]]]] nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			h := pagetest.New(t)
			err := playground.Mount(h.Mux, h.Shell, playground.Config{
				InUse:    func() config.File { return config.File{} },
				Standing: func() status.Configuration { return status.Configuration{} },
				OnDisk:   func() (config.File, bool) { return config.File{}, false },
				Routes:   &config.Config{Server: config.Server{Timezone: time.UTC}},
				Event: func(context.Context, string) (relay.Event, error) {
					return relay.Event{ID: "e", Payload: json.RawMessage(tc.payload)}, nil
				},
				Try: func(context.Context, playground.Request) (*playground.Result, error) {
					return &playground.Result{Mistake: &compose.Mistake{Name: "it", Text: "was not tried"}}, nil
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			var got struct{ Body string }
			if h.JSON(http.StatusOK, "/playground?event=e", &got); got.Body != tc.want {
				t.Errorf("%d bytes of %d: %.300s", len(got.Body), len(tc.payload), got.Body)
			}
		})
	}
}
