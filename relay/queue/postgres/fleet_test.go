package postgres

import (
	"fmt"
	"testing"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/queue/rows"
)

// Relays that run are counted, one that stops in order is gone, and one that is killed
// is told of for a while.
func TestRelays(t *testing.T) {
	url := server.Database(t)
	s, other := openAt(t, url), openAt(t, url)
	counted := func(about string, want queue.Relays) {
		t.Helper()
		got, err := s.Relays(t.Context())
		if ago := got.LostAgo.Round(10 * time.Second); err != nil || got.Running != want.Running || got.Lost != want.Lost || ago != want.LostAgo {
			t.Errorf("%s: %+v, %v, want %+v", about, got, err, want)
		}
	}
	for _, one := range []*Store{s, other} {
		if err := one.db.look(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
	}
	counted("two run", queue.Relays{Running: 2})
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	counted("one has stopped", queue.Relays{Running: 1})
	for id, ago := range map[string]time.Duration{"1": time.Minute, "2": 14 * time.Minute, "3": 16 * time.Minute} {
		exec(t, s, fmt.Sprintf(`INSERT INTO botrelay.relays (id, said_at, until, sinks)
			VALUES ('%s', botrelay.now_micros() - %d, botrelay.now_micros() - %[2]d + 5000000, '[]')`, id, rows.Micros(ago)))
	}
	counted("two were killed lately", queue.Relays{Running: 1, Lost: 2, LostAgo: time.Minute})
}
