package setup_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/pagetest"
	"botrelay/relay/admin/setup"
	"botrelay/relay/config"
	"botrelay/relay/receive"
	"botrelay/relay/route"
	"botrelay/relay/status"

	"github.com/BurntSushi/toml"
)

// report is what the page tells programs.
type report struct {
	Missing []string
	Lines   string
	Sources []struct {
		Name, State, Lines, Environment string
		Written                         bool
		Tested                          time.Time             `json:"tested_at"`
		Last                            *struct{ Who string } `json:"last_event"`
		Refused                         *struct{ Meaning, Cure string }
	}
}

// newHouse returns a store with the page of some sources before it, and what tells it how
// they fare.
func newHouse(t *testing.T, sources ...config.Source) (*pagetest.House, *status.Board) {
	t.Helper()
	h, board := pagetest.New(t), status.New(time.Now())
	cfg := &config.Config{Sources: sources}
	board.Use(cfg, nil)
	if err := setup.Mount(h.Mux, h.Shell, setup.Config{
		Routes: cfg, Events: h.Store, Seen: board.Sources, Secrets: []relay.Secret{relay.NewSecret("a-secret-of-website")},
		Explain: func(context.Context, string, string) (relay.Event, route.Explanation, error) {
			return relay.Event{}, route.Explanation{}, nil
		},
	}); err != nil {
		t.Fatal(err)
	}
	return h, board
}

