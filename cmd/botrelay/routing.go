package main

import (
	"errors"
	"fmt"

	"botrelay/relay"
	"botrelay/relay/config"
	"botrelay/relay/render"
	"botrelay/relay/route"
)

// checkCondition looks at a route's when.
func checkCondition(text string) *config.Fault {
	_, err := route.ParseCondition(text)
	fault, wrong := errors.AsType[*route.ConditionError](err)
	if !wrong {
		return nil
	}
	return &config.Fault{Offset: fault.Offset, Text: fault.Text, What: "name", Name: fault.Unknown, Known: route.FieldNames(), Like: fault.Like}
}

// tableOf returns the rules of a routes file. The renderer knows where events'
// conversations are. failed is told of conditions that cannot be told for an
// event; nil: nobody is.
func tableOf(c *config.Config, renderer *render.Renderer, failed func(*relay.Event, string, error)) (*route.Table, error) {
	rules := make([]route.Rule, len(c.Routes))
	for i, r := range c.Routes {
		rules[i] = route.Rule{Name: r.Name, Match: route.Match(r.Match), Active: route.Active(r.Active), To: r.To, Final: r.Final}
		if r.When == "" {
			continue
		}
		when, err := route.ParseCondition(r.When)
		if err != nil {
			return nil, fmt.Errorf("route %s: when: %w", r.Name, err)
		}
		rules[i].When = when
	}
	return route.New(route.Config{
		Rules:   rules,
		Default: c.Default,
		Names:   route.Names{Bots: c.Bots, ConversationURL: renderer.ConversationURL, Zone: c.Server.Timezone},
		Failed:  failed,
	})
}
