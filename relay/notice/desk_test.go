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

// TestDeadLetters: a burst is one notice, and then there is one an hour.
func TestDeadLetters(t *testing.T) {
	work(t, team(), func(o *office) {
		o.after(time.Minute)
		o.desk.Dead("sales", "too old", 2)
		o.after(10 * time.Second)
		o.desk.Dead("sales", "invalid_blocks", 1)
		o.desk.Dead("night", "Bad Request", 1)
		o.after(19 * time.Second)
		o.expect()
		o.after(time.Second)
		first := o.expect("1m30s: 4 messages could not be delivered")[0]
		o.contains(first, "gave up on 4 messages in the last minute", "\nnight: 1 message. The last: “Bad Request”.",
			"\nsales: 3 messages. The last: “invalid_blocks”.", "botrelay events --status dead", "botrelay replay --dead")

		o.after(10 * time.Minute)
		o.desk.Dead("sales", "no", 1)
		o.after(40 * time.Minute)
		o.desk.Dead("sales", "no", 1)
		o.after(9*time.Minute + 59*time.Second)
		o.expect("1m30s: 4 messages could not be delivered")
		o.after(time.Hour)
		second := o.expect("1m30s: 4 messages could not be delivered", "1h1m30s: 2 messages could not be delivered")[1]
		o.contains(second, "in the last 50 minutes")

		o.after(5 * time.Hour) // and no more without more
		o.desk.Dead("sales", "no", 1)
		o.after(time.Minute)
		if n := len(o.told()); n != 3 {
			t.Errorf("%d notices", n)
		}
	})
}

// TestOwed: everybody who is to be told is owed the notice, once.
func TestOwed(t *testing.T) {
	work(t, []string{"ops", "night", "ops"}, func(o *office) {
		o.desk.Moved("sales", "-1001")
		o.desk.Moved("sales", "-1001")
		r := o.told()
		if len(r) != 1 || len(r[0].Deliveries) != 2 || r[0].Deliveries[0].Sink != "night" || r[0].Deliveries[1].Sink != "ops" {
			t.Fatalf("%+v", r)
		}
		if e := r[0].Event; e.Kind != relay.Notice || e.Source != notice.Name {
			t.Errorf("%+v", e)
		}
		o.desk.Moved("sales", "-1002")
		o.expect("0s: The chat of sales has a new ID", "0s: The chat of sales has a new ID")
	})
}

// TestNobody: without anyone to tell it is logged, by the same rules.
func TestNobody(t *testing.T) {
	work(t, nil, func(o *office) {
		for range 10 {
			o.desk.Dead("sales", "invalid_blocks", 1)
			o.after(10 * time.Minute)
		}
		o.expect()
		if log := o.log.String(); strings.Count(log, "level=WARN") != 2 || !strings.Contains(log, "invalid_blocks") || len(o.inbox.puts) > 0 {
			t.Errorf("%d puts, log:\n%s", len(o.inbox.puts), log)
		}
	})
}

const (
	refuses = ": The source website accepts nothing"
	accepts = ": The source website accepts again"
)

