package render_test

import (
	"fmt"
	"time"

	"botrelay/relay"
	"botrelay/relay/render"
)

func ExampleRenderer_Message() {
	r := render.New(render.Config{Bots: map[string]string{"agent_abc123": "Support bot"}})
	m := r.Message(relay.Event{
		Kind: relay.Lead, Vendor: "chatbase", Source: "website", BotID: "agent_abc123",
		Contact:    relay.Contact{Name: "Ada Lovelace", Email: "ada@example.com"},
		ReceivedAt: time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC),
	})
	fmt.Println(m.Title)
	for _, f := range m.Fields {
		fmt.Println(f.Name+":", relay.Plain(f.Value))
	}
	fmt.Println(relay.Plain(m.Footer))
	// Output:
	// 🎯 New lead: Ada Lovelace
	// Email: ada@example.com
	// Support bot · website · 1 Mar 2026, 09:30 UTC
}
