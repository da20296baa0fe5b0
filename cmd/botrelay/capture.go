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
)

// capture is a request as somebody wrote it down.
type capture struct {
	header http.Header
	body   []byte
	notes  []string // what was done to it, or seems wrong with it
}

// parseCapture reads a request as raw HTTP has it: perhaps a first line such as
// POST /hook HTTP/1.1, then headers, an empty line, and the body as it came. Lines
// of curl -v begin with "> ". Where whole is not nil, the headers are all there is, and that is the body.
func parseCapture(text, whole []byte) (capture, error) {
	c := capture{header: http.Header{}}
	first := true
	for len(text) > 0 {
		line, rest, _ := bytes.Cut(text, []byte("\n"))
		text = rest
		plain := strings.TrimSuffix(strings.TrimPrefix(string(bytes.TrimSuffix(line, []byte("\r"))), "> "), "\r")
		if plain == "" || plain == ">" {
			if first { // empty lines before it all
				continue
			}
			break
		}
		name, value, found := strings.Cut(plain, ":")
		isStart := regexp.MustCompile(`^([A-Z]+ \S+ )?HTTP/[0-9.]+|^[A-Z]+ \S+$`).MatchString(plain)
		switch {
		case first && isStart:
		case !found || textproto.TrimString(name) != name || strings.ContainsAny(name, " \t{\""):
			return c, fmt.Errorf("%q is no header, as in X-Acme-Signature: ab12, and headers end with an empty line", cutLine(plain))
		default:
			c.header.Add(name, textproto.TrimString(value))
		}
		first = false
	}
	if len(c.header) == 0 {
		return c, errors.New("it has no headers: it is a request as it came, with headers, an empty line, and the body")
	}
	c.body = text
	if whole != nil {
		c.body = whole
	}
	c.measure()
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
		c.notes = append(c.notes, fmt.Sprintf("Content-Length is %d, and the body here has %s: it is not as it was sent", length, count(have, "byte")))
	}
}

// cutLine shortens a line of a stranger's for a message.
func cutLine(text string) string {
	if len(text) > 40 {
		text = strings.ToValidUTF8(text[:40], "") + "…"
	}
	return text
}
