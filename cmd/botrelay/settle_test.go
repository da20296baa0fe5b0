package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay/server"
)

// settling is a relay that follows a file, without anything that tells it to look.
type settling struct {
	*reloader
	t   *testing.T
	log *strings.Builder
}

// settle runs test on a relay that follows a routes file, in a bubble.
func settle(t *testing.T, test func(*settling)) {
	t.Helper()
	settleRoutes(t, watchedRoutes, test)
}

// settleRoutes is settle with another file.
func settleRoutes(t *testing.T, routes string, test func(*settling)) {
	t.Helper()
	folder := t.TempDir()
	path := filepath.Join(folder, "routes.toml")
	must(t, os.WriteFile(path, []byte(routes), 0o600))
	first := readRoutes(path, shippedEnv, false)
	if first.config == nil {
		t.Fatal(first.problems)
	}
	synctest.Test(t, func(t *testing.T) {
		s := &settling{t: t, log: &strings.Builder{}}
		log := slog.New(slog.NewTextHandler(s.log, nil))
		counts := countsOf(first.config, log)
		store, err := openStore(t.Context(), "sqlite:"+filepath.Join(folder, "botrelay.db"), counts, slog.New(slog.DiscardHandler))
		must(t, err)
		defer func() { _ = store.Close() }()
		parts, err := build(relayConfig{Config: first.config, store: store, counts: counts, log: log})
		must(t, err)
		s.reloader = newReloader(&first, parts)
		s.getenv, s.server = shippedEnv, server.New(parts.Config)
		test(s)
	})
}

func (s *settling) write(text string) { must(s.t, os.WriteFile(s.path, []byte(text), 0o600)) }

// after looks again and again for so long, and says what was logged meanwhile: u
// for each file that was taken up, d for each that was turned down.
func (s *settling) after(d time.Duration) string {
	s.t.Helper()
	s.log.Reset()
	for end := time.Now().Add(d); time.Now().Before(end); {
		s.look(s.t.Context(), false)
		<-time.After(10 * time.Millisecond)
	}
	return strings.Repeat("u", strings.Count(s.log.String(), "is taken up")) +
		strings.Repeat("d", strings.Count(s.log.String(), "cannot be used"))
}

// TestSettle: what is being written is left alone until it stays as it is, and a
// file is told to be bad only once that is certain.
func TestSettle(t *testing.T) {
	settle(t, func(s *settling) {
		said := func(about, want, got string) {
			t.Helper()
			if got != want {
				t.Errorf("%s: %q, want %q\n%s", about, got, want, s.log)
			}
		}
		said("unchanged", "", s.after(10*time.Second))
		s.write(watchedRoutes)
		said("the same once more", "", s.after(10*time.Second))
		s.write(watchedRoutes + "# changed\n")
		said("too early", "", s.after(100*time.Millisecond))
		said("changed", "u", s.after(time.Second))
		for i := range 10 {
			s.write(watchedRoutes + strings.Repeat("#", i+1) + "\n")
			said("while it changes", "", s.after(50*time.Millisecond))
		}
		said("after ten quick changes", "u", s.after(10*time.Second))
		s.write("")
		said("while an editor writes it", "", s.after(800*time.Millisecond))
		s.write(watchedRoutes + "# whole\n")
		said("once it has", "u", s.after(10*time.Second))
		s.write("[")
		said("bad", "d", s.after(10*time.Second))
		if note := s.note(); !strings.Contains(note, "cannot be used, since 2000-01-01T00:00:43Z:") {
			t.Errorf("note: %q", note)
		}
		must(t, os.Remove(s.path))
		said("gone", "d", s.after(10*time.Second))
		if note := s.note(); !strings.Contains(note, "since 2000-01-01T00:00:43Z:") {
			t.Errorf("note: %q", note)
		}
		s.write(watchedRoutes)
		said("good again", "u", s.after(10*time.Second))
		if s.note() != "" {
			t.Errorf("note: %q", s.note())
		}
	})
}

// TestSettleAsked: who asks gets an answer at once, also where nothing has changed.
func TestSettleAsked(t *testing.T) {
	settle(t, func(s *settling) {
		for _, text := range []string{watchedRoutes, watchedRoutes + "# changed\n", "["} {
			s.write(text)
			s.look(t.Context(), true)
		}
		if n := strings.Count(s.log.String(), "is taken up"); n != 2 || !strings.Contains(s.log.String(), "cannot be used") {
			t.Errorf("got\n%s", s.log)
		}
		if got := s.after(10 * time.Second); got != "" {
			t.Errorf("then %q", got)
		}
	})
}
