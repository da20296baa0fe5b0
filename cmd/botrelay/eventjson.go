package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"

	"botrelay/relay/queue"
	"botrelay/relay/render"
	"botrelay/relay/report"
)

// jsonLines writes events for programs, one object a line. What they hold is
// told by eventsCmd.Help.
type jsonLines struct {
	out     io.Writer
	payload bool
}

func (*jsonLines) flush() error { return nil }

// add writes an event.
func (l *jsonLines) add(r queue.Record) error {
	line, err := json.Marshal(report.Of(r, l.payload))
	if err != nil {
		return fmt.Errorf("event %s: %w", r.Event.ID, err)
	}
	_, err = fmt.Fprintf(l.out, "%s\n", harmless(line))
	return err
}

// harmless returns JSON that means the same, in which what a terminal might obey
// or hide is escaped. In valid JSON that stands in strings only.
func harmless(text []byte) []byte {
	var b bytes.Buffer
	b.Grow(len(text))
	for _, r := range string(text) {
		switch {
		case r == '\n', r >= ' ' && r <= '~', !render.Hidden(r):
			b.WriteRune(r)
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.Bytes()
}
