package compose

import (
	"slices"

	"botrelay/relay/config"
)

// Choice is whom an event may come from, and the samples of it.
type Choice struct {
	Source  string   `json:"source,omitempty"` // empty: no source has the vendor
	Vendor  string   `json:"vendor"`
	Title   string   `json:"title"`           // the vendor's name as the company writes it
	Topic   bool     `json:"topic,omitempty"` // its event type may stand in a header
	Samples []string `json:"samples"`
}

// Choices returns the sources of a configuration, in its order, and then the built-in
// vendors that no source has.
func Choices(cfg *config.Config) []Choice {
	var all []Choice
	add := func(source, vendor string) {
		v, err := Vendor(cfg.Vendors, vendor)
		if err != nil {
			return
		}
		c := Choice{Source: source, Vendor: v.Name, Title: v.Title, Topic: v.TopicHeader != "", Samples: []string{}}
		for _, s := range v.Samples {
			c.Samples = append(c.Samples, s.Name)
		}
		all = append(all, c)
	}
	for _, s := range cfg.Sources {
		add(s.Name, s.Vendor)
	}
	for _, vendor := range builtin() {
		if !slices.ContainsFunc(cfg.Sources, func(s config.Source) bool { return s.Vendor == vendor }) {
			add("", vendor)
		}
	}
	return all
}