// TestSource: a source is in trouble that refuses 3 requests within a day and
// accepts none, nor in the minute after.
func TestSource(t *testing.T) {
	refuse := func(o *office, after ...time.Duration) {
		for _, d := range after {
			o.after(d)
			o.desk.Refused("website")
		}
	}
	t.Run("trouble and its end", func(t *testing.T) {
		work(t, team(), func(o *office) {
			refuse(o, 0, 30*time.Second, 30*time.Second, 20*time.Second)
			o.after(39 * time.Second)
			o.expect() // it may be a moment's
			o.after(time.Second)
			o.contains(o.expect("2m0s" + refuses)[0], "In the last 2 minutes the source website has refused 4 requests", "[sources.website]")
			refuse(o, time.Minute, time.Hour)
			o.after(time.Hour)
			o.desk.Accepted("website")
			o.desk.Accepted("website")
			o.expect("2m0s"+refuses, "2h3m0s"+accepts)
		})
	})
	t.Run("a burst, and no more", func(t *testing.T) {
		work(t, team(), func(o *office) {
			refuse(o, 0, 0, 0)
			o.after(time.Hour)
			o.expect("1m0s" + refuses)
		})
	})
	t.Run("a few a day", func(t *testing.T) {
		work(t, team(), func(o *office) {
			refuse(o, 0, 23*time.Hour, 59*time.Minute)
			o.after(24 * time.Hour)
			o.expect("24h0m0s" + refuses)
		})
	})
	t.Run("two a day are few", func(t *testing.T) {
		work(t, team(), func(o *office) {
			for range 30 {
				refuse(o, 12*time.Hour)
			}
			o.after(100 * time.Hour)
			o.expect()
		})
	})
	t.Run("a stranger after trouble", func(t *testing.T) {
		work(t, team(), func(o *office) {
			refuse(o, 0, 0, 0)
			for range 10 {
				refuse(o, 24*time.Hour)
			}
			o.expect("1m0s" + refuses)
		})
	})
	t.Run("one that also accepts", func(t *testing.T) {
		work(t, team(), func(o *office) {
			for range 100 {
				refuse(o, 10*time.Second, 10*time.Second, 10*time.Second, 10*time.Second)
				o.desk.Accepted("website")
				o.desk.Refused("support")
			}
			o.desk.Accepted("support")
			o.expect("3m0s: The source support accepts nothing", "1h6m40s: The source support accepts again")
		})
	})
	t.Run("once a day", func(t *testing.T) {
		work(t, team(), func(o *office) {
			for range 25 * 60 {
				refuse(o, time.Minute)
			}
			got := o.expect("4m0s"+refuses, "24h4m0s"+refuses)
			o.contains(got[1], "24 hours", "refused 144") // 1443, or one more at this very moment
		})
	})
	t.Run("once a day, though it accepts between", func(t *testing.T) {
		work(t, team(), func(o *office) {
			refuse(o, 0, time.Minute, time.Minute)
			o.after(time.Minute)
			o.desk.Accepted("website")
			refuse(o, time.Minute, time.Minute, time.Minute)
			o.after(48 * time.Hour)
			o.desk.Accepted("website")
			o.expect("3m0s"+refuses, "3m0s"+accepts, "24h3m0s"+refuses, "48h6m0s"+accepts)
		})
	})
}

