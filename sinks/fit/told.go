package fit

import (
	"cmp"
	"net/url"
	"strings"
	"unicode"

	"botrelay/relay"
)

// enoughDigits is how many of a phone number's last digits tell that a text
// shows it: how a number begins depends on where one calls from.
const enoughDigits = 6

// Told returns spans with the address written behind every link that does not
// lead there on a platform, unless the link's words show it: "Write" becomes
// "Write (ada@example.com)". leads reports which links do.
func Told(spans []relay.Span, leads func(link string) bool) []relay.Span {
	var out []relay.Span
	words := "" // of the link so far
	for i, s := range spans {
		out = append(out, s)
		if words += s.Text; i+1 < len(spans) && spans[i+1].Link == s.Link {
			continue
		}
		if s.Link != "" && !leads(s.Link) && !shows(words, s.Link) {
			out = append(out, relay.Span{Text: " (" + address(s.Link) + ")"})
		}
		words = ""
	}
	return out
}

// maxHost is how much of a host's name a way shows, in code points.
const maxHost = 60

// Way is what a link is called that leads to a message's page: "Open on
// app.example.com".
func Way(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" {
		return "Open on the web"
	}
	return "Open on " + cutText(u.Host, maxHost)
}

// shows reports whether a link's words tell where it leads.
func shows(words, link string) bool {
	if Web(link) {
		return strings.EqualFold(words, link) // a scheme may be written in capitals
	}
	to := address(link)
	if isPhone(link) {
		number := digits(to)
		return number != "" && strings.Contains(digits(words), number[max(len(number)-enoughDigits, 0):])
	}
	return strings.Contains(strings.ToLower(words), strings.ToLower(to))
}

// address is where a link leads, for people to read: a page's URL as it is, of
// mailto: and tel: the mail address or the number.
func address(link string) string {
	if Web(link) {
		return link
	}
	_, to, _ := strings.Cut(link, ":")
	if i := strings.IndexAny(to, "?;"); i >= 0 {
		to = to[:i]
	}
	decoded, err := url.PathUnescape(to)
	if err != nil {
		return to
	}
	return cmp.Or(oneLine(literal(decoded)), to)
}

func isPhone(link string) bool {
	scheme, _, _ := strings.Cut(link, ":")
	return strings.EqualFold(scheme, "tel")
}

func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, text)
}
