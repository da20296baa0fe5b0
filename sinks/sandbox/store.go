package sandbox

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

const (
	// maxKept is how many messages are kept, and maxBytes what they may take
	// together; older ones are forgotten.
	maxKept  = 1000
	maxBytes = 32 << 20
	// maxQuoted is how much of a message a reply to it shows, in code points.
	maxQuoted = 120
)

// store keeps the newest messages, and numbers what happens to them: each one
// that arrives and each that is deleted is a change.
type store struct {
	mu        sync.Mutex
	kept      []Message // ascending seq
	bytes     int
	removals  []removal       // ascending seq
	deleted   map[string]bool // by key
	seq       int             // of the newest change
	arrivals  int             // how many messages have arrived
	forgotten bool            // some are no longer kept
	changed   chan struct{}   // closed at the next change
}

// removal is a message that was deleted.
type removal struct {
	seq      int
	platform Platform
	place    string
	id       string
}

// change is a message that has arrived, or one that was deleted.
type change struct {
	seq     int
	arrived *Message
	removed *removal
}

func newStore() *store {
	return &store{deleted: map[string]bool{}, changed: make(chan struct{})}
}

// add keeps m.
func (s *store) add(m Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrivals++
	m.seq = s.next()
	s.kept = append(s.kept, m)
	s.bytes += m.size()
	drop := 0
	for len(s.kept)-drop > maxKept || (s.bytes > maxBytes && len(s.kept)-drop > 1) {
		s.bytes -= s.kept[drop].size()
		drop++
	}
	s.kept = slices.Delete(s.kept, 0, drop)
	s.forgotten = s.forgotten || drop > 0
}

// next numbers a change and wakes those who wait for one. The caller holds mu.
func (s *store) next() int {
	s.seq++
	close(s.changed)
	s.changed = make(chan struct{})
	return s.seq
}

// messages returns all that are kept, oldest first, also what is left of those
// that were deleted.
func (s *store) messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.kept)
}

// after returns the changes that are newer than seq, and the number of the
// newest.
func (s *store) after(seq int) (changes []change, newest int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.kept {
		if m.seq > seq {
			changes = append(changes, change{seq: m.seq, arrived: &m})
		}
	}
	for _, r := range s.removals {
		if r.seq > seq {
			changes = append(changes, change{seq: r.seq, removed: &r})
		}
	}
	slices.SortFunc(changes, func(a, b change) int { return cmp.Compare(a.seq, b.seq) })
	return changes, s.seq
}

// arrived returns how many messages have arrived, how many of those were
// deleted, and a channel that is closed at the next change.
func (s *store) arrived() (arrivals, deleted int, changed <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.arrivals, len(s.deleted), s.changed
}

// key names a message of a place.
func key(p Platform, place, id string) string { return string(p) + "\n" + place + "\n" + id }

// remove forgets a message for good, and reports whether it was kept. Slack's
// first message of a thread that has replies stays, without its content.
func (s *store) remove(p Platform, place, id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.index(p, place, id)
	if i < 0 || s.kept[i].gone {
		return false
	}
	m := s.kept[i]
	s.bytes -= m.size()
	s.deleted[key(p, place, id)] = true
	s.removals = append(s.removals, removal{s.next(), p, place, id})
	if s.answered(m) {
		m.gone, m.view, m.Request, m.Text, m.quoted = true, nil, nil, "", ""
		s.kept[i] = m
		s.bytes += m.size()
		return true
	}
	s.kept = slices.Delete(s.kept, i, i+1)
	s.sweep(m)
	return true
}

// sweep forgets what is left of a thread's first message when m was its last
// reply.
func (s *store) sweep(m Message) {
	i := s.index(m.Platform, m.Place, m.ReplyTo)
	if i < 0 || !s.kept[i].gone || s.answered(s.kept[i]) {
		return
	}
	s.bytes -= s.kept[i].size()
	s.removals = append(s.removals, removal{s.next(), m.Platform, m.Place, m.ReplyTo})
	s.kept = slices.Delete(s.kept, i, i+1)
}

// answered reports whether m is the first of a Slack thread with replies that
// are kept.
func (s *store) answered(m Message) bool {
	return m.Platform == Slack && slices.ContainsFunc(s.kept, func(reply Message) bool {
		return reply.Platform == Slack && reply.Place == m.Place && reply.ReplyTo == m.ID
	})
}

// index returns where a message is kept, or -1. The caller holds mu.
func (s *store) index(p Platform, place, id string) int {
	for i, m := range slices.Backward(s.kept) {
		if m.ID == id && m.Place == place && m.Platform == p {
			return i
		}
	}
	return -1
}

// removed reports whether a message was there and was deleted.
func (s *store) removed(p Platform, place, id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.deleted[key(p, place, id)]
}

// holds reports whether a message, or what is left of it, is kept.
func (s *store) holds(p Platform, place, id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.index(p, place, id) >= 0
}

// find returns a message of a place by its ID. If it is not kept, forgotten
// tells whether it may have been, once; one that was deleted is not there.
func (s *store) find(p Platform, place, id string) (m Message, found, forgotten bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.deleted[key(p, place, id)] {
		return Message{}, false, false
	}
	if i := s.index(p, place, id); i >= 0 {
		return s.kept[i], true, false
	}
	return Message{}, false, s.forgotten
}

// quote returns the start of a text on one line, for a reply to it.
func quote(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= maxQuoted {
		return text
	}
	return string([]rune(text)[:maxQuoted]) + "…"
}
