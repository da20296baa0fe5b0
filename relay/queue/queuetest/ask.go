package queuetest

import (
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// asker is what the page asks.
type asker interface {
	queue.History
	queue.Counter
	queue.DeadLetters
	queue.Finder
}

// Ask asks a store of a Corpus what the page asks, and logs how long each answer takes, and the slowest of its
// statements, by connections that w watches.
func Ask(t *testing.T, s asker, w *Watch) {
	t.Helper()
	newest, err := s.Events(t.Context(), queue.Query{Limit: 1})
	if err != nil || len(newest) == 0 {
		t.Fatal(newest, err)
	}
	e := newest[0].Event
	for _, a := range []struct {
		what string
		q    queue.Query
	}{
		{"newest", queue.Query{}},
		{"rare word", queue.Query{Words: "hedwig"}},
		{"two rare words", queue.Query{Words: "hedwig kiesler"}},
		{"common word", queue.Query{Words: "baba"}},
		{"common name", queue.Query{Words: "annabel"}},
		{"two common words", queue.Query{Words: "grace kowalski"}},
		{"common and rare", queue.Query{Words: "mail hedwig"}},
		{"common words, rarely together", queue.Query{Words: "grace 李 "}},
		{"prefix of 1", queue.Query{Words: "g"}},
		{"prefix of 3, rare with it", queue.Query{Words: "ann hedw"}},
		{"prefix of an address", queue.Query{Words: "mail1234"}},
		{"address", queue.Query{Words: e.Contact.Email}},
		{"phone", queue.Query{Words: "0" + strings.TrimPrefix(e.Contact.Phone, "+49 ")}},
		{"phone's end", queue.Query{Words: e.Contact.Phone[len(e.Contact.Phone)-5:]}},
		{"end of an ID", queue.Query{Words: e.ID[len(e.ID)-8:]}},
		{"no hit", queue.Query{Words: "zzyzx"}},
		{"no hit, of what is common", queue.Query{Words: "grace hopper nobody@nowhere"}},
		{"rare source", queue.Query{Source: "quiet"}},
		{"rare source, last", queue.Query{Source: "quiet", Limit: 1}},
		{"no such source", queue.Query{Source: "nobody", Limit: 1}},
		{"source and kind", queue.Query{Source: "site-3", Kind: relay.Chat}},
		{"bot and channel", queue.Query{BotID: "agent_7", Channel: "telegram"}},
		{"conversation", queue.Query{Conversation: e.ConversationID}},
		{"rare sink", queue.Query{Sink: "rare"}},
		{"sent at a rare sink", queue.Query{Sink: "rare", Status: queue.StatusSent}},
		{"dead", queue.Query{Status: queue.StatusDead}},
		{"dead of a reason", queue.Query{Status: queue.StatusDead, Sink: "sink-1", Reason: "Slack: channel_not_found"}},
		{"dead, rare word", queue.Query{Status: queue.StatusDead, Words: "hedwig"}},
		{"dead, rare source", queue.Query{Status: queue.StatusDead, Source: "quiet"}},
		{"unrouted, common word", queue.Query{Status: queue.StatusUnrouted, Words: "grace"}},
		{"channel in a window of old", queue.Query{Channel: "whatsapp", Since: 480 * time.Hour, Until: 479 * time.Hour}},
		{"a window of old, the oldest first", queue.Query{Since: 480 * time.Hour, Until: 479 * time.Hour, Oldest: true}},
		{"word in the last day", queue.Query{Words: "hedwig", Since: 24 * time.Hour}},
		{"dead in the last day", queue.Query{Status: queue.StatusDead, Since: 24 * time.Hour}},
		{"nothing in the last minute", queue.Query{Status: queue.StatusPending, Since: time.Minute}},
	} {
		var found []queue.Record
		took(t, w, a.what, func() (n int, err error) {
			found, err = s.Events(t.Context(), a.q)
			return len(found), err
		})
	}
	for what, c := range map[string][2]time.Duration{
		"counts of 1h": {time.Hour, 5 * time.Minute}, "counts of 24h": {24 * time.Hour, 15 * time.Minute},
		"counts of 7d": {7 * 24 * time.Hour, time.Hour}, "counts of 2d by 5m": {2 * 24 * time.Hour, 5 * time.Minute}, "counts of 30d": {30 * 24 * time.Hour, 6 * time.Hour},
	} {
		took(t, w, what, func() (int, error) {
			c, err := s.Counts(t.Context(), c[0], c[1])
			return len(c.Ways), err
		})
	}
	for what, tail := range map[string]string{"an end of an ID": e.ID[len(e.ID)-8:], "an end of no ID": "0123456789abcdef"} {
		took(t, w, what, func() (int, error) {
			ids, err := s.Find(t.Context(), tail)
			return len(ids), err
		})
	}
	took(t, w, "lane status", func() (int, error) {
		all, err := s.LaneStatus(t.Context())
		return len(all), err
	})
	took(t, w, "dead groups", func() (int, error) {
		all, err := s.DeadGroups(t.Context())
		return len(all), err
	})
}

// took logs how long something takes, the best of three times and the first, and the
// statements of the best.
func took(t *testing.T, w *Watch, what string, do func() (n int, err error)) {
	t.Helper()
	var first, best time.Duration
	var statements []*Statement
	n := 0
	for i := range 3 {
		w.Take()
		began := time.Now()
		var err error
		if n, err = do(); err != nil {
			t.Fatal(what, err)
		}
		d, some := time.Since(began), w.Take()
		if i == 0 {
			first, best, statements = d, d, some
		}
		if d < best {
			best, statements = d, some
		}
	}
	var sum time.Duration
	slowest := new(Statement)
	for _, s := range statements {
		sum += s.Took
		if s.Took > slowest.Took {
			slowest = s
		}
	}
	t.Logf("%-36s %4d in %8.2f ms, at first %8.2f ms; %3d statements, together %8.2f ms, the slowest %7.2f ms for %6d rows: %.60s",
		what, n, milliseconds(best), milliseconds(first), len(statements), milliseconds(sum), milliseconds(slowest.Took), slowest.Rows,
		strings.Join(strings.Fields(slowest.Text), " "))
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
