package render

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"botrelay/relay"
)

// separator stands between the parts of a footer.
const separator = " · "

// timeLayout tells a time for people, with its zone.
const timeLayout = "2 Jan 2006, 15:04 MST"

// maxKey is the length of the longest conversation ID in a thread's key, bytes.
const maxKey = 200

// origin says where an event came from: bot, channel, source.
func (r *Renderer) origin(e relay.Event) []string {
	return present(
		visibleLine(cmp.Or(r.cfg.Bots[e.BotID], e.BotID)),
		strings.TrimSpace(channelIcon(e.Channel)+" "+channelTitle(e.Channel)),
		visibleLine(e.Source),
	)
}

// present returns those of texts that are not empty.
func present(texts ...string) []string {
	return slices.DeleteFunc(texts, func(text string) bool { return text == "" })
}

// footer says where an event came from, when, and the conversation's ID, to
// search by; nil if nothing of that is known. Facts for the small print stand
// beside it, those of the exchange first and IDs last.
func (r *Renderer) footer(e relay.Event) []relay.Span {
	facts, ids := asides(e)
	text := strings.Join(slices.Concat(facts, r.origin(e), present(r.localTime(e))), separator)
	spans := []relay.Span{{Text: text}}
	if handle := visibleLine(e.Contact.Handle); isSession(e) && handle != visibleLine(e.ConversationID) {
		ids = append(ids, relay.Detail{Label: "Visitor ", Text: handle})
	}
	for _, id := range append(ids, relay.Detail{Text: visibleLine(e.ConversationID)}) {
		if id.Text != "" {
			last := &spans[len(spans)-1]
			if last.Text != "" || len(spans) > 1 {
				last.Text += separator
			}
			last.Text += id.Label
			spans = append(spans, relay.Span{Text: id.Text, Style: relay.Mono}, relay.Span{})
		}
	}
	spans = slices.DeleteFunc(spans, func(s relay.Span) bool { return s.Text == "" })
	if len(spans) == 0 {
		return nil
	}
	return spans
}

// asides returns the facts of the small print, and the IDs among them.
func asides(e relay.Event) (facts []string, ids []relay.Detail) {
	for i, d := range e.Details {
		if i == maxDetails {
			break
		}
		label, text := detail(d)
		text = visibleLine(text)
		switch {
		case text == "" || !aside(e, d):
		case isID(d.Label):
			ids = append(ids, relay.Detail{Label: label + " ", Text: text})
		default:
			facts = append(facts, label+" "+text)
		}
	}
	return facts, ids
}

// localTime tells when an event happened, or "" if that is not known.
func (r *Renderer) localTime(e relay.Event) string {
	t := eventTime(e)
	if t.IsZero() {
		return ""
	}
	return t.In(r.cfg.Location).Format(timeLayout)
}

// short returns s, or where it is long something that stands for it. The "#"
// keeps the two apart: it does not occur in s, which is escaped.
func short(s string) string {
	if len(s) <= maxKey {
		return s
	}
	sum := sha256.Sum256([]byte(s))
	return "#" + hex.EncodeToString(sum[:])
}
