//go:build unix

package main

import (
	"slices"
	"strings"
	"time"
)

// limit is how many requests a place takes in which time.
type limit struct {
	count int
	per   time.Duration
}

// limitsOf returns the limits of a place: by the documents of its platform, or, for a
// minute that is not to be waited for, what the relays' file says instead.
func (f *fleet) limitsOf(place string) (limits []limit) {
	second, minute := limit{1, time.Second}, limit{20, time.Minute}
	switch {
	case strings.HasPrefix(place, "slack"):
		return []limit{second}
	case strings.HasPrefix(place, "discord"):
		second, minute = limit{5, 2 * time.Second}, limit{30, time.Minute}
	}
	if f.hurried {
		return []limit{second}
	}
	return []limit{second, minute}
}

// checkPace holds that what all relays together sent to a place was never more than
// it takes, whatever became of a request there: a place may count what it fails. A
// relay that stands still may hold one request that goes out when it goes on, when
// another has its lane.
func (f *fleet) checkPace() {
	f.Helper()
	for _, place := range crashPlaces() {
		var all []*posting
		for _, p := range f.platforms.posts {
			if p.place == place {
				all = append(all, p)
			}
		}
		for _, limit := range f.limitsOf(place) {
			for i := limit.count; i < len(all); i++ {
				first, last := all[i-limit.count], all[i]
				if passed := last.at.Sub(first.at); passed < limit.per && !f.thawed(first) && !f.thawed(last) {
					f.Errorf("%s: %d requests within %s, at %s", place, limit.count+1, passed, last.at.Format("15:04:05.000"))
				}
			}
		}
	}
}

// thawed reports whether a request was made as a relay that had stood still went on.
func (f *fleet) thawed(p *posting) bool {
	return slices.ContainsFunc(f.troubles, func(t trouble) bool {
		since := p.at.Sub(t.to.Add(-fleetLease))
		return t.what == "freeze" && since > -time.Second && since < time.Second
	})
}

// checkRests holds that no relay sends anything to a place for as long as that has
// asked to be left alone, unless there was a trouble in which that was not recorded.
func (f *fleet) checkRests() {
	f.Helper()
	resting := make(map[string]*posting)
	for _, p := range f.platforms.posts {
		if asked := resting[p.place]; asked != nil && !f.inTrouble(asked) {
			if rested := p.at.Sub(asked.restFrom); rested < asked.rest {
				f.Errorf("%s: asked to wait %s, waited %s", p.place, asked.rest, rested)
			}
		}
		if p.rest > 0 {
			resting[p.place] = p
		}
	}
}
