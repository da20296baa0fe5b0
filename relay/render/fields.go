package render

import (
	"cmp"
	"math"
	"net/netip"
	"slices"
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

// fields returns the facts of an event, those that matter most first, without
// those that are told already and those of the small print.
func (r *Renderer) fields(e relay.Event, told []string) []relay.Field {
	var f fieldList
	c := e.Contact
	f.add("Scheduled", literal(r.appointment(e.Scheduled), maxLine))
	f.addUntold("Name", literal(c.Name, maxLine), told)
	f.add("Email", linked(c.Email, mailto))
	f.addPhone(c.Phone, e.Channel)
	if !isSession(e) {
		f.addHandle(c, e.Channel, told)
	}
	f.addUntold("Subject", literal(e.Subject, maxLine), told)
	f.add("Page", page(e.PageURL))
	for i, d := range e.Details {
		if i == maxDetails {
			break
		}
		if !aside(e, d) {
			f.addDetail(e.Kind, d)
		}
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

// addUntold adds a field unless its text has been told and leads nowhere.
func (f *fieldList) addUntold(name string, value []relay.Span, told []string) {
	leads := slices.ContainsFunc(value, func(s relay.Span) bool { return s.Link != "" })
	if leads || !slices.Contains(told, relay.Plain(value)) {
		f.add(name, value)
	}
}

// addPhone adds the phone number. On WhatsApp it leads to the conversation.
func (f *fieldList) addPhone(phone, on string) {
	if channel(on) == "whatsapp" && linked(phone, whatsApp)[0].Link != "" {
		f.add("WhatsApp", dialled(phone, on, whatsApp))
		return
	}
	f.add("Phone", dialled(phone, on, tel))
}

// addHandle adds the customer's name or number on the channel, unless that has
// just been said.
func (f *fieldList) addHandle(c relay.Contact, on string, told []string) {
	handle := line(c.Handle, maxLine)
	if handle == line(c.Name, maxLine) || handle == line(c.Email, maxLine) || samePhone(handle, line(c.Phone, maxLine)) {
		return
	}
	switch channel(on) {
	case "whatsapp":
		f.addUntold("WhatsApp", dialled(handle, on, whatsApp), told)
	case "telegram":
		f.addUntold("Telegram", linked(handle, telegram), told)
	case "instagram":
		f.addUntold("Instagram", linked(handle, instagram), told)
	case "messenger":
		f.addUntold("Facebook Messenger", literal(handle, maxLine), told)
	case "email":
		f.addUntold("Email", linked(handle, mailto), told)
	case "sms":
		f.addUntold("Phone", dialled(handle, on, tel), told)
	default:
		f.addUntold("Handle", literal(handle, maxLine), told)
	}
}

// samePhone reports whether a and b are one text or one number.
func samePhone(a, b string) bool {
	x, _ := phoneDigits(a)
	y, _ := phoneDigits(b)
	return a == b || x != "" && x == y
}

// addDetail adds a fact of the vendor's.
func (f *fieldList) addDetail(k relay.Kind, d relay.Detail) {
	if name, text := detail(d); text != "" {
		if k != relay.Other && strings.EqualFold(name, "reason") {
			text = spaced(text)
		}
		f.add(name, literal(text, maxLine))
	}
}

// detail returns a fact of the vendor's as its label and its text, which is ""
// for an IP address: that is not for everybody in a channel to see.
func detail(d relay.Detail) (label, text string) {
	text = line(d.Text, maxLine)
	if _, err := netip.ParseAddr(text); err == nil {
		return "", ""
	}
	label = cmp.Or(visibleLine(d.Label), "Detail")
	if strings.EqualFold(label, "score") {
		text = percent(text)
	}
	return label, text
}

// spaced returns customer_request as "customer request", and any other text as it
// is.
func spaced(s string) string {
	for word := range strings.SplitSeq(s, "_") {
		if word == "" || strings.ContainsFunc(word, func(r rune) bool { return r < 'a' || r > 'z' }) {
			return s
		}
	}
	return strings.ReplaceAll(s, "_", " ")
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

// dialled is linked for a phone number on a channel, which is shown in groups.
func dialled(number, on string, link func(string) string) []relay.Span {
	spans := linked(number, link)
	spans[0].Text = grouped(spans[0].Text, on)
	return spans
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
