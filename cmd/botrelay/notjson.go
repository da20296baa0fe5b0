package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"botrelay/relay/render"
)

// shownAround is how much of a line is shown on each side of a mistake, in
// characters.
const shownAround = 40

// notJSON says where a text stops being JSON, and what is there; nil if it is
// JSON. name is what people know it as.
func notJSON(name string, data []byte) error {
	if len(bytes.TrimSpace(data)) == 0 {
		return fmt.Errorf("%s is not JSON: it is empty", name)
	}
	if bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) {
		return fmt.Errorf("%s is not JSON: it begins with a byte order mark; save it as UTF-8 without one", name)
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
	line, column, shown, mark := placeIn(data, at)
	return fmt.Errorf("%s:%d:%d: this is not JSON: %s\n    %s\n    %s^", name, line, column, said, shown, strings.Repeat(" ", mark))
}

// placeIn returns where a byte is, and what stands around it in its line, with how
// many characters before it.
func placeIn(data []byte, at int) (line, column int, shown string, mark int) {
	start := bytes.LastIndexByte(data[:at], '\n') + 1
	before := []rune(string(data[start:at]))
	rest, _, _ := bytes.Cut(data[at:], []byte("\n"))
	line, column = 1+bytes.Count(data[:start], []byte("\n")), 1+len(before)
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
	return line, column, strings.Map(visible, string(before)+string(after)), len(before)
}
