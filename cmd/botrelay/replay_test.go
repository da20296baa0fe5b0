package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/queue/sqlite"
	"botrelay/relay/replay"

	"github.com/google/uuid"
)

// past is a store with a history, which is written as a relay would write it.
type past struct {
	*testing.T
	url string
	now time.Time
	ids []string // of the events, in the order in which they were put
}

func newPast(t *testing.T) *past {
	return &past{T: t, url: "sqlite:" + filepath.Join(t.TempDir(), "relay.db"), now: time.Now().Add(-time.Hour)}
}

// write opens the store for do, as the only relay.
func (p *past) write(do func(queue.Store)) {
	p.Helper()
	store, err := sqlite.Open(p.Context(), sqlite.Config{Path: strings.TrimPrefix(p.url, "sqlite:"), Now: func() time.Time { return p.now }})
	if err != nil {
		p.Fatal(err)
	}
	do(store)
	if err := store.Close(); err != nil {
		p.Fatal(err)
	}
}

// put puts n leads owed to sinks.
func (p *past) put(store queue.Store, n int, sinks ...string) {
	p.Helper()
	for range n {
		p.now = p.now.Add(time.Millisecond)
		e := relay.Event{
			ID: uuid.Must(uuid.NewV7()).String(), Vendor: "chatbase", Source: "website", Kind: relay.Lead,
			Contact: relay.Contact{Name: fmt.Sprintf("Lead %d", len(p.ids))}, ReceivedAt: p.now, Payload: []byte(`{}`),
		}
		var owed []queue.Owed
		for _, s := range sinks {
			owed = append(owed, queue.Owed{Sink: s, Route: "leads"})
		}
		if _, err := store.Put(p.Context(), e, owed); err != nil {
			p.Fatal(err)
		}
		p.ids = append(p.ids, e.ID)
	}
}

// settle settles everything that waits for sink, many at a time, and returns the
// events in the order in which they were sent.
func (p *past) settle(store queue.Store, sink string, state queue.State) (ids []string) {
	p.Helper()
	ctx := p.Context()
	budget := relay.Budget{Key: sink, Limits: []relay.Limit{{Count: 1, Per: time.Second}}}
	lane, err := store.Lease(ctx, sink, time.Hour, []relay.Budget{budget})
	if err != nil {
		p.Fatal(err)
	}
	for {
		p.now = p.now.Add(2 * time.Second)
		turn, err := lane.Next(ctx, 500)
		if err != nil {
			p.Fatal(err)
		}
		batch := turn.Batch
		if len(batch.Deliveries) == 0 {
			break
		}
		for _, d := range batch.Deliveries {
			ids = append(ids, d.Event.ID)
		}
		if err := lane.Begin(ctx, batch); err != nil {
			p.Fatal(err)
		}
		verdict := relay.Verdict{Outcome: relay.Refused, Status: 400, Reason: "Slack: invalid_blocks"}
		if state == queue.Sent {
			verdict = relay.Verdict{Outcome: relay.Sent, Status: 200}
		}
		if err := lane.Settle(ctx, batch, queue.Settlement{State: state, Verdict: verdict}); err != nil {
			p.Fatal(err)
		}
	}
	if err := lane.Release(ctx); err != nil {
		p.Fatal(err)
	}
	return ids
}

// command runs a command on the store and returns what it printed.
func (p *past) command(wantCode int, args ...string) (stdout, stderr string) {
	p.Helper()
	var out, errs bytes.Buffer
	args = append(args, "--store", p.url)
	none := func(string) (string, bool) { return "", false }
	if code := run(p.Context(), args, none, strings.NewReader(""), &out, &errs); code != wantCode {
		p.Errorf("%q exits with %d, want %d: %s%s", args, code, wantCode, &out, &errs)
	}
	return out.String(), errs.String()
}

// TestReplayAll: all dead letters go to the end of their lanes, in the order in
// which they came in, also where they are more than one chunk.
func TestReplayAll(t *testing.T) {
	p := newPast(t)
	const many = 1234
	p.write(func(s queue.Store) {
		p.put(s, many, "sales")
		p.settle(s, "sales", queue.Dead)
		p.put(s, 3, "sales") // waits, and goes first
	})
	out, _ := p.command(exitGood, "replay", "--dead")
	if want := "1,234 deliveries owed again: sales 1,234. The relay sends them in order, behind what waits."; !strings.Contains(out, want) || strings.Contains(out, "passed over") {
		t.Errorf("it says %q, want %q", out, want)
	}
	if out, _ := p.command(exitGood, "replay", "--dead"); !strings.Contains(out, "no such dead letters") {
		t.Errorf("a second time it says %q", out)
	}
	p.write(func(s queue.Store) {
		want := slices.Concat(p.ids[many:], p.ids[:many])
		if got := p.settle(s, "sales", queue.Sent); !slices.Equal(got, want) {
			t.Errorf("%d were sent, want %d, the new ones first and the others in their order", len(got), len(want))
		}
	})
}

