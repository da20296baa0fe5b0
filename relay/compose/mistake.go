package compose

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"botrelay/relay/render"
	"botrelay/relay/vendors"
)

// Mistake is what is wrong with an event that somebody has written or chosen, so
// that it cannot be tried.
type Mistake struct {
	Name string // what people know the event as: a file's name, "the sample lead"
	Text string // what is wrong

	// Where the event's text stops being JSON; all zero if it is something else.
	Line   int    // from 1
	Col    int    // in characters, from 1
	Source string // what stands around it in its line, to be read
	Mark   int    // which character of Source, from 0, is meant
}

// Error says it for people, with the line and a mark below it.
func (m *Mistake) Error() string {
	if m.Line == 0 {
		return m.Name + " " + m.Text
	}
	return fmt.Sprintf("%s:%d:%d: %s\n    %s\n    %s^", m.Name, m.Line, m.Col, m.Text, m.Source, strings.Repeat(" ", m.Mark))
}

// shownAround is how much of a line is shown on each side of a mistake, in
// characters.
const shownAround = 40

// CheckJSON returns nil, or a *Mistake that says where a text stops being JSON, and
// what is there. name is what people know it as.
func CheckJSON(name string, data []byte) error {
	if len(bytes.TrimSpace(data)) == 0 {
		return &Mistake{Name: name, Text: "is not JSON: it is empty"}
	}
	if bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) {
		return &Mistake{Name: name, Text: "is not JSON: it begins with a byte order mark; save it as UTF-8 without one"}
	}
	var any json.RawMessage
	err := json.Unmarshal(data, &any)
	if err == nil {
		return nil
	}
	at, said := len(bytes.TrimRight(data, " \t\r\n")), "it ends too early"
	if wrong, ok := errors.AsType[*json.SyntaxError](err); ok && !strings.HasPrefix(wrong.Error(), "unexpected end") {
		at, said = max(0, int(wrong.Offset)-1), wrong.Error()
	}
	m := &Mistake{Name: name, Text: "this is not JSON: " + said}
	m.place(data, at)
	return m
}

// place notes where a byte is, and what stands around it in its line, with how many
// characters before it.
func (m *Mistake) place(data []byte, at int) {
	start := bytes.LastIndexByte(data[:at], '\n') + 1
	before := []rune(string(data[start:at]))
	rest, _, _ := bytes.Cut(data[at:], []byte("\n"))
	m.Line, m.Col = 1+bytes.Count(data[:start], []byte("\n")), 1+len(before)
	if len(before) > shownAround {
		before = append([]rune("…"), before[len(before)-shownAround:]...)
	}
	after := []rune(strings.TrimRight(string(rest), "\r"))
	if len(after) > shownAround {
		after = append(after[:shownAround:shownAround], '…')
	}
	visible := func(r rune) rune {
		if r == '\t' || render.Hidden(r) {
			return ' '
		}
		return r
	}
	m.Source, m.Mark = strings.Map(visible, string(before)+string(after)), len(before)
}

// CheckEvent returns nil, or a *Mistake if the body of a vendor's request is no JSON
// or carries no event.
func CheckEvent(name string, v *vendors.Vendor, body []byte) error {
	if err := CheckJSON(name, body); err != nil {
		return err
	}
	if v.Empty(body) {
		return &Mistake{Name: name, Text: fmt.Sprintf("is a test request of %s: it carries no event, and nothing is sent for it", v.Title)}
	}
	return nil
}
