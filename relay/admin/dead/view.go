package dead

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/jobs"
	"botrelay/relay/admin/tries"
	"botrelay/relay/admin/unrouted"
	"botrelay/relay/queue"
	"botrelay/relay/wording"
)

// view is what did not arrive.
type view struct {
	Jobs     []jobs.Job `json:"jobs"`
	Lanes    []lane     `json:"lanes"` // that are held or failing
	Groups   []group    `json:"dead"`
	Total    int        `json:"dead_letters"`
	Unrouted int        `json:"unrouted"`
	More     bool       `json:"unrouted_more"` // there are more than Unrouted
	Gone     []gone     `json:"gone"`
}

// lane is one that is in trouble.
type lane struct {
	Sink    string       `json:"sink"`
	Held    bool         `json:"held"`
	Since   time.Time    `json:"since,omitzero"` // when nothing began to get through
	Pending int          `json:"pending"`
	Reason  string       `json:"reason"`
	Text    string       `json:"text"` // how it stands, in a sentence
	Advice  relay.Advice `json:"advice"`
	// NextTry is when it is tried by itself; zero: right now, or nothing waits.
	NextTry time.Time     `json:"next_try_at,omitzero"`
	Tried   *tries.Result `json:"tried,omitempty"` // of the last try that a person asked for, lately

	Offer *tries.Offer `json:"-"`
}

// group is the dead letters of one sink that have the same reason.
type group struct {
	Sink   string       `json:"sink"`
	Reason string       `json:"reason"`
	Count  int          `json:"count"`
	Oldest time.Time    `json:"oldest"` // when the oldest of their events came in
	Newest time.Time    `json:"newest"`
	Advice relay.Advice `json:"advice"`
	Known  bool         `json:"sink_known"` // there is such a sink today
}

func (r *room) groupOf(g queue.DeadGroup) group {
	return group{g.Sink, g.Reason, g.Count, g.Oldest.UTC(), g.Newest.UTC(), r.Advise(g.Reason), r.knows(g.Sink)}
}

// gone is a sink that is not there any more, and for which something waits.
type gone struct {
	Sink    string `json:"sink"`
	Pending int    `json:"pending"`
}

// Letters says how many there are.
func (g group) Letters() string { return wording.Count(g.Count, "dead letter") }

// AtOnce reports whether their events came in within the same minute.
func (g group) AtOnce() bool {
	return g.Oldest.Truncate(time.Minute).Equal(g.Newest.Truncate(time.Minute))
}

// Below is the advice for who has read the reason above it.
func (g group) Below() relay.Advice { return wording.Besides(g.Reason, g.Advice) }

// Below is the advice for who has read Text above it.
func (l lane) Below() relay.Advice { return wording.Besides(l.Text, l.Advice) }

// Why is the reason in one line.
func (g group) Why() string { return wording.Line(g.Reason) }

// Summary says how much there is of everything.
func (v view) Summary() string {
	var parts []string
	if v.Total > 0 {
		parts = append(parts, wording.Count(v.Total, "dead letter"))
	}
	held := 0
	for _, l := range v.Lanes {
		if l.Held {
			held++
		}
	}
	if held > 0 {
		parts = append(parts, wording.Count(held, "sink")+" held")
	}
	return strings.Join(parts, ", ")
}

// Quiet reports whether there is nothing to tell.
func (v view) Quiet() bool {
	return len(v.Lanes) == 0 && len(v.Groups) == 0 && v.Unrouted == 0 && len(v.Gone) == 0
}

// UnroutedText says how many events no route took.
func (v view) UnroutedText() string {
	return wording.Capital(unrouted.Some{N: v.Unrouted, More: v.More}.Text("event"))
}

func (r *room) knows(sink string) bool { return slices.Contains(r.Sinks, sink) }

// look returns what did not arrive.
func (r *room) look(req *http.Request) (view, error) {
	ctx := req.Context()
	v := view{Jobs: append([]jobs.Job{}, r.Jobs.Jobs()...), Lanes: []lane{}, Groups: []group{}, Gone: []gone{}}
	lanes, err := r.Store.LaneStatus(ctx)
	if err != nil {
		return v, err
	}
	for _, sink := range slices.Sorted(maps.Keys(lanes)) {
		l := lanes[sink]
		switch known := r.knows(sink); {
		case !known && l.Pending > 0:
			v.Gone = append(v.Gone, gone{sink, l.Pending})
		case known && (l.Held || l.Failing > 0 && l.Pending > 0):
			v.Lanes = append(v.Lanes, r.laneOf(sink, l))
		}
	}
	groups, err := r.Store.DeadGroups(ctx)
	if err != nil {
		return v, err
	}
	for _, g := range groups {
		v.Groups = append(v.Groups, r.groupOf(g))
		v.Total += g.Count
	}
	some, err := unrouted.Of(ctx, r.Store, queue.Query{})
	v.Unrouted, v.More = some.N, some.More
	return v, err
}

// laneOf returns a lane in trouble.
func (r *room) laneOf(sink string, s queue.LaneStatus) lane {
	now := time.Now()
	l := lane{
		Sink: sink, Held: s.Held, Pending: s.Pending, Reason: s.Reason, Text: wording.Trouble(s), Advice: r.Advise(s.Reason),
		NextTry: tries.Next(s, now), Offer: r.Tries.OfferOf(sink, s, now),
	}
	if s.Failing > 0 {
		l.Since = now.Add(-s.Failing).Round(time.Second).UTC()
	}
	if l.Offer != nil {
		l.Tried = l.Offer.Tried
	}
	return l
}
