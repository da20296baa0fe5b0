package sandbox

import (
	"fmt"
	"time"
)

// The page's script does what this file does again, in the reader's time zone:
// what is changed here is to be changed there.

// arrange groups messages of a place, oldest first, as the app does: a day
// begins with its name, and what follows soon from the same author goes without
// the author's picture and name.
func arrange(list []shown, now time.Time) {
	for i := range list {
		m := &list[i]
		if i == 0 || !sameDay(m.Time, list[i-1].Time) {
			m.Day = day(m.Platform, m.Time, now)
		} else {
			m.Follows = m.follows(list[i-1])
		}
		for k := range m.Replies[min(1, len(m.Replies)):] {
			m.Replies[k+1].Follows = m.Replies[k+1].follows(m.Replies[k])
		}
		if n := len(m.Replies); n > 0 {
			m.Last = m.Replies[n-1].Time
		}
	}
}

// follows reports whether m goes without the author's name, below before.
func (m shown) follows(before shown) bool {
	var soon time.Duration
	switch m.Platform {
	case Slack:
		soon = 5 * time.Minute
	case Discord:
		soon = 7 * time.Minute
	case Telegram:
		soon = 15 * time.Minute
	}
	quotes := m.Answers != "" && m.Platform != Telegram && m.Thread == "" // these say whom they answer above the name
	return m.Author == before.Author && m.Time.Sub(before.Time) < soon && sameDay(m.Time, before.Time) &&
		!quotes && !m.Gone && !before.Gone
}

func sameDay(a, b time.Time) bool {
	return a.Local().Format(time.DateOnly) == b.Local().Format(time.DateOnly)
}

// day is what an app calls the day of a time.
func day(p Platform, at, now time.Time) string {
	at, now = at.Local(), now.Local()
	sameYear := at.Year() == now.Year()
	switch {
	case p == Discord:
		return at.Format("2 January 2006")
	case sameDay(at, now):
		return "Today"
	case p == Slack && sameDay(at, now.AddDate(0, 0, -1)):
		return "Yesterday"
	case p == Slack:
		return at.Format("Monday, January ") + ordinal(at.Day()) + pick(sameYear, "", at.Format(", 2006"))
	}
	return at.Format(pick(sameYear, "January 2", "January 2, 2006"))
}

// ordinal is 1st, 2nd, 3rd, 4th.
func ordinal(n int) string {
	suffix := "th"
	if n/10 != 1 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return fmt.Sprint(n, suffix)
}

// clock writes a time as an app does in one of its places: beside a name
// ("slack", "discord", "telegram"), beside a message without one ("slack-side",
// "discord-side"), below a thread ("slack-last").
func clock(as string, at, now time.Time) string {
	at, now = at.Local(), now.Local()
	switch as {
	case "slack":
		return at.Format("3:04 PM")
	case "slack-side":
		return at.Format("3:04")
	case "slack-last":
		switch {
		case sameDay(at, now):
			return at.Format("today at 3:04 PM")
		case sameDay(at, now.AddDate(0, 0, -1)):
			return at.Format("yesterday at 3:04 PM")
		}
		return at.Format("on January 2") + at.Format(" at 3:04 PM")
	case "discord":
		switch {
		case sameDay(at, now):
			return at.Format("Today at 15:04")
		case sameDay(at, now.AddDate(0, 0, -1)):
			return at.Format("Yesterday at 15:04")
		}
		return at.Format("02/01/2006, 15:04")
	}
	return at.Format("15:04")
}
