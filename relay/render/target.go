package render

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// target returns the link that a destination in Markdown stands for: an
// absolute web, mail or phone address. Where a web address cannot be trusted
// to lead where it seems to (user information, letters that look alike), it is
// returned as shown, to be read. For anything else both are empty.
func target(destination string) (link, shown string) {
	destination = tidyText(destination, oneLine)
	scheme, rest, _ := strings.Cut(destination, ":")
	switch strings.ToLower(scheme) {
	case "http", "https":
		escaped := escapeURL(strings.ToLower(scheme) + ":" + rest)
		if _, ok := webURL(escaped); ok {
			return escaped, ""
		}
		return "", cut(destination, maxLine)
	case "mailto":
		address, _, _ := strings.Cut(rest, "?")
		if unescaped, err := url.PathUnescape(address); err == nil {
			return mailto(unescaped), ""
		}
	case "tel":
		return tel(rest), ""
	}
	return "", ""
}

// escapeURL percent-encodes what may not stand in a URL.
func escapeURL(s string) string {
	var b strings.Builder
	for _, r := range s {
		if !isNotURLChar(r) {
			b.WriteRune(r)
			continue
		}
		for _, c := range utf8.AppendRune(nil, r) {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
