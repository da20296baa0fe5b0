package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/deliver"
	"botrelay/relay/metrics"
	"botrelay/relay/notice"
	"botrelay/relay/queue"
	"botrelay/relay/status"
)

// TestRefusingSource: a secret that was changed at the vendor is told once, and
// once more when it is right again; any right signature shows that it is.
func TestRefusingSource(t *testing.T) {
	for name, right := range map[string]struct {
		body   string
		status int
		broken bool // the store
	}{
		"event":    {body: leadOf("after"), status: http.StatusOK},
		"again":    {body: leadOf("before"), status: http.StatusOK},
		"test":     {body: `{}`, status: http.StatusOK},
		"not JSON": {body: `leads`, status: http.StatusBadRequest},
		"no store": {body: leadOf("unstored"), status: http.StatusServiceUnavailable, broken: true},
	} {
		t.Run(name, func(t *testing.T) {
			watched(t, func(n *night) {
				n.post("of-the-website", leadOf("before"), http.StatusOK)
				for range 5 {
					n.post("of-another", leadOf("refused"), http.StatusBadRequest)
					n.after(25 * time.Second)
				}
				n.told("The source website accepts nothing")
				if right.broken {
					n.store.fail(queue.ErrUnavailable)
				}
				n.post("of-the-website", right.body, right.status)
				n.store.mend()
				n.after(time.Minute)
				told := []string{"The source website accepts nothing", "The source website accepts again"}
				if right.broken {
					told = append(told, "Events could not be stored")
				}
				n.told(told...)
			})
		})
	}
}

// TestWrongFromTheStart: a secret that was never right is told too, within two
// minutes of the third request, however fast those came.
func TestWrongFromTheStart(t *testing.T) {
	watched(t, func(n *night) {
		for range 2 {
			n.post("of-another", leadOf("refused"), http.StatusBadRequest)
		}
		n.after(10 * time.Minute)
		n.told()
		n.post("of-another", leadOf("refused"), http.StatusBadRequest)
		n.after(2 * time.Minute)
		n.told("The source website accepts nothing")
		for range 23 * 60 {
			n.post("of-another", leadOf("refused"), http.StatusBadRequest)
			n.after(time.Minute)
		}
		n.told("The source website accepts nothing")
		n.post("of-the-website", leadOf("after"), http.StatusOK)
		n.after(time.Minute)
		n.told("The source website accepts nothing", "The source website accepts again")
	})
}

// TestStrangers: who knows no source, or breaks off before the signature, is no
// trouble, and no sign that a source is well either.
func TestStrangers(t *testing.T) {
	watched(t, func(n *night) {
		stranger := func(method, source string) {
			r := httptest.NewRequestWithContext(n.t.Context(), method, "/hooks/"+source, strings.NewReader(`{}`))
			r.SetPathValue("source", source)
			n.parts.Parts.Hooks.ServeHTTP(httptest.NewRecorder(), r)
		}
		for range 10 {
			stranger(http.MethodPost, "nobody")
			stranger(http.MethodGet, "website")
			n.after(25 * time.Second)
		}
		n.told()
		for range 5 {
			n.post("of-another", leadOf("refused"), http.StatusBadRequest)
			stranger(http.MethodGet, "website")
			n.after(25 * time.Second)
		}
		n.told("The source website accepts nothing")
	})
}

// TestStoreOutage is told when it is over, with what it cost; a vendor that hung
// up is none.
func TestStoreOutage(t *testing.T) {
	watched(t, func(n *night) {
		n.store.fail(fmt.Errorf("putting: %w", context.Canceled))
		n.post("of-the-website", leadOf("hung up"), http.StatusServiceUnavailable)
		n.after(2 * time.Hour)
		n.store.fail(fmt.Errorf("disk full: %w", queue.ErrUnavailable))
		for i := range 20 {
			n.post("of-the-website", leadOf(fmt.Sprint(i)), http.StatusServiceUnavailable)
			n.after(30 * time.Second)
		}
		n.store.mend()
		n.post("of-the-website", leadOf("stored"), http.StatusOK)
		n.after(2 * time.Minute)
		n.told("Events could not be stored for 10 minutes")
		if text := n.events(notice.Name)[0].Event.Text; !strings.Contains(text, "About 20 requests") || !strings.Contains(text, "disk full") {
			n.t.Errorf("told %q", text)
		}
	})
}

