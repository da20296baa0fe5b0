package sandbox

import (
	"testing"
	"time"
)

// TestClock follows what the apps write beside a message.
func TestClock(t *testing.T) {
	now := time.Date(2026, 3, 1, 9, 5, 0, 0, time.Local)
	for _, c := range []struct {
		as   string
		at   time.Time
		want string
	}{
		{"slack", now, "9:05 AM"},
		{"slack", now.Add(-9 * time.Hour), "12:05 AM"},
		{"slack-side", now.Add(4 * time.Hour), "1:05"},
		{"slack-last", now, "today at 9:05 AM"},
		{"slack-last", now.AddDate(0, 0, -1), "yesterday at 9:05 AM"},
		{"slack-last", now.AddDate(0, 0, -2), "on February 27 at 9:05 AM"},
		{"discord", now, "Today at 09:05"},
		{"discord", now.Add(-10 * time.Hour), "Yesterday at 23:05"},
		{"discord", now.AddDate(0, 0, -2), "27/02/2026, 09:05"},
		{"discord", now.AddDate(0, 0, 1), "02/03/2026, 09:05"},
		{"telegram", now, "09:05"},
		{"discord-side", now, "09:05"},
	} {
		if got := clock(c.as, c.at, now); got != c.want {
			t.Errorf("%s at %s: %q, want %q", c.as, c.at, got, c.want)
		}
	}
}

func TestDay(t *testing.T) {
	now := time.Date(2026, 3, 1, 9, 5, 0, 0, time.Local)
	for _, c := range []struct {
		platform Platform
		at       time.Time
		want     string
	}{
		{Slack, now, "Today"},
		{Slack, now.AddDate(0, 0, -1), "Yesterday"},
		{Slack, now.AddDate(0, 0, -7), "Sunday, February 22nd"},
		{Slack, time.Date(2025, 11, 11, 8, 0, 0, 0, time.Local), "Tuesday, November 11th, 2025"},
		{Discord, now, "1 March 2026"},
		{Telegram, now, "Today"},
		{Telegram, now.AddDate(0, 0, -1), "February 28"},
		{Telegram, now.AddDate(-1, 0, 0), "March 1, 2025"},
	} {
		if got := day(c.platform, c.at, now); got != c.want {
			t.Errorf("%s on %s: %q, want %q", c.platform, c.at, got, c.want)
		}
	}
}

// TestArrange groups as the apps do: by author, by time, by day.
func TestArrange(t *testing.T) {
	start := time.Date(2026, 3, 1, 23, 50, 0, 0, time.Local)
	list := func(p Platform) []shown {
		var out []shown
		for _, m := range []struct {
			after  time.Duration
			author string
			quotes string
		}{{0, "a", ""}, {time.Minute, "a", ""}, {2 * time.Minute, "b", ""}, {8 * time.Minute, "b", ""}, {9 * time.Minute, "b", "m0"}, {11 * time.Minute, "b", ""}} {
			out = append(out, shown{Message: Message{Platform: p, Time: start.Add(m.after)}, Author: m.author, Answers: m.quotes})
		}
		return out
	}
	// The fourth comes six minutes after the third, the fifth answers another,
	// the last is of another day.
	for p, want := range map[Platform][]bool{
		Slack:    {false, true, false, false, false, false},
		Discord:  {false, true, false, true, false, false},
		Telegram: {false, true, false, true, true, false},
	} {
		messages := list(p)
		arrange(messages, start)
		for i, m := range messages {
			if m.Follows != want[i] || (m.Day != "") != (i == 0 || i == 5) {
				t.Errorf("%s: message %d follows %v, want %v; day %q", p, i, m.Follows, want[i], m.Day)
			}
		}
	}
}
