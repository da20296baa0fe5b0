package render

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"

	"botrelay/relay"
)

// timeLayout tells a time for people, with its zone.
const timeLayout = "2 Jan 2006, 15:04 MST"

// maxKey is the length of the longest conversation ID in a thread's key, bytes.
const maxKey = 200

// footer says where an event came from: bot, channel, vendor, source, time, and
// the conversation's ID, to search by.
func (r *Renderer) footer(e relay.Event) []relay.Span {
	parts := []string{
		visibleLine(cmp.Or(r.cfg.Bots[e.BotID], e.BotID)),
		channelTitle(e.Channel),
		vendorTitle(e.Vendor),
		visibleLine(e.Source),
	}
	parts = append(parts, r.localTime(e))
	text := ""
	for _, p := range parts {
		text = joinPart(text, p)
	}
	id := visibleLine(e.ConversationID)
	if id == "" {
		return []relay.Span{{Text: text}}
	}
	return []relay.Span{{Text: joinPart(text, "") + " · "}, {Text: id, Style: relay.Mono}}
}

// localTime tells when an event happened, or "" if that is not known.
func (r *Renderer) localTime(e relay.Event) string {
	t := eventTime(e)
	if t.IsZero() {
		return ""
	}
	return t.In(r.cfg.Location).Format(timeLayout)
}

func joinPart(text, part string) string {
	if text == "" || part == "" {
		return text + part
	}
	return text + " · " + part
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
