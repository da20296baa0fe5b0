package dead

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"botrelay/relay/admin/page"
	"botrelay/relay/queue"
)

// The things that can be done.
const (
	doReplay  = "replay"
	doDiscard = "discard"
	doReroute = "reroute"
)

// question is what is asked before something is done.
type question struct {
	Do     string   `json:"do"`
	Choice choice   `json:"choice"`
	Count  int      `json:"count"` // dead letters; of doReroute 0
	What   string   `json:"what"`
	Sinks  []string `json:"sinks"`  // today's, as other places to send to
	Missed []string `json:"missed"` // sinks of the choice that are not there any more
	// Would is what doReroute would do; absent of anything else.
	Would *foreseen `json:"would,omitempty"`
}

// ask says what would be done, and asks whether it shall.
func (r *room) ask(req *http.Request) (question, error) {
	form := req.URL.Query()
	c, err := choiceOf(form)
	q := question{Do: form.Get("do"), Choice: c, Sinks: r.Sinks, Missed: []string{}}
	switch {
	case err != nil:
		return q, err
	case q.Do == doReroute:
		lanes, err := r.Store.LaneStatus(req.Context())
		if err != nil {
			return q, err
		}
		would, err := r.foresee(req.Context(), lanes)
		q.Would = &would
		return q, err
	case q.Do != doReplay && q.Do != doDiscard:
		return q, &page.Error{Status: http.StatusBadRequest, Text: fmt.Sprintf("%q is nothing that can be done with dead letters.", q.Do)}
	case form.Has("chosen") && c.Whole():
		return q, &page.Error{Status: http.StatusBadRequest, Text: "No event was chosen: tick some of them first."}
	}
	if q.Count, err = c.count(req.Context(), r.Store); err != nil {
		return q, err
	}
	if q.Count == 0 {
		return q, noneLeft()
	}
	q.What = c.what(q.Count)
	if q.Do == doDiscard {
		if q.Choice.Before, err = r.now(req.Context()); err != nil {
			return q, err
		}
	}
	q.Missed, err = r.missed(req, c)
	return q, err
}

// now returns the store's time.
func (r *room) now(ctx context.Context) (time.Time, error) {
	counts, err := r.Store.Counts(ctx, queue.LeastStep, queue.LeastStep)
	return counts.Now, err
}

// missed returns the sinks of a choice that are not there any more.
func (r *room) missed(req *http.Request, c choice) ([]string, error) {
	missed := []string{}
	groups, err := r.Store.DeadGroups(req.Context())
	for _, g := range groups {
		if (c.Sink == "" || g.Sink == c.Sink) && !r.knows(g.Sink) && !slices.Contains(missed, g.Sink) {
			missed = append(missed, g.Sink)
		}
	}
	return missed, err
}

// groupView is the events of one group.
type groupView struct {
	Group  group    `json:"group"`
	Events []letter `json:"events"`
	Next   string   `json:"next,omitempty"` // the ID after which there are more
	Choice choice   `json:"-"`
}

const perPage = 50

// lookGroup returns the events of a group, the newest first.
func (r *room) lookGroup(req *http.Request) (groupView, error) {
	form := req.URL.Query()
	c, err := choiceOf(form)
	if err != nil {
		return groupView{}, err
	}
	groups, err := r.Store.DeadGroups(req.Context())
	if err != nil {
		return groupView{}, err
	}
	at := slices.IndexFunc(groups, func(g queue.DeadGroup) bool { return g.Sink == c.Sink && g.Reason == c.Reason })
	if at < 0 {
		return groupView{}, noneLeft()
	}
	v := groupView{Group: r.groupOf(groups[at]), Events: []letter{}, Choice: c}
	records, err := r.Store.Events(req.Context(), queue.Query{
		Sink: c.Sink, Reason: c.Reason, Status: queue.StatusDead, After: form.Get("after"), Limit: perPage + 1,
	})
	if err != nil {
		return v, err
	}
	for i := range records {
		if i == perPage {
			v.Next = records[i-1].Event.ID
			break
		}
		v.Events = append(v.Events, letterOf(&records[i], c, r.mask))
	}
	return v, nil
}
