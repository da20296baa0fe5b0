package sandbox

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// htmlParser reads Telegram's HTML, which is not HTML: few tags, four named
// references, and an error for anything else (Bot API, "HTML style"; the
// errors are tdlib's).
type htmlParser struct {
	s        string
	i        int
	out      strings.Builder
	at       int // UTF-16 length of out
	open     []htmlTag
	entities []entity
}

type htmlTag struct {
	name, argument string
	offset         int // UTF-16
	from           int // bytes of out
}

// parseHTML returns the text and entities of a message in HTML.
func parseHTML(s string) (string, []entity, string) {
	p := &htmlParser{s: s}
	for p.i < len(s) {
		fault := ""
		switch {
		case strings.HasPrefix(s[p.i:], "</"):
			fault = p.endTag()
		case s[p.i] == '<':
			fault = p.startTag()
		default:
			p.write()
		}
		if fault != "" {
			return "", nil, "can't parse entities: " + fault
		}
	}
	if n := len(p.open); n > 0 {
		return "", nil, "can't parse entities: Can't find end tag corresponding to start tag " + p.open[n-1].name
	}
	for i := range p.entities {
		if p.entities[i].Type == "code" {
			p.entities[i].Language = "" // only a block has one
		}
	}
	return p.out.String(), p.entities, ""
}

// write takes one character, or a reference to one.
func (p *htmlParser) write() {
	r, size := utf8.DecodeRuneInString(p.s[p.i:])
	if code, n := reference(p.s[p.i:]); n > 0 {
		r, size = code, n
	}
	p.out.WriteRune(r)
	p.at += utf16.RuneLen(r)
	p.i += size
}

// reference decodes &lt; &gt; &amp; &quot; and numbers, with or without the
// semicolon; size is 0 if s does not begin with one.
func reference(s string) (r rune, size int) {
	if !strings.HasPrefix(s, "&") {
		return 0, 0
	}
	if r, size = numeric(s); size == 0 {
		for _, named := range []struct {
			name string
			r    rune
		}{{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}} {
			after, ok := strings.CutPrefix(s[1:], named.name)
			if ok && (after == "" || !asciiLetter(after[0])) {
				r, size = named.r, 1+len(named.name)
			}
		}
	}
	if size > 0 && strings.HasPrefix(s[size:], ";") {
		size++
	}
	return r, size
}

func asciiLetter(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z'
}

func asciiDigit(c byte) bool {
	return '0' <= c && c <= '9'
}

// numeric decodes &#38 and &#x26.
func numeric(s string) (r rune, size int) {
	rest, ok := strings.CutPrefix(s, "&#")
	base, digits := 10, "0123456789"
	if hex, isHex := strings.CutPrefix(rest, "x"); isHex {
		rest, base, digits = hex, 16, "0123456789abcdefABCDEF"
	}
	n := len(rest) - len(strings.TrimLeft(rest, digits))
	code, err := strconv.ParseUint(rest[:n], base, 21)
	if !ok || err != nil || code == 0 || !utf8.ValidRune(rune(code)) {
		return 0, 0
	}
	return rune(code), len(s) - len(rest) + n
}

// startTag reads <name attributes>.
func (p *htmlParser) startTag() string {
	begin := p.i
	name, rest, attributes := p.tagName(begin + 1)
	if rest == len(p.s) {
		return fmt.Sprintf("Unclosed start tag at byte offset %d", begin)
	}
	if entityOf(name) == "" {
		return fmt.Sprintf("Unsupported start tag %q at byte offset %d", name, begin)
	}
	p.i = rest
	tag := htmlTag{name: name, offset: p.at, from: p.out.Len()}
	if attributes {
		if fault := p.attributes(&tag, begin); fault != "" {
			return fault
		}
	}
	if name == "span" && tag.argument != "tg-spoiler" {
		return fmt.Sprintf("Tag \"span\" must have class \"tg-spoiler\" at byte offset %d", begin)
	}
	p.open = append(p.open, tag)
	p.i++
	return ""
}

// tagName reads a name up to > or a space, which more tells; rest is where it
// ends.
func (p *htmlParser) tagName(from int) (name string, rest int, more bool) {
	end := strings.IndexAny(p.s[from:], "> \n\t\r")
	if end < 0 {
		return "", len(p.s), false
	}
	return strings.ToLower(p.s[from : from+end]), from + end, p.s[from+end] != '>'
}

