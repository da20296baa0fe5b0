package queuetest

import (
	"fmt"
	"slices"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

func queryTests() []test {
	return []test{
		{"query/all that is set must hold", func(f *fixture) {
			all := f.mixed()
			for _, q := range queries(all) {
				var want []string
				for _, m := range inOrder(all, q) {
					if m.selected(q) && len(want) < q.Limit {
						want = append(want, m.id)
					}
				}
				if got := recordIDs(f.records(q)); !slices.Equal(got, want) {
					f.Fatalf("%+v: got %v, want %v", q, got, want)
				}
			}
		}},
		{"query/after an event, whether it is selected itself or not", func(f *fixture) {
			one, two, three := f.put("a"), f.put("b"), f.put("a")
			f.want("of a", recordIDs(f.records(queue.Query{Sink: "a", After: two})), []string{one})
			f.want("of a, the oldest first", recordIDs(f.records(queue.Query{Sink: "a", After: two, Oldest: true})), []string{three})
			f.want("after the last", len(f.records(queue.Query{After: one})), 0)
			f.want("after itself", len(f.records(queue.Query{ID: two, After: two})), 0)
			f.want("by ID, after it", recordIDs(f.records(queue.Query{ID: one, After: two})), []string{one})
			for _, q := range []queue.Query{{After: "unknown"}, {After: "unknown", ID: one}, {After: "unknown", Status: queue.StatusPending}} {
				if records, err := f.Store.Events(f.Context(), q); err == nil {
					f.Errorf("%+v: records %v, no error", q, recordIDs(records))
				}
			}
		}},
		{"query/page after page, everything comes once, also what is replayed meanwhile", func(f *fixture) {
			put := f.putMany(25, "a", "b")
			for _, oldest := range []bool{false, true} {
				q := queue.Query{Status: queue.StatusPending, Limit: 7, Oldest: oldest}
				var got []string
				for records := f.records(q); len(records) > 0; records = f.records(q) {
					page := recordIDs(records)
					got, q.After = append(got, page...), page[len(page)-1]
					d := records[0].Deliveries[0]
					if _, err := f.Store.Replay(f.Context(), []queue.Redelivery{{Event: page[0], Sink: d.Sink, Replaces: d.ID}}); err != nil {
						f.Fatal(err)
					}
				}
				want := slices.Clone(put)
				if !oldest {
					slices.Reverse(want)
				}
				f.want("the pages", got, want)
			}
		}},
		{"query/an event that was replayed often is one", func(f *fixture) {
			put := []string{f.put("a"), f.put("a"), f.put("b"), f.put("a")}
			for i, times := range []int{5, 1, 1, 1} {
				for range times {
					all := f.record(put[i]).Deliveries
					last := all[len(all)-1]
					f.replay(1, queue.Redelivery{Event: put[i], Sink: last.Sink, Replaces: last.ID})
				}
			}
			for limit := range 4 {
				q := queue.Query{Status: queue.StatusReplayed, Oldest: true, Limit: limit + 1}
				f.want(fmt.Sprint("the first ", limit+1), recordIDs(f.records(q)), put[:limit+1])
			}
		}},
		{"query/an age is measured from the put, to the instant", func(f *fixture) {
			id := f.put("a")
			f.Advance(time.Hour)
			f.want("an hour", recordIDs(f.records(queue.Query{Since: time.Hour})), []string{id})
			f.want("less", len(f.records(queue.Query{Since: time.Hour - time.Millisecond})), 0)
			f.want("ever", len(f.records(queue.Query{Since: 1<<63 - 1})), 1)
		}},
		{"query/a status that there is not", func(f *fixture) {
			if _, err := f.Store.Events(f.Context(), queue.Query{Status: "lost"}); err == nil {
				f.Error("no error")
			}
		}},
		{"query/names are data", func(f *fixture) {
			f.put("a")
			const odd = `' OR '' = '`
			for _, q := range []queue.Query{
				{ID: odd}, {Source: odd}, {Kind: odd}, {Sink: odd}, {Sink: odd, Status: queue.StatusPending}, {Source: "%"}, {Sink: "*"},
			} {
				f.want(fmt.Sprintf("%+v", q), len(f.records(q)), 0)
			}
		}},
		{"query/attempts that did not succeed, if they are asked for", func(f *fixture) {
			id, other := f.put("a", "b"), f.put("a")
			lane := f.crowded("a")
			batch := f.begun(lane, 2)
			began := f.record(id).Deliveries[0].OwedAt
			f.Advance(250 * time.Millisecond)
			s := again(time.Second, "busy")
			f.settle(lane, batch, s)
			f.Advance(time.Second)
			f.send(lane, 1, dead("bad form"))
			f.Advance(crowd)
			f.send(lane, 1, sent("m"))
			f.want("not asked", len(f.record(id).Deliveries[0].Attempts), 0)
			busy := queue.Attempt{Number: 1, At: began, Took: 250 * time.Millisecond, Outcome: s.Verdict.Outcome, Status: 503, Reason: "busy", Size: 2}
			refused := queue.Attempt{
				Number: 2, At: began.Add(1250 * time.Millisecond), Outcome: relay.Refused, Status: 400, Reason: "bad form", Size: 1,
			}
			for id, want := range map[string][]queue.Attempt{id: {busy, refused}, other: {busy}} {
				records := f.records(queue.Query{ID: id, Attempts: true})
				f.want("of "+id, records[0].Deliveries[0].Attempts, want)
				for _, d := range records[0].Deliveries[1:] {
					f.want("of a sink that tried nothing", len(d.Attempts), 0)
				}
			}
		}},
	}
}

// mix is an event as a test put it, and what became of it.
type mix struct {
	id, source string
	kind       relay.Kind
	put        int                      // how many minutes ago
	states     map[string][]queue.State // of its deliveries, by sink
}

// mixed puts events of every sort, one a minute, and returns them, the oldest
// first.
func (f *fixture) mixed() (all []mix) {
	sinks := [][]string{{"a"}, {"b"}, {"a", "b"}, {"b", "a", "c"}, nil}
	sources, kinds := []string{"website", "support"}, []relay.Kind{relay.Lead, relay.Chat, relay.Appointment}
	const events = 60
	for i := range events {
		e := f.event()
		e.Source, e.Kind = sources[i%len(sources)], kinds[i%len(kinds)]
		f.putEvent(e, sinks[i%len(sinks)]...)
		all = append(all, mix{id: e.ID, source: e.Source, kind: e.Kind, put: events - i})
		f.Advance(time.Minute)
	}
	for i, s := range map[string][]queue.Settlement{
		"a": {sent("m"), dead("bad form"), sent("m"), dead("bad form"), sent("m"), dead("bad form"), sent("m")},
		"b": {dead("bad form"), sent("m"), dead("bad form"), sent("m")},
	} {
		lane := f.lease(i)
		for _, s := range s {
			f.send(lane, 1, s)
		}
	}
	var replay []queue.Redelivery
	for i, r := range f.records(queue.Query{Limit: events, Oldest: true}) {
		for _, d := range r.Deliveries {
			switch {
			case d.State == queue.Dead && i%2 == 0, d.State == queue.Pending && i%11 == 0:
				replay = append(replay, queue.Redelivery{Event: r.Event.ID, Sink: d.Sink, Replaces: d.ID})
			case d.State == queue.Sent && i%3 == 0:
				replay = append(replay, queue.Redelivery{Event: r.Event.ID, Sink: "d"})
			}
		}
	}
	if n, err := f.Store.Replay(f.Context(), replay); n != len(replay) || n < 5 || err != nil {
		f.Fatalf("%d of %d replayed, error %v", n, len(replay), err)
	}
	for i, r := range f.records(queue.Query{Limit: events, Oldest: true}) {
		all[i].states = make(map[string][]queue.State)
		for _, d := range r.Deliveries {
			all[i].states[d.Sink] = append(all[i].states[d.Sink], d.State)
		}
	}
	return all
}

// queries returns queries with all sorts of conditions together.
func queries(all []mix) (qs []queue.Query) {
	for _, status := range []queue.Status{
		queue.AnyStatus, queue.StatusPending, queue.StatusSent, queue.StatusDead, queue.StatusReplayed, queue.StatusUnrouted,
	} {
		for _, sink := range []string{"", "a", "b", "d", "nobody"} {
			for i := range 24 {
				q := queue.Query{Status: status, Sink: sink, Limit: []int{1, 2, 7, 100}[i%4], Oldest: i%2 == 0}
				if i%3 == 1 {
					q.Source = all[0].source
				}
				if i%4 == 1 {
					q.Kind = all[1].kind
				}
				if i%5 == 1 {
					q.Since = 25 * time.Minute
				}
				if i%3 == 2 {
					q.After = all[30+i%2].id
				}
				qs = append(qs, q)
			}
			for i := 0; i < len(all); i += 3 {
				qs = append(qs, queue.Query{ID: all[i].id, Status: status, Sink: sink, Limit: 10})
			}
		}
	}
	return qs
}

// inOrder returns those that come after the one that the query names, in the
// order that it asks for.
func inOrder(all []mix, q queue.Query) []mix {
	all = slices.Clone(all)
	if !q.Oldest {
		slices.Reverse(all)
	}
	return all[1+slices.IndexFunc(all, func(m mix) bool { return m.id == q.After }):]
}

// selected says what the contract says of a query.
func (m mix) selected(q queue.Query) bool {
	if q.ID != "" && q.ID != m.id || q.Source != "" && q.Source != m.source || q.Kind != "" && q.Kind != m.kind {
		return false
	}
	if q.Since > 0 && time.Duration(m.put)*time.Minute > q.Since {
		return false
	}
	if q.Status == queue.StatusUnrouted {
		return len(m.states) == 0 && q.Sink == ""
	}
	if q.Sink == "" && q.Status == queue.AnyStatus {
		return true
	}
	for sink, states := range m.states {
		if (q.Sink == "" || q.Sink == sink) && (q.Status == queue.AnyStatus || slices.Contains(states, queue.State(q.Status))) {
			return true
		}
	}
	return false
}

func recordIDs(records []queue.Record) []string {
	var all []string
	for _, r := range records {
		all = append(all, r.Event.ID)
	}
	return all
}
