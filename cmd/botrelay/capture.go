package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"

	"botrelay/relay/wording"
)

// capture is a request as somebody wrote it down.
type capture struct {
	header http.Header
	body   []byte
	notes  []string // what was done to it, or seems wrong with it
}

// parseCapture reads a request as raw HTTP has it: perhaps a first line such as
// POST /hook HTTP/1.1, then headers, an empty line, and the body as it came; or the
// headers alone. Lines of curl -v begin with "> ", and a tab may stand for a colon.
func parseCapture(text []byte) (capture, error) {
	c := capture{header: http.Header{}}
	isStart := regexp.MustCompile(`^([A-Z]+ \S+ )?HTTP/[0-9.]+|^[A-Z]+ \S+$`)
	text = bytes.TrimLeft(text, "\r\n")
	for first := true; len(text) > 0; first = false {
		var line []byte
		line, text, _ = bytes.Cut(text, []byte("\n"))
		plain := strings.TrimRight(string(line), "\r")
		if plain = strings.TrimPrefix(plain, "> "); plain == "" || plain == ">" {
			break
		}
		name, value, found := strings.Cut(plain, ":")
		if before, after, table := strings.Cut(plain, "\t"); table && before != "" && !strings.ContainsAny(before, ": {\"") {
			name, value, found = before, after, true // a page's table, copied
		}
		switch {
		case first && isStart.MatchString(plain):
		case !found || textproto.TrimString(name) != name || strings.ContainsAny(name, " \t{\""):
			return c, fmt.Errorf("%q is no header, as in X-Acme-Signature: ab12, and headers end with an empty line", cutLine(plain))
		default:
			c.header.Add(name, textproto.TrimString(value))
		}
	}
	if len(c.header) == 0 {
		return c, errors.New("it has no headers: it is a request as it came, with headers, an empty line, and the body")
	}
	c.body = text
	return c, nil
}

// measure compares the body with what Content-Length says of it.
func (c *capture) measure() {
	length, err := strconv.Atoi(c.header.Get("Content-Length"))
	if err != nil || length < 0 || c.header.Get("Content-Encoding") != "" {
		return
	}
	switch have := len(c.body); {
	case have > length && len(bytes.TrimRight(c.body[length:], "\r\n")) == 0:
		c.body = c.body[:length] // what stands behind it is the editor's
	case have != length:
		c.notes = append(c.notes, fmt.Sprintf("Content-Length is %d, and the body here has %s: it is not as it was sent", length, wording.Count(have, "byte")))
	}
}

// cutLine shortens a line of a stranger's for a message.
func cutLine(text string) string {
	if len(text) > 40 {
		text = strings.ToValidUTF8(text[:40], "") + "…"
	}
	return text
}
