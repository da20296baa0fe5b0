package status

import (
	"cmp"
	"slices"
	"time"

	"botrelay/relay"
	"botrelay/relay/receive"
	"botrelay/relay/wording"
)

// Source is how a source has fared since the relay started.
type Source struct {
	Name    string `json:"name"`
	Vendor  string `json:"vendor"`
	Pending bool   `json:"pending"` // it has no secret yet

	Accepted   int       `json:"accepted"` // events that were stored
	Unrouted   int       `json:"unrouted"` // of those: no route took them
	Duplicates int       `json:"duplicates"`
	Tests      int       `json:"tests"`
	LastAt     time.Time `json:"last_at,omitzero"` // when the last of all those came; zero: none did
	// Refused are the reasons for which requests were refused, the last one first.
	Refused []Refused `json:"refused"`
}

// Amiss returns why the last request was refused, since one was taken, about which the
// vendor or the routes file may be wrong: so are those that follow, until that is mended;
// nil: none was. One that broke off, or came from a browser, is no reason to worry, nor to
// be at ease.
func (s Source) Amiss() *Refused {
	for i, r := range s.Refused {
		if r.LastAt.After(s.LastAt) && r.Reason != receive.Method && r.Reason != receive.Unreadable {
			return &s.Refused[i]
		}
	}
	return nil
}

// Refused is how often requests were refused for a reason.
type Refused struct {
	Reason receive.Reason `json:"reason"`
	Count  int            `json:"count"`
	LastAt time.Time      `json:"last_at"`
	relay.Advice
}

// tally counts the requests of a source. Its zero value has counted none.
type tally struct {
	accepted, unrouted, duplicates, tests int
	last                                  time.Time
	refused                               map[receive.Reason]Refused
}

func (t *tally) add(r receive.Request, now time.Time) {
	switch r.Outcome {
	case receive.Refused:
		if t.refused == nil {
			t.refused = make(map[receive.Reason]Refused)
		}
		t.refused[r.Reason] = Refused{Count: t.refused[r.Reason].Count + 1, LastAt: now}
		return
	case receive.Accepted:
		t.accepted++
		if r.Owed == 0 {
			t.unrouted++
		}
	case receive.Duplicate:
		t.duplicates++
	case receive.Test:
		t.tests++
	}
	t.last = now
}

// tell writes what was counted into a source.
func (t *tally) tell(s *Source) {
	s.Accepted, s.Unrouted, s.Duplicates, s.Tests, s.LastAt = t.accepted, t.unrouted, t.duplicates, t.tests, t.last
	s.Refused = t.refusals(s.Name)
}

// refusals returns what was refused, the last one first.
func (t *tally) refusals(source string) []Refused {
	all := []Refused{}
	for reason, r := range t.refused {
		r.Reason, r.Advice = reason, wording.Refusal(source, reason)
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b Refused) int {
		return cmp.Or(b.LastAt.Compare(a.LastAt), cmp.Compare(a.Reason, b.Reason))
	})
	return all
}
