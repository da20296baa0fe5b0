package render

import (
	"math"
	"net/netip"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"botrelay/relay"
)

const (
	// maxShort is how long a value may be, in runes, to share its line.
	maxShort = 40
	// maxDetails is how many of a vendor's further facts are shown.
	maxDetails = 12
)

// fields returns the facts of an event, those that matter most first.
func fields(e relay.Event) []relay.Field {
	var f fieldList
	c := e.Contact
	f.add("Scheduled", literal(e.Scheduled, maxLine))
	f.add("Name", literal(c.Name, maxLine))
	f.add("Email", linked(c.Email, mailto))
	f.addPhone(c.Phone, e.Channel)
	f.addHandle(c, e.Channel)
	if !isInTitle(e) {
		f.add("Subject", literal(e.Subject, maxLine))
	}
	f.add("Page", page(e.PageURL))
	for i, d := range e.Details {
		if i == maxDetails {
			break
		}
		f.addDetail(d)
	}
	return f
}

// fieldList collects fields that have something in them.
type fieldList []relay.Field

func (f *fieldList) add(name string, value []relay.Span) {
	text := relay.Plain(value)
	if isVisible(text) {
		*f = append(*f, relay.Field{Name: name, Value: value, Long: utf8.RuneCountInString(text) > maxShort})
	}
}

// addPhone adds the phone number. On WhatsApp it leads to the conversation.
func (f *fieldList) addPhone(phone, on string) {
	if channel(on) == "whatsapp" && linked(phone, whatsApp)[0].Link != "" {
		f.add("WhatsApp", linked(phone, whatsApp))
		return
	}
	f.add("Phone", linked(phone, tel))
}

// addHandle adds the customer's name or number on the channel, unless that has
// just been said.
func (f *fieldList) addHandle(c relay.Contact, on string) {
	handle := line(c.Handle, maxLine)
	if handle == line(c.Name, maxLine) || handle == line(c.Email, maxLine) || samePhone(handle, line(c.Phone, maxLine)) {
		return
	}
	switch channel(on) {
	case "whatsapp":
		f.add("WhatsApp", linked(handle, whatsApp))
	case "telegram":
		f.add("Telegram", linked(handle, telegram))
	case "instagram", "messenger":
		f.add(channelTitle(on), literal(handle, maxLine))
	case "email":
		f.add("Email", linked(handle, mailto))
	case "sms":
		f.add("Phone", linked(handle, tel))
	default:
		f.add("Handle", literal(handle, maxLine))
	}
}

// samePhone reports whether a and b are one text or one number.
func samePhone(a, b string) bool {
	x, _ := phoneDigits(a)
	y, _ := phoneDigits(b)
	return a == b || x != "" && x == y
}

// addDetail adds a fact of the vendor's. An IP address is not for everybody
// in a channel to see.
func (f *fieldList) addDetail(d relay.Detail) {
	text := line(d.Text, maxLine)
	if _, err := netip.ParseAddr(text); err == nil {
		return
	}
	name := visibleLine(d.Label)
	if name == "" {
		name = "Detail"
	}
	if strings.EqualFold(name, "score") {
		text = percent(text)
	}
	f.add(name, literal(text, maxLine))
}

// percent returns a share between 0 and 1 as a percentage, and any other text
// as it is.
func percent(s string) string {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || x < 0 || x > 1 || math.IsNaN(x) {
		return s
	}
	return strconv.FormatFloat(math.Round(x*1000)/10, 'f', -1, 64) + " %"
}

// linked returns s as one line that leads where link says, if anywhere.
func linked(s string, link func(string) string) []relay.Span {
	text := line(s, maxLine)
	return []relay.Span{{Text: text, Link: link(text)}}
}

// isInTitle reports whether the title shows the whole subject.
func isInTitle(e relay.Event) bool {
	return e.Kind == relay.Inbound && channel(e.Channel) == "email" && line(e.Subject, maxWho) == line(e.Subject, maxLine)
}

// page returns a page's address, as host and path, leading to the whole of it.
// What cannot be trusted to be a link is shown as it was sent.
func page(address string) []relay.Span {
	link, _ := target(address)
	u, ok := webURL(link)
	if !ok {
		return literal(address, maxLine)
	}
	text := strings.TrimSuffix(u.Host+readablePath(u.Path, u.EscapedPath()), "/")
	return []relay.Span{{Text: cut(text, maxLabel), Link: link}}
}

// readablePath returns the path decoded if every character of it is one that
// cannot be mistaken for another part of a URL.
func readablePath(path, escaped string) string {
	strange := func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.M, unicode.N) && !strings.ContainsRune("-_.~/+", r)
	}
	if strings.ContainsFunc(path, strange) || clean(path) != path {
		return escaped
	}
	return path
}
