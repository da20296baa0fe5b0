package compose

import (
	"fmt"

	"botrelay/relay"
)

// Starter is the table of a kind's message as one writes it to begin with.
type Starter struct {
	Kind relay.Kind `json:"kind"`
	Text string     `json:"text"` // a table [messages.KIND] of a routes file, with a line's end
}

// who is the customer by the first thing that is known of them.
const who = `{{ .Contact.Name | default .Contact.Email | default (phone .Contact.Phone) | default .Contact.Handle | default "someone" }}`

// Starters returns one for every kind: a message that says in templates what the default
// one of the kind does. Where that has more than templates can say, such as a vendor's
// further facts, the starter leaves the key out, so that the default stays.
func Starters() []Starter {
	const quoted, answered = "> {{ .Text }}\n", "{{ with .Text }}> {{ . }}{{ end }}\n\n#### Answer\n\n{{ md .Answer }}\n"
	var all []Starter
	for _, k := range []struct {
		kind        relay.Kind
		title, body string
	}{
		{relay.Lead, "🎯 New lead: " + who, quoted},
		{relay.Inbound, `📨 {{ with .ChannelName }}{{ . }} message{{ else }}Message{{ end }} from ` + who, quoted},
		{relay.Appointment, "📅 Appointment: " + who, quoted},
		{relay.Chat, `🤖 Chat with ` + who, answered},
		{relay.Escalation, "🚨 Escalation: " + who, quoted},
		{relay.Other, `🔔 {{ .Vendor }}: {{ .EventType }}`, quoted},
	} {
		text := fmt.Sprintf("[messages.%s] # fields, footer, link and color stay as they are, until they stand here\ntitle = '%s'\nbody = '''\n%s'''\n", k.kind, k.title, k.body)
		all = append(all, Starter{k.kind, text})
	}
	return all
}
