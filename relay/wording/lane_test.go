package wording_test

import (
	"strings"
	"testing"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/wording"
)

func TestWaiting(t *testing.T) {
	hour := queue.Health{Failing: time.Hour, Reason: "Slack: no answer in time."}
	held := queue.Health{Held: true, Failing: time.Hour, Reason: "Slack: not_in_channel"}
	for _, c := range []struct {
		lane        queue.LaneStatus
		known, idle bool
		want        string
	}{
		{queue.LaneStatus{Pending: 3}, true, false, ""},
		{queue.LaneStatus{}, false, false, ""},
		{queue.LaneStatus{Pending: 1}, false, false, "routes.toml has no sink s: 1 message waits for it. Put it back, or send by today's rules."},
		{queue.LaneStatus{Pending: 1500, Health: hour}, true, false, "s fails for 1h now: Slack: no answer in time. 1,500 messages wait; it is tried again and again."},
		{queue.LaneStatus{Pending: 1, Health: hour}, true, true, "s failed when a relay ran last: Slack: no answer in time. 1 message waits."},
		{queue.LaneStatus{Health: hour}, true, false, ""},
		{
			queue.LaneStatus{Pending: 2, Health: held},
			true, false,
			"s is held for 1h now: its destination refuses everything: Slack: not_in_channel. 2 messages wait; nothing is lost, all is sent once its channel, or [sinks.s] in routes.toml, is mended.",
		},
	} {
		if got := wording.Waiting("s", c.lane, c.known, c.idle); got != c.want {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
	}
	if got := wording.Held("s", queue.LaneStatus{Health: held}); got != "s is held: its destination refuses everything: Slack: not_in_channel. What waits for it is sent once that is mended." {
		t.Errorf("got %q", got)
	}
}

// TestTrouble: what a page tells beside the sink's name, since when it is so, and what
// to do.
func TestTrouble(t *testing.T) {
	for want, lane := range map[string]queue.LaneStatus{
		"": {Pending: 3},
		"The destination refuses everything: Slack: not_in_channel. 1 message waits; nothing is lost.": {Pending: 1, Health: queue.Health{Held: true, Failing: time.Hour, Reason: "Slack: not_in_channel."}},
		"The destination refuses everything. Nothing waits for it.":                                    {Health: queue.Health{Held: true}},
		"Nothing gets through: no answer. 1,500 messages wait; nothing is lost.":                       {Pending: 1500, Health: queue.Health{Failing: time.Hour, Reason: "no answer"}},
	} {
		if got := wording.Trouble(lane); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
	if got := wording.Trouble(queue.LaneStatus{Health: queue.Health{Failing: time.Hour}}); got != "" {
		t.Errorf("with nothing that waits: %q", got)
	}
}

// TestStuck: what a page tells beside what was tried, and why that failed.
func TestStuck(t *testing.T) {
	for want, lane := range map[string]queue.LaneStatus{
		"": {Pending: 3},
		"s is held: 1 message waits; nothing is lost.":   {Pending: 1, Health: queue.Health{Held: true, Failing: time.Hour, Reason: "Slack: not_in_channel."}},
		"s fails: 1,500 messages wait; nothing is lost.": {Pending: 1500, Health: queue.Health{Failing: time.Hour, Reason: "no answer"}},
	} {
		if got := wording.Stuck("s", lane); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
	if got := wording.Stuck("s", queue.LaneStatus{Health: queue.Health{Held: true}}); got != "" {
		t.Errorf("with nothing that waits: %q", got)
	}
}

// TestNextTry: never told shorter than it is, and of lanes in trouble alone.
func TestNextTry(t *testing.T) {
	for _, c := range []struct {
		want string
		lane queue.LaneStatus
	}{
		{"The next try is in 3m.", queue.LaneStatus{Pending: 1, Wait: 3*time.Minute + time.Second, Health: queue.Health{Held: true}}},
		{"The next try is in 2s.", queue.LaneStatus{Pending: 1, Wait: 1001 * time.Millisecond, Health: queue.Health{Failing: 1}}},
		{"", queue.LaneStatus{Pending: 1, Health: queue.Health{Held: true}}},
		{"", queue.LaneStatus{Wait: time.Minute, Health: queue.Health{Held: true}}},
		{"", queue.LaneStatus{Pending: 1, Wait: time.Minute}},
	} {
		if got := wording.NextTry(c.lane); got != c.want {
			t.Errorf("%+v: %q, want %q", c.lane, got, c.want)
		}
	}
}

func TestOnItsWay(t *testing.T) {
	lane := queue.LaneStatus{Pending: 2, Oldest: 90 * time.Second}
	if got := wording.OnItsWay("s", lane, true); got != "s: 2 messages not sent yet, the oldest for 1m." {
		t.Errorf("got %q", got)
	}
	if got := wording.OnItsWay("s", lane, false); got != "s: 2 messages on the way, the oldest for 1m." {
		t.Errorf("got %q", got)
	}
	lane.Wait = 1200 * time.Millisecond // never told shorter than it is
	if got := wording.OnItsWay("s", lane, false); !strings.HasSuffix(got, "The platform's pace lets it send on in 2s.") {
		t.Errorf("got %q", got)
	}
}

func TestDeadLetters(t *testing.T) {
	for n, want := range map[int]string{1: "There is 1 dead letter, given up on and kept.", 1200: "There are 1,200 dead letters, given up on and kept."} {
		if got := wording.DeadLetters(n); got != want {
			t.Errorf("got %q", got)
		}
	}
}

// What a platform says may be anything.
func TestReason(t *testing.T) {
	got := wording.Reason("a\nb\u202e" + strings.Repeat("x", 1000))
	if len([]rune(got)) > 160 || strings.ContainsAny(got, "\n\u202e") || !strings.HasPrefix(got, "a bx") {
		t.Errorf("got %q", got)
	}
}
