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

	known bool      // people have been told that it refuses
	at    time.Time // when they were told last
	words bool      // the last word was that it refuses
	heard time.Time // when it accepted for the first time since it refused
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
		s.count, s.heard = 0, now
	}
}

// due is, for a source that refuses, at once, once a day; for one that people
// have been told of and that accepts again, at once.
func (s *source) due() time.Time {
	switch {
	case s.known && s.count == 0:
		return s.heard
	case s.count >= leastRefused && s.last.Sub(s.first) >= leastRefuses && s.last.After(s.at):
		return later(s.last, s.at.Add(sourceRest))
	}
	return time.Time{}
}

func (s *source) word(now time.Time) relay.Event {
	s.words = s.count > 0
	if s.words {
		return SourceRefuses(s.name, now.Sub(s.first), s.count)
	}
	return SourceAccepts(s.name)
}

func (s *source) told(now time.Time) {
	s.known = s.words
	if s.words {
		s.at = now
	}
}