// attributes reads what stands between a tag's name and its >, and stops there.
func (p *htmlParser) attributes(tag *htmlTag, begin int) string {
	for {
		p.i += len(p.s[p.i:]) - len(strings.TrimLeft(p.s[p.i:], " \n\t\r"))
		switch {
		case p.i >= len(p.s):
			return fmt.Sprintf("Unclosed start tag at byte offset %d", begin)
		case p.s[p.i] == '>':
			return ""
		case tag.name == "blockquote" && strings.HasPrefix(p.s[p.i:], "expandable"):
			tag.argument = "expandable"
			p.i += len("expandable")
			continue
		}
		name, after, ok := strings.Cut(p.s[p.i:], "=")
		name = strings.TrimSpace(name)
		if !ok || name == "" || strings.ContainsAny(name, "> \n\t") {
			return fmt.Sprintf("Expected equal sign in declaration of an attribute of the tag %q at byte offset %d", tag.name, begin)
		}
		value, rest, fault := attributeValue(strings.TrimLeft(after, " \n\t\r"))
		if fault {
			return fmt.Sprintf("Unclosed start tag %q at byte offset %d", tag.name, begin)
		}
		p.i = len(p.s) - len(rest)
		if name == "href" || name == "class" || name == "emoji-id" {
			tag.argument = value
		}
	}
}

// attributeValue reads "value", 'value' or value.
func attributeValue(s string) (value, rest string, fault bool) {
	if s == "" {
		return "", "", true
	}
	if quote := s[0]; quote == '"' || quote == '\'' {
		inside, after, ok := strings.Cut(s[1:], string(quote))
		return decodeReferences(inside), after, !ok
	}
	end := strings.IndexAny(s, "> \n\t\r")
	if end < 0 {
		return "", "", true
	}
	return strings.ToLower(s[:end]), s[end:], false
}

func decodeReferences(s string) string {
	var b strings.Builder
	for s != "" {
		r, size := reference(s)
		if size == 0 {
			r, size = utf8.DecodeRuneInString(s)
		}
		b.WriteRune(r)
		s = s[size:]
	}
	return b.String()
}

// endTag reads </name>, or </>, which ends whatever is open.
func (p *htmlParser) endTag() string {
	begin := p.i
	if len(p.open) == 0 {
		return fmt.Sprintf("Unexpected end tag at byte offset %d", begin)
	}
	end := strings.IndexByte(p.s[begin:], '>')
	if end < 0 {
		return fmt.Sprintf("Unclosed end tag at byte offset %d", begin)
	}
	name := strings.ToLower(strings.TrimSpace(p.s[begin+2 : begin+end]))
	tag := p.open[len(p.open)-1]
	if name != "" && name != tag.name {
		return fmt.Sprintf("Unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", begin, tag.name, name)
	}
	p.open = p.open[:len(p.open)-1]
	p.i = begin + end + 1
	p.close(tag)
	return ""
}

// close makes an entity of a tag. A link without a good address is text.
func (p *htmlParser) close(tag htmlTag) {
	e := entity{Type: entityOf(tag.name), Offset: tag.offset, Length: p.at - tag.offset}
	switch {
	case e.Length == 0 || tag.name == "tg-emoji" || tag.name == "tg-time":
		return
	case tag.name == "a":
		e.URL = tag.argument
		if e.URL == "" {
			e.URL = p.out.String()[tag.from:]
		}
		if telegramLinkFault(e.URL) != "" {
			return
		}
	case tag.name == "blockquote" && tag.argument == "expandable":
		e.Type = "expandable_blockquote"
	case tag.name == "code":
		e.Language, _ = strings.CutPrefix(tag.argument, "language-")
	case tag.name == "pre": // <pre><code class="language-…"> is one entity
		if n := len(p.entities); n > 0 && p.entities[n-1].Type == "code" && p.entities[n-1].Offset == e.Offset && p.entities[n-1].Length == e.Length {
			e.Language = p.entities[n-1].Language
			p.entities = p.entities[:n-1]
		}
	}
	p.entities = append(p.entities, e)
}

// entityOf is what a tag stands for; empty if there is no such tag.
func entityOf(tag string) string {
	switch tag {
	case "b", "strong":
		return "bold"
	case "i", "em":
		return "italic"
	case "u", "ins":
		return "underline"
	case "s", "strike", "del":
		return "strikethrough"
	case "code", "pre", "blockquote":
		return tag
	case "a":
		return "text_link"
	case "span", "tg-spoiler":
		return "spoiler"
	case "tg-emoji", "tg-time":
		return "custom_emoji"
	}
	return ""
}

// parseMarkdownV2 undoes MarkdownV2's escapes. The sandbox knows no more of it:
// a character that is reserved and not escaped is refused, even where Telegram
// would take it for formatting.
func parseMarkdownV2(s string) (string, string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && punctuation(s[i+1]):
			i++
			b.WriteByte(s[i])
		case strings.IndexByte("_*[]()~`>#+-=|{}.!", c) >= 0:
			return "", fmt.Sprintf("can't parse entities: Character '%c' is reserved and must be escaped with the preceding '\\'", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), ""
}
