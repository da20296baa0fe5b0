package render

import (
	"slices"
	"strings"

	"botrelay/relay"
)

// The accents of notices.
const (
	amber relay.Color = 0xC27C0E
	green relay.Color = 0x2E9E5B
)

// notice renders what the relay tells of itself. Its text is ours, so unlike a
// customer's it is not marked as a quotation, and nothing else of an event is
// shown beside it. What a platform said within it is as literal as the rest.
func (r *Renderer) notice(e relay.Event) relay.Message {
	origin := []string{"botrelay"}
	m := relay.Message{
		Icon:   noticeIcon(e),
		Noun:   "notice",
		Color:  amber,
		Body:   paragraphsOf(e.Text),
		Footer: []relay.Span{{Text: strings.Join(slices.Concat(origin, present(r.localTime(e))), separator)}},
		Origin: origin,
		Loud:   true,
		Urgent: true,
		Time:   eventTime(e).In(r.cfg.Location),
	}
	if e.EventType == relay.Over {
		m.Color, m.Urgent = green, false
	}
	subject := line(e.Subject, maxWho)
	if !isVisible(subject) {
		subject = "botrelay has something to tell"
	}
	m.Title = m.Icon + " " + subject
	if len(m.Body) == 0 {
		m.Body = nothingMore()
	}
	return m
}

func noticeIcon(e relay.Event) string {
	if e.EventType == relay.Over {
		return "✅"
	}
	return "⚠️"
}
