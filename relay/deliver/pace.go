package deliver

import (
	"slices"

	"botrelay/relay"
)

// Pace is what one sink's requests are limited by.
type Pace struct {
	Sink    string         // its name
	Budgets []relay.Budget // as the sink tells them
	Rate    *relay.Limit   // what routes.toml says instead; nil: nothing
}

// scopeOwn is the scope of a budget that belongs to one sink alone. No verdict
// has it.
const scopeOwn relay.Scope = "own"

// Budgets returns what the sender of each sink is to count its requests against.
// all are the sinks of one relay, and the result is in their order.
//
// A rate replaces all limits of its sink. Where others send to the same place,
// it is a budget of the sink's own, so that what the others send does not use
// it up; and the place as a whole takes what the fastest of them may send. What
// a platform asks to wait holds all who share the budget all the same.
func Budgets(all []Pace) [][]relay.Budget {
	budgets := make([][]relay.Budget, len(all))
	for i, p := range all {
		budgets[i] = p.budgets(slices.Concat(all[:i], all[i+1:]))
	}
	return budgets
}

func (p Pace) budgets(others []Pace) []relay.Budget {
	if p.Rate == nil {
		return p.Budgets
	}
	budgets := make([]relay.Budget, 0, len(p.Budgets)+1)
	shared := false
	for _, b := range p.Budgets {
		limits := b.Limits
		b.Limits = nil
		if b.Scope == relay.ScopeDestination {
			b.Limits = []relay.Limit{*p.Rate}
			for _, other := range others {
				if other.has(b.Key) {
					shared = true
					b.Limits = fastest(b.Limits, other.limits(limits))
				}
			}
		}
		budgets = append(budgets, b)
	}
	if shared {
		budgets = append(budgets, relay.Budget{Key: "rate of sink " + p.Sink, Scope: scopeOwn, Limits: []relay.Limit{*p.Rate}})
	}
	return budgets
}

func (p Pace) has(key string) bool {
	return slices.ContainsFunc(p.Budgets, func(b relay.Budget) bool { return b.Key == key })
}

// limits returns what a sink may send to a place whose own limits are given.
func (p Pace) limits(own []relay.Limit) []relay.Limit {
	if p.Rate != nil {
		return []relay.Limit{*p.Rate}
	}
	return own
}

// fastest returns which of two sets of limits lets more through in the long run.
func fastest(a, b []relay.Limit) []relay.Limit {
	if perHour(b) > perHour(a) {
		return b
	}
	return a
}

// perHour is how many requests limits let through in an hour; a place without
// limits takes as many as come.
func perHour(limits []relay.Limit) float64 {
	least := 1e18
	for _, l := range limits {
		least = min(least, float64(l.Count)/l.Per.Hours())
	}
	return least
}
