//go:build unix

package main

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// trouble is a time in which relays may have lost what they knew.
type trouble struct {
	what     string
	from, to time.Time
}

// suffer notes a time of trouble.
func (f *fleet) suffer(what string, from time.Time) {
	f.troubles = append(f.troubles, trouble{what, from, time.Now().Add(fleetLease)})
}

// strikes are what befalls the relays and their database, each once. The first and
// the last take ten seconds, and others much less.
func (f *fleet) strikes() []func() {
	return []func(){f.killAndFreeze, f.disconnect, f.crash, f.drop, f.isolate}
}

// longStrikes are what may befall them too.
func (f *fleet) longStrikes() []func() {
	return append(f.strikes(), f.kill, f.freeze, f.swallow)
}

// kill kills a relay, waits until the others have its lanes, and starts it again.
func (f *fleet) kill() {
	f.spread()
	i, began := rand.IntN(fleetSize), time.Now()
	p := f.down(i)
	f.taken("killed", began, p)
	f.suffer("kill", began)
	f.up(i)
}

// freeze lets a relay stand still for longer than its lease.
func (f *fleet) freeze() {
	f.spread()
	p, began := f.relay(rand.IntN(fleetSize)), time.Now()
	_ = p.cmd.Process.Signal(syscall.SIGSTOP)
	f.taken("frozen", began, p)
	f.thaw(p, began)
}

// killAndFreeze does both at the same time, to two relays of three.
func (f *fleet) killAndFreeze() {
	f.spread()
	which, began := rand.Perm(fleetSize), time.Now()
	frozen := f.relay(which[1])
	_ = frozen.cmd.Process.Signal(syscall.SIGSTOP)
	killed := f.down(which[0])
	f.taken("killed and frozen", began, killed, frozen)
	f.suffer("kill", began)
	f.thaw(frozen, began)
	f.up(which[0])
}

func (f *fleet) down(i int) *member {
	p := f.relay(i)
	f.set(i, nil)
	p.kill()
	p.checkFaults(f.T)
	return p
}

func (f *fleet) up(i int) { f.set(i, f.launch(i)) }

func (f *fleet) thaw(p *member, began time.Time) {
	f.pass(time.Duration(rand.IntN(1500)) * time.Millisecond)
	_ = p.cmd.Process.Signal(syscall.SIGCONT)
	f.suffer("freeze", began)
}

// isolate cuts one relay off from the database until the others have its lanes. It
// refuses what is posted meanwhile, and gives up what it has under way.
func (f *fleet) isolate() {
	f.spread()
	f.faults.hangFor(1500 * time.Millisecond)
	f.pass(time.Second)
	i, began := rand.IntN(fleetSize), time.Now()
	p, how := f.relay(i), "cut off"
	if rand.IntN(2) == 0 {
		f.lines[i].Cut(true)
	} else {
		f.lines[i].Swallow()
		how = "cut off silently"
	}
	f.refuses(i)
	f.taken(how, began, p)
	f.lines[i].Mend()
	f.suffer("isolate", began)
}

// spread waits until each relay has a lane.
func (f *fleet) spread() {
	f.until("each relay has a lane", time.Minute, func() bool {
		var with []string
		for _, relay := range f.holders() {
			with = append(with, relay)
		}
		slices.Sort(with)
		return len(slices.Compact(with)) == fleetSize
	})
}

// taken waits until others have all lanes of some relays, which must be soon, and send.
func (f *fleet) taken(how string, began time.Time, from ...*member) {
	f.until("other relays have its lanes", time.Minute, func() bool {
		holders := f.holders()
		for _, m := range from {
			for _, relay := range holders {
				if relay == m.id {
					return false
				}
			}
		}
		return len(holders) == crashSinks
	})
	took := time.Since(began)
	f.until("Slack's lanes send", time.Minute, func() bool { return f.sentSince(began.Add(took)) })
	stood := f.stood(began)
	f.Logf("%s: others had its lanes after %s, and no lane stood still for longer than %s", how, took.Round(10*time.Millisecond), stood.Round(10*time.Millisecond))
	if took > takeoverTime || stood > standTime {
		f.Errorf("%s: others had its lanes after %s, and a lane stood still for %s", how, took, stood)
	}
}

// stood returns for how long one of Slack's lanes, which always have something to
// send and whose platform does not fail, has had no request since a moment.
func (f *fleet) stood(since time.Time) (longest time.Duration) {
	f.platforms.mu.Lock()
	defer f.platforms.mu.Unlock()
	for _, place := range steadyPlaces() {
		before := since
		for _, p := range f.platforms.posts {
			if p.place == place && p.at.After(since) {
				longest, before = max(longest, p.at.Sub(before)), p.at
			}
		}
		longest = max(longest, time.Since(before))
	}
	return longest
}

// sentSince reports whether each of Slack's lanes has sent something since a moment.
func (f *fleet) sentSince(moment time.Time) bool {
	f.platforms.mu.Lock()
	defer f.platforms.mu.Unlock()
	return !slices.ContainsFunc(steadyPlaces(), func(place string) bool {
		return !slices.ContainsFunc(f.platforms.posts, func(p *posting) bool { return p.place == place && p.at.After(moment) })
	})
}

// disconnect ends all connections at the server's side.
func (f *fleet) disconnect() {
	began := time.Now()
	f.ask(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
		func(pgx.Rows) error { return nil })
	f.suffer("disconnect", began)
	f.recover("disconnected", began)
}

// drop lets nobody reach the database for some seconds.
func (f *fleet) drop() {
	began := time.Now()
	for _, line := range f.lines {
		line.Cut(true)
	}
	f.pass(time.Duration(500+rand.IntN(3000)) * time.Millisecond)
	f.mend("drop", began)
}

// swallow lets the database not answer for some seconds. What is posted then must
// be refused in good time.
func (f *fleet) swallow() {
	began := time.Now()
	for _, line := range f.lines {
		line.Swallow()
	}
	f.pass(100 * time.Millisecond)
	var all sync.WaitGroup
	for i := range fleetSize {
		all.Go(func() { f.refuses(i) })
	}
	all.Wait()
	f.mend("swallow", began)
}

// mend lets the relays reach the database again.
func (f *fleet) mend(what string, began time.Time) {
	for _, line := range f.lines {
		line.Mend()
	}
	f.suffer(what, began)
	f.recover(what, began)
}

// refuses holds that a relay refuses an event in good time.
func (f *fleet) refuses(i int) {
	asked := time.Now()
	status, header, err := f.vendor.post(f.Context(), f.relay(i).url, "flood", lead{90 + i, rand.IntN(1 << 20)}.body())
	took := time.Since(asked)
	if err != nil || status != http.StatusServiceUnavailable || header.Get("Retry-After") == "" || took > refuseTime {
		f.Errorf("a post while the database is out of reach: %d, Retry-After %q, %v, after %s", status, header.Get("Retry-After"), err, took)
	}
}

// crash lets the database crash and come back.
func (f *fleet) crash() {
	began := time.Now()
	own, err := f.server.Crash()
	if err != nil {
		f.Fatal(err)
	}
	if own {
		f.suffer("crash", began)
		f.recover("crashed", began)
	}
}

// recover waits until leads are taken again.
func (f *fleet) recover(what string, began time.Time) {
	mended := time.Now()
	n := len(f.tally.acknowledged(0, websites-1))
	took := f.until("leads are taken again", time.Minute, func() bool { return len(f.tally.acknowledged(0, websites-1)) >= n+5 })
	f.Logf("%s for %s; leads were taken again %s after", what, mended.Sub(began).Round(10*time.Millisecond), took.Round(10*time.Millisecond))
}
