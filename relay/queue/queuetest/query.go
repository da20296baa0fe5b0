package queuetest

import (
	"fmt"
	"slices"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// tallied fails the test unless as many events are counted as a query selects.
func (f *fixture) tallied(all []mix, q queue.Query) {
	f.Helper()
	store, ok := f.Store.(queue.Tallier)
	if !ok {
		f.Fatal("the store counts no events")
	}
	want := 0
	for _, m := range inOrder(all, q) {
		if m.selected(q) {
			want++
		}
	}
	for _, most := range []int{want + 1, 1} {
		n, more, err := store.Tally(f.Context(), q, most)
		if err != nil || n != min(want, most) || want < most && more || want > most && !more {
			f.Errorf("%+v, at most %d: %d counted, more %v, %v; want %d", q, most, n, more, err, want)
		}
	}
}

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
				f.tallied(all, q)
			}
		}},
		{"query/all that is set must hold, of what is indexed and what is not", func(f *fixture) {
			all := f.mixedOf(700)
			before := f.counts(48*time.Hour, time.Hour)
			f.index(256)
			f.want("counts", f.counts(48*time.Hour, time.Hour), before)
			for i, q := range queries(all) {
				if i%5 != 0 { // each takes a while in a database
					continue
				}
				var want []string
				for _, m := range inOrder(all, q) {
					if m.selected(q) && len(want) < q.Limit {
						want = append(want, m.id)
					}
				}
				if got := recordIDs(f.records(q)); !slices.Equal(got, want) {
					f.Fatalf("%+v: got %v, want %v", q, got, want)
				}
				f.tallied(all, q)
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
		{"query/an age at least, and a window", func(f *fixture) {
			one := f.put("a")
			f.Advance(time.Hour)
			two := f.put("a")
			f.Advance(time.Hour)
			f.put("a")
			f.want("two hours", recordIDs(f.records(queue.Query{Until: 2 * time.Hour})), []string{one})
			f.want("an hour", recordIDs(f.records(queue.Query{Until: time.Hour})), []string{two, one})
			f.want("a little more", recordIDs(f.records(queue.Query{Until: time.Hour + time.Millisecond})), []string{one})
			f.want("ever", len(f.records(queue.Query{Until: 1<<63 - 1})), 0)
			f.want("a window", recordIDs(f.records(queue.Query{Since: time.Hour, Until: time.Minute})), []string{two})
			f.want("none", len(f.records(queue.Query{Since: time.Minute, Until: time.Hour})), 0)
		}},
		{"query/a reason is asked of dead letters alone", func(f *fixture) {
			for _, status := range []queue.Status{queue.AnyStatus, queue.StatusPending, queue.StatusDiscarded, queue.StatusUnrouted} {
				if _, err := f.Store.Events(f.Context(), queue.Query{Status: status, Reason: "bad form"}); err == nil {
					f.Errorf("%q: no error", status)
				}
			}
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
				{Channel: odd},
				{BotID: odd},
				{Conversation: odd},
				{Words: "no'body *"},
				{Words: "zz\x00:"},
				{Status: queue.StatusDead, Reason: odd},
				{ID: odd},
				{Source: odd},
				{Kind: odd},
				{Sink: odd},
				{Sink: odd, Status: queue.StatusPending},
				{Source: "%"},
				{Sink: "*"},
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

// index indexes all that can be, of which there are so many events at least.
func (f *fixture) index(least int) {
	f.Helper()
	sum := 0
	for {
		n, more, err := f.Store.Index(f.Context())
		if err != nil {
			f.Fatal(err)
		}
		if sum += n; !more {
			break
		}
	}
	if sum < least {
		f.Fatalf("%d events were indexed, want %d at least", sum, least)
	}
}

func recordIDs(records []queue.Record) []string {
	var all []string
	for _, r := range records {
		all = append(all, r.Event.ID)
	}
	return all
}
