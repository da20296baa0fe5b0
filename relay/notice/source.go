package notice

import (
	"time"

	"botrelay/relay"
)

const (
	leastRefused = 3           // requests, so that a stray one is no trouble
	leastRefuses = time.Minute // from the first of them to the last
	sourceRest   = 24 * time.Hour
)

// source is how one source has fared with signatures.
type source struct {
	name  string
	first time.Time // the first request refused since one was accepted
	last  time.Time // the last one
	count int       // of them

	known     bool      // people have been told that it refuses
	toldAt    time.Time // when they were told last
	refuses   bool      // the last draft says that it refuses
	recovered time.Time // when it accepted for the first time since it refused
}

func (s *source) refused(now time.Time) {
	if s.count == 0 {
		s.first = now
	}
	s.last = now
	s.count++
}

func (s *source) accepted(now time.Time) {
	if s.count > 0 {
		s.count, s.recovered = 0, now
	}
}

// due is at once, but at most once a day, for a source that refuses, and at once
// for one that accepts again after people were told that it refuses.
func (s *source) due() time.Time {
	switch {
	case s.known && s.count == 0:
		return s.recovered
	case s.count >= leastRefused && s.last.Sub(s.first) >= leastRefuses && s.last.After(s.toldAt):
		return later(s.last, s.toldAt.Add(sourceRest))
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
