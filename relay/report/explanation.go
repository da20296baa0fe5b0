package report

import (
	"botrelay/relay"
	"botrelay/relay/condition"
	"botrelay/relay/route"
)

// Explanation is what the routes have to do with an event.
type Explanation struct {
	Event   relay.Event `json:"event"` // as routes see it
	Routes  []Route     `json:"routes"`
	Default []string    `json:"default"` // the sinks it goes to since no route takes it
	Owed    []Owed      `json:"owed"`    // who gets it
}

// Route is what one route has to do with an event.
type Route struct {
	Name   string   `json:"name"`
	To     []string `json:"to"`
	Final  bool     `json:"final"`
	Holds  bool     `json:"holds"`
	New    []string `json:"new,omitempty"`    // of one that holds: the sinks that no route before it has named
	Error  string   `json:"error,omitempty"`  // of one that holds: why its condition cannot be told
	Behind string   `json:"behind,omitempty"` // the final route that keeps the event from it
	Key    string   `json:"key,omitempty"`    // of one that does not hold: its first key that does not
	Wanted []string `json:"wanted,omitempty"`
	Got    *string  `json:"got,omitempty"` // of a match; "" if the event has none
}

// Owed is a sink that gets an event, and by which route.
type Owed struct {
	Sink  string `json:"sink"`
	Route string `json:"route"`
}

// OfRoutes returns the report of what routes have to do with an event. It holds
// what a failing condition says of the event: it is for who may see that.
func OfRoutes(e relay.Event, x route.Explanation) Explanation {
	out := Explanation{e, make([]Route, len(x.Steps)), append([]string{}, x.Default...), make([]Owed, len(x.Owed))}
	for i, s := range x.Steps {
		r := Route{Name: s.Route, To: s.To, Final: s.Final, Holds: s.Behind == "" && s.Miss == nil, New: s.New, Behind: s.Behind}
		if s.Err != nil {
			r.Error = condition.Detail(s.Err)
		}
		if s.Miss != nil {
			r.Key, r.Wanted = s.Miss.Key, s.Miss.Want
			if s.Miss.Key != route.KeyWhen && s.Miss.Key != route.KeyActive {
				r.Got = &s.Miss.Got
			}
		}
		out.Routes[i] = r
	}
	for i, o := range x.Owed {
		out.Owed[i] = Owed(o)
	}
	return out
}
