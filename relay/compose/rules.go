package compose

import (
	"errors"
	"fmt"

	"botrelay/relay"
	"botrelay/relay/condition"
	"botrelay/relay/config"
	"botrelay/relay/render"
	"botrelay/relay/route"
)

// parseWhen compiles a route's when, or says what is wrong with it.
func parseWhen(text string) (config.Condition, *config.Fault) {
	c, err := condition.Parse(text)
	fault, wrong := errors.AsType[*condition.Error](err)
	if !wrong {
		return c, nil
	}
	return nil, &config.Fault{Offset: fault.Offset, Text: fault.Text, What: "name", Name: fault.Unknown, Known: condition.FieldNames(), Like: fault.Like}
}

// Table returns the rules of a routes file that was read in an Env of Env's. The
// renderer knows where events' conversations are. failed is told of conditions that
// cannot be told for an event; nil: nobody is.
func Table(c *config.Config, renderer *render.Renderer, failed func(*relay.Event, string, error)) (*route.Table, error) {
	rules := make([]route.Rule, len(c.Routes))
	for i, r := range c.Routes {
		rules[i] = route.Rule{Name: r.Name, Match: route.Match(r.Match), Active: route.Active(r.Active), To: r.To, Final: r.Final}
		if r.When == "" {
			continue
		}
		// Compiling takes longer than all else of a large file, so it is done once.
		when, ok := r.Condition.(*condition.Condition)
		if !ok {
			return nil, fmt.Errorf("route %s: when: it is not compiled", r.Name)
		}
		rules[i].When = when
	}
	return route.New(route.Config{
		Rules:   rules,
		Default: c.Default,
		Names:   condition.Names{Bots: c.Bots, ConversationURL: renderer.ConversationURL, Zone: c.Server.Timezone},
		Failed:  failed,
	})
}
