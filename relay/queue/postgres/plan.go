package postgres

import (
	"cmp"
	"hash/fnv"
	"maps"
	"slices"
)

// plan spreads lanes over relays: each lane that somebody wants to one of the
// relays that want it, so that none has two more than another that could have one
// of them, or a sixteenth more where they have many. holders is who has which lane
// now: as few change hands as will do. It depends on nothing else, so that relays that
// see the same come to the same, and to nearly the same where one sees a little later
// how lanes are taken.
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
	part := (len(sinks) + len(wants) - 1) / max(len(wants), 1)
	for _, sink := range sinks {
		if p.meant[sink] == "" {
			p.give(sink, p.home(sink, part))
		}
	}
	for moved := true; moved; { // each move makes the loads more alike, so it ends
		moved = false
		for _, sink := range sinks {
			if from, to := p.meant[sink], p.idlest(sink); about(p.load[to])+1 < p.load[from] {
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

// about returns how many lanes are about as many: few are not worth changing hands.
func about(lanes int) int { return lanes + lanes/16 }

// home returns the candidate that a lane nobody has goes to: the lane's name decides
// among those that have not got their part yet. So it does not matter much which
// others have been taken meanwhile.
func (p *planning) home(sink string, part int) string {
	free := slices.DeleteFunc(slices.Clone(p.candidates[sink]), func(relay string) bool { return p.load[relay] >= part })
	if len(free) == 0 {
		return p.idlest(sink)
	}
	return slices.MinFunc(free, byName(sink))
}

// idlest returns the candidate with the fewest lanes. Of several the lane's name
// decides, or a lane of each kind would go to the same.
func (p *planning) idlest(sink string) string {
	return slices.MinFunc(p.candidates[sink], func(a, b string) int {
		return cmp.Or(p.load[a]-p.load[b], byName(sink)(a, b))
	})
}

// byName compares relays by their names and a lane's: for each lane in another order.
func byName(sink string) func(a, b string) int {
	return func(a, b string) int { return cmp.Compare(hash(a+sink), hash(b+sink)) }
}

func hash(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s)) // it never fails
	return h.Sum64()
}
