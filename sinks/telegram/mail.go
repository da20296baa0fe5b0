package telegram

import (
	"strings"
	"unicode"
)

// mail is what has to be known of the text so far to tell that Telegram would
// link to a part of a mail address: of o'neil@example.com it takes
// neil@example.com, who is somebody else, and of ada.l+shop@example.com, since
// ada.l may be a host, +shop@example.com (match_urls in
// td/telegram/MessageEntity.cpp).
type mail struct {
	part mailPart
	dot  bool // what may be a host has one
	path bool // the word is a page's address, and this its path, in which no mail is found
}

// mailPart is where in a mail address the text stands.
type mailPart int

const (
	noMail   mailPart = iota
	mailUser          // in its user's name, where Telegram's name has begun too late
	mailHost          // behind the @
)

// next returns what has to be known behind r, before which last stands.
func (m mail) next(last, r rune) mail {
	switch {
	case unicode.IsSpace(r) || strings.ContainsRune(`<>"«»`, r):
		return mail{}
	case m.path && !isPunctuation(r), m.dot && strings.ContainsRune("/?#", r):
		return mail{path: true}
	}
	dot := m.dot
	m.path = false
	m.dot = r == '.' || dot && (inHost(r) || r == '@')
	switch {
	case r == '@' && m.part != noMail:
		m.part = mailHost
	case m.part == mailHost && r != '.' && inHost(r):
	case r == '+' && dot:
		m.part = mailUser
	case partsName(r) && (m.part == mailUser || unicode.IsLetter(last) || unicode.IsDigit(last)):
		m.part = mailUser
	case m.part == mailUser && inUser(r):
	default:
		m.part = noMail
	}
	return m
}

// partsName reports whether Telegram begins a user's name behind r, within what a
// person takes for one word.
func partsName(r rune) bool { return strings.ContainsRune("'`{}’‘‛′\u200b\u2060", r) }

// inUser reports whether Telegram takes r for part of a user's name.
func inUser(r rune) bool { return !strings.ContainsRune("/[](){}'`@", r) && !isPunctuation(r) }

// inHost reports whether Telegram takes r for part of a host's name.
func inHost(r rune) bool {
	return r == '.' || r == '-' || r == '~' || asciiWord(r) || r >= '\u00c0' && !isPunctuation(r)
}

// isPunctuation reports whether r is General Punctuation, which Telegram's
// addresses do not have, but for joiners and dashes.
func isPunctuation(r rune) bool {
	return r >= '\u2000' && r <= '\u206f' && r != '\u200c' && r != '\u200d' && (r < '\u2010' || r > '\u2015')
}
