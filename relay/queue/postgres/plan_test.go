package postgres

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestPlan(t *testing.T) {
	all := []string{"a", "b", "c", "d", "e", "f"}
	for _, tc := range []struct {
		name    string
		wants   map[string][]string
		holders map[string]string
		load    map[string]int    // how many lanes each relay is meant to have
		meant   map[string]string // of these lanes, where it is sure
	}{
		{"nobody", nil, nil, nil, nil},
		{"one relay has all", map[string][]string{"r1": all}, nil, map[string]int{"r1": 6}, nil},
		{"three share", map[string][]string{"r1": all, "r2": all, "r3": all}, nil, map[string]int{"r1": 2, "r2": 2, "r3": 2}, nil},
		{
			"who comes gets its part, and no more changes hands",
			map[string][]string{"r1": all, "r2": all},
			map[string]string{"a": "r1", "b": "r1", "c": "r1", "d": "r1", "e": "r1", "f": "r1"},
			map[string]int{"r1": 3, "r2": 3},
			nil,
		},
		{
			"what is even stays",
			map[string][]string{"r1": all, "r2": all},
			map[string]string{"a": "r1", "b": "r1", "c": "r1", "d": "r2", "e": "r2", "f": "r2"},
			map[string]int{"r1": 3, "r2": 3},
			map[string]string{"a": "r1", "b": "r1", "c": "r1", "d": "r2", "e": "r2", "f": "r2"},
		},
		{
			"only who has the sink gets its lane",
			map[string][]string{"r1": {"a", "b", "c"}, "r2": {"c"}},
			nil,
			map[string]int{"r1": 2, "r2": 1},
			map[string]string{"a": "r1", "b": "r1", "c": "r2"},
		},
		{
			"who is gone has nothing, nor who wants it no more",
			map[string][]string{"r1": {"a", "b"}, "r2": {"a"}},
			map[string]string{"a": "gone", "b": "r2"},
			map[string]int{"r1": 1, "r2": 1},
			map[string]string{"a": "r2", "b": "r1"},
		},
	} {
		meant := plan(tc.wants, tc.holders)
		load := make(map[string]int)
		for _, relay := range meant {
			load[relay]++
		}
		if !maps.Equal(load, tc.load) && len(load)+len(tc.load) > 0 {
			t.Errorf("%s: loads %v, want %v", tc.name, load, tc.load)
		}
		for sink, relay := range tc.meant {
			if meant[sink] != relay {
				t.Errorf("%s: %s is meant for %s, want %s", tc.name, sink, meant[sink], relay)
			}
		}
	}
}

// Whatever relays there are and want: each wanted lane is meant for one that wants
// it, none could give one to another that has two less, and where nothing changes
// nothing moves.
func TestPlanIsEvenAndStays(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // it is to be the same each time
	for range 2000 {
		wants, holders := make(map[string][]string), make(map[string]string)
		for r := range 1 + random.IntN(5) {
			for s := range random.IntN(12) {
				if random.IntN(3) > 0 {
					wants[fmt.Sprint("r", r)] = append(wants[fmt.Sprint("r", r)], fmt.Sprint("s", s))
				}
			}
		}
		for s := range random.IntN(12) {
			holders[fmt.Sprint("s", s)] = fmt.Sprint("r", random.IntN(6))
		}
		meant := plan(wants, holders)
		load := make(map[string]int)
		for _, relay := range meant {
			load[relay]++
		}
		for relay, sinks := range wants {
			for _, sink := range sinks {
				if has := meant[sink]; has == "" || !slices.Contains(wants[has], sink) || load[has] > load[relay]+1 {
					t.Fatalf("%s is meant for %q, though %s wants it: loads %v\nwants %v\nholders %v", sink, has, relay, load, wants, holders)
				}
			}
		}
		if again := plan(wants, meant); !maps.Equal(again, meant) {
			t.Fatalf("lanes move for nothing: %v, then %v", meant, again)
		}
	}
}

// Relays that take over many lanes see, each at a moment of its own, that some of them
// are taken. They come to the same nearly, or lanes that are meant for another by then
// would change hands again.
func TestPlanWhileLanesAreTaken(t *testing.T) {
	var all []string
	holders := make(map[string]string)
	for i := range 500 {
		all = append(all, fmt.Sprint("sink-", i))
		holders[all[i]] = fmt.Sprint("r", i%3)
	}
	before := plan(map[string][]string{"r0": all, "r1": all}, holders) // r2 has died
	for i, sink := range all {
		if holders[sink] == "r2" {
			delete(holders, sink)
			if before[sink] == "r0" && i%2 == 0 { // r0 is quick
				holders[sink] = "r0"
			}
		}
	}
	after, others := plan(map[string][]string{"r0": all, "r1": all}, holders), 0
	for sink, relay := range after {
		if before[sink] != relay {
			others++
			if holders[sink] != "" {
				t.Errorf("%s is taken from its holder", sink)
			}
		}
	}
	if others > 5 {
		t.Errorf("%d of 166 are meant for another relay than just before", others)
	}
}
