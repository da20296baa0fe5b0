package postgres

import (
	"hash/fnv"
	"maps"
	"slices"
)

// plan spreads lanes over relays: each lane that somebody wants to one of the
// relays that want it, so that none has two more than another that could have one
// of them. holders is who has which lane now: as few change hands as will do. It
// depends on nothing else, so that relays that see the same come to the same.
func plan(wants map[string][]string, holders map[string]string) (meant map[string]string) {
	p := planning{candidates: make(map[string][]string), load: make(map[string]int), meant: make(map[string]string)}
	for _, relay := range slices.Sorted(maps.Keys(wants)) {
		for _, sink := range wants[relay] {
			p.candidates[sink] = append(p.candidates[sink], relay)
		}
	}
	sinks := slices.Sorted(maps.Keys(p.candidates))
	for _, sink := range sinks {
		if holder := holders[sink]; slices.Contains(p.candidates[sink], holder) {
			p.give(sink, holder)
		}
	}
	for _, sink := range sinks {
		if p.meant[sink] == "" {
			p.give(sink, p.idlest(sink))
		}
	}
	for moved := true; moved; { // each move makes the loads more alike, so it ends
		moved = false
		for _, sink := range sinks {
			if from, to := p.meant[sink], p.idlest(sink); p.load[to]+1 < p.load[from] {
				p.load[from]--
				p.give(sink, to)
				moved = true
			}
		}
	}
	return p.meant
}

type planning struct {
	candidates map[string][]string // of each lane
	load       map[string]int      // how many lanes a relay has
	meant      map[string]string
}

func (p *planning) give(sink, relay string) {
	p.meant[sink] = relay
	p.load[relay]++
}

// idlest returns the candidate with the fewest lanes. Of several the lane's name
// decides, or a lane of each kind would go to the same.
func (p *planning) idlest(sink string) string {
	return slices.MinFunc(p.candidates[sink], func(a, b string) int {
		if byLoad := p.load[a] - p.load[b]; byLoad != 0 {
			return byLoad
		}
		if hash(a+sink) < hash(b+sink) {
			return -1
		}
		return 1
	})
}

func hash(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s)) // it never fails
	return h.Sum64()
}
