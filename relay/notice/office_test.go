package notice_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay"
	"botrelay/relay/notice"
	"botrelay/relay/queue"
	"botrelay/relay/queue/sqlite"
)

// office is a desk at work, with a real store.
type office struct {
	t     *testing.T
	desk  *notice.Desk
	store *sqlite.Store
	inbox *inbox
	log   *bytes.Buffer // to be read when the desk rests
	start time.Time
	stop  func() // and wait for the end
}

// inbox is a store's, which fails at times.
type inbox struct {
	queue.Inbox
	mu   sync.Mutex
	err  error // Put fails with it,
	late bool  // but only after it has stored the event
	puts []time.Time
}

func (i *inbox) Put(ctx context.Context, e relay.Event, owed []relay.Owed) (queue.Receipt, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.puts = append(i.puts, time.Now())
	if i.err != nil && !i.late {
		return queue.Receipt{}, i.err
	}
	r, err := i.Inbox.Put(ctx, e, owed)
	return r, errors.Join(err, i.err)
}

func (i *inbox) fail(err error, late bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.err, i.late = err, late
}

// work runs test with a desk at work, on a clock that moves when all rest.
func work(t *testing.T, notify []string, test func(*office)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		store, err := sqlite.Open(t.Context(), sqlite.Config{Path: filepath.Join(t.TempDir(), "botrelay.db")})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := store.Close(); err != nil {
				t.Error(err)
			}
		}()
		o := &office{t: t, store: store, inbox: &inbox{Inbox: store}, log: new(bytes.Buffer), start: time.Now()}
		o.desk = notice.New(notice.Config{Inbox: o.inbox, Notify: notify, Log: slog.New(slog.NewTextHandler(o.log, nil))})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			o.desk.Run(ctx)
		}()
		o.stop = func() {
			cancel()
			<-done
		}
		defer o.stop()
		test(o)
	})
}

// after lets d pass.
func (o *office) after(d time.Duration) {
	<-time.After(d)
	o.rest()
}

// rest waits until the desk has nothing to do now.
func (o *office) rest() { synctest.Wait() }

// told returns the notices in the store, the oldest first.
func (o *office) told() []queue.Record {
	o.t.Helper()
	o.rest()
	records, err := o.store.Events(context.Background(), queue.Query{})
	if err != nil {
		o.t.Fatal(err)
	}
	slices.Reverse(records)
	return records
}

// expect holds that exactly these notices were told, each at its time since the
// start, and returns them. A notice is given as "1m30s: title".
func (o *office) expect(want ...string) []relay.Event {
	o.t.Helper()
	var got []string
	var events []relay.Event
	for _, r := range o.told() {
		got = append(got, fmt.Sprintf("%v: %s", r.Event.ReceivedAt.Sub(o.start), r.Event.Subject))
		events = append(events, r.Event)
	}
	if !slices.Equal(got, want) {
		o.t.Fatalf("told:\n  %s\nwant:\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
	return events
}

func (o *office) contains(e relay.Event, texts ...string) {
	o.t.Helper()
	for _, s := range texts {
		if !strings.Contains(e.Text, s) {
			o.t.Errorf("no %q in %q", s, e.Text)
		}
	}
}

func team() []string { return []string{"night", "ops"} }
