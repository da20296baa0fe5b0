package queuetest

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"sync"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

func putTests() []test {
	return []test{
		{"put/survives a kill, every field of it", func(f *fixture) {
			want := fullEvent()
			f.putEvent(want, "a", "b")
			f.killed()
			sameEvent(f, f.record(want.ID).Event, want)
			for _, sink := range []string{"a", "b"} {
				batch := f.next(f.lease(sink), 10)
				f.want("deliveries to "+sink, len(batch.Deliveries), 1)
				sameEvent(f, batch.Deliveries[0].Event, want)
				f.want("route", batch.Deliveries[0].Route, "route to "+sink)
			}
		}},
		{"put/an event owed to nobody is kept", func(f *fixture) {
			id := f.put()
			f.killed()
			f.want("deliveries", len(f.record(id).Deliveries), 0)
		}},
		{"put/what fails leaves nothing", func(f *fixture) {
			e := f.event()
			f.putEvent(e, "a")
			if _, err := f.Store.Put(f.Context(), e, owed("a", "b")); err == nil {
				f.Error("a second event was stored under the same ID")
			}
			f.want("events", len(f.records(queue.Query{})), 1)
			f.want("deliveries", len(f.record(e.ID).Deliveries), 1)
			f.nothing(f.lease("b"), 0)
		}},
		{"put/a context that has ended", func(f *fixture) {
			_, err := f.Store.Put(ended(f.Context()), f.event(), owed("a"))
			f.wantError("put", err, f.ended())
			f.put("a") // the store goes on
		}},
		{"put/nothing is taken after Close", func(f *fixture) {
			if err := f.Store.Close(); err != nil {
				f.Fatal(err)
			}
			if err := f.Store.Close(); err != nil {
				f.Errorf("closing twice: %v", err)
			}
			_, err := f.Store.Put(f.Context(), f.event(), owed("a"))
			f.wantError("put", err, queue.ErrUnavailable)
		}},
		{"put/a vendor's impossible time does not lose the event", func(f *fixture) {
			e := f.event()
			e.CreatedAt = time.Date(60000, 1, 1, 0, 0, 0, 0, time.UTC)
			f.putEvent(e, "a")
			f.want("event", ids(f.next(f.lease("a"), 1)), []string{e.ID})
		}},
		{"put/names and texts are data", func(f *fixture) {
			sink := "'; DROP TABLE events; --\x00\n%_\\ \"é"
			e := f.event()
			e.Text, e.Subject = "a\x00b' \u202e <&> \U0001F600", sink
			e.Payload = json.RawMessage(`{"big":"` + strings.Repeat("x", 1<<20) + `"}`)
			f.putEvent(e, sink)
			batch := f.next(f.lease(sink), 1)
			sameEvent(f, batch.Deliveries[0].Event, e)
			f.want("other lanes", len(f.status()), 1)
		}},
		{"wake/a put wakes the lanes that it owes to", func(f *fixture) {
			a, b := f.Store.Wake("a"), f.Store.Wake("b")
			drain(a)
			drain(b)
			for range 3 { // with nobody receiving, no put is held up
				f.put("a", "b")
			}
			for _, wake := range []<-chan struct{}{a, b} {
				select {
				case <-wake:
				default:
					f.Error("a lane sleeps through a put")
				}
			}
		}},
		{"wake/who is woken finds the delivery", func(f *fixture) {
			lane, wake := f.lease("a"), f.Store.Wake("a")
			var putting sync.WaitGroup
			defer putting.Wait()
			for range 50 {
				e := f.event()
				putting.Go(func() { f.putQuietly(e, "a") })
				for {
					turn, err := lane.Next(f.Context(), 1)
					batch := turn.Batch
					if err != nil {
						f.Fatal(err)
					}
					if len(batch.Deliveries) == 1 {
						f.begin(lane, batch)
						f.settle(lane, batch, sent("m"))
						break
					}
					<-wake
				}
			}
		}},
	}
}

// putQuietly is putEvent for goroutines.
func (f *fixture) putQuietly(e relay.Event, sinks ...string) queue.Receipt {
	receipt, err := f.Store.Put(f.Context(), e, owed(sinks...))
	if err != nil {
		f.Error(err)
	}
	return receipt
}

// ended returns the error of a context that has ended.
func (f *fixture) ended() error { return ended(f.Context()).Err() }

func drain(c <-chan struct{}) {
	select {
	case <-c:
	default:
	}
}

// sameEvent compares events as they come back: without the key, which is the
// store's own affair.
func sameEvent(f *fixture, got, want relay.Event) {
	f.Helper()
	if !bytes.Equal(got.Payload, want.Payload) {
		f.Errorf("payload of %d bytes, want %d bytes, or they differ", len(got.Payload), len(want.Payload))
	}
	if !got.ReceivedAt.Equal(want.ReceivedAt) || !got.CreatedAt.Equal(want.CreatedAt) {
		f.Errorf("times %s, %s; want %s, %s", got.ReceivedAt, got.CreatedAt, want.ReceivedAt, want.CreatedAt)
	}
	got.Payload, want.Payload = nil, nil
	got.ReceivedAt, got.CreatedAt = want.ReceivedAt, want.CreatedAt
	want.DedupKey, got.DedupKey = "", ""
	if !reflect.DeepEqual(got, want) {
		f.Errorf("event\n%+v, want\n%+v", got, want)
	}
}

