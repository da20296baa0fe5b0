package notice

import (
	"maps"
	"time"

	"botrelay/relay"
)

// deadLetters is what was given up on and is not told yet.
type deadLetters struct {
	since   time.Time // the first of them
	counts  map[string]tally
	last    time.Time        // the last notice
	drafted map[string]tally // what the last draft tells of
}

func (l *deadLetters) add(now time.Time, sink, reason string, n int) {
	if len(l.counts) == 0 {
		l.since, l.counts = now, make(map[string]tally)
	}
	l.counts[sink] = tally{l.counts[sink].count + n, reason}
}

func (l *deadLetters) due() time.Time {
	if len(l.counts) == 0 {
		return time.Time{}
	}
	return later(l.since.Add(gather), l.last.Add(summary))
}

func (l *deadLetters) draft(now time.Time) relay.Event {
	l.drafted = maps.Clone(l.counts)
	return gaveUp(l.drafted, now.Sub(l.since))
}

// told takes off what was told. What came meanwhile counts from now.
func (l *deadLetters) told(now time.Time) {
	l.since, l.last = now, now
	for sink, t := range l.drafted {
		if t.count = l.counts[sink].count - t.count; t.count == 0 {
			delete(l.counts, sink)
		} else {
			l.counts[sink] = tally{t.count, l.counts[sink].reason}
		}
	}
}

// early is long: what was gathered is lost with the process.
func (l *deadLetters) early() time.Duration { return gather + summary }

// store is the outages of the store that are not told yet. One begins with a
// request that failed, and ends with one that did not.
type store struct {
	first    time.Time     // when the first of them began
	began    time.Time     // when the one under way did; zero: none is
	failedAt time.Time     // when it was last seen to last
	ended    time.Time     // when the last one that is over ended
	times    int           // how many, with one that is under way
	lasted   time.Duration // how long those were that are over
	refused  int           // requests
	reason   string        // of the last of them
	last     time.Time     // the last notice
	drafted  int           // how many requests the last draft tells of
}

func (s *store) failed(now time.Time, reason string) {
	if s.refused == 0 {
		s.first, s.times, s.lasted = now, 0, 0
	}
	if s.began.IsZero() {
		s.began = now
		s.times++
	}
	s.failedAt, s.reason = now, reason
	s.refused++
}

func (s *store) stillFails(now time.Time) {
	if !s.began.IsZero() {
		s.failedAt = now
	}
}

func (s *store) works(now time.Time) {
	if !s.began.IsZero() {
		s.lasted += now.Sub(s.began)
		s.began, s.ended = time.Time{}, now
	}
}

func (s *store) due() time.Time {
	if s.refused == 0 {
		return time.Time{}
	}
	return later(s.first.Add(gather), s.last.Add(summary))
}

// draft is called when the store is about to take the notice. An outage whose
// end was not seen ends now if notices failed too until a moment ago, and else
// lasted as long as is known.
func (s *store) draft(now time.Time) relay.Event {
	lasted, ended := s.lasted, s.ended
	if !s.began.IsZero() {
		ended = now
		if now.Sub(s.failedAt) > maxRetry+putTimeout {
			ended = s.failedAt
		}
		lasted += ended.Sub(s.began)
	}
	s.drafted = s.refused
	return storeFailed(outages{
		times: s.times, lasted: lasted, ended: now.Sub(ended), refused: s.refused, reason: s.reason, again: !s.last.IsZero(),
	})
}

// told takes off what was told. What failed meanwhile counts from now.
func (s *store) told(now time.Time) {
	s.last, s.began = now, time.Time{}
	s.first, s.times, s.lasted = now, 0, 0
	if s.refused -= s.drafted; s.refused > 0 {
		s.began, s.times = now, 1
	}
}

func (s *store) early() time.Duration { return gather + summary }

// reload is whether routes.toml is good.
type reload struct {
	file  string    // which one is bad
	text  string    // what is wrong with it; empty: it is good
	since time.Time // when it went from good to bad, or back
	known bool      // people have been told that it is bad
	isBad bool      // the last draft says that it is bad
}

func (r *reload) bad(now time.Time, file, text string) {
	if r.text == "" {
		r.since = now
	}
	if text == "" {
		text = "nothing more is known"
	}
	r.file, r.text = file, text
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

func (r *reload) draft(time.Time) relay.Event {
	r.isBad = r.text != ""
	if r.isBad {
		return badReload(r.file, r.text)
	}
	return reloaded(r.file)
}

func (r *reload) told(time.Time) { r.known = r.isBad }

func (r *reload) early() time.Duration { return 0 }

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

func (m *moved) draft(time.Time) relay.Event { return movedTo(m.waiting[0].sink, m.waiting[0].to) }

func (m *moved) told(time.Time) { m.waiting = m.waiting[1:] }

func (m *moved) early() time.Duration { return 0 }

// later returns the later of two times.
func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
