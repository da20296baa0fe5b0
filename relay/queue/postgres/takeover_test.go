package postgres

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/deliver"
)

// takeoverTime is how soon others have all lanes of a relay that has died. It is 10
// seconds; a machine that has much else to do is given some more.
const takeoverTime = 15 * time.Second

// manySinks returns 500, or fewer where the race detector watches, which takes its
// time over each.
func manySinks() int {
	if raced {
		return 100
	}
	return 500
}

// TestTakeoverOfMany: of three relays with many sinks of one platform one dies, and the
// others have all its lanes soon.
func TestTakeoverOfMany(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	url := server.Database(t)
	var crews []*crew
	for range 3 {
		crews = append(crews, newCrew(t, url))
	}
	for range 2 { // each says what it wants, and then sees that the others did
		for _, c := range crews {
			if err := c.store.db.look(t.Context(), ""); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range crews {
		c.start()
	}
	watch := openAt(t, url)
	held := func(by ...*crew) (n int) {
		holders, _, err := watch.db.holders(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, relay := range holders {
			if slices.ContainsFunc(by, func(c *crew) bool { return c.store.db.id == relay }) {
				n++
			}
		}
		return n
	}
	for end := time.Now().Add(patience); held(crews...) < manySinks(); <-time.After(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal(held(crews[0]), held(crews[1]), held(crews[2]), "of them are leased")
		}
	}
	had := held(crews[0])
	crews[0].kill()
	died := time.Now()
	for n := 0; n < manySinks(); n = held(crews[1:]...) {
		if time.Since(died) > takeoverTime {
			t.Fatalf("%s after a relay with %d lanes died the others have %d", time.Since(died), had, n)
		}
		<-time.After(50 * time.Millisecond)
	}
	t.Logf("%d lanes were taken over within %s", had, time.Since(died).Round(time.Millisecond))
}

// crew is a relay's senders.
type crew struct {
	store   *Store
	senders []*deliver.Sender
	ctx     context.Context //nolint:containedctx // of all senders
	cancel  context.CancelFunc
	running sync.WaitGroup
}

func newCrew(t *testing.T, url string) *crew {
	t.Helper()
	store, err := Open(t.Context(), Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	c := &crew{store: store}
	for i := range manySinks() {
		name := fmt.Sprint("sink-", i)
		c.senders = append(c.senders, deliver.New(deliver.Config{
			Name: name, Sink: quiet{name}, Lanes: store, Log: slog.New(slog.DiscardHandler),
		}))
		store.db.peers.want(name)
	}
	c.ctx, c.cancel = context.WithCancel(t.Context())
	t.Cleanup(c.kill)
	return c
}

func (c *crew) start() {
	for _, s := range c.senders {
		c.running.Go(func() { s.Run(c.ctx) })
	}
}

// kill ends the relay as a kill does: nothing is released.
func (c *crew) kill() {
	c.store.closing.Do(c.store.kill)
	c.cancel()
	c.running.Wait()
}

// quiet is a sink that is owed nothing.
type quiet struct{ name string }

func (q quiet) Budgets() []relay.Budget {
	return []relay.Budget{
		{Key: "slack webhook " + q.name, Limits: []relay.Limit{{Count: 1, Per: time.Second}}},
		{Key: "slack", Scope: relay.ScopePlatform},
	}
}

func (q quiet) Send(context.Context, relay.Post) relay.Verdict {
	return relay.Verdict{Outcome: relay.Sent}
}

func (q quiet) Probe(context.Context) relay.Verdict { return relay.Verdict{Outcome: relay.Sent} }

func (q quiet) Fit([]relay.Message) int { return 1 }
