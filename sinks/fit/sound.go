package fit

import (
	"net/url"
	"strings"
	"unicode"

	"botrelay/relay"
)

// maxPart is how much of a title, a name, a value or a footer is looked at, in
// code points; more than any platform shows.
const maxPart = 5000

// The longest links that are kept, in bytes: a title's, of which Discord takes
// 2,048, and those in text, where links take room from the words.
const (
	maxTitleLink = 2000
	maxTextLink  = 1000
)

// maxLevel is how deep a list may be: deeper ones look alike in a chat.
const maxLevel = 6

// Sound returns messages in which a sink need not fear anything that would
// make a platform refuse them: valid UTF-8 without control and bidi-override
// characters; titles, fields and footers of one line; no empty spans, blocks
// or fields; no text that is longer than any platform takes; no list deeper than
// maxLevel; and only links that are absolute, of bounded length, and written in
// printable ASCII. Of what was rendered properly all words come back as they
// were; a longer link is lost, and a title's may be encoded further.
func Sound(messages []relay.Message) []relay.Message {
	out := make([]relay.Message, len(messages))
	for i, m := range messages {
		out[i] = sound(m)
	}
	return out
}

func sound(m relay.Message) relay.Message {
	m.Title = oneLine(cutText(literal(m.Title), maxPart))
	m.Link = titleLink(m.Link)
	m.Footer = lineSpans(m.Footer)
	body := m.Body
	m.Body = nil
	for _, b := range cutBlocks(body, longest) {
		if b.Spans = soundSpans(b.Spans); strings.TrimSpace(relay.Plain(b.Spans)) != "" {
			b.Level = min(max(b.Level, 0), maxLevel)
			m.Body = append(m.Body, b)
		}
	}
	fields := m.Fields
	m.Fields = nil
	for _, f := range fields {
		f.Name, f.Value = oneLine(cutText(literal(f.Name), maxPart)), lineSpans(f.Value)
		if strings.TrimSpace(relay.Plain(f.Value)) != "" {
			m.Fields = append(m.Fields, f)
		}
	}
	return m
}

// titleLink returns a title's link as it may be sent, or "". It may be checked
// against RFC 3986, which knows brackets around an IPv6 address only, and one
// number sign; a link in text keeps them, and its looks.
func titleLink(raw string) string {
	raw = link(raw, maxTitleLink)
	if !Web(raw) {
		return ""
	}
	scheme, rest, _ := strings.Cut(raw, "://")
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i] + strings.NewReplacer("[", "%5B", "]", "%5D").Replace(rest[i:])
		if path, fragment, found := strings.Cut(rest, "#"); found {
			rest = path + "#" + strings.ReplaceAll(fragment, "#", "%23")
		}
	}
	if raw = scheme + "://" + rest; len(raw) > maxTitleLink {
		return ""
	}
	return raw
}

func soundSpans(spans []relay.Span) []relay.Span {
	var out []relay.Span
	for _, s := range spans {
		if s.Text = literal(s.Text); s.Text != "" {
			s.Link = link(s.Link, maxTextLink)
			out = append(out, s)
		}
	}
	return out
}

// lineSpans is soundSpans for text of one line.
func lineSpans(spans []relay.Span) []relay.Span {
	out := soundSpans(cutSpans(spans, maxPart))
	for i := range out {
		out[i].Text = strings.ReplaceAll(out[i].Text, "\n", " ")
	}
	return out
}

// literal returns text without what no platform shows.
func literal(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\u2028', r == '\u2029':
			return '\n'
		case r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r // an invalid byte arrives as U+FFFD
	}, text)
}

// link returns raw as it may be sent, or "" if it may not: at most so many
// bytes of it.
func link(raw string, most int) string {
	if raw == "" || len(raw) > most {
		return ""
	}
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		if u.Hostname() == "" || u.User != nil {
			return ""
		}
	case "mailto", "tel":
		if u.Opaque == "" {
			return ""
		}
	default:
		return ""
	}
	if raw = printable(raw); len(raw) > most {
		return ""
	}
	return raw
}

// printable percent-encodes what is not printable ASCII, and what some
// platform takes for the end of a link.
func printable(raw string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(raw) {
		c := raw[i]
		if c <= ' ' || c > '~' || strings.IndexByte(`<>|"\^{}`+"`", c) >= 0 {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// Web reports whether a link leads to a web page: the schemes http and https.
func Web(link string) bool {
	scheme, _, found := strings.Cut(link, "://")
	return found && (strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https"))
}
