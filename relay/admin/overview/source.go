package overview

import (
	"context"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/status"
	"botrelay/relay/wording"
)

// source is a source, and how it does.
type source struct {
	status.Source

	Events int   `json:"events"`     // in the span that is asked for
	Last   *last `json:"last_event"` // nil: nothing has come in that is still kept
}

// last is the last event of a source.
type last struct {
	ID   string     `json:"id"`
	At   time.Time  `json:"at"`
	Kind relay.Kind `json:"kind"`
	Who  string     `json:"who"` // whom it is about, in one line
}

// lastEvents fills in what each source has sent last. Each is asked for by itself:
// a store finds one source's last event at once, however long ago it came.
func (v *view) lastEvents(ctx context.Context, store queue.History) error {
	for i := range v.Sources {
		s := &v.Sources[i]
		records, err := store.Events(ctx, queue.Query{Source: s.Name, Limit: 1})
		if err != nil {
			return err
		}
		if len(records) > 0 {
			e := &records[0].Event
			s.Last = &last{e.ID, e.ReceivedAt.UTC(), e.Kind, wording.Who(e)}
		}
	}
	return nil
}

// leastRefused requests in a row are trouble: a stranger tries once or twice.
const leastRefused = 3

// Grave reports whether a person has to do something.
func (s source) Grave() bool { return s.Turned() && s.Refused[0].Count >= leastRefused }

// Badge is the look of how it stands, and Says what that is called.
func (s source) Badge() string {
	switch {
	case s.Grave():
		return "bad"
	case s.Turned(), s.Pending:
		return "warn"
	case s.Last == nil:
		return "quiet"
	}
	return "good"
}

// Says is what it is called how the source stands.
func (s source) Says() string {
	switch {
	case s.Turned():
		return "refuses what comes"
	case s.Pending:
		return "has no secret yet"
	case s.Last == nil:
		return "nothing has come yet"
	}
	return "receives"
}

// Taken says what came since the relay started, beside what was refused.
func (s source) Taken() string {
	text := wording.Count(s.Accepted, "event")
	if s.Duplicates > 0 {
		text += ", " + wording.Count(s.Duplicates, "duplicate")
	}
	if s.Tests > 0 {
		text += ", " + wording.Count(s.Tests, "test")
	}
	return text
}

// Refusals are the requests that were refused.
func (s source) Refusals() []refusal { return refusals(s.Refused) }

// refusal is why requests were refused, and how often.
type refusal struct{ status.Refused }

func refusals(all []status.Refused) (told []refusal) {
	for _, r := range all {
		told = append(told, refusal{r})
	}
	return told
}

// Times says how often.
func (r refusal) Times() string {
	if r.Count == 1 {
		return "once"
	}
	return wording.Thousands(r.Count) + " times"
}
