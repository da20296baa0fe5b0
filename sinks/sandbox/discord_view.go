package sandbox

import (
	"strconv"
	"time"
)

// discordEmbed is a card below a message.
type discordEmbed struct {
	Type        string         `json:"type,omitempty"`
	Title       string         `json:"title,omitempty"`
	Description string         `json:"description,omitempty"`
	URL         string         `json:"url,omitempty"`
	Timestamp   string         `json:"timestamp,omitempty"`
	Color       int            `json:"color,omitempty"`
	Footer      *embedText     `json:"footer,omitempty"`
	Author      *embedText     `json:"author,omitempty"`
	Image       *embedImage    `json:"image,omitempty"`
	Thumbnail   *embedImage    `json:"thumbnail,omitempty"`
	Fields      []discordField `json:"fields,omitempty"`
}

// embedText is a footer or an author.
type embedText struct {
	Text string `json:"text,omitempty"`
	Name string `json:"name,omitempty"`
	URL  string `json:"url,omitempty"`
}

type embedImage struct {
	URL string `json:"url"`
}

type discordField struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Inline bool   `json:"inline"`
}

// discordComponent is a row of buttons, or a button.
type discordComponent struct {
	Label      string             `json:"label"`
	URL        string             `json:"url"`
	Components []discordComponent `json:"components"`
}

// embeds returns the embeds as Discord returns them: of the type rich.
func (p discordMessage) embeds() []discordEmbed {
	out := make([]discordEmbed, len(p.Embeds))
	for i, e := range p.Embeds {
		e.Type = "rich"
		out[i] = e
	}
	return out
}

// view returns how Discord shows the message.
func (p discordMessage) view() []node {
	var out []node
	if p.Content != "" {
		out = append(out, el("div", "content", markdown(p.Content)...))
	}
	for _, e := range p.Embeds {
		out = append(out, e.view())
	}
	for _, row := range p.Components {
		var buttons []node
		for _, b := range row.Components {
			buttons = append(buttons, el("span", "button", link(b.URL, text(b.Label))))
		}
		out = append(out, el("div", "actions", buttons...))
	}
	return out
}

func (e discordEmbed) view() node {
	var kids []node
	if e.Author != nil {
		kids = append(kids, el("div", "author", titled(e.Author.URL, text(e.Author.Name))))
	}
	if e.Title != "" {
		kids = append(kids, el("div", "title", titled(e.URL, inline(e.Title)...)))
	}
	if e.Description != "" {
		kids = append(kids, el("div", "description", markdown(e.Description)...))
	}
	if len(e.Fields) > 0 {
		kids = append(kids, e.fieldGrid())
	}
	for _, image := range []*embedImage{e.Image, e.Thumbnail} {
		if image != nil {
			kids = append(kids, el("div", "image", link(image.URL, text(image.URL))))
		}
	}
	if foot := e.foot(); len(foot) > 0 {
		kids = append(kids, el("div", "footer", foot...))
	}
	return el("div", "embed", bar(pick(e.Color != 0, e.Color, 0x1e1f22)), el("div", "inside", kids...))
}

// titled is a link if there is an address.
func titled(href string, kids ...node) node {
	if href == "" {
		return el("span", "", kids...)
	}
	return link(href, kids...)
}

// fieldGrid shows the fields: inline ones side by side, at most three in a row.
func (e discordEmbed) fieldGrid() node {
	grid := el("div", "fields")
	for i := 0; i < len(e.Fields); {
		row := 1
		for e.Fields[i].Inline && row < 3 && i+row < len(e.Fields) && e.Fields[i+row].Inline {
			row++
		}
		for _, f := range e.Fields[i : i+row] {
			grid.kids = append(grid.kids, el("div", "field of"+strconv.Itoa(row),
				el("div", "name", inline(f.Name)...),
				el("div", "value", markdown(f.Value)...)))
		}
		i += row
	}
	return grid
}

// foot is the last line: the footer's text and the time.
func (e discordEmbed) foot() []node {
	var parts []node
	if e.Footer != nil && e.Footer.Text != "" {
		parts = append(parts, text(e.Footer.Text))
	}
	if at, err := time.Parse(time.RFC3339, e.Timestamp); err == nil {
		if len(parts) > 0 {
			parts = append(parts, text(" • "))
		}
		parts = append(parts, moment("discord", at))
	}
	return parts
}
