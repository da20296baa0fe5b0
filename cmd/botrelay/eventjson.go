package main

import (
	"encoding/json"
	"fmt"
	"io"

	"botrelay/relay/queue"
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

// harmless is what report.Inert makes of JSON.
func harmless(text []byte) []byte { return report.Inert(text) }
