package wording_test

import (
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/replay"
	"botrelay/relay/wording"
)

func TestFate(t *testing.T) {
	at := time.Date(2026, 3, 9, 14, 3, 0, 0, time.UTC)
	clock := func(t time.Time) string { return t.Format("15:04") }
	for _, c := range []struct {
		delivery queue.DeliveryRecord
		want     string
	}{
		{queue.DeliveryRecord{State: queue.Pending}, "pending, never tried"},
		{queue.DeliveryRecord{State: queue.Pending, Tries: 2}, "pending, tried 2 times"},
		{queue.DeliveryRecord{State: queue.Sent, Tries: 1, SettledAt: at}, "arrived 14:03, tried once"},
		{queue.DeliveryRecord{State: queue.Dead, Tries: 10, SettledAt: at}, "dead since 14:03, tried 10 times"},
		{queue.DeliveryRecord{State: queue.Replayed, Tries: 1, SettledAt: at}, "replayed 14:03: another delivery has taken its place"},
		{queue.DeliveryRecord{State: queue.Discarded, Tries: 10, SettledAt: at}, "discarded 14:03, tried 10 times: a person has put it away"},
	} {
		if got := wording.Fate(c.delivery).With(clock); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestAttempt(t *testing.T) {
	for _, c := range []struct {
		attempt queue.Attempt
		want    string
	}{
		{queue.Attempt{Outcome: relay.Refused, Status: 400, Took: 120*time.Millisecond + 400*time.Microsecond, Reason: "Slack: no\ntext", Size: 1}, "the message was refused, HTTP 400 after 120ms: Slack: no text"},
		{queue.Attempt{Outcome: relay.Held, Status: 404, Took: time.Second, Size: 3}, "the destination refused, HTTP 404 after 1s, as one of 3 in a digest"},
		{queue.Attempt{Outcome: relay.Later, Took: 20 * time.Second, Size: 1, Reason: "Slack: no answer in time"}, "failed for now, no answer after 20s: Slack: no answer in time"},
	} {
		if got := wording.Attempt(c.attempt); got != c.want {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
	}
}

// Every reason has words, and none of them names a command.
func TestLeft(t *testing.T) {
	for left, want := range map[replay.Left]string{
		{}:                                    "",
		{Why: replay.SinkGone, Sinks: "gone"}: "routes.toml no longer has the sink gone",
		{Why: replay.Waits, Sinks: "sales"}:   "it waits for sales already",
		{Why: replay.AsItIs, Sent: "sales, night"}:          "already sent to sales, night",
		{Why: replay.AsItIs, Sinks: "sales", Sent: "night"}: "pending: it waits to be sent to sales as it is; already sent to night",
		{Why: replay.Unrouted}:                              "no route took it",
		{Why: replay.NoRule}:                                "it is a notice of the relay itself, which no rule is about",
		{Why: replay.Nowhere}:                               "today's rules send it nowhere",
		{Why: replay.Reached, Sinks: "sales"}:               "today's rules send it only where it has arrived or waits already: sales",
	} {
		if got := wording.Left(left); got != want {
			t.Errorf("%+v: %q, want %q", left, got, want)
		}
	}
}