// TestStore: of an outage is told when it is over, with its length and how many
// requests it turned away.
func TestStore(t *testing.T) {
	full := fmt.Errorf("putting: %w: disk full", queue.ErrUnavailable)
	t.Run("over when the notice is stored", func(t *testing.T) {
		work(t, team(), func(o *office) {
			o.inbox.fail(full, false)
			for range 60 {
				o.desk.StoreFailed(full)
				o.after(10 * time.Second)
			}
			o.expect()
			o.inbox.fail(nil, false)
			o.after(time.Minute)
			events := o.told()
			if len(events) != 1 {
				t.Fatalf("%d notices", len(events))
			}
			// The last try, a minute after the one before, is the first to show it.
			o.contains(events[0].Event, "could not take events, for 11 minutes, until a moment ago. ", "disk full”", "About 60 requests were answered with 503")
			if o.inbox.puts[0].Sub(o.start) != 30*time.Second || len(o.inbox.puts) < 10 || len(o.inbox.puts) > 20 {
				t.Errorf("first try after %v, %d tries", o.inbox.puts[0].Sub(o.start), len(o.inbox.puts))
			}
			for i, at := range o.inbox.puts[1:] {
				if wait := at.Sub(o.inbox.puts[i]); wait < 5*time.Second || wait > time.Minute {
					t.Errorf("tried again after %v", wait)
				}
			}
		})
	})
	t.Run("over when a request is stored", func(t *testing.T) {
		work(t, team(), func(o *office) {
			o.desk.StoreWorks()
			o.desk.StoreFailed(full)
			o.after(3 * time.Second)
			o.desk.StoreWorks()
			o.after(time.Second)
			o.desk.StoreFailed(full)
			o.after(time.Second)
			o.desk.StoreWorks()
			o.after(time.Minute)
			e := o.expect("30s: Events could not be stored 2 times")[0]
			o.contains(e, "The store could not take events 2 times, for less than a minute in all, the last time until a moment ago.", "About 2 requests were")
			for range 10 { // at most once an hour
				o.desk.StoreFailed(full)
				o.after(time.Minute)
				o.desk.StoreWorks()
				o.after(4 * time.Minute)
			}
			o.desk.StoreWorks()
			o.after(time.Hour)
			e = o.expect("30s: Events could not be stored 2 times", "1h0m30s: Events could not be stored 10 times")[1]
			o.contains(e, "Since the last notice of this, the store could not take events 10 times, for 10 minutes in all",
				"About 10 requests were", "until 13 minutes ago")
		})
	})
	t.Run("later ones the same hour", func(t *testing.T) {
		work(t, team(), func(o *office) {
			outage := func(lasts time.Duration) {
				o.desk.StoreFailed(full)
				o.inbox.fail(full, false)
				o.after(lasts)
				o.inbox.fail(nil, false)
			}
			outage(10 * time.Second)
			o.desk.StoreWorks()
			o.after(20 * time.Second)
			o.expect("30s: Events could not be stored")
			outage(100 * time.Second)
			o.desk.StoreWorks()
			o.after(10 * time.Minute)
			outage(200 * time.Second) // and then nothing comes in
			o.after(time.Hour)
			e := o.expect("30s: Events could not be stored", "1h0m30s: Events could not be stored 2 times")[1]
			// Of the second one no more is known than its one request.
			o.contains(e, "Since the last notice of this, the store could not take events 2 times, for 2 minutes in all, the last time until 48 minutes ago.")
			o.after(time.Hour)
			outage(5 * time.Minute) // its notice is tried every minute meanwhile, and stored after 5:45
			o.after(time.Minute)
			all := o.told()
			o.contains(all[len(all)-1].Event, "this, the store could not take events, for 6 minutes, until a moment ago.")
		})
	})
	t.Run("at the stop", func(t *testing.T) {
		work(t, team(), func(o *office) {
			for range 2 {
				o.desk.StoreFailed(full)
				o.desk.StoreWorks()
				o.after(time.Minute)
			}
			o.stop()
			o.expect("30s: Events could not be stored", "2m0s: Events could not be stored")
		})
	})
}

// TestReload: a bad file is told at once, and no more until a good one.
func TestReload(t *testing.T) {
	work(t, team(), func(o *office) {
		o.desk.Reloaded()
		o.expect()
		o.after(time.Second)
		o.desk.BadReload("routes.toml", "routes.toml:3:1: unknown key \"x\"\n    x = 1\n    ^\nroutes.toml:9:1: unknown sink \"y\"")
		e := o.expect("1s: The changed routes.toml cannot be used")[0]
		o.contains(e, "\n\nroutes.toml:3:1: unknown key \"x\"\nx = 1\n^\nroutes.toml:9:1: unknown sink \"y\"\n\n", "botrelay check")
		o.desk.BadReload("routes.toml", "something else")
		o.after(48 * time.Hour)
		o.desk.BadReload("routes.toml", "something else")
		o.expect("1s: The changed routes.toml cannot be used")
		o.desk.Reloaded()
		o.desk.Reloaded()
		o.rest()
		o.desk.BadReload("routes.toml", "")
		o.expect("1s: The changed routes.toml cannot be used", "48h0m1s: routes.toml is in force again", "48h0m1s: The changed routes.toml cannot be used")
	})
}

