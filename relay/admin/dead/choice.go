package dead

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"time"

	"botrelay/relay/admin/page"
	"botrelay/relay/queue"
	"botrelay/relay/wording"
)

// maxChosen is how many events can be chosen one by one.
const maxChosen = 200

// choice is the dead letters that somebody means: those of one sink and reason, or of
// all of them, or of some events among them.
type choice struct {
	Sink   string   `json:"sink,omitempty"`
	Reason string   `json:"reason,omitempty"`
	Events []string `json:"events,omitempty"` // IDs; none: all
	To     string   `json:"to,omitempty"`     // another sink to send to
	// Before is the store's time when somebody was asked about them: what dies later is
	// not meant. Zero: whenever it died.
	Before time.Time `json:"before,omitzero"`
}

// choiceOf reads a choice from a form or an address.
func choiceOf(form url.Values) (choice, error) {
	c := choice{Sink: form.Get("sink"), Reason: form.Get("reason"), Events: form["event"], To: form.Get("to")}
	var wrong error
	if before := form.Get("before"); before != "" {
		c.Before, wrong = time.Parse(time.RFC3339Nano, before)
	}
	switch {
	case wrong != nil:
		return c, &page.Error{Status: http.StatusBadRequest, Text: "A time is written as in 2026-03-14T22:30:00Z: " + wording.Line(form.Get("before"))}
	case c.Reason != "" && c.Sink == "":
		return c, &page.Error{Status: http.StatusBadRequest, Text: "A reason is that of a sink: name the sink as well."}
	case len(c.Events) > maxChosen:
		return c, &page.Error{Status: http.StatusBadRequest, Text: fmt.Sprintf("At most %d events can be chosen one by one.", maxChosen)}
	}
	return c, nil
}

// Whole reports whether all of a group is meant, rather than events of it.
func (c choice) Whole() bool { return len(c.Events) == 0 }

// Back is where the choice was made, from the root.
func (c choice) Back() string {
	if c.Sink == "" {
		return "dead"
	}
	return "dead/group?" + url.Values{"sink": {c.Sink}, "reason": {c.Reason}}.Encode()
}

// has reports whether a delivery is one of those that are meant.
func (c choice) has(d queue.DeliveryRecord) bool {
	return d.State == queue.Dead && (c.Sink == "" || d.Sink == c.Sink) && (c.Reason == "" || queue.GroupReason(d.Reason) == c.Reason) &&
		(c.Before.IsZero() || !d.SettledAt.After(c.Before))
}

// records returns the events that are meant, the oldest first where all are.
func (c choice) records(ctx context.Context, h queue.History) iter.Seq2[queue.Record, error] {
	if c.Whole() {
		return queue.All(ctx, h, queue.Query{Sink: c.Sink, Reason: c.Reason, Status: queue.StatusDead, Oldest: true})
	}
	return func(yield func(queue.Record, error) bool) {
		for _, id := range c.Events {
			found, err := h.Events(ctx, queue.Query{ID: id, Limit: 1})
			if err != nil {
				yield(queue.Record{}, err)
				return
			}
			if len(found) > 0 && !yield(found[0], nil) {
				return
			}
		}
	}
}

// count returns how many dead letters are meant.
func (c choice) count(ctx context.Context, store Store) (int, error) {
	if !c.Whole() {
		n := 0
		for r, err := range c.records(ctx, store) {
			if err != nil {
				return 0, err
			}
			for _, d := range r.Deliveries {
				if c.has(d) {
					n++
				}
			}
		}
		return n, nil
	}
	groups, err := store.DeadGroups(ctx)
	n := 0
	for _, g := range groups {
		if (c.Sink == "" || g.Sink == c.Sink) && (c.Reason == "" || g.Reason == c.Reason) {
			n += g.Count
		}
	}
	return n, err
}

// what says what is meant, in a few words.
func (c choice) what(n int) string {
	text := wording.Count(n, "dead letter")
	if c.Sink != "" {
		text += " of " + c.Sink
	}
	if why := wording.Reason(c.Reason); why != "" {
		text += ": " + strings.TrimRight(why, ". ")
	}
	return text
}