// TestLaterOutages of the same hour are told at its end, together.
func TestLaterOutages(t *testing.T) {
	watched(t, func(n *night) {
		outage := func(requests int) {
			n.store.fail(fmt.Errorf("disk full: %w", queue.ErrUnavailable))
			for i := range requests {
				n.post("of-the-website", leadOf(fmt.Sprint(i)), http.StatusServiceUnavailable)
				n.after(10 * time.Second)
			}
			n.store.mend()
			n.post("of-the-website", leadOf("stored"), http.StatusOK)
			n.after(10 * time.Minute)
		}
		outage(10)
		n.told("Events could not be stored for 2 minutes")
		outage(10)
		outage(30)
		n.told("Events could not be stored for 2 minutes")
		n.after(time.Hour)
		n.told("Events could not be stored for 2 minutes", "Events could not be stored 2 times")
		if text := n.events(notice.Name)[1].Event.Text; !strings.Contains(text, "2 times, for 7 minutes in all") || !strings.Contains(text, "About 40 requests") {
			n.t.Errorf("told %q", text)
		}
	})
}

// TestAttemptsTold: dead letters and destinations that moved are told of, and a
// notice that dies is not.
func TestAttemptsTold(t *testing.T) {
	watched(t, func(n *night) {
		watch := watcher{metrics.New(metrics.Config{}), notice.New(notice.Config{
			Inbox: n.store, Notify: []string{"night"}, Log: slog.New(slog.DiscardHandler),
		}), status.New(time.Now()), func() {}}
		ctx, cancel := context.WithCancel(n.t.Context())
		var desk sync.WaitGroup
		desk.Go(func() { watch.desk.Run(ctx) })
		defer desk.Wait()
		defer cancel()
		refused := relay.Verdict{Outcome: relay.Refused, Reason: "invalid_blocks"}
		for _, a := range []deliver.Attempt{
			{Sink: "night", Verdict: refused, State: queue.Dead, Size: 1, Notices: 1},
			{Sink: "sales", Verdict: refused, State: queue.Again, Size: 9},
			{Sink: "sales", Verdict: relay.Verdict{Outcome: relay.Sent}, State: queue.Sent, Size: 9},
		} {
			watch.attempt(a)
		}
		n.after(time.Hour)
		n.told()
		watch.attempt(deliver.Attempt{Sink: "night", Verdict: refused, State: queue.Dead, Size: 5, Notices: 2})
		n.after(time.Minute)
		n.told("3 messages could not be delivered")
		if text := n.events(notice.Name)[0].Event.Text; !strings.Contains(text, "night: 3 messages. The last: “invalid_blocks”") {
			n.t.Errorf("told %q", text)
		}
		for range 2 {
			watch.attempt(deliver.Attempt{Sink: "night", Verdict: relay.Verdict{Outcome: relay.Later, MovedTo: "-100123"}, State: queue.Again, Size: 1})
		}
		n.after(time.Minute)
		n.told("3 messages could not be delivered", "The chat of night has a new ID")
	})
}

// TestRetention: what was sent is forgotten after retain, dead letters after
// retain_dead, and what waits never.
func TestRetention(t *testing.T) {
	watched(t, func(n *night) {
		n.post("of-the-website", leadOf("dead"), http.StatusOK)
		lane, err := n.store.Lease(n.t.Context(), "sales", time.Hour, nil)
		if err != nil {
			n.t.Fatal(err)
		}
		turn, err := lane.Next(n.t.Context(), 1)
		if err != nil {
			n.t.Fatal(err)
		}
		if err := errors.Join(lane.Begin(n.t.Context(), turn.Batch), lane.Settle(n.t.Context(), turn.Batch, queue.Settlement{State: queue.Dead})); err != nil {
			n.t.Fatal(err)
		}
		n.post("of-the-website", leadOf("waits"), http.StatusOK)
		n.post("of-the-website", `{"eventType":"other","chatbotId":"b","payload":{}}`, http.StatusOK)
		for _, at := range []struct {
			after time.Duration
			want  string // the first delivery's state of each event that is kept
		}{
			{47 * time.Hour, "dead pending unrouted"},
			{49*time.Hour + 30*time.Minute, "dead pending"},
			{95 * time.Hour, "dead pending"},
			{97*time.Hour + 30*time.Minute, "pending"},
			{300 * time.Hour, "pending"},
		} {
			n.after(at.after - time.Since(n.start))
			var kept []string
			for _, r := range n.events("website") {
				state := "unrouted"
				if len(r.Deliveries) > 0 {
					state = string(r.Deliveries[0].State)
				}
				kept = append(kept, state)
			}
			if got := strings.Join(kept, " "); got != at.want {
				n.t.Errorf("after %s there is %q, want %q", at.after, got, at.want)
			}
		}
	})
}