// TestDoubtfulPut: a notice that may have been stored is not stored twice.
func TestDoubtfulPut(t *testing.T) {
	work(t, team(), func(o *office) {
		o.inbox.fail(errors.New("no answer"), true)
		o.desk.Moved("sales", "-1001")
		o.after(time.Second)
		o.inbox.fail(nil, false)
		o.after(time.Hour)
		if records := o.told(); len(records) != 1 || len(o.inbox.puts) != 2 {
			t.Errorf("%d notices after %d tries", len(records), len(o.inbox.puts))
		}
		if !strings.Contains(o.log.String(), "a notice cannot be stored") {
			t.Errorf("log:\n%s", o.log)
		}
	})
}

// TestAddsUp: what happens while nothing can be stored is told afterwards, once.
func TestAddsUp(t *testing.T) {
	work(t, team(), func(o *office) {
		o.inbox.fail(queue.ErrUnavailable, false)
		o.desk.Dead("sales", "no", 1)
		for range 3 {
			o.desk.Refused("website")
			o.after(time.Minute)
		}
		o.desk.Dead("sales", "no", 1)
		o.desk.Accepted("website") // so that this trouble is over before anybody could be told
		o.inbox.fail(nil, false)
		o.after(time.Minute)
		records := o.told()
		if len(records) != 1 || records[0].Event.Subject != "2 messages could not be delivered" {
			t.Errorf("%+v", records)
		}
	})
}

// TestStop: the stop tells what was only gathered so far, and is not held up by
// a store that is down or silent.
func TestStop(t *testing.T) {
	t.Run("gathered", func(t *testing.T) {
		work(t, team(), func(o *office) {
			o.desk.Dead("sales", "no", 1)
			o.after(time.Second)
			o.stop()
			o.expect("1s: 1 message could not be delivered")
		})
	})
	t.Run("store down", func(t *testing.T) {
		work(t, team(), func(o *office) {
			o.inbox.fail(queue.ErrUnavailable, false)
			o.desk.Moved("sales", "-1001")
			o.after(time.Second)
			before := time.Now()
			o.stop()
			if took := time.Since(before); took > 0 || !strings.Contains(o.log.String(), "dropped at the stop") {
				t.Errorf("took %v, log:\n%s", took, o.log)
			}
		})
	})
	t.Run("store silent", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			var log bytes.Buffer
			desk := notice.New(notice.Config{Inbox: silent{}, Notify: team(), Log: slog.New(slog.NewTextHandler(&log, nil))})
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			desk.Moved("sales", "-1001")
			desk.Dead("sales", "no", 1)
			before := time.Now()
			desk.Run(ctx)
			if took := time.Since(before); took != 3*time.Second || strings.Count(log.String(), "dropped at the stop") != 2 {
				t.Errorf("took %v, log:\n%s", took, &log)
			}
		})
	})
}

// silent is a store that never answers.
type silent struct{}

func (silent) Put(ctx context.Context, _ relay.Event, _ []relay.Owed) (queue.Receipt, error) {
	<-ctx.Done()
	return queue.Receipt{}, ctx.Err()
}

// TestManyAtOnce: the desk is told by many at once, while it tells.
func TestManyAtOnce(t *testing.T) {
	work(t, team(), func(o *office) {
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				source := fmt.Sprintf("source-%d", i%3)
				for range 100 {
					o.desk.Dead("sales", "no", 1)
					o.desk.Refused(source)
					o.desk.Accepted(source)
					o.desk.StoreFailed(queue.ErrUnavailable)
					o.desk.StoreWorks()
					o.desk.BadReload("routes.toml", "x")
					o.desk.Reloaded()
					o.desk.Moved("sales", source)
				}
			})
		}
		all.Wait()
		o.after(time.Minute)
		sum := 0
		for _, r := range o.told() {
			if strings.Contains(r.Event.Text, "gave up on 800 messages") {
				sum++
			}
		}
		if sum != 1 {
			t.Errorf("%d notices of all dead letters", sum)
		}
	})
}
