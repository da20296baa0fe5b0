package render

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// maxURL is the length of the longest URL that is made a link, in bytes:
// every browser opens it, and every platform takes it.
const maxURL = 2048

// webURL parses s if it is a URL that a reader can be sent to: absolute, http
// or https, ASCII throughout, with a public-looking host, and without user
// information, which serves to dress up one host as another.
func webURL(s string) (*url.URL, bool) {
	if len(s) > maxURL || strings.ContainsFunc(s, isNotURLChar) {
		return nil, false
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return nil, false
	}
	if strings.Contains(u.Host, "@") || !isPort(u) {
		return nil, false
	}
	return u, isHost(u.Hostname())
}

// isNotURLChar reports whether r may not stand in a URL: RFC 3986 knows only
// ASCII, and neither spaces nor quotation marks, brackets, braces, backslash,
// caret, bar and backtick.
func isNotURLChar(r rune) bool {
	return r <= ' ' || r > '~' || strings.ContainsRune("\"<>\\^`{|}", r)
}

// isPort reports whether the URL's port is a number that a server can have, or
// absent.
func isPort(u *url.URL) bool {
	if u.Port() == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	n, err := strconv.ParseUint(u.Port(), 10, 16)
	return err == nil && n > 0
}

// isHost reports whether s is an IPv4 address in its usual form or a domain
// name with at least one dot. A last label that begins with a digit would be an
// address in disguise (127.1, 0x7f.0x1): no top-level domain does.
func isHost(s string) bool {
	if addr, err := netip.ParseAddr(s); err == nil {
		return addr.Is4()
	}
	labels := strings.Split(s, ".")
	for _, label := range labels {
		if !isHostLabel(label) {
			return false
		}
	}
	top := labels[len(labels)-1]
	return len(s) <= 253 && len(labels) > 1 && len(top) > 1 && isASCIILetter(top[0])
}

// isHostLabel reports whether s is one part of a host name (RFC 1123).
func isHostLabel(s string) bool {
	if s == "" || len(s) > 63 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		if !isASCIILetter(s[i]) && !isDigit(s[i]) && s[i] != '-' {
			return false
		}
	}
	return true
}

func isASCIILetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

func isDigit(b byte) bool { return b >= '0' && b <= '9' }
