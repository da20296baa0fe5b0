package overview

import (
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/status"
)

// TestState: each state has its words, its look, and its times by the store's clock.
func TestState(t *testing.T) {
	now := time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)
	failing := queue.Health{Failing: time.Hour, Reason: "no\nanswer"}
	held := queue.Health{Held: true, Failing: 2 * time.Hour, Reason: "refused"}
	for _, c := range []struct {
		lane              queue.LaneStatus
		state             state
		badge, says, when string
		reason            string
	}{
		{queue.LaneStatus{}, stateIdle, "quiet", "nothing sent yet", "", ""},
		{queue.LaneStatus{Sent: 4}, stateIdle, "good", "all sent", "", ""},
		{queue.LaneStatus{Sent: 4, Wait: time.Minute}, stateIdle, "good", "all sent", "", ""},
		{queue.LaneStatus{Sent: 4, Dead: 2}, stateIdle, "warn", "2 dead letters", "", ""},
		{queue.LaneStatus{Pending: 2, Dead: 1, Oldest: time.Minute}, stateWay, "quiet", "on the way", "", ""},
		{queue.LaneStatus{Pending: 2, Oldest: time.Minute, Wait: 90 * time.Second}, stateRests, "quiet", "rests until ", "12:01:30", ""},
		{queue.LaneStatus{Pending: 2, Oldest: time.Minute, Wait: time.Second, Health: failing}, stateFailing, "warn", "failing since ", "11:00:00", "no answer"},
		{queue.LaneStatus{Health: failing}, stateFailed, "warn", "the last try failed", "", "no answer"},
		{queue.LaneStatus{Pending: 2, Oldest: time.Minute, Health: held}, stateHeld, "bad", "held since ", "10:00:00", "refused"},
		{queue.LaneStatus{Health: held}, stateHeld, "bad", "held since ", "10:00:00", "refused"},
		{queue.LaneStatus{Health: queue.Health{Held: true}}, stateHeld, "bad", "held", "", ""},
	} {
		l := lane{Sink: status.Sink{Name: "s"}, State: stateIdle}
		l.fill(c.lane, now, func(reason string) relay.Advice { return relay.Advice{Cure: "mend " + reason} })
		when := ""
		if !l.When().IsZero() {
			when = l.When().Format("15:04:05")
		}
		if l.State != c.state || l.Badge() != c.badge || l.Says() != c.says || when != c.when || l.Reason != c.reason {
			t.Errorf("%+v: %s, badge %q, says %q %q, reason %q", c.lane, l.State, l.Badge(), l.Says(), when, l.Reason)
		}
		if (l.Advice.Cure != "") != (c.reason != "") || l.Grave() != (c.state == stateHeld) {
			t.Errorf("%+v: %+v", c.lane, l)
		}
		if oldest := l.Oldest.Format("15:04:05"); c.lane.Pending > 0 && oldest != "11:59:00" || c.lane.Pending == 0 && !l.Oldest.IsZero() {
			t.Errorf("%+v: the oldest since %s", c.lane, oldest)
		}
	}
}

// TestLate: what waits for long in a lane that is in no trouble is told, and nothing of
// one that keeps up.
func TestLate(t *testing.T) {
	now := time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)
	for oldest, late := range map[time.Duration]bool{0: false, 14 * time.Minute: false, 16 * time.Minute: true} {
		for _, wait := range []time.Duration{0, time.Second} {
			l := lane{Sink: status.Sink{Name: "s"}, State: stateIdle}
			l.fill(queue.LaneStatus{Pending: 1, Oldest: oldest, Wait: wait}, now, nil)
			parts := l.parts(now)
			if (len(parts) == 1) != late || late && (parts[0].Grave || parts[0].Before != "s is behind: the oldest message waits since " || !parts[0].At.Equal(l.Oldest) || parts[0].Link != "#lane-s") {
				t.Errorf("for %s: %+v", oldest, parts)
			}
		}
	}
}

// TestBrief: one sentence is enough to begin with, unless it says nothing.
func TestBrief(t *testing.T) {
	for text, want := range map[string]string{
		"":         "",
		"Mend it.": "Mend it.",
		"Mend the channel. Or the file. Or both.": "Mend the channel.",
		"Nothing. It is tried again.":             "Nothing. It is tried again.",
		"Nothing. It is tried again. For ever.":   "Nothing. It is tried again.",
	} {
		if got := brief(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestSpeed: what is shared is told beside what is the sink's own.
func TestSpeed(t *testing.T) {
	for want, s := range map[string]status.Sink{
		"as fast as it answers":              {},
		"1 message a second":                 {Pace: "1 message a second"},
		"together with others 30 messages":   {Shared: "30 messages"},
		"1 message; together with others 30": {Pace: "1 message", Shared: "30"},
	} {
		if got := (lane{Sink: s}).Speed(); !strings.HasPrefix(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestTellsNames: no sink is told of its own trouble, since it would not hear of it.
func TestTellsNames(t *testing.T) {
	for want, told := range map[string][]string{"": {"night"}, "sales, agents": {"sales", "night", "agents"}} {
		if got := (lane{Sink: status.Sink{Name: "night", Told: told}}).TellsNames(); got != want {
			t.Errorf("%q are told: %q, want %q", told, got, want)
		}
	}
}
