package overview

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/tries"
	"botrelay/relay/queue"
	"botrelay/relay/status"
	"botrelay/relay/wording"
)

// state is how a lane stands.
type state string

const (
	stateIdle    state = "idle"    // nothing waits
	stateWay     state = "on_way"  // something is on its way
	stateRests   state = "rests"   // something waits until the platform's pace lets it go
	stateFailed  state = "failed"  // the last try failed, and nothing waits
	stateFailing state = "failing" // something waits, and nothing gets through
	stateHeld    state = "held"    // the destination refuses everything
)

// lane is a sink, and how it does.
type lane struct {
	status.Sink

	State state `json:"state"`
	// Since is when it was held, or began to fail; Until is how long it rests.
	Since time.Time `json:"since,omitzero"`
	Until time.Time `json:"until,omitzero"`

	Pending int       `json:"pending"`
	Oldest  time.Time `json:"oldest,omitzero"` // since when the oldest of those waits
	Sent    int       `json:"sent_ever"`
	Dead    int       `json:"dead_letters"`
	// SentInSpan and DiedInSpan are deliveries in the span that is asked for.
	SentInSpan int `json:"sent"`
	DiedInSpan int `json:"died"`

	Reason string       `json:"reason,omitempty"` // of the last try, which failed
	Text   string       `json:"text,omitempty"`   // what the trouble is, in a sentence or two
	Advice relay.Advice `json:"advice,omitzero"`

	// NextTry is when it is tried by itself, if it is in trouble and something waits;
	// zero: right now. Tried is what came of the last try that a person asked for, lately.
	NextTry time.Time     `json:"next_try_at,omitzero"`
	Tried   *tries.Result `json:"tried,omitempty"`

	Offer *tries.Offer `json:"-"`
}

// fill fills in how the lane does by the store's clock.
func (l *lane) fill(s queue.LaneStatus, now time.Time, advise func(string) relay.Advice) {
	l.Pending, l.Sent, l.Dead = s.Pending, s.Sent, s.Dead
	if s.Pending > 0 {
		l.Oldest = moment(now, -s.Oldest)
	}
	switch {
	case s.Held:
		l.State = stateHeld
	case s.Failing > 0 && s.Pending > 0:
		l.State = stateFailing
	case s.Failing > 0:
		l.State = stateFailed
	case s.Pending > 0 && s.Wait > 0:
		l.State, l.Until = stateRests, moment(now, s.Wait)
	case s.Pending > 0:
		l.State = stateWay
	}
	if l.State == stateHeld || l.State == stateFailing || l.State == stateFailed {
		if s.Failing > 0 {
			l.Since = moment(now, -s.Failing)
		}
		l.Reason = wording.Line(s.Reason)
		l.Text = wording.Trouble(s)
		if s.Reason != "" {
			l.Advice = advise(s.Reason)
		}
	}
	l.NextTry = tries.Next(s, now)
}

// offer fills in what is offered to do about it.
func (l *lane) offer(desk *tries.Desk, s queue.LaneStatus, now time.Time) {
	if l.Offer = desk.OfferOf(l.Name, s, now); l.Offer != nil {
		l.Tried = l.Offer.Tried
	}
}

// moment is a time from now in whole seconds, so that it stays the same while it is.
func moment(now time.Time, in time.Duration) time.Time { return now.Add(in).Round(time.Second).UTC() }

// Below is the advice for who has read this text above it.
func (l lane) Below(text string) relay.Advice { return wording.Besides(text, l.Advice) }

// Grave reports whether a person has to do something.
func (l lane) Grave() bool { return l.State == stateHeld }

// Badge is the look of the state.
func (l lane) Badge() string {
	switch l.State {
	case stateHeld:
		return "bad"
	case stateFailing, stateFailed:
		return "warn"
	case stateWay, stateRests:
		return "quiet"
	case stateIdle:
	}
	switch {
	case l.Dead > 0:
		return "warn"
	case l.Sent == 0:
		return "quiet"
	}
	return "good"
}

// Says is what the state is called; the time When is part of it.
func (l lane) Says() string {
	switch l.State {
	case stateHeld:
		return since("held", l.Since)
	case stateFailing:
		return since("failing", l.Since)
	case stateFailed:
		return "the last try failed"
	case stateRests:
		return "rests until "
	case stateWay:
		return "on the way"
	case stateIdle:
	}
	switch {
	case l.Dead > 0:
		return l.DeadText()
	case l.Sent == 0:
		return "nothing sent yet"
	}
	return "all sent"
}

// since is what comes before a time since which something is so, if that is known.
func since(text string, at time.Time) string {
	if at.IsZero() {
		return text
	}
	return text + " since "
}

// When is the time that goes with what it says; zero: none.
func (l lane) When() time.Time {
	if l.State == stateFailed {
		return time.Time{}
	}
	return cmp.Or(l.Until, l.Since)
}

// Speed is its pace in words.
func (l lane) Speed() string {
	switch {
	case l.Pace == "" && l.Shared == "":
		return "as fast as it answers"
	case l.Shared == "":
		return l.Pace
	case l.Pace == "":
		return "together with others " + l.Shared
	}
	return l.Pace + "; together with others " + l.Shared
}

// TellsNames are the other sinks that are told of its trouble.
func (l lane) TellsNames() string {
	others := slices.DeleteFunc(slices.Clone(l.Told), func(sink string) bool { return sink == l.Name })
	return strings.Join(others, ", ")
}
