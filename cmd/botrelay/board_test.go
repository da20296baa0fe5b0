package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"botrelay/relay/receive"
)

// TestBoardOfFiles: what is in use and what is wrong with what is not is told as
// check tells it, from the first file on, until all is well again.
func TestBoardOfFiles(t *testing.T) {
	settle(t, func(s *settling) {
		start := time.Now()
		c := s.relay.pages.board.Configuration()
		if c.File != s.path || !c.LoadedAt.Equal(start) || c.Failure != nil || c.Changes != "" || len(c.Files) != 0 {
			t.Errorf("at the start: %+v", c)
		}
		s.after(time.Minute)
		s.write(strings.Replace(watchedRoutes, `"of-the-website"`, `"another-secret"`, 1))
		s.after(10 * time.Second)
		c = s.relay.pages.board.Configuration()
		if len(c.Files) != 1 || c.Files[0] != s.path || c.Changes != "sources changed: website" || c.LoadedAt.Sub(start) < time.Minute {
			t.Errorf("taken up: %+v", c)
		}
		loaded := c.LoadedAt
		s.write(strings.Replace(watchedRoutes, "to = [\"sales\"]", "to = [\"sales\"]\nfinel = true", 1))
		s.after(10 * time.Second)
		c = s.relay.pages.board.Configuration()
		if !c.LoadedAt.Equal(loaded) || c.Failure == nil || c.Failure.Text != routesUnusable || c.Failure.Error != "" ||
			len(c.Failure.Files) != 1 || len(c.Failure.Problems) != 1 || c.Failure.Since.Before(loaded) {
			t.Fatalf("bad: %+v, %+v", c, c.Failure)
		}
		if p := c.Failure.Problems[0]; p.Line != 22 || p.Column != 1 || p.Source != "finel = ***" || p.Caret != "^" ||
			!strings.Contains(p.Text, `did you mean "final"`) || p.Warning {
			t.Errorf("the problem: %+v", p)
		}
		since := c.Failure.Since
		s.write("[")
		s.after(10 * time.Second)
		if f := s.relay.pages.board.Configuration().Failure; f == nil || !f.Since.Equal(since) || !f.At.After(since) {
			t.Errorf("bad in another way: %+v", f)
		}
		s.write(watchedRoutes)
		s.after(10 * time.Second)
		if c = s.relay.pages.board.Configuration(); c.Failure != nil || c.Changes != "sources changed: website" {
			t.Errorf("good again: %+v", c)
		}
	})
}

// TestBoardOfNamedFiles: a secret's file that cannot be used is named, and what it
// holds is not.
func TestBoardOfNamedFiles(t *testing.T) {
	settleFiles(t, func(s *settling, put func(name, text string)) {
		put("hook.txt", "ftp://the-secret")
		s.after(10 * time.Second)
		c := s.relay.pages.board.Configuration()
		if c.Failure == nil || c.Failure.Text != fileUnusable || len(c.Failure.Files) != 1 || !strings.HasSuffix(c.Failure.Files[0], "hook.txt") {
			t.Fatalf("%+v, %+v", c, c.Failure)
		}
		put("secret.txt", "the-second-secret")
		s.after(10 * time.Second)
		c = s.relay.pages.board.Configuration()
		if c.Failure == nil || c.Changes != "sources changed: website" || len(c.Files) != 1 || !strings.HasSuffix(c.Files[0], "secret.txt") {
			t.Errorf("renewed beside it: %+v", c)
		}
		text, err := json.Marshal(c)
		must(t, err)
		if strings.Contains(string(text), "the-s") {
			t.Errorf("a secret is told: %s", text)
		}
	})
}

// TestBoardOfRestart: what waits for a restart is named.
func TestBoardOfRestart(t *testing.T) {
	settle(t, func(s *settling) {
		s.write(strings.Replace(watchedRoutes, "[server]", "[server]\nlisten = \":9999\"", 1))
		s.after(10 * time.Second)
		if got := s.relay.pages.board.Configuration().Later; len(got) != 1 || got[0] != "listen" {
			t.Errorf("got %q", got)
		}
	})
}

// TestBoardOfSources: what comes to a source is counted, and what is refused is
// told with the reason.
func TestBoardOfSources(t *testing.T) {
	watched(t, func(n *night) {
		n.post("of-the-website", leadOf("a"), http.StatusOK)
		n.post("of-the-website", leadOf("a"), http.StatusOK)
		n.post("of-the-website", `{"eventType":"other","chatbotId":"b","payload":{}}`, http.StatusOK)
		n.after(time.Minute)
		n.post("wrong", leadOf("b"), http.StatusBadRequest)
		n.post("wrong", leadOf("b"), http.StatusBadRequest)
		all := n.parts.pages.board.Sources()
		if len(all) != 2 || all[0].Name != "website" || all[1].Name != "booking" || !all[1].Pending {
			t.Fatalf("got %+v", all)
		}
		s := all[0]
		if s.Accepted != 2 || s.Duplicates != 1 || s.Unrouted != 1 || !s.LastAt.Equal(n.start) || s.Amiss() == nil || len(s.Refused) != 1 {
			t.Fatalf("got %+v", s)
		}
		if r := s.Refused[0]; r.Reason != receive.Signature || r.Count != 2 || r.LastAt.Sub(n.start) != time.Minute || !strings.Contains(r.Cure, "[sources.website]") {
			t.Errorf("got %+v", r)
		}
		n.post("of-the-website", leadOf("c"), http.StatusOK)
		if s = n.parts.pages.board.Sources()[0]; s.Accepted != 3 {
			t.Errorf("got %+v", s)
		}
	})
}

// TestBoardOfSinks: where sinks send, without their secrets, and how fast.
func TestBoardOfSinks(t *testing.T) {
	watched(t, func(n *night) {
		all := n.parts.pages.board.Sinks()
		if len(all) != 2 {
			t.Fatalf("got %+v", all)
		}
		s := all[0]
		if s.Name != "sales" || s.Type != "slack" || s.Where != "the channel of a webhook at hooks.slack.com" || s.Pace != "1 message a second" ||
			s.OwnRate || !s.Digest || s.Threads || s.GiveUpAfter != "72h0m0s" || len(s.Told) != 1 || s.Told[0] != "night" {
			t.Errorf("got %+v", s)
		}
		text, err := json.Marshal(all)
		must(t, err)
		if strings.Contains(string(text), "T0/B0") {
			t.Errorf("a secret is told: %s", text)
		}
	})
}
