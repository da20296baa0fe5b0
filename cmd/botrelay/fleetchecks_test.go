//go:build unix

package main

import (
	"slices"
	"strings"
	"time"
)

// check holds what the relays promise together against what the stand-in has seen.
func (f *fleet) check() {
	f.Helper()
	f.checkStore()
	s := f.platforms
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.refused[:min(len(s.refused), 10)] {
		f.Errorf("refused: %s", r)
	}
	for place := range s.arrivals {
		s.checkOrder(f.T, place)
		f.checkTwice(place)
	}
	f.checkAlone()
	f.checkPace()
	f.checkRests()
}

// checkStore holds that nothing is pending or was given up.
func (f *fleet) checkStore() {
	f.Helper()
	store, err := openLedger(f.Context(), f.url)
	if err != nil {
		f.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	lanes, err := store.LaneStatus(f.Context())
	if err != nil {
		f.Fatal(err)
	}
	for sink, lane := range lanes {
		if lane.Pending > 0 || lane.Dead > 0 {
			f.Errorf("%s: %d pending, %d dead", sink, lane.Pending, lane.Dead)
		}
	}
}

// checkTwice holds that what came twice had no answer, or was answered in a time
// of trouble in which that could not be recorded: one request a lane each time.
// Where the platform has a nonce, nothing comes twice.
func (f *fleet) checkTwice(place string) {
	f.Helper()
	first, repeated := make(map[lead]*posting), make(map[*posting]bool)
	for _, a := range f.platforms.arrivals[place] {
		if before := first[a.lead]; before != nil && before != a.by {
			repeated[before] = true
			if strings.HasPrefix(place, "discord channel") {
				f.Errorf("%s: %s came twice in spite of the nonce", place, a.lead)
			}
		}
		first[a.lead] = a.by
	}
	byLane := make(map[string][]*posting)
	for p := range repeated {
		if p.answered {
			byLane[p.lane] = append(byLane[p.lane], p)
		}
	}
	for _, all := range byLane {
		f.explain(place, all)
	}
}

// explain finds a trouble of its own for each message of a lane that came twice. The
// times of two troubles may overlap: the first message has the one that is over first.
func (f *fleet) explain(place string, repeated []*posting) {
	f.Helper()
	slices.SortFunc(repeated, func(a, b *posting) int { return a.at.Compare(b.at) })
	troubles := slices.SortedFunc(slices.Values(f.troubles), func(a, b trouble) int { return a.to.Compare(b.to) })
	for _, p := range repeated {
		i := slices.IndexFunc(troubles, func(t trouble) bool { return t.covers(p) })
		if i < 0 {
			f.Errorf("%s: %v came twice, the first time until %s, and there was no trouble, or none that had not doubled another", place, p.leads, p.ended.Format("15:04:05.000"))
			continue
		}
		troubles = slices.Delete(troubles, i, i+1)
	}
}

// recordTime is how long a relay may take to record an answer.
const recordTime = time.Second

// covers reports whether the trouble may have kept a request's answer from being
// recorded.
func (t trouble) covers(p *posting) bool {
	return p.ended.After(t.from.Add(-recordTime)) && p.at.Before(t.to)
}

// inTrouble reports whether a request was made in a time of trouble.
func (f *fleet) inTrouble(p *posting) bool {
	return slices.ContainsFunc(f.troubles, func(t trouble) bool { return t.covers(p) })
}

// lateTime is how long the stand-in may take to see that a relay has given a request
// up.
const lateTime = time.Second

// checkAlone holds that no lane had two requests under way, but for one of a
// relay that stood still.
func (f *fleet) checkAlone() {
	f.Helper()
	under := make(map[string]*posting)
	for _, p := range f.platforms.posts {
		allowed := slices.ContainsFunc(f.troubles, func(t trouble) bool { return t.what == "freeze" && t.covers(p) })
		if before := under[p.lane]; before != nil && p.at.Before(before.until()) && !allowed {
			f.Errorf("%s: %v was sent while %v was under way", p.lane, p.leads, before.leads)
		}
		if before := under[p.lane]; before == nil || p.ended.After(before.ended) {
			under[p.lane] = p
		}
	}
}

// until returns when a request was over at the latest as far as a relay can know.
func (p *posting) until() time.Time {
	if p.answered {
		return p.ended
	}
	return p.ended.Add(-lateTime)
}
