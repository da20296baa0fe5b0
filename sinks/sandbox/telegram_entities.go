package sandbox

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxEntities is how many entities count; Telegram drops others without a word.
const maxEntities = 100

// entity is a stretch of a text and what it is. Offset and Length are in UTF-16
// code units.
type entity struct {
	Type     string `json:"type"`
	Offset   int    `json:"offset"`
	Length   int    `json:"length"`
	URL      string `json:"url,omitempty"`
	Language string `json:"language,omitempty"`
}

func (e entity) end() int { return e.Offset + e.Length }

// style reports whether e is a style, which may overlap others; the other
// entities must not.
func (e entity) style() bool {
	switch e.Type {
	case "bold", "italic", "underline", "strikethrough", "spoiler":
		return true
	}
	return false
}

func (e entity) blockquote() bool {
	return e.Type == "blockquote" || e.Type == "expandable_blockquote"
}

// parseText returns a message's text and entities, or why Telegram refuses
// them. With a parse_mode, entities are not looked at.
func parseText(body, mode, list string) (text string, entities []entity, fault string) {
	switch strings.ToLower(mode) {
	case "", "none":
		text = body
		entities, fault = parseEntities(list)
	case "html":
		text, entities, fault = parseHTML(body)
	case "markdown", "markdownv2":
		text, fault = parseMarkdownV2(body)
	default:
		fault = "unsupported parse_mode"
	}
	if fault == "" {
		fault = checkEntities(text, entities)
	}
	if fault != "" {
		return "", nil, fault
	}
	return text, fixEntities(entities), ""
}

// parseEntities reads the entities parameter. Those that Telegram finds by
// itself (mentions and the like) are dropped, as there.
func parseEntities(list string) ([]entity, string) {
	if list == "" {
		return nil, ""
	}
	var raw []json.RawMessage
	if json.Unmarshal([]byte(list), &raw) != nil {
		return nil, "can't parse entities: expected an Array of MessageEntity"
	}
	var out []entity
	for _, r := range raw {
		e, fault := parseEntity(r)
		if fault != "" {
			return nil, "can't parse MessageEntity: " + fault
		}
		if e.Type != "" {
			out = append(out, e)
		}
	}
	return out, ""
}

// parseEntity reads one; its Type is empty if it is one to drop.
func parseEntity(raw json.RawMessage) (entity, string) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil || fields == nil {
		return entity{}, "expected an Object"
	}
	var e entity
	for _, field := range []struct {
		key  string
		into any
		is   string
	}{{"offset", &e.Offset, "Integer"}, {"length", &e.Length, "Integer"}, {"type", &e.Type, "String"}} {
		value, there := fields[field.key]
		if !there || string(value) == "null" {
			return entity{}, fmt.Sprintf("Can't find field %q", field.key)
		}
		if json.Unmarshal(value, field.into) != nil {
			return entity{}, fmt.Sprintf("Field %q must be of type %s", field.key, field.is)
		}
	}
	switch {
	case e.style(), e.blockquote(), e.Type == "code":
		return e, ""
	case e.Type == "pre":
		_ = json.Unmarshal(fields["language"], &e.Language) // only for show
		return e, ""
	case e.Type == "text_link":
		if json.Unmarshal(fields["url"], &e.URL) != nil || e.URL == "" {
			return entity{}, `Can't find field "url"`
		}
		return e, ""
	}
	switch e.Type {
	case "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number":
		return entity{}, ""
	}
	return entity{}, "Unsupported type specified"
}

