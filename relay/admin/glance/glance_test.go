package glance_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/glance"
	"botrelay/relay/admin/mask"
	"botrelay/relay/admin/pagetest"
	"botrelay/relay/queue"
)

// counted is a store that counts what it is asked.
type counted struct {
	queue.History

	mu    sync.Mutex
	asked int
	sent  int
	err   error
	slow  time.Duration
}

func (c *counted) LaneStatus(context.Context) (map[string]queue.LaneStatus, error) {
	c.mu.Lock()
	c.asked++
	all, err := map[string]queue.LaneStatus{"sales": {Sent: c.sent}}, c.err
	c.mu.Unlock()
	<-time.After(c.slow)
	return all, err
}

func (c *counted) Events(ctx context.Context, q queue.Query) ([]queue.Record, error) {
	c.asked++
	return c.History.Events(ctx, q)
}

// TestLanes: all who ask within a second cost one look, and what they are told is never
// older; whoever was told what has changed since is told again.
func TestLanes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var again atomic.Int64
		store := &counted{slow: 100 * time.Millisecond}
		lanes := glance.NewLanes(store, func() { again.Add(1) })
		sent := func(about string, want, asked int) {
			t.Helper()
			all, err := lanes.LaneStatus(t.Context())
			if err != nil || all["sales"].Sent != want || store.asked != asked {
				t.Errorf("%s: %+v, %v after %d looks, want %d after %d", about, all, err, store.asked, want, asked)
			}
			clear(all) // which is the caller's
		}
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() { sent("at the same time", 0, 1) })
		}
		all.Wait()
		<-time.After(500 * time.Millisecond)
		sent("a moment later", 0, 1)
		if <-time.After(time.Minute); again.Load() != 0 {
			t.Errorf("told again %d times of nothing", again.Load())
		}
		sent("a minute later", 0, 2)
		store.sent = 1
		lanes.Changed()
		sent("it is not known yet", 0, 2)
		sent("nor to others", 0, 2)
		if <-time.After(time.Second); again.Load() != 1 {
			t.Errorf("told again %d times", again.Load())
		}
		sent("told again", 1, 3)
		store.sent = 2
		lanes.Forget()
		sent("somebody waits to see it", 2, 4)
		store.sent, store.err = 3, errors.New("gone")
		lanes.Forget()
		for range 2 {
			if _, err := lanes.LaneStatus(t.Context()); err == nil {
				t.Error("an error is not told")
			}
		}
		store.err = nil
		sent("it is back", 3, 7)
		go func() {
			<-time.After(50 * time.Millisecond)
			store.mu.Lock()
			store.sent = 4
			store.mu.Unlock()
			lanes.Forget()
		}()
		lanes.Forget()
		sent("changed while it was looked at", 3, 8)
		sent("and not kept", 4, 9)
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if all, err := lanes.LaneStatus(ended); err != nil || all["sales"].Sent != 4 {
			t.Errorf("what is known is told for nothing: %v", err)
		}
		synctest.Wait()
	})
}

// TestSources: the last event of each source is known, also of one that has long been
// silent, and of many sources at the cost of a look or two at what is new.
func TestSources(t *testing.T) {
	h := pagetest.New(t)
	store := &counted{History: h.Store}
	sources := glance.NewSources(store)
	var names []string
	for i := range 100 {
		names = append(names, fmt.Sprint("s", i))
	}
	want := make(map[string]string)
	put := func(source string) {
		want[source] = h.Put(relay.Event{Source: source, Vendor: "chatbase", Contact: relay.Contact{Name: "Ada of " + source}})
	}
	same := func(about string, asked int) {
		t.Helper()
		store.asked = 0
		last, err := sources.Last(t.Context(), names, mask.New(nil))
		if err != nil || len(last) != len(want) || store.asked > asked {
			t.Fatalf("%s: %d sources, %v, after %d looks", about, len(last), err, store.asked)
		}
		for name, l := range last {
			if l.ID != want[name] || l.Who != "Ada of "+name || l.Kind != relay.Lead || time.Since(l.At) > time.Minute {
				t.Errorf("%s: %s: %+v, want %s", about, name, l, want[name])
			}
		}
	}
	same("nothing has come", 101)
	same("nothing has come still", 1)
	put("s7")
	same("one has", 1)
	for i := range 50 {
		put(fmt.Sprint("s", i))
	}
	same("many have", 3)
	same("nothing more", 1)
	for range 30 {
		put("s99")
	}
	put("s1")
	same("one often", 2)
	for range 150 { // more than is looked at
		put("s3")
	}
	same("very many of one", 5)
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			if last, err := sources.Last(t.Context(), names[:3], mask.New(nil)); err != nil || len(last) != 3 {
				t.Errorf("%d, %v", len(last), err)
			}
		})
	}
	all.Wait()
}

// TestMasked: whom an event is about is told without what may be secret, also where that is
// longer than what is told, and by the secrets that are in use when it is asked.
func TestMasked(t *testing.T) {
	h := pagetest.New(t)
	secret := strings.Repeat("own-secret-", 20)
	h.Put(relay.Event{Source: "named", Vendor: "chatbase", Contact: relay.Contact{Name: "Ada xoxb-123456789-abcdefghij"}})
	h.Put(relay.Event{Source: "said", Vendor: "chatbase", Text: "It is " + secret})
	sources := glance.NewSources(h.Store)
	for _, m := range []*mask.Masker{mask.New(nil), mask.New([]relay.Secret{relay.NewSecret(secret)})} {
		last, err := sources.Last(t.Context(), []string{"named", "said"}, m)
		if err != nil || last["named"].Who != "Ada ***" {
			t.Errorf("%+v, %v", last["named"], err)
		}
		if said := last["said"].Who; strings.Contains(said, "own-secret") != (m.Text(secret) == secret) {
			t.Errorf("%q", said)
		}
	}
}

// TestDoubt: where more has come in than is looked at, each source is asked for by itself,
// though not at every look.
func TestDoubt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := pagetest.New(t)
		sources := glance.NewSources(h.Store)
		h.Put(relay.Event{Source: "rare", Vendor: "chatbase"})
		last := func() map[string]*glance.Last {
			t.Helper()
			all, err := sources.Last(t.Context(), []string{"rare", "busy"}, mask.New(nil))
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		before := last()["rare"].ID
		after := h.Put(relay.Event{Source: "rare", Vendor: "chatbase"})
		busy := ""
		for range 110 {
			busy = h.Put(relay.Event{Source: "busy", Vendor: "chatbase"})
		}
		if all := last(); all["rare"].ID != before || all["busy"].ID != busy {
			t.Errorf("at once: %+v, %+v", all["rare"], all["busy"])
		}
		<-time.After(11 * time.Second)
		if all := last(); all["rare"].ID != after || all["busy"].ID != busy {
			t.Errorf("soon after: %+v, %+v", all["rare"], all["busy"])
		}
	})
}
