package notice

import (
	"time"

	"botrelay/relay"
)

const (
	// leastRefused requests within sourceSpan are trouble. A stranger who tries
	// once or twice a day is none.
	leastRefused = 3
	sourceSpan   = 24 * time.Hour
	// sourceDoubt is how long the source then has to accept one after all.
	sourceDoubt = time.Minute
	sourceRest  = 24 * time.Hour
)

// source is how one source has fared with signatures. Whether it accepted
// anything before does not matter: a secret may be wrong from the start.
type source struct {
	name     string
	first    time.Time               // the first request refused since one was accepted
	latest   [leastRefused]time.Time // the last ones, the oldest first
	count    int                     // of all since one was accepted
	troubled time.Time               // since when it is in trouble; zero: it is not

	known     bool      // people have been told that it refuses
	toldAt    time.Time // when they were told last
	refuses   bool      // the last draft says that it refuses
	recovered time.Time // when it accepted for the first time since it refused
}

func (s *source) refused(now time.Time) {
	if s.count == 0 {
		s.first = now
	}
	s.count++
	copy(s.latest[:], s.latest[1:])
	s.latest[leastRefused-1] = now
	switch {
	case s.count < leastRefused || now.Sub(s.latest[0]) >= sourceSpan:
		s.troubled = time.Time{}
	case s.troubled.IsZero():
		s.troubled = now
	}
}

func (s *source) accepted(now time.Time) {
	if s.count > 0 {
		s.count, s.troubled, s.recovered = 0, time.Time{}, now
	}
}

// due is soon, but at most once a day, for a source that refuses, and at once
// for one that accepts again after people were told that it refuses.
func (s *source) due() time.Time {
	switch {
	case s.known && s.count == 0:
		return s.recovered
	case !s.troubled.IsZero() && s.latest[leastRefused-1].After(s.toldAt):
		return later(s.troubled.Add(sourceDoubt), s.toldAt.Add(sourceRest))
	}
	return time.Time{}
}

func (s *source) draft(now time.Time) relay.Event {
	s.refuses = s.count > 0
	if s.refuses {
		return sourceRefuses(s.name, now.Sub(s.first), s.count)
	}
	return sourceAccepts(s.name)
}

func (s *source) told(now time.Time) {
	s.known = s.refuses
	if s.refuses {
		s.toldAt = now
	}
}

// early is as long as doubt lasts: there is none to wait for at the stop.
func (s *source) early() time.Duration { return sourceDoubt }
