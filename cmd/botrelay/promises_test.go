package main

import (
	"slices"
	"strings"
	"testing"
)

// turn is the requests of one lane that one process made.
type turn struct {
	lane    string
	process int
}

// last returns the last posting of each lane in each process. If the process was
// killed, that is the one whose answer it may not have lived to record.
func (s *standIn) last() map[turn]*posting {
	last := make(map[turn]*posting)
	for _, p := range s.posts {
		last[turn{p.lane, p.process}] = p
	}
	return last
}

// checkAll holds what a relay promises against what the stand-in has seen.
func (s *standIn) checkAll(t *testing.T) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.refused[:min(len(s.refused), 10)] {
		t.Errorf("refused: %s", r)
	}
	for place := range s.arrivals {
		s.checkOrder(t, place)
		s.checkTwice(t, place)
	}
	s.checkRepeats(t)
	s.checkRests(t)
}

// checkOrder holds that each client's leads came in the order in which it sent
// them; one that came twice counts where it came first.
func (s *standIn) checkOrder(t *testing.T, place string) {
	t.Helper()
	newest, came := make(map[int]int), make(map[lead]bool)
	for _, a := range s.arrivals[place] {
		if !came[a.lead] && a.lead.n < newest[a.lead.client] {
			t.Errorf("%s: %s came after number %d of its client", place, a.lead, newest[a.lead.client])
		}
		came[a.lead] = true
		newest[a.lead.client] = max(newest[a.lead.client], a.lead.n)
	}
}

// checkTwice holds that a lead comes a second time only if the answer to the
// first was lost: it never left, or the relay was killed before it could record
// it. Where the platform has a nonce, none comes a second time.
func (s *standIn) checkTwice(t *testing.T, place string) {
	t.Helper()
	last := s.last()
	first := make(map[lead]*posting)
	for _, a := range s.arrivals[place] {
		key := a.lead
		before := first[key]
		first[key] = a.by
		switch {
		case before == nil:
		case strings.HasPrefix(place, "discord channel"):
			t.Errorf("%s: %s came twice in spite of the nonce", place, a.lead)
		case before.answered && last[turn{before.lane, before.process}] != before:
			t.Errorf("%s: %s came twice although the first was answered", place, a.lead)
		}
	}
}

// checkRepeats holds that what may have arrived goes again unchanged, before
// anything else of its lane.
func (s *standIn) checkRepeats(t *testing.T) {
	t.Helper()
	unsure := make(map[string]*posting)
	for _, p := range s.posts {
		if before := unsure[p.lane]; before != nil && !slices.Equal(before.leads, p.leads) {
			t.Errorf("%s: after %v, whose answer was lost, came %v", p.lane, before.leads, p.leads)
		}
		unsure[p.lane] = nil
		if !p.answered {
			unsure[p.lane] = p
		}
	}
}

// checkRests holds that nothing is sent to a place for as long as it asked, but
// by a relay that was started after the one that was told was killed.
func (s *standIn) checkRests(t *testing.T) {
	t.Helper()
	last, resting := s.last(), make(map[string]*posting)
	for _, p := range s.posts {
		asked := resting[p.place]
		if asked != nil && last[turn{asked.lane, asked.process}] != asked {
			if rested := p.at.Sub(asked.restFrom); rested < asked.rest {
				t.Errorf("%s: asked to wait %s, waited %s", p.place, asked.rest, rested)
			}
		}
		if p.rest > 0 {
			resting[p.place] = p
		}
	}
}

// twice returns how many leads came more than once to a place.
func (s *standIn) twice(place string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	times, n := make(map[lead]int), 0
	for _, a := range s.arrivals[place] {
		if times[a.lead]++; times[a.lead] == 2 {
			n++
		}
	}
	return n
}

// lost returns how many messages arrived at a place whose answer never left.
func (s *standIn) lost(place string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.posts {
		if p.place == place && p.arrived && !p.answered {
			n++
		}
	}
	return n
}
