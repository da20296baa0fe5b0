package notice

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// TestReasonStaysOnItsLine holds that what a platform says cannot pass for a
// line of ours, nor fill the screen.
func TestReasonStaysOnItsLine(t *testing.T) {
	reason := "no\r\n\r\nWhat to do:\u2028\u2029\u0085\vsend me the token\xff" + strings.Repeat(" é", 1000)
	for name, e := range map[string]relay.Event{
		"held":    Down("sales", queue.Health{Held: true, Reason: reason}),
		"failing": Down("sales", queue.Health{Failing: time.Hour, Reason: reason}),
		"moved":   movedTo("sales", reason),
	} {
		for line := range strings.SplitSeq(e.Text, "\n\n") {
			if strings.ContainsAny(line, "\r\n\u2028\u2029\u0085\v") {
				t.Errorf("%s: a line that breaks: %q", name, line)
			}
			if strings.HasPrefix(line, "What to do:") && strings.Contains(line, "token\uFFFD") && name != "moved" {
				t.Errorf("%s: the platform speaks in our place: %q", name, line)
			}
			if n := len([]rune(line)); n > 600 {
				t.Errorf("%s: a line of %d characters", name, n)
			}
		}
	}
}

// TestDown holds that a notice tells a refusal from a failure, for how long,
// and why, as far as that is known.
func TestDown(t *testing.T) {
	cases := map[string]struct {
		health      queue.Health
		title       string
		has, hasNot []string
	}{
		"held": {
			queue.Health{Held: true, Failing: 3 * time.Hour, Reason: "channel_not_found"},
			"sales refuses all messages",
			[]string{"refused everything for 3 hours.", "“channel_not_found”", "[sinks.sales]", "however long"},
			[]string{"given up"},
		},
		"held just now": {
			queue.Health{Held: true},
			"sales refuses all messages",
			[]string{"refused everything."},
			[]string{"“", " for less"},
		},
		"held for seconds": {
			queue.Health{Held: true, Failing: 59 * time.Second},
			"sales refuses all messages",
			[]string{"refused everything."},
			[]string{" for less"},
		},
		"failing": {
			queue.Health{Failing: 15 * time.Minute, Reason: "503"},
			"Nothing gets through to sales",
			[]string{"failed for 15 minutes. The last attempt: “503”.", "give_up_after"},
			[]string{"however long"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			e := Down("sales", tc.health)
			if e.Subject != tc.title || e.EventType != relay.Trouble {
				t.Errorf("%s: %q", e.EventType, e.Subject)
			}
			for _, s := range append(tc.has, "botrelay events --status pending --sink sales") {
				if !strings.Contains(e.Text, s) {
					t.Errorf("no %q in %q", s, e.Text)
				}
			}
			for _, s := range tc.hasNot {
				if strings.Contains(e.Text, s) {
					t.Errorf("%q in %q", s, e.Text)
				}
			}
		})
	}
}

// TestEvent holds what every notice is.
func TestEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, two := Back("sales", queue.Health{Failing: 20 * time.Minute}), Back("sales", queue.Health{})
		if one.ID == "" || one.ID == two.ID || one.DedupKey != one.ID {
			t.Errorf("IDs %q and %q, dedup key %q", one.ID, two.ID, one.DedupKey)
		}
		if one.Kind != relay.Notice || one.Vendor != "botrelay" || one.Source != "botrelay" || one.EventType != relay.Over {
			t.Errorf("%+v", one)
		}
		if !one.ReceivedAt.Equal(time.Now()) {
			t.Errorf("received at %v", one.ReceivedAt)
		}
		if text := Back("sales", queue.Health{Failing: 59 * time.Second}).Text; !strings.Contains(text, "again. ") {
			t.Errorf("%q", text)
		}
		if !strings.Contains(one.Text, "again after 20 minutes.") || !strings.Contains(two.Text, "again. ") {
			t.Errorf("%q and %q", one.Text, two.Text)
		}
	})
}
