package vendors

import (
	"fmt"
	"strings"
)

// Guide is how a vendor is told where to send: what its own pages call things.
type Guide struct {
	Place  string   // where webhooks are set up there, after "open "
	Paste  string   // what to do there with the address, as a sentence
	Secret string   // where the secret is found, or set, as a sentence
	Events []string // what to choose, by the vendor's names; empty: there is nothing to choose
	// Late: the secret is shown only once the address is saved, which the vendor tries
	// at once. Until then a source is pending.
	Late bool
}

// Steps returns what a person does to have the vendor send to a source, in order, as
// sentences. secret names the source's key for the secret, such as
// "sources.website.secret".
func (v *Vendor) Steps(secret string) []string {
	g := v.Guide
	if g.Place == "" {
		g = Guide{
			Place:  "its settings for webhooks",
			Paste:  "Add a webhook with this URL.",
			Secret: "Take the secret that it signs with, or set one.",
		}
	}
	steps := []string{fmt.Sprintf("In %s, open %s.", v.Title, g.Place)}
	if g.Late {
		steps = append(steps, fmt.Sprintf("Have the relay run with pending = true for this source, since %s tries the URL when it is saved.", v.Title))
	}
	paste := g.Paste
	if len(g.Events) > 0 {
		paste += " " + events(g.Events)
	}
	put := fmt.Sprintf("Put it into %s of routes.toml, best by a variable of the environment.", secret)
	if g.Late {
		put = fmt.Sprintf("Put it into %s of routes.toml in place of pending, best by a variable of the environment.", secret)
	}
	return append(steps, paste, g.Secret+" "+put)
}

// events says which events to choose.
func events(names []string) string {
	if len(names) == 1 {
		return fmt.Sprintf("Choose the event %s.", names[0])
	}
	last := len(names) - 1
	return fmt.Sprintf("Choose the events %s and %s.", strings.Join(names[:last], ", "), names[last])
}
