package sandbox

import (
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

// store keeps the newest messages.
type store struct {
	mu      sync.Mutex
	kept    []Message // ascending seq
	bytes   int
	deleted map[string]bool // by key
	seq     int             // of the newest message: how many have arrived
	changed chan struct{}   // closed when the next one arrives
}

func newStore() *store {
	return &store{deleted: map[string]bool{}, changed: make(chan struct{})}
}

// add keeps m.
func (s *store) add(m Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq++
	m.seq = s.seq
	s.kept = append(s.kept, m)
	s.bytes += m.size()
	drop := 0
	for len(s.kept)-drop > maxKept || (s.bytes > maxBytes && len(s.kept)-drop > 1) {
		s.bytes -= s.kept[drop].size()
		drop++
	}
	s.kept = slices.Delete(s.kept, 0, drop)
	close(s.changed)
	s.changed = make(chan struct{})
}

// after returns the kept messages that are newer than seq.
func (s *store) after(seq int) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, _ := slices.BinarySearchFunc(s.kept, seq+1, func(m Message, seq int) int { return m.seq - seq })
	return slices.Clone(s.kept[i:])
}

// arrived returns how many messages have arrived, and a channel that is closed
// when there is one more.
func (s *store) arrived() (int, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seq, s.changed
}

// key names a message of a place.
func key(p Platform, place, id string) string { return string(p) + "\n" + place + "\n" + id }

// remove forgets a message for good, and reports whether it was kept.
func (s *store) remove(p Platform, place, id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, m := range s.kept {
		if m.ID == id && m.Place == place && m.Platform == p {
			s.bytes -= m.size()
			s.kept = slices.Delete(s.kept, i, i+1)
			s.deleted[key(p, place, id)] = true
			return true
		}
	}
	return false
}

// removed reports whether a message was there and was deleted.
func (s *store) removed(p Platform, place, id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.deleted[key(p, place, id)]
}

// find returns a message of a place by its ID. If it is not kept, forgotten
// tells whether it may have been, once; one that was deleted is not there.
func (s *store) find(p Platform, place, id string) (m Message, found, forgotten bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range slices.Backward(s.kept) {
		if m.ID == id && m.Place == place && m.Platform == p {
			return m, true, false
		}
	}
	return Message{}, false, s.seq > len(s.kept)+len(s.deleted) && !s.deleted[key(p, place, id)]
}

// quote returns the start of a text on one line, for a reply to it.
func quote(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= maxQuoted {
		return text
	}
	return string([]rune(text)[:maxQuoted]) + "…"
}
