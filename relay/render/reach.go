package render

import "strings"

// Mailto returns the link for a mail address that a stranger wrote, or "" if it is
// not plainly one.
func Mailto(address string) string { return mailto(strings.TrimSpace(address)) }

// Tel returns the link for a phone number that a stranger wrote, or "" if it is not
// plainly one.
func Tel(number string) string { return tel(strings.TrimSpace(number)) }

// WebURL returns the link for a URL that a stranger wrote, and its host, or "" if a
// reader cannot be sent there: it is not absolute, neither http nor https, or its host
// is none that the public can reach, or dressed up as another.
func WebURL(text string) (link, host string) {
	u, ok := webURL(strings.TrimSpace(text))
	if !ok {
		return "", ""
	}
	return u.String(), u.Host
}