func fullEvent() relay.Event {
	return relay.Event{
		ID: "full", Vendor: "chatzuri", Source: "support", EventType: "message.received", Kind: relay.Inbound,
		Channel: "whatsapp", BotID: "agent_1", ConversationID: "c1",
		Contact: relay.Contact{Name: "Ada", Email: "ada@example.com", Phone: "+44 20", Handle: "@ada"},
		Subject: "subject", Text: "text\nof two lines", Answer: "*answer*",
		Transcript: []relay.Turn{{Role: "user", Text: "hi"}, {Role: "assistant", Text: "hello"}},
		PageURL:    "https://example.com/?a=b&c", Scheduled: "tomorrow",
		Details:    []relay.Detail{{Label: "Plan", Text: "gold"}},
		CreatedAt:  time.Date(2026, 1, 2, 3, 4, 5, 6, time.FixedZone("", 3600)),
		ReceivedAt: time.Date(2026, 1, 2, 3, 4, 6, 7, time.UTC),
		DedupKey:   "key",
		Payload:    json.RawMessage("{ \"spaces\" : [1.0, 1e2],\n\"twice\":1, \"twice\":2 }"),
	}
}

func duplicateTests() []test {
	keyed := func(f *fixture, source, key string) relay.Event {
		e := f.event()
		e.Source, e.DedupKey = source, key
		return e
	}
	return []test{
		{"duplicate/is not stored again, and told by the first one's ID", func(f *fixture) {
			first := keyed(f, "s", "k")
			f.want("first", f.putEvent(first, "a"), queue.Receipt{ID: first.ID})
			f.want("second", f.putEvent(keyed(f, "s", "k"), "a", "b"), queue.Receipt{ID: first.ID, Duplicate: true})
			f.killed()
			f.want("after a kill", f.putEvent(keyed(f, "s", "k"), "a"), queue.Receipt{ID: first.ID, Duplicate: true})
			f.want("events", len(f.records(queue.Query{})), 1)
			f.want("deliveries", ids(f.next(f.lease("a"), 10)), []string{first.ID})
			f.nothing(f.lease("b"), 0)
		}},
		{"duplicate/the very same event put twice", func(f *fixture) {
			e := keyed(f, "s", "k")
			f.putEvent(e, "a")
			f.want("second", f.putEvent(e, "a"), queue.Receipt{ID: e.ID, Duplicate: true})
		}},
		{"duplicate/keys count within a source", func(f *fixture) {
			for _, e := range []relay.Event{keyed(f, "s", "k"), keyed(f, "t", "k"), keyed(f, "s", "K"), keyed(f, "s", "k "), keyed(f, "sk", " ")} {
				f.want("receipt", f.putEvent(e, "a"), queue.Receipt{ID: e.ID})
			}
		}},
		{"duplicate/without a key every event is a new one", func(f *fixture) {
			for range 3 {
				f.put("a")
			}
			f.want("deliveries", len(f.next(f.crowded("a"), 10).Deliveries), 3)
		}},
		{"duplicate/of several at once exactly one is stored", func(f *fixture) {
			const rounds, callers = 10, 16
			for range rounds {
				key := f.event().ID
				receipts := make(chan queue.Receipt, callers)
				for range callers {
					e := keyed(f, "s", key)
					go func() { receipts <- f.putQuietly(e, "a") }()
				}
				f.oneOf(receipts, callers)
			}
			f.want("events", len(f.records(queue.Query{})), rounds)
			f.want("deliveries", len(f.next(f.crowded("a"), 1000).Deliveries), rounds)
		}},
		{"duplicate/one of a failed put is none", func(f *fixture) {
			taken := f.event()
			f.putEvent(taken, "a")
			bad := taken
			bad.DedupKey = "k"
			if _, err := f.Store.Put(f.Context(), bad, owed("a")); err == nil || errors.Is(err, queue.ErrUnavailable) {
				f.Fatalf("a second event under the same ID: error %v", err)
			}
			good := keyed(f, taken.Source, "k")
			f.want("receipt", f.putEvent(good, "a"), queue.Receipt{ID: good.ID})
		}},
	}
}

// oneOf checks that one of the receipts is the first's, and that all name it.
func (f *fixture) oneOf(receipts <-chan queue.Receipt, n int) {
	f.Helper()
	firsts, names := 0, make(map[string]bool)
	for range n {
		r := <-receipts
		names[r.ID] = true
		if !r.Duplicate {
			firsts++
		}
	}
	if firsts != 1 || len(names) != 1 {
		f.Fatalf("%d of %d were stored, under the IDs %v", firsts, n, names)
	}
}
