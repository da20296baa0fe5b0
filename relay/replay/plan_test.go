package replay

import (
	"slices"
	"strings"
	"testing"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// record is an event with deliveries written as "sink state", numbered from 1.
func record(kind relay.Kind, deliveries ...string) *queue.Record {
	r := &queue.Record{Event: relay.Event{ID: "e", Kind: kind}}
	for i, text := range deliveries {
		sink, state, _ := strings.Cut(text, " ")
		r.Deliveries = append(r.Deliveries, queue.DeliveryRecord{ID: int64(i + 1), Sink: sink, Route: "old", State: queue.State(state)})
	}
	return r
}

func TestPlan(t *testing.T) {
	knows := func(sink string) bool { return sink != "gone" && sink != "lost" }
	to := func(owed ...relay.Owed) func(*relay.Event) []relay.Owed {
		return func(*relay.Event) []relay.Owed { return owed }
	}
	sales, night := relay.Owed{Sink: "sales", Route: "new"}, relay.Owed{Sink: "night", Route: "new"}
	again := func(sink, route string, replaces int64) queue.Redelivery {
		return queue.Redelivery{Event: "e", Sink: sink, Route: route, Replaces: replaces}
	}
	for name, c := range map[string]struct {
		plan   Plan
		record *queue.Record
		named  bool
		want   []queue.Redelivery
		left   Left // why nothing is
	}{
		"what is dead, where it was meant to go": {
			record: record(relay.Lead, "sales dead", "night sent", "desk dead"),
			want:   []queue.Redelivery{again("sales", "old", 1), again("desk", "old", 3)},
		},
		"of one sink": {
			plan:   Plan{Sink: "desk"},
			record: record(relay.Lead, "sales dead", "night sent", "desk dead"),
			want:   []queue.Redelivery{again("desk", "old", 3)},
		},
		"dead at a sink that is gone": {
			record: record(relay.Lead, "gone dead"),
			left:   Left{Why: SinkGone, Sinks: "gone"},
		},
		"dead, and waiting again": {
			record: record(relay.Lead, "sales dead", "sales pending"),
			left:   Left{Why: Waits, Sinks: "sales"},
		},
		"dead twice at one sink": {
			record: record(relay.Lead, "sales dead", "sales dead"),
			want:   []queue.Redelivery{again("sales", "old", 1)},
		},
		"what is dead, to another sink": {
			plan:   Plan{To: "night"},
			record: record(relay.Lead, "gone dead", "sales sent"),
			want:   []queue.Redelivery{again("night", "old", 1)},
		},
		"by rules, at a sink where it is dead": {
			plan:   Plan{Route: to(sales)},
			record: record(relay.Lead, "night sent", "sales dead"),
			want:   []queue.Redelivery{again("sales", "new", 2)},
		},
		"by rules, at a sink where it is dead, and waiting for one that is gone": {
			plan:   Plan{Route: to(sales, night)},
			record: record(relay.Lead, "gone pending", "sales dead", "night dead"),
			want:   []queue.Redelivery{again("sales", "new", 1), again("night", "new", 3)},
		},
		"named, and sent": {
			record: record(relay.Lead, "sales sent", "night sent"), named: true,
			left: Left{Why: AsItIs, Sent: "sales, night"},
		},
		"named, and pending": {
			record: record(relay.Lead, "night sent", "sales pending"), named: true,
			left: Left{Why: AsItIs, Sinks: "sales", Sent: "night"},
		},
		"named, and unrouted": {
			record: record(relay.Lead), named: true,
			left: Left{Why: Unrouted},
		},
		"named, to a sink that had it": {
			plan:   Plan{To: "sales"},
			record: record(relay.Lead, "sales sent"), named: true,
			want: []queue.Redelivery{again("sales", "replay", 0)},
		},
		"named, to a sink where it is dead": {
			plan:   Plan{To: "sales"},
			record: record(relay.Lead, "night dead", "sales dead"), named: true,
			want: []queue.Redelivery{again("sales", "old", 2)},
		},
		"named, to a sink where it waits": {
			plan:   Plan{To: "sales"},
			record: record(relay.Lead, "sales pending"), named: true,
			left: Left{Why: Waits, Sinks: "sales"},
		},
		"unrouted, by the rules": {
			plan:   Plan{Route: to(sales, night)},
			record: record(relay.Lead),
			want:   []queue.Redelivery{again("sales", "new", 0), again("night", "new", 0)},
		},
		"unrouted, and still is": {
			plan:   Plan{Route: to()},
			record: record(relay.Lead),
			left:   Left{Why: Nowhere},
		},
		"waiting for a sink that is gone": {
			plan:   Plan{Route: to(sales, night)},
			record: record(relay.Lead, "night sent", "gone pending"),
			want:   []queue.Redelivery{again("sales", "new", 2)},
		},
		"two that are gone": {
			plan:   Plan{Route: to(sales, night)},
			record: record(relay.Lead, "gone pending", "lost dead"),
			want:   []queue.Redelivery{again("sales", "new", 1), again("night", "new", 2)},
		},
		"gone, but has arrived elsewhere": {
			plan:   Plan{Route: to(night)},
			record: record(relay.Lead, "night sent", "gone pending"),
			left:   Left{Why: Reached, Sinks: "night"},
		},
		"dead at a sink that is there is left alone": {
			plan:   Plan{Route: to(sales)},
			record: record(relay.Lead, "night dead", "gone pending"),
			want:   []queue.Redelivery{again("sales", "new", 2)},
		},
		"dead letters by the rules": {
			plan:   Plan{Route: to(sales), Whole: true},
			record: record(relay.Lead, "night dead"),
			want:   []queue.Redelivery{again("sales", "new", 1)},
		},
		"dead letters by rules that have not changed": {
			plan:   Plan{Route: to(night, sales), Whole: true},
			record: record(relay.Lead, "sales dead", "night dead"),
			want:   []queue.Redelivery{again("night", "new", 2), again("sales", "new", 1)},
		},
		"a notice has no rule": {
			plan:   Plan{Route: to(sales)},
			record: record(relay.Notice, "gone pending"),
			left:   Left{Why: NoRule},
		},
		"a notice can be dead": {
			record: record(relay.Notice, "sales dead"),
			want:   []queue.Redelivery{again("sales", "old", 1)},
		},
		"what was discarded is no dead letter": {
			record: record(relay.Lead, "sales discarded", "desk dead"),
			want:   []queue.Redelivery{again("desk", "old", 2)},
		},
		"named, and dead besides what was discarded": {
			record: record(relay.Lead, "sales discarded", "desk dead"), named: true,
			want: []queue.Redelivery{again("desk", "old", 2)},
		},
		"named, and discarded": {
			record: record(relay.Lead, "sales discarded", "night sent"), named: true,
			want: []queue.Redelivery{again("sales", "old", 1)},
		},
		"named, to the sink where it was discarded": {
			plan:   Plan{To: "sales"},
			record: record(relay.Lead, "night discarded", "sales discarded"), named: true,
			want: []queue.Redelivery{again("sales", "old", 2)},
		},
		"named, to another sink than where it was discarded": {
			plan:   Plan{To: "sales"},
			record: record(relay.Lead, "night discarded"), named: true,
			want: []queue.Redelivery{again("sales", "replay", 0)},
		},
		"what was replayed is done with": {
			record: record(relay.Lead, "sales replayed", "sales sent"), named: true,
			left: Left{Why: AsItIs, Sent: "sales"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c.plan.Knows = knows
			decide := c.plan.Dead
			if c.named {
				decide = c.plan.Named
			}
			got := decide(c.record)
			if !slices.Equal(got.Again, c.want) {
				t.Errorf("owes again %+v, want %+v", got.Again, c.want)
			}
			if got.Left != c.left {
				t.Errorf("left alone: %+v, want %+v", got.Left, c.left)
			}
		})
	}
}
