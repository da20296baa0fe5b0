package events_test

import (
	"context"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/events"
	"botrelay/relay/queue"
)

// dated is a store that notes between which times it is asked.
type dated struct {
	events.Store
	from, to time.Time
}

func (d *dated) Events(_ context.Context, q queue.Query) ([]queue.Record, error) {
	if q.Since > 0 || q.Until > 0 {
		d.from, d.to = time.Now().Add(-q.Since).UTC(), time.Now().Add(-q.Until).UTC()
	}
	return nil, nil
}

// TestDays: a day is that of the zone which is asked for, as long as it is there, and the
// page says which it is; the expected times are those of the time zone database, by date(1).
func TestDays(t *testing.T) {
	for _, tc := range []struct {
		now, query, from, to, says string
	}{
		{"2026-11-22T11:30:00Z", "time=yesterday&zone=Europe/Berlin", "2026-11-20T23:00:00Z", "2026-11-21T23:00:00Z", "yesterday: Sat 21 Nov 2026 (Europe/Berlin)"},
		{"2026-11-22T11:30:00Z", "time=today&zone=Europe/Berlin", "2026-11-21T23:00:00Z", "", "today: Sun 22 Nov 2026 (Europe/Berlin)"},
		{"2026-11-22T11:30:00Z", "time=today", "2026-11-21T23:00:00Z", "", "today: Sun 22 Nov 2026 (Europe/Berlin)"},
		{"2026-11-22T11:30:00Z", "time=yesterday&zone=Pacific/Auckland", "2026-11-21T11:00:00Z", "2026-11-22T11:00:00Z", "yesterday: Sun 22 Nov 2026 (Pacific/Auckland)"},
		{"2026-11-22T01:30:00Z", "time=yesterday&zone=America/New_York", "2026-11-20T05:00:00Z", "2026-11-21T05:00:00Z", "yesterday: Fri 20 Nov 2026 (America/New_York)"},
		{"2026-03-30T08:00:00Z", "time=yesterday&zone=Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "yesterday: Sun 29 Mar 2026 (Europe/Berlin)"}, // 23 hours
		{"2026-10-26T08:00:00Z", "time=yesterday&zone=Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", "yesterday: Sun 25 Oct 2026 (Europe/Berlin)"}, // 25 hours
		{"2026-09-06T12:00:00Z", "time=today&zone=America/Santiago", "2026-09-06T04:00:00Z", "", "today: Sun 6 Sep 2026 (America/Santiago)"},                        // begins at 1:00
		{"2026-01-01T12:00:00Z", "time=yesterday&zone=UTC", "2025-12-31T00:00:00Z", "2026-01-01T00:00:00Z", "yesterday: Wed 31 Dec 2025 (UTC)"},
	} {
		synctest.Test(t, func(t *testing.T) {
			now, err := time.Parse(time.RFC3339, tc.now)
			if err != nil {
				t.Fatal(err)
			}
			// The bubble's clock begins at midnight of 2000.
			time.Sleep(time.Until(now))
			store := &dated{}
			s := &site{T: t, over: store}
			s.read(routes)
			s.shows("/events?"+tc.query, tc.says, "a link that keeps to this day")
			to := tc.to
			if to == "" {
				to = tc.now
			}
			if from, until := store.from.Format(time.RFC3339), store.to.Format(time.RFC3339); from != tc.from || until != to {
				t.Errorf("at %s %s: from %s to %s, want %s to %s", tc.now, tc.query, from, until, tc.from, to)
			}
			link := regexp.MustCompile(`href="\.(/events\?from=[^"]+)"`).FindStringSubmatch(html.UnescapeString(s.get("/events?" + tc.query).Body.String()))
			if link == nil {
				t.Fatal("no link keeps to the day")
			}
			time.Sleep(7 * 24 * time.Hour)
			s.get(link[1])
			if from, until := store.from.Format(time.RFC3339), store.to.Format(time.RFC3339); from != tc.from || tc.to != "" && until != tc.to {
				t.Errorf("a week after %s %s leads from %s to %s", tc.now, link[1], from, until)
			}
		})
	}
}

// asking is a store that counts how often it is asked for a channel.
type asking struct {
	events.Store
	channels int
}

func (a *asking) Events(ctx context.Context, q queue.Query) ([]queue.Record, error) {
	if q.Channel != "" {
		a.channels++
	}
	return a.Store.Events(ctx, q)
}

// TestChannelsAskedFor: whether there is an event of a channel that nobody has seen is asked
// now and then, and not for each list.
func TestChannelsAskedFor(t *testing.T) {
	s, _ := filled(t)
	store := &asking{Store: s.store}
	s.over = store
	s.read(routes)
	s.get("/events?time=7d")
	first := store.channels
	for range 3 {
		s.get("/events?time=7d")
	}
	if first == 0 || store.channels != first {
		t.Errorf("asked %d times for the first list, and %d for four", first, store.channels)
	}
}

// TestQuick: what is asked for often is one click, which keeps what was asked for already
// and is taken off by another; of channels those that there are.
func TestQuick(t *testing.T) {
	s, ids := filled(t)
	s.shows("/events", `<a href="./events?time=yesterday" data-zoned>yesterday</a>`, `<a href="./events?channel=whatsapp">whatsapp</a>`, `<a href="./events?channel=web">web</a>`,
		`<a href="./events?status=dead">was given up on</a>`, `<option value="whatsapp">whatsapp</option>`)
	if text := s.get("/events").Body.String(); strings.Contains(text, "telegram") {
		t.Error("a channel is offered by which nothing has come in")
	}
	s.put(relay.Event{Channel: "telegram", Kind: relay.Inbound})
	s.shows("/events", `<a href="./events?channel=telegram">telegram</a>`)
	s.shows("/events?channel=web&time=7d", `<a href="./events?channel=web&time=today" data-zoned>today</a>`, `<a href="./events?channel=web" aria-current="true">last 7 days</a>`,
		`<a href="./events?channel=whatsapp&time=7d">whatsapp</a>`, `<a href="./events?time=7d" aria-current="true">web</a>`, `<option value="web" selected>`)
	s.shows("/events?status=dead&reason=x", `<a href="./events?status=pending">waits</a>`)
	if got, _ := s.ids("/events?time=today&channel=whatsapp"); !slices.Equal(got, []string{ids["bob"]}) {
		t.Errorf("%v", got)
	}
	if got, _ := s.ids("/events?time=yesterday&channel=whatsapp"); len(got) > 0 {
		t.Errorf("%v", got)
	}
	s.put(relay.Event{Channel: strings.Repeat("x", 50)})
	if text := s.get("/events").Body.String(); strings.Contains(text, `<option value="xxx`) {
		t.Error("a very long name is offered")
	}
	s.put(relay.Event{Channel: "new\nline\u202e"})
	if text := s.get("/events").Body.String(); strings.Contains(text, `<option value="new`) {
		t.Error("a name is offered that is not what it seems")
	}
	for i := range 40 {
		s.put(relay.Event{Channel: fmt.Sprintf("c%d", i)})
	}
	if n := strings.Count(s.get("/events").Body.String(), "<option value=\"c"); n > 30 {
		t.Errorf("%d channels are remembered", n)
	}
}
