package notice_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay"
	"botrelay/relay/notice"
	"botrelay/relay/queue"
)

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
