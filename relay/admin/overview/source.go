package overview

import (
	"context"

	"botrelay/relay/admin/glance"
	"botrelay/relay/receive"
	"botrelay/relay/status"
	"botrelay/relay/wording"
)

// source is a source, and how it does.
type source struct {
	status.Source

	Title  string       `json:"title"`      // the vendor's name as the company writes it
	Events int          `json:"events"`     // in the span that is asked for
	Last   *glance.Last `json:"last_event"` // nil: nothing has come in that is still kept
}

// lastEvents fills in what each source has sent last.
func (v *view) lastEvents(ctx context.Context, r *room) error {
	var names []string
	for _, s := range v.Sources {
		names = append(names, s.Name)
	}
	last, err := r.Last.Last(ctx, names, r.mask)
	for i := range v.Sources {
		v.Sources[i].Last = last[v.Sources[i].Name]
	}
	return err
}

// leastRefused requests in a row are trouble: a stranger tries once or twice.
const leastRefused = 3

// Grave reports whether a person has to do something.
func (s source) Grave() bool {
	amiss := s.Amiss()
	return amiss != nil && amiss.Count >= leastRefused
}

// Badge is the look of how it stands.
func (s source) Badge() string {
	switch {
	case s.Grave():
		return "bad"
	case s.Amiss() != nil, s.Pending:
		return "warn"
	case s.Last == nil:
		return "quiet"
	}
	return "good"
}

// Says is in a few words how the source stands.
func (s source) Says() string {
	switch {
	case s.Amiss() != nil:
		return "refuses what comes"
	case s.Pending:
		return "has no secret yet"
	case s.Last == nil:
		return "nothing has come yet"
	}
	return "receives"
}

// SecretCure says what to do about a source that has no secret yet.
func (s source) SecretCure() string { return wording.Refusal(s.Name, receive.Pending).Cure }

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
