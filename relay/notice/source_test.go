package notice_test

import (
	"fmt"
	"testing"
	"time"

	"botrelay/relay/queue"
)

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
