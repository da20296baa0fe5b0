package route

import "time"

// Active is when a route applies: on some days, between two times of day, by
// the clock on the wall of a place. The zero value is always.
type Active struct {
	// Days are those on which it applies, by time.Weekday. None: every day.
	Days [7]bool
	// From and To are minutes since midnight, To excluded, at most 24*60. If To
	// is not after From, the time goes on past midnight, and belongs to the day on
	// which it begins. Both 0: all day.
	From, To int
	Zone     *time.Location // nil: UTC
}

// Holds reports whether t is within it. Where clocks are put back an hour comes
// twice, and where they are put forward one does not come: what counts is what a
// clock on the wall shows.
func (a Active) Holds(t time.Time) bool {
	if a.Zone == nil {
		a.Zone = time.UTC
	}
	t = t.In(a.Zone)
	day, minute := t.Weekday(), t.Hour()*60+t.Minute()
	switch {
	case a.From == 0 && a.To == 0:
		return a.on(day)
	case a.From < a.To:
		return a.on(day) && a.From <= minute && minute < a.To
	case minute >= a.From:
		return a.on(day)
	}
	return minute < a.To && a.on((day+6)%7)
}

func (a Active) on(day time.Weekday) bool { return a.Days == [7]bool{} || a.Days[day] }
