package render

import (
	"errors"
	"slices"
	"strings"

	"botrelay/relay"
)

// Place says where in a routes file a template stands.
type Place string

// The places of templates.
const (
	TitlePlace        Place = "title"
	BodyPlace         Place = "body"
	FieldPlace        Place = "fields"
	FooterPlace       Place = "footer"
	LinkPlace         Place = "link"
	ConversationPlace Place = "conversation_url"
)

// Check returns the first thing that is wrong with a template: with its form, or
// with what it makes of one of the samples or of an event that says nothing. nil:
// it is good. What works, but hardly as it is meant, is a warning.
func Check(place Place, text string, samples []relay.Event) *Fault {
	t, fault := ParseTemplate(text)
	if fault != nil {
		return fault
	}
	r := New(Config{})
	for _, e := range append(slices.Clip(samples), relay.Event{}) {
		address := ""
		if e.ConversationID != "" && place != ConversationPlace {
			address = "https://example.com/" + strictEscape(e.ConversationID)
		}
		if fault := r.try(place, t, r.view(e, address)); fault != nil {
			return fault
		}
	}
	return t.warning
}

// try uses a template as its place has it.
func (r *Renderer) try(place Place, t *Template, v *view) *Fault {
	var err error
	switch place {
	case TitlePlace:
		_, err = r.titleOf(t, v)
	case BodyPlace:
		_, err = r.bodyOf(t, v)
	case FieldPlace, FooterPlace:
		_, err = r.lineOf(t, v)
	case LinkPlace, ConversationPlace:
		err = tryAddress(t, v)
	}
	if err == nil {
		return nil
	}
	if fault, ok := errors.AsType[*Fault](err); ok {
		return fault
	}
	return &Fault{Text: err.Error()}
}

// tryAddress looks whether an address that a template begins itself is one once
// all of its values are there.
func tryAddress(t *Template, v *view) error {
	source, values, err := t.execute(v, maxPart)
	if err != nil {
		return err
	}
	parts := pieces(strings.TrimSpace(source), values)
	if len(parts) == 0 || parts[0].value != nil {
		return nil
	}
	noAddress := &Fault{Text: `makes no web address: it wants one such as "https://example.com/{{ .ConversationID }}"`}
	if begin := strings.ToLower(parts[0].text); !strings.HasPrefix(begin, "http://") && !strings.HasPrefix(begin, "https://") {
		return noAddress
	}
	for _, p := range parts {
		if p.value != nil && p.value.text == "" {
			return nil
		}
	}
	if link, err := linkOf(t, v); err != nil || link == "" {
		return noAddress
	}
	return nil
}
