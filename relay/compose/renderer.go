package compose

import (
	"cmp"
	"fmt"
	"slices"

	"botrelay/relay"
	"botrelay/relay/config"
	"botrelay/relay/render"
)

// Renderer returns what makes messages as a routes file wants them. failed is told
// of templates that fail on an event; nil: nobody is. The error is that of a
// template which reading the file did not look at.
func Renderer(c *config.Config, failed func(e relay.Event, message string, err error)) (*render.Renderer, error) {
	cfg := render.Config{
		Bots:             c.Bots,
		Location:         c.Server.Timezone,
		ConversationURLs: make(map[string]*render.Template),
		Messages:         make(map[string]*render.Custom),
		Routes:           make(map[string]string),
		Failed:           failed,
	}
	for _, s := range c.Sources {
		if s.ConversationURL == "" {
			continue
		}
		t, fault := render.ParseTemplate(s.ConversationURL)
		if fault != nil {
			return nil, fmt.Errorf("source %s: conversation_url: %w", s.Name, fault)
		}
		cfg.ConversationURLs[s.Name] = t
	}
	for _, r := range c.Routes {
		if r.Message != "" {
			cfg.Routes[r.Name] = r.Message
		}
	}
	for _, m := range c.Messages {
		custom, err := customOf(m)
		if err != nil {
			return nil, fmt.Errorf("message %s: %w", m.Name, err)
		}
		cfg.Messages[m.Name] = custom
	}
	return render.New(cfg), nil
}

// customOf parses the templates of a message.
func customOf(m config.Message) (*render.Custom, error) {
	c := &render.Custom{Color: m.Color, NoFields: m.Fields != nil}
	var failed *render.Fault
	parse := func(text string) *render.Template {
		t, fault := render.ParseTemplate(text)
		failed = cmp.Or(failed, fault)
		return t
	}
	for _, part := range []struct {
		text *string
		to   **render.Template
	}{{m.Title, &c.Title}, {m.Body, &c.Body}, {m.Footer, &c.Footer}, {m.Link, &c.Link}} {
		if part.text != nil {
			*part.to = parse(*part.text)
		}
	}
	for _, f := range m.Fields {
		c.Fields = append(c.Fields, render.CustomField{Name: f.Name, Value: parse(f.Value)})
	}
	if failed != nil {
		return nil, failed
	}
	return c, nil
}

// MessageNames returns what the failures of a routes file's templates are counted
// under: the names that Renderer's failed may be told.
func MessageNames(c *config.Config) []string {
	var names []string
	for _, m := range c.Messages {
		names = append(names, m.Name)
	}
	if slices.ContainsFunc(c.Sources, func(s config.Source) bool { return s.ConversationURL != "" }) {
		names = append(names, render.ConversationMessage)
	}
	return names
}