// TestStates: of each source it tells how it stands by what came last.
func TestStates(t *testing.T) {
	h, board := newHouse(t,
		config.Source{Name: "fresh", Vendor: "chatbase"},
		config.Source{Name: "late", Vendor: "newoaks", Pending: true},
		config.Source{Name: "tried", Vendor: "newoaks"},
		config.Source{Name: "wrong", Vendor: "chatbase"},
		config.Source{Name: "mended", Vendor: "chatbase"},
		config.Source{Name: "well", Vendor: "chatbase"},
		config.Source{Name: "opened", Vendor: "chatbase"},
		config.Source{Name: "wrong and opened", Vendor: "chatbase"},
		config.Source{Name: "tried and used", Vendor: "newoaks"},
	)
	now := time.Now()
	board.Request(receive.Request{Source: "tried", Outcome: receive.Test}, now)
	board.Request(receive.Request{Source: "tried and used", Outcome: receive.Test}, now)
	board.Request(receive.Request{Source: "tried and used", Outcome: receive.Duplicate}, now.Add(time.Second))
	for _, name := range []string{"wrong", "mended", "wrong and opened"} {
		board.Request(receive.Request{Source: name, Outcome: receive.Refused, Reason: receive.Signature}, now)
	}
	board.Request(receive.Request{Source: "mended", Outcome: receive.Accepted, Owed: 1}, now.Add(time.Second))
	for _, name := range []string{"opened", "wrong and opened"} {
		board.Request(receive.Request{Source: name, Outcome: receive.Refused, Reason: receive.Method}, now.Add(time.Second))
	}
	for _, name := range []string{"mended", "well", "wrong"} {
		h.Put(relay.Event{Source: name, Vendor: "chatbase", Contact: relay.Contact{Name: "Mira"}})
	}
	var got report
	h.JSON(200, "/setup", &got)
	states := make(map[string]string)
	for _, s := range got.Sources {
		states[s.Name] = s.State
		if (s.Refused != nil) != strings.HasPrefix(s.Name, "wrong") || s.Tested.IsZero() != (s.Name != "tried") {
			t.Errorf("%+v", s)
		}
	}
	want := map[string]string{"fresh": "waiting", "late": "pending", "tried": "waiting", "wrong": "refused", "mended": "works", "well": "works", "opened": "waiting", "wrong and opened": "refused", "tried and used": "waiting"}
	if fmt.Sprint(states) != fmt.Sprint(want) {
		t.Errorf("states %v, want %v", states, want)
	}
	text := h.Page(200, "/setup")
	for _, want := range []string{"waits for its first event", "has no secret yet", "works: last event <time", "refused <time", "Compare the secret under [sources.wrong]", "A test of NewOaks’s has come", "in place of <code>pending = true</code>"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

// TestNotYet: of a source without a secret it is not said that a sample of it is sent.
func TestNotYet(t *testing.T) {
	h, _ := newHouse(t, config.Source{Name: "late", Vendor: "newoaks", Pending: true}, config.Source{Name: "well", Vendor: "newoaks"})
	const now, then = "It is signed with the secret in use", "Once the source has its secret, it can be signed"
	for name, want := range map[string]bool{"late": false, "well": true} {
		if text := h.Page(200, "/setup/"+name); strings.Contains(text, now) != want || strings.Contains(text, then) == want {
			t.Errorf("%s:\n%s", name, text)
		}
	}
}

// TestLines: what is to be written is TOML that names the source and its vendor, with the
// secret behind a variable that a shell takes.
func TestLines(t *testing.T) {
	h, _ := newHouse(t, config.Source{Name: "website", Vendor: "chatbase"}, config.Source{Name: "a.b-c", Vendor: "acme"}, config.Source{Name: "24h", Vendor: "chatzuri"})
	var got report
	if h.JSON(500, "/setup", &got); len(got.Sources) > 0 {
		t.Error("a vendor that is not there is told of")
	}
	h, _ = newHouse(t, config.Source{Name: "website", Vendor: "chatbase"}, config.Source{Name: "a.b-c", Vendor: "newoaks"}, config.Source{Name: "24h", Vendor: "chatzuri"})
	h.JSON(200, "/setup", &got)
	for i, want := range []struct{ vendor, variable string }{{"chatbase", "WEBSITE_SECRET"}, {"newoaks", "A_B_C_SECRET"}, {"chatzuri", "S_24H_SECRET"}} {
		var file struct {
			Sources map[string]struct{ Vendor, Secret string }
		}
		s := got.Sources[i]
		if err := toml.Unmarshal([]byte(s.Lines), &file); err != nil {
			t.Errorf("%v in\n%s", err, s.Lines)
		}
		if in := file.Sources[s.Name]; in.Vendor != want.vendor || in.Secret != "${"+want.variable+"}" || s.Environment != want.variable+"=\n" {
			t.Errorf("%s: %+v, %q", s.Name, in, s.Environment)
		}
	}
	var server struct {
		Server struct {
			PublicURL string `toml:"public_url"`
		}
	}
	if err := toml.Unmarshal([]byte(got.Lines), &server); err != nil || !strings.HasPrefix(server.Server.PublicURL, "https://") || len(got.Missing) != 1 {
		t.Errorf("%v: %q", err, got.Lines)
	}
}

// nothing is what a kind of sinks wants to know.
type nothing struct{}

func (*nothing) Check() []relay.Problem { return nil }

func (*nothing) Replies() bool { return false }

func (*nothing) Where() string { return "" }

// TestWritten: a source whose secret is a variable already keeps that variable's name.
func TestWritten(t *testing.T) {
	file := config.File{Data: []byte("[sources.shop]\nvendor = \"chatzuri\"\nsecret = [\"${NEW}\", \"${OLD}\"]\n[sources.clear]\nvendor = \"chatbase\"\nsecret = \"hunter-hunter-1\"\n[sinks.any]\ntype = \"any\"\n[default]\nto = [\"any\"]\n")}
	cfg, problems := config.Parse(file, config.Env{
		Vendors: []string{"chatbase", "chatzuri"},
		Sinks:   map[string]func() config.SinkOptions{"any": func() config.SinkOptions { return new(nothing) }},
		Getenv:  func(name string) (string, bool) { return name + "-1234567", true },
	})
	if cfg == nil {
		t.Fatal(problems)
	}
	h := pagetest.New(t)
	if err := setup.Mount(h.Mux, h.Shell, setup.Config{Routes: cfg, Events: h.Store, Seen: func() []status.Source { return nil }}); err != nil {
		t.Fatal(err)
	}
	var got report
	h.JSON(200, "/setup", &got)
	for i, want := range [][2]string{
		{"[sources.shop]\nvendor = \"chatzuri\"\nsecret = [\"${NEW}\", \"${OLD}\"]\n", "NEW=\nOLD=\n"},
		{"[sources.clear]\nvendor = \"chatbase\"\nsecret = \"${CLEAR_SECRET}\"\n", "CLEAR_SECRET=\n"},
	} {
		if s := got.Sources[i]; s.Lines != want[0] || s.Environment != want[1] || s.Written != (i == 0) {
			t.Errorf("%+v, want %q", s, want)
		}
	}
	text := h.Page(200, "/setup")
	for _, want := range []string{"In routes.toml it stands like this:", "so that the secret does not stand there in clear:"} {
		if strings.Count(text, want) != 1 {
			t.Errorf("%q is not said once", want)
		}
	}
}

// TestManySources: of each of very many it is told what came last.
func TestManySources(t *testing.T) {
	var sources []config.Source
	for i := range 150 {
		sources = append(sources, config.Source{Name: fmt.Sprint("source-", i), Vendor: "chatbase"})
	}
	h, _ := newHouse(t, sources...)
	for _, s := range sources {
		h.Put(relay.Event{Source: s.Name, Vendor: s.Vendor, Contact: relay.Contact{Name: "to " + s.Name}})
	}
	var got report
	h.JSON(200, "/setup", &got)
	if len(got.Sources) != 150 {
		t.Fatalf("%d sources", len(got.Sources))
	}
	for _, s := range got.Sources {
		if s.State != "works" || s.Last == nil || s.Last.Who != "to "+s.Name {
			t.Errorf("%+v", s)
		}
	}
}

// TestOwnSecret: a secret of the routes file that comes back in an event is not shown.
func TestOwnSecret(t *testing.T) {
	h, _ := newHouse(t, config.Source{Name: "website", Vendor: "chatbase"})
	h.Put(relay.Event{Source: "website", Vendor: "chatbase", Contact: relay.Contact{Name: "it is a-secret-of-website"}})
	for _, path := range []string{"/setup", "/setup/website"} {
		if text := h.Page(200, path); strings.Contains(text, "a-secret-of-website") {
			t.Errorf("%s shows it:\n%s", path, text)
		}
	}
	if text := h.Page(200, "/setup"); !strings.Contains(text, "it is ***") {
		t.Error(text)
	}
}