// checkEntities returns why entities do not fit a text.
func checkEntities(text string, entities []entity) string {
	bounds := utf16Bounds(text)
	for _, e := range entities {
		switch {
		case e.Offset < 0 || e.Offset > 1_000_000:
			return fmt.Sprintf("receive an entity with incorrect offset %d", e.Offset)
		case e.Length < 0 || e.Length > 1_000_000:
			return fmt.Sprintf("receive an entity with incorrect length %d", e.Length)
		case e.Length == 0:
		case e.Offset >= len(bounds):
			return fmt.Sprintf("entity begins after the end of the text at UTF-16 offset %d", e.Offset)
		case e.end() >= len(bounds):
			return fmt.Sprintf("entity beginning at UTF-16 offset %d ends after the end of the text at UTF-16 offset %d", e.Offset, e.end())
		case bounds[e.Offset] < 0:
			return fmt.Sprintf("entity begins in a middle of a UTF-16 symbol at byte offset %d", -bounds[e.Offset])
		case bounds[e.end()] < 0:
			return fmt.Sprintf("entity beginning at UTF-16 offset %d ends in a middle of a UTF-16 symbol at byte offset %d", e.Offset, -bounds[e.end()])
		case e.Type == "text_link" && telegramLinkFault(e.URL) != "":
			return fmt.Sprintf("entity URL '%s' is invalid: %s", e.URL, telegramLinkFault(e.URL))
		}
	}
	return ""
}

// telegramLinkFault returns why an entity may not lead to an address. Telegram
// takes http, https and its own tg:, and what has no scheme for http. mailto:
// is no scheme to it either, so that it makes http://mailto:… of it, a link to
// the mail's host; the sandbox refuses what would be such a trap.
func telegramLinkFault(address string) string {
	switch scheme, rest, _ := strings.Cut(address, ":"); {
	case scheme == "tg":
		return ""
	case scheme == "tel":
		return "Wrong port number specified in the URL"
	case scheme == "mailto", strings.HasPrefix(rest, "//") && scheme != "http" && scheme != "https":
		return "Unsupported URL protocol"
	}
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return "Wrong HTTP URL"
	case u.Hostname() == "":
		return "URL host is empty"
	case !strings.Contains(u.Hostname(), "."):
		return "Wrong HTTP URL"
	}
	return ""
}

// utf16Bounds leads from UTF-16 offsets, that of the end included, to byte
// offsets. In the middle of a character it is that of the next, negated.
func utf16Bounds(s string) []int {
	bounds := make([]int, 0, len(s)+1)
	for i, r := range s {
		bounds = append(bounds, i)
		if r > 0xffff {
			bounds = append(bounds, -(i + utf8.RuneLen(r)))
		}
	}
	return append(bounds, len(s))
}

// fixEntities sorts entities and drops what Telegram drops: those that cut
// across another, styles within code, and what exceeds maxEntities, styles
// first.
func fixEntities(entities []entity) []entity {
	byOffset := func(a, b entity) int {
		return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(b.Length, a.Length))
	}
	entities = slices.DeleteFunc(slices.Clone(entities), func(e entity) bool { return e.Length == 0 })
	slices.SortStableFunc(entities, byOffset)
	var whole, quotes, styles []entity
	for _, e := range entities {
		switch {
		case e.style():
			styles = append(styles, e)
		case e.blockquote():
			quotes = apart(quotes, e)
		default:
			whole = apart(whole, e)
		}
	}
	whole = slices.DeleteFunc(whole, func(e entity) bool {
		return slices.ContainsFunc(quotes, func(q entity) bool { return crosses(e, q) })
	})
	styles = slices.DeleteFunc(styles, func(e entity) bool {
		return slices.ContainsFunc(whole, func(w entity) bool {
			return (w.Type == "code" || w.Type == "pre") && e.Offset >= w.Offset && e.end() <= w.end()
		})
	})
	fixed := append(whole, quotes...)
	slices.SortStableFunc(fixed, byOffset)
	fixed = append(fixed, styles...)
	fixed = fixed[:min(len(fixed), maxEntities)]
	slices.SortStableFunc(fixed, byOffset)
	return fixed
}

// apart appends e unless it begins within the last one.
func apart(list []entity, e entity) []entity {
	if len(list) > 0 && e.Offset < list[len(list)-1].end() {
		return list
	}
	return append(list, e)
}

// crosses reports whether a and b overlap and neither is within the other, or
// a is around b.
func crosses(a, b entity) bool {
	overlap := a.Offset < b.end() && b.Offset < a.end()
	inside := a.Offset >= b.Offset && a.end() <= b.end()
	return overlap && !inside
}
