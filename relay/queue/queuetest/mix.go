package queuetest

import (
	"fmt"
	"slices"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// mix is an event as a test put it, and what became of it.
type mix struct {
	id, source string
	kind       relay.Kind
	event      relay.Event
	put        int                      // how many minutes ago
	states     map[string][]queue.State // of its deliveries, by sink
	reasons    map[string][]string      // why each of these died
}

// mixed puts events of every sort, one a minute, and returns them, the oldest
// first.
func (f *fixture) mixed() (all []mix) { return f.mixedOf(60) }

func (f *fixture) mixedOf(events int) (all []mix) {
	sinks := [][]string{{"a"}, {"b"}, {"a", "b"}, {"b", "a", "c"}, nil}
	sources, kinds := []string{"website", "support"}, []relay.Kind{relay.Lead, relay.Chat, relay.Appointment}
	channels, names := []string{"", "web", "whatsapp"}, []string{"Annabel Lee", "Änne Müller", "Bob"}
	for i := range events {
		e := f.event()
		e.Source, e.Kind = sources[i%len(sources)], kinds[i%len(kinds)]
		e.Channel, e.BotID, e.ConversationID = channels[i/2%len(channels)], fmt.Sprint("bot", i%7), fmt.Sprint("conversation ", i/4)
		e.Contact.Name = names[i/5%len(names)]
		f.putEvent(e, sinks[i%len(sinks)]...)
		all = append(all, mix{id: e.ID, source: e.Source, kind: e.Kind, event: e, put: events - i})
		f.Advance(time.Minute)
	}
	for i, s := range map[string][]queue.Settlement{
		"a": {sent("m"), dead("bad form"), sent("m"), dead("too long"), sent("m"), dead("bad form"), sent("m"), dead("bad form"), dead("too long")},
		"b": {dead("bad form"), sent("m"), dead("too long"), sent("m"), dead("bad form"), dead("bad form")},
	} {
		lane := f.lease(i)
		for _, s := range s {
			f.send(lane, 1, s)
		}
	}
	var replay []queue.Redelivery
	var discard []int64
	for i, r := range f.records(queue.Query{Limit: events, Oldest: true}) {
		for _, d := range r.Deliveries {
			switch {
			case d.State == queue.Dead && i%3 == 0:
				discard = append(discard, d.ID)
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
	if n, err := f.Store.Discard(f.Context(), discard); n != len(discard) || n < 2 || err != nil {
		f.Fatalf("%d of %d discarded, error %v", n, len(discard), err)
	}
	for i, r := range f.records(queue.Query{Limit: events, Oldest: true}) {
		all[i].states, all[i].reasons = make(map[string][]queue.State), make(map[string][]string)
		for _, d := range r.Deliveries {
			all[i].states[d.Sink] = append(all[i].states[d.Sink], d.State)
			all[i].reasons[d.Sink] = append(all[i].reasons[d.Sink], d.Reason)
		}
	}
	return all
}

// queries returns queries with all sorts of conditions together.
func queries(all []mix) (qs []queue.Query) {
	for _, status := range append(queue.Statuses(), queue.AnyStatus) {
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
					q.Since = time.Duration(len(all)-35) * time.Minute
				}
				if i%3 == 2 {
					q.After = all[30+i%2].id
				}
				if i%7 == 1 {
					q.Until = 20 * time.Minute
				}
				if i%6 == 1 {
					q.Channel = "web"
				}
				if i%8 == 3 {
					q.BotID = "bot3"
				}
				if i%10 == 4 {
					q.Conversation = all[40].event.ConversationID
				}
				if i%4 == 2 {
					q.Words = []string{"anne", "an", "bob", "text lee"}[i/4%4]
				}
				if i%5 == 3 && status == queue.StatusDead {
					q.Reason = "too long"
				}
				qs = append(qs, q)
			}
			for i := 0; i < len(all); i += len(all) / 20 {
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
	if q.Since > 0 && time.Duration(m.put)*time.Minute > q.Since || q.Until > 0 && time.Duration(m.put)*time.Minute < q.Until {
		return false
	}
	if q.Channel != "" && q.Channel != m.event.Channel || q.BotID != "" && q.BotID != m.event.BotID ||
		q.Conversation != "" && q.Conversation != m.event.ConversationID || !m.says(q.Words) {
		return false
	}
	if q.Status == queue.StatusUnrouted {
		return len(m.states) == 0 && q.Sink == ""
	}
	if q.Sink == "" && q.Status == queue.AnyStatus {
		return true
	}
	for sink, states := range m.states {
		for i, state := range states {
			if (q.Sink == "" || q.Sink == sink) && (q.Status == queue.AnyStatus || string(state) == string(q.Status)) &&
				(q.Reason == "" || q.Reason == m.reasons[sink][i]) {
				return true
			}
		}
	}
	return false
}

// says tells whether an event has the words that queries asks for: what package search
// makes of words is tested there.
func (m mix) says(words string) bool {
	switch words {
	case "":
		return true
	case "anne":
		return m.event.Contact.Name == "Änne Müller"
	case "an":
		return m.event.Contact.Name != "Bob"
	case "bob":
		return m.event.Contact.Name == "Bob"
	case "text lee":
		return m.event.Contact.Name == "Annabel Lee"
	}
	panic("what " + words + " finds is not known")
}
