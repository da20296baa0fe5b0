package render

import "strings"

// mailto returns the link for an e-mail address, or "" if it is not plainly
// one: nothing that could add a recipient or a header gets into the URL
// (RFC 6068), and quoted local parts are too rare to be worth it.
func mailto(address string) string {
	local, domain, ok := strings.Cut(address, "@")
	if !ok || local == "" || len(local) > 64 || !isHost(domain) || isDigit(domain[len(domain)-1]) {
		return ""
	}
	for i := range len(local) {
		b := local[i]
		if !isASCIILetter(b) && !isDigit(b) && strings.IndexByte("._+-'", b) < 0 {
			return ""
		}
	}
	return "mailto:" + address
}

// tel returns the link for a phone number, or "" if it is not plainly one. A
// number that says its country gets the + that RFC 3966 wants of it; another
// is left as it is dialled at home.
func tel(number string) string {
	digits, international := phoneDigits(number)
	switch {
	case digits == "":
		return ""
	case international:
		return "tel:+" + digits
	}
	return "tel:" + digits
}

// whatsApp returns the link that opens a WhatsApp conversation, or "" if
// number does not say its country. WhatsApp itself writes numbers with their
// country and without a +.
func whatsApp(number string) string {
	digits, international := phoneDigits(number)
	if digits == "" || !international && digits[0] == '0' || len(digits) < 8 {
		return ""
	}
	return "https://wa.me/" + digits
}

// telegram returns the link to a Telegram user, or "" if name is not a user
// name: 5 to 32 letters, digits and underscores, beginning with a letter.
func telegram(name string) string {
	name = strings.TrimPrefix(name, "@")
	if len(name) < 5 || len(name) > 32 || !isASCIILetter(name[0]) {
		return ""
	}
	for i := range len(name) {
		if !isASCIILetter(name[i]) && !isDigit(name[i]) && name[i] != '_' {
			return ""
		}
	}
	return "https://t.me/" + name
}

// instagram returns the link to an Instagram profile, or "" if name is not one
// that Instagram gives: 1 to 30 letters, digits, points and underscores, written
// with an @, since a bare one may be a number of Instagram's own.
func instagram(name string) string {
	name, at := strings.CutPrefix(name, "@")
	if !at || name == "" || len(name) > 30 || strings.Trim(name, ".") != name {
		return ""
	}
	for i := range len(name) {
		if !isASCIILetter(name[i]) && !isDigit(name[i]) && name[i] != '_' && name[i] != '.' {
			return ""
		}
	}
	return "https://www.instagram.com/" + name
}

// phoneDigits returns the digits of a phone number as people write it, and
// whether they begin with the country (after + or 00). There are none unless
// number is nothing but a phone number of 5 to 15 digits (E.164's limit).
func phoneDigits(number string) (digits string, international bool) {
	rest, plus := strings.CutPrefix(number, "+")
	if plus { // +44 (0)20: the zero is for those who call from within
		rest = strings.Replace(rest, "(0)", "", 1)
	}
	var b strings.Builder
	for i := range len(rest) {
		switch {
		case isDigit(rest[i]):
			b.WriteByte(rest[i])
		case strings.IndexByte(" -.()/", rest[i]) < 0:
			return "", false
		}
	}
	digits = b.String()
	if !plus {
		digits, international = strings.CutPrefix(digits, "00")
	}
	if len(digits) < 5 || len(digits) > 15 {
		return "", false
	}
	return digits, plus || international
}
