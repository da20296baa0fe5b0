package status_test

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"botrelay/relay/config"
	"botrelay/relay/receive"
	"botrelay/relay/status"
)

func start() time.Time { return time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC) }

func with(sources ...config.Source) *config.Config { return &config.Config{Sources: sources} }

func refused(source string, reason receive.Reason) receive.Request {
	return receive.Request{Source: source, Outcome: receive.Refused, Reason: reason}
}

// TestReload: what was counted goes on for the sources that stay, and nothing is
// kept of those that go, or that become another vendor's.
func TestReload(t *testing.T) {
	b := status.New(start())
	web, shop := config.Source{Name: "web", Vendor: "chatbase"}, config.Source{Name: "shop", Vendor: "chatzuri"}
	b.Use(with(web, shop), nil)
	for _, name := range []string{"web", "shop", "unheard-of"} {
		b.Request(receive.Request{Source: name, Outcome: receive.Accepted, Owed: 1}, start())
	}
	accepted := func() (all []int) {
		for _, s := range b.Sources() {
			all = append(all, s.Accepted)
		}
		return all
	}
	same := func(about string, want ...int) {
		t.Helper()
		got := accepted()
		for i := range want {
			if len(got) != len(want) || got[i] != want[i] {
				t.Errorf("%s: %v, want %v", about, got, want)
				return
			}
		}
	}
	same("at first", 1, 1)
	b.Use(with(shop, web), nil)
	same("in another order", 1, 1)
	b.Use(with(web), nil)
	same("one is gone", 1)
	b.Use(with(web, shop), nil)
	same("and is back", 1, 0)
	web.Vendor, web.Pending = "newoaks", true
	b.Use(with(web), nil)
	same("another vendor's", 0)
	if !b.Sources()[0].Pending {
		t.Error("it is not told to be pending")
	}
}

// TestRefusals: the last reason stands first, and whether the source still refuses
// is known by what came after.
func TestRefusals(t *testing.T) {
	b := status.New(start())
	b.Use(with(config.Source{Name: "web", Vendor: "chatbase"}), nil)
	at := start()
	b.Request(refused("web", receive.Signature), at)
	b.Request(refused("web", receive.Signature), at.Add(time.Second))
	b.Request(refused("web", receive.Address), at.Add(2*time.Second))
	s := b.Sources()[0]
	if len(s.Refused) != 2 || s.Refused[0].Reason != receive.Address || s.Refused[1].Reason != receive.Signature ||
		s.Refused[1].Count != 2 || !s.Refused[1].LastAt.Equal(at.Add(time.Second)) || !s.LastAt.IsZero() {
		t.Errorf("got %+v", s)
	}
	if amiss := s.Amiss(); amiss == nil || amiss.Reason != receive.Address {
		t.Errorf("to be mended: %+v", amiss)
	}
	b.Request(refused("web", receive.Method), at.Add(2500*time.Millisecond)) // somebody with a browser
	if s = b.Sources()[0]; s.Amiss() == nil || s.Amiss().Reason != receive.Address || s.Refused[0].Reason != receive.Method {
		t.Errorf("after a look with a browser: %+v", s)
	}
	b.Request(receive.Request{Source: "web", Outcome: receive.Test}, at.Add(3*time.Second))
	if s = b.Sources()[0]; s.Amiss() != nil || s.Tests != 1 {
		t.Errorf("after a test: %+v", s)
	}
	for i, reason := range []receive.Reason{receive.Method, receive.Unreadable} {
		b.Request(refused("web", reason), at.Add(time.Duration(4+i)*time.Second))
		if s = b.Sources()[0]; s.Amiss() != nil || s.Refused[0].Reason != reason {
			t.Errorf("after a test, and %s: %+v", reason, s)
		}
	}
	if got := b.Strangers(); len(got) != 0 {
		t.Errorf("strangers: %+v", got)
	}
	b.Request(refused("", receive.UnknownSource), at)
	if got := b.Strangers(); len(got) != 1 || got[0].Count != 1 || got[0].Meaning != "There is no source of that name." {
		t.Errorf("strangers: %+v", got)
	}
}

// TestJSON: programs get lists, never null, and no time that there is none of.
func TestJSON(t *testing.T) {
	b := status.New(start())
	b.Use(with(config.Source{Name: "web", Vendor: "chatbase"}), nil)
	b.Configure(status.Configuration{File: "routes.toml", LoadedAt: start(), Failure: &status.Failure{Since: start(), At: start()}})
	text, err := json.Marshal(struct {
		Sources any
		Conf    any
	}{b.Sources(), b.Configuration()})
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"Sources":[{"name":"web","vendor":"chatbase","pending":false,"accepted":0,"unrouted":0,"duplicates":0,"tests":0,"refused":[]}],` +
		`"Conf":{"file":"routes.toml","loaded_at":"2026-03-09T12:00:00Z","files":[],"changes":"","warnings":[],"later":[],"sandbox":false,` +
		`"failure":{"since":"2026-03-09T12:00:00Z","at":"2026-03-09T12:00:00Z","text":"","files":[],"error":"","problems":[]}}}`
	if string(text) != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
}

// TestOwn: what is returned is the caller's, and what was told stays the teller's.
func TestOwn(t *testing.T) {
	b := status.New(start())
	files := []string{"a"}
	b.Configure(status.Configuration{Files: files, Failure: &status.Failure{Files: files}})
	files[0] = "changed"
	got := b.Configuration()
	got.Files[0], got.Failure.Files[0], got.Failure.Text = "changed", "changed", "changed"
	if c := b.Configuration(); c.Files[0] != "a" || c.Failure.Files[0] != "a" || c.Failure.Text != "" {
		t.Errorf("got %+v, %+v", c, c.Failure)
	}
}

// TestProblems: a problem is told as check shows it: the same line, and the same
// mark below it.
func TestProblems(t *testing.T) {
	_, problems := config.Parse(config.File{Name: "r.toml", Data: []byte("[server]\n\tlisten = 5 # five\nunknown_key = \"tok\"\n")}, config.Env{})
	if !problems.Failed() {
		t.Fatal("the file is good")
	}
	told := status.Problems(problems)
	for i, p := range problems {
		want := p.String()
		got := told[i]
		lines := strings.Split(want, "\n")
		if len(lines) != 3 || lines[1] != "    "+got.Source || lines[2] != "    "+got.Caret || !strings.HasSuffix(lines[0], got.Text) {
			t.Errorf("got %+v\nwant %s", got, want)
		}
	}
	warnings, errs := status.Warnings(problems), status.Errors(problems)
	if len(warnings)+len(errs) != len(told) || len(errs) == 0 {
		t.Errorf("warnings: %+v, errors: %+v", warnings, errs)
	}
	for _, p := range slices.Concat(warnings, errs) {
		if p.Warning != slices.Contains(warnings, p) {
			t.Errorf("in the wrong list: %+v", p)
		}
	}
}

// TestTogether: the race detector judges.
func TestTogether(t *testing.T) {
	b := status.New(start())
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 100 {
				b.Use(with(config.Source{Name: "web", Vendor: "chatbase"}), nil)
				b.Request(refused("web", receive.Signature), start())
				b.Configure(status.Configuration{Failure: &status.Failure{}})
				_, _, _, _ = b.Sources(), b.Strangers(), b.Configuration(), b.Sinks()
			}
		})
	}
	all.Wait()
	if s := b.Sources()[0]; s.Refused[0].Count != 400 {
		t.Errorf("got %+v", s)
	}
}
