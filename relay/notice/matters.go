package notice

import (
	"maps"
	"time"

	"botrelay/relay"
)

// deadLetters is what was given up on and is not told yet.
type deadLetters struct {
	since  time.Time // the first of them
	counts map[string]Tally
	last   time.Time // the last notice
	words  map[string]Tally
}

func (l *deadLetters) add(now time.Time, sink, reason string, n int) {
	if len(l.counts) == 0 {
		l.since, l.counts = now, make(map[string]Tally)
	}
	l.counts[sink] = Tally{l.counts[sink].Count + n, reason}
}

func (l *deadLetters) due() time.Time {
	if len(l.counts) == 0 {
		return time.Time{}
	}
	return later(l.since.Add(gather), l.last.Add(summary))
}

func (l *deadLetters) word(now time.Time) relay.Event {
	l.words = maps.Clone(l.counts)
	return DeadLetters(l.words, now.Sub(l.since))
}

// told forgets what was told; what came meanwhile is of now.
func (l *deadLetters) told(now time.Time) {
	l.since, l.last = now, now
	for sink, t := range l.words {
		if t.Count = l.counts[sink].Count - t.Count; t.Count == 0 {
			delete(l.counts, sink)
		} else {
			l.counts[sink] = Tally{t.Count, l.counts[sink].Reason}
		}
	}
}

// store is an outage of the store that is not told yet.
type store struct {
	since  time.Time // the first request that it failed
	ended  time.Time // since when it has worked again; zero: as far as is known it has not
	count  int       // of such requests
	reason string
	last   time.Time // the last notice
	words  int       // how many requests it told of
}

func (s *store) failed(now time.Time, reason string) {
	if s.count == 0 {
		s.since = now
	}
	s.ended, s.reason = time.Time{}, reason
	s.count++
}

func (s *store) works(now time.Time) {
	if s.ended.IsZero() {
		s.ended = now
	}
}

func (s *store) due() time.Time {
	if s.count == 0 {
		return time.Time{}
	}
	return later(s.since.Add(gather), s.last.Add(summary))
}

// word is made when the store is about to show that it works, so an outage of
// which nobody has heard the end ends now.
func (s *store) word(now time.Time) relay.Event {
	ended := s.ended
	if ended.IsZero() {
		ended = now
	}
	s.words = s.count
	return StoreFailed(Outage{Lasted: ended.Sub(s.since), Ended: now.Sub(ended), Refused: s.count, Reason: s.reason})
}

func (s *store) told(now time.Time) {
	s.count -= s.words
	s.since, s.last = now, now
}

// reload is whether routes.toml is good.
type reload struct {
	text  string    // what is wrong with it; empty: it is good
	since time.Time // when it went from good to bad, or back
	known bool      // people have been told that it is bad
	words bool      // the last word was that it is bad
}

func (r *reload) bad(now time.Time, text string) {
	if r.text == "" {
		r.since = now
	}
	if text == "" {
		text = "nothing more is known"
	}
	r.text = text
}

func (r *reload) good(now time.Time) {
	if r.text != "" {
		r.since = now
	}
	r.text = ""
}

func (r *reload) due() time.Time {
	if r.known == (r.text != "") {
		return time.Time{}
	}
	return r.since
}

func (r *reload) word(time.Time) relay.Event {
	r.words = r.text != ""
	if r.words {
		return BadReload(r.text)
	}
	return Reloaded()
}

func (r *reload) told(time.Time) { r.known = r.words }

// moved is the destinations that have a new ID.
type moved struct {
	known   map[string]string // the last new ID by sink
	waiting []move            // those that are not told yet
}

type move struct {
	at       time.Time
	sink, to string
}

func (m *moved) add(now time.Time, sink, to string) {
	if m.known == nil {
		m.known = make(map[string]string)
	}
	if m.known[sink] != to {
		m.known[sink] = to
		m.waiting = append(m.waiting, move{now, sink, to})
	}
}

func (m *moved) due() time.Time {
	if len(m.waiting) == 0 {
		return time.Time{}
	}
	return m.waiting[0].at
}

func (m *moved) word(time.Time) relay.Event { return Moved(m.waiting[0].sink, m.waiting[0].to) }

func (m *moved) told(time.Time) { m.waiting = m.waiting[1:] }

// later returns the later of two times.
func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