// TestReplayInterrupted: what was done before a Ctrl-C is done and told, and
// going on does the rest once.
func TestReplayInterrupted(t *testing.T) {
	p := newPast(t)
	const many = 700
	p.write(func(s queue.Store) {
		p.put(s, many, "sales")
		p.settle(s, "sales", queue.Dead)
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	store, err := openLedger(ctx, p.url)
	if err != nil {
		t.Fatal(err)
	}
	b := &ledger{ledgerStore: &interrupted{store, cancel}, zone: time.UTC}
	r := newReplaying(&replayCmd{Dead: true}, replay.Plan{Knows: b.knows}, b, &world{stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}, getenv: func(string) (string, bool) { return "", false }})
	err = r.run(ctx)
	if err == nil || !strings.Contains(err.Error(), "interrupted: 500 deliveries owed again so far") {
		t.Errorf("it says %v", err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if out, _ := p.command(exitGood, "replay", "--dead"); !strings.Contains(out, "200 deliveries owed again") {
		t.Errorf("going on it says %q", out)
	}
	p.write(func(s queue.Store) {
		if got := p.settle(s, "sales", queue.Sent); !slices.Equal(got, p.ids) {
			t.Errorf("%d were sent, want each of %d once", len(got), many)
		}
	})
}

// interrupted is a ledger at whose first replay somebody presses Ctrl-C.
type interrupted struct {
	ledgerStore
	press context.CancelFunc
}

func (i *interrupted) Replay(ctx context.Context, again []queue.Redelivery) (int, error) {
	i.press()
	return i.ledgerStore.Replay(ctx, again)
}

// TestRerouteOrder: what no route took and what waits for sinks that are gone is
// sent in the order in which it came in, each event once.
func TestRerouteOrder(t *testing.T) {
	p := newPast(t)
	var want []string
	p.write(func(s queue.Store) {
		for range 60 { // more than a page in all
			p.put(s, 1, "gone", "lost") // both: once
			p.put(s, 1)
			p.put(s, 1, "lost")
		}
		want = slices.Clone(p.ids)
		p.put(s, 2, "sales") // has a place, and goes first
		p.settle(s, "lost", queue.Dead)
	})
	store, err := openLedger(t.Context(), p.url)
	if err != nil {
		t.Fatal(err)
	}
	b := &ledger{ledgerStore: store, zone: time.UTC, sinks: []string{"sales"}}
	owed := []relay.Owed{{Sink: "sales", Route: "new"}}
	w := &world{stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}, getenv: func(string) (string, bool) { return "", false }}
	r := newReplaying(&replayCmd{Reroute: true}, replay.Plan{Knows: b.knows, Route: func(*relay.Event) []relay.Owed { return owed }}, b, w)
	if err := r.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	p.write(func(s queue.Store) {
		got := p.settle(s, "sales", queue.Sent)
		if want := slices.Concat(p.ids[len(want):], want); !slices.Equal(got, want) {
			t.Errorf("%d were sent, want %d in the order in which they came in", len(got), len(want))
		}
	})
}

// TestReplaySince: only what came in lately.
func TestReplaySince(t *testing.T) {
	p := newPast(t)
	p.now = time.Now().Add(-10 * 24 * time.Hour)
	p.write(func(s queue.Store) {
		p.put(s, 2, "sales")
		p.now = time.Now().Add(-time.Hour)
		p.put(s, 3, "sales")
		p.settle(s, "sales", queue.Dead)
	})
	if out, _ := p.command(exitGood, "replay", "--dead", "--since", "7d"); !strings.Contains(out, "3 deliveries owed again: sales 3.") {
		t.Errorf("it says %q", out)
	}
	if out, _ := p.command(exitGood, "replay", "--dead", "--since", "1m"); !strings.Contains(out, "no such dead letters") {
		t.Errorf("it says %q", out)
	}
}

// TestReplayWithoutSink: nothing is owed to a sink that nobody sends to.
func TestReplayWithoutSink(t *testing.T) {
	p := newPast(t)
	p.write(func(s queue.Store) {
		p.put(s, 2, "gone")
		p.settle(s, "gone", queue.Dead)
	})
	file := filepath.Join(t.TempDir(), "routes.toml")
	if err := os.WriteFile(file, []byte("[sinks.sales]\ntype = \"slack\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _ := p.command(exitGood, "replay", "--dead", "--config", file)
	if !strings.Contains(out, "2 events left alone: routes.toml no longer has the sink gone: use --reroute") {
		t.Errorf("it says %q", out)
	}
	out, _ = p.command(exitGood, "replay", "--dead", "--to", "sales", "--config", file)
	if !strings.Contains(out, "2 deliveries owed again: sales 2.") {
		t.Errorf("it says %q", out)
	}
	_, errs := p.command(exitUsage, "replay", "--dead", "--to", "gone", "--config", file)
	if !strings.Contains(errs, `unknown sink "gone"`) {
		t.Errorf("it says %q", errs)
	}
}

// TestLeftAlone: for every reason there are words, that name whom it is about and
// what would help.
func TestLeftAlone(t *testing.T) {
	for left, want := range map[replay.Left]string{
		{Why: replay.SinkGone, Sinks: "gone"}:               "no longer has the sink gone: use --reroute",
		{Why: replay.Waits, Sinks: "sales"}:                 "waits for sales already",
		{Why: replay.AsItIs, Sent: "sales, night"}:          "already sent to sales, night; use --to sales to send it again",
		{Why: replay.AsItIs, Sinks: "sales", Sent: "night"}: "pending: it waits to be sent to sales as it is; already sent to night; use --to night",
		{Why: replay.Unrouted}:                              "no route took it: use --reroute",
		{Why: replay.NoRule}:                                "no rule is about: use --to",
		{Why: replay.Nowhere}:                               "send it nowhere",
		{Why: replay.Reached, Sinks: "sales"}:               "arrived or waits already: sales",
	} {
		if got := leftText(left); !strings.Contains(got, want) {
			t.Errorf("%+v: %q, want %q", left, got, want)
		}
	}
}
