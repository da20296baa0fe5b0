//go:build unix

package main

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"botrelay/relay/queue/postgres/postgrestest"

	"github.com/jackc/pgx/v5"
)

const (
	fleetSize = 3
	// fleetLease is more than the time after which nothing of a relay's former
	// lease is left.
	fleetLease = 8 * time.Second
	// tryTime is how long a client waits for one relay before it goes to another.
	tryTime = 4 * time.Second
	// refuseTime is within what a relay says that it cannot take an event.
	refuseTime = 12 * time.Second
	// takeoverTime is how long a busy lane may stand still when its relay dies. It
	// is about 10 seconds; a machine that has much else to do is given more.
	takeoverTime = 20 * time.Second
)

// fleet is several relays on one PostgreSQL, under fire.
type fleet struct {
	*testing.T
	server    *postgrestest.Server
	database  string // its URL, without anything between
	line      *postgrestest.Line
	platforms *standIn
	vendor    *vendor
	tally     *tally
	routes    string
	env       []string
	troubles  []trouble

	mu     sync.Mutex
	relays [fleetSize]*relayProcess // nil: it is down
}

// trouble is a time in which relays may have lost what they knew.
type trouble struct {
	what     string
	from, to time.Time
}

// TestFleet lets three relays share one PostgreSQL under load, kills and freezes
// them, cuts them off, and lets the database crash, and holds what arrived against
// what was acknowledged. BOTRELAY_CRASH_FOR says for how long.
func TestFleet(t *testing.T) {
	text := os.Getenv("BOTRELAY_CRASH_FOR")
	if text == "" {
		t.Skip("it takes minutes: BOTRELAY_CRASH_FOR says how long")
	}
	t.Parallel()
	long, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	f := newFleet(t)
	stop := f.load()
	until := time.Now().Add(long)
	f.pass(2 * time.Second)
	for _, strike := range f.strikes() {
		strike()
		f.pass(time.Second)
	}
	for time.Now().Before(until) {
		f.strikes()[rand.IntN(len(f.strikes()))]()
		f.pass(time.Duration(rand.IntN(3000)) * time.Millisecond)
	}
	stop()
	f.arrive()
	for _, p := range f.relays {
		p.stop(t)
		p.checkFaults(t)
	}
	f.check()
	f.tell()
}

func newFleet(t *testing.T) *fleet {
	t.Helper()
	f := &fleet{T: t, server: new(postgrestest.Server), platforms: newStandIn(time.Now), vendor: newVendor(t), tally: newTally()}
	f.platforms.failing(func(string) fault { return fault{slow: time.Duration(50+rand.IntN(200)) * time.Millisecond} })
	stop, err := f.server.Start()
	t.Cleanup(stop)
	if os.Getenv(postgrestest.Variable) == "" && err != nil {
		t.Log(err)
	}
	f.database = f.server.Database(t)
	line, text := postgrestest.NewLine(t, f.database)
	f.line = line
	through, err := url.Parse(text)
	if err != nil {
		t.Fatal("the database's URL is none")
	}
	if _, has := through.User.Password(); !has { // the server believes everybody
		through.User = url.UserPassword(through.User.Username(), storePassword)
	}
	web := httptest.NewServer(f.platforms)
	t.Cleanup(web.Close)
	f.routes = writeRoutes(t, strings.Replace(crashRoutes, "sqlite:FOLDER/store.db", "${DATABASE}", 1))
	f.env = append(os.Environ(), "SECRET="+leadSecret, "STANDIN="+web.URL, "DATABASE="+through.String())
	for i := range f.relays {
		f.relays[i] = startRelay(t, f.routes, f.env)
	}
	return f
}

// strikes are what befalls the relays and their database.
func (f *fleet) strikes() []func() {
	return []func(){f.kill, f.freeze, f.disconnect, f.drop, f.swallow, f.crash}
}

// pass lets some time go by.
func (f *fleet) pass(d time.Duration) { <-time.After(d) }

// suffer notes a time of trouble.
func (f *fleet) suffer(what string, from time.Time) {
	f.troubles = append(f.troubles, trouble{what, from, time.Now().Add(fleetLease)})
}

func (f *fleet) relay(i int) *relayProcess {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.relays[i]
}

func (f *fleet) set(i int, p *relayProcess) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.relays[i] = p
}

// kill kills a relay, waits until the others have its lanes, and starts it again.
func (f *fleet) kill() {
	f.spread()
	i, began := rand.IntN(fleetSize), time.Now()
	p := f.relay(i)
	f.set(i, nil)
	p.kill()
	p.checkFaults(f.T)
	f.pass(12 * time.Second)
	f.suffer("kill", began)
	stood := f.stood(began)
	f.Logf("killed: no lane stood still for longer than %s", stood.Round(10*time.Millisecond))
	if stood > takeoverTime {
		f.Errorf("a lane stood still for %s", stood)
	}
	f.set(i, startRelay(f.T, f.routes, f.env))
}

// spread waits until each relay has a lane.
func (f *fleet) spread() {
	conn := f.connect()
	defer func() { _ = conn.Close(context.Background()) }()
	for end := time.Now().Add(time.Minute); ; f.pass(100 * time.Millisecond) {
		var n int
		err := conn.QueryRow(f.Context(), `SELECT count(DISTINCT relay) FROM botrelay.lanes WHERE leased_until > botrelay.now_micros()`).Scan(&n)
		switch {
		case err != nil:
			f.Fatal(err)
		case n == fleetSize:
			return
		case time.Now().After(end):
			f.Fatalf("only %d relays have lanes", n)
		}
	}
}

// connect connects to the database, with nothing between.
func (f *fleet) connect() *pgx.Conn {
	f.Helper()
	ctx, cancel := context.WithTimeout(f.Context(), 10*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, f.database)
	if err != nil {
		f.Fatal(err)
	}
	return conn
}

// freeze lets a relay stand still for longer than its lease.
func (f *fleet) freeze() {
	p, began := f.relay(rand.IntN(fleetSize)), time.Now()
	_ = p.cmd.Process.Signal(syscall.SIGSTOP)
	f.pass(12 * time.Second)
	_ = p.cmd.Process.Signal(syscall.SIGCONT)
	f.suffer("freeze", began)
}

// disconnect ends all connections at the server's side.
func (f *fleet) disconnect() {
	began := time.Now()
	conn := f.connect()
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(f.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`); err != nil {
		f.Fatal(err)
	}
	f.suffer("disconnect", began)
}

// drop lets nobody reach the database for some seconds.
func (f *fleet) drop() {
	began := time.Now()
	f.line.Cut(true)
	f.pass(3 * time.Second)
	f.line.Mend()
	f.suffer("drop", began)
}

// swallow lets the database not answer for some seconds. What is posted then must
// be refused in good time.
func (f *fleet) swallow() {
	began := time.Now()
	f.line.Swallow()
	f.pass(100 * time.Millisecond)
	var all sync.WaitGroup
	for i := range fleetSize {
		all.Go(func() {
			asked := time.Now()
			status, header, err := f.vendor.post(f.Context(), f.relay(i).url, "flood", lead{90 + i, rand.IntN(1 << 20)}.body())
			took := time.Since(asked)
			if err != nil || status != http.StatusServiceUnavailable || header.Get("Retry-After") == "" || took > refuseTime {
				f.Errorf("a post while the database hangs: %d, Retry-After %q, %v, after %s", status, header.Get("Retry-After"), err, took)
			}
		})
	}
	all.Wait()
	f.line.Mend()
	f.suffer("swallow", began)
	mended := time.Now()
	n := len(f.tally.acknowledged(0, websites-1))
	for len(f.tally.acknowledged(0, websites-1)) < n+5 && time.Since(mended) < time.Minute {
		f.pass(20 * time.Millisecond)
	}
	f.Logf("swallowed for %s; leads were taken again %s after", mended.Sub(began).Round(10*time.Millisecond), time.Since(mended).Round(10*time.Millisecond))
	f.Logf("no lane stood still for longer than %s", f.stood(began).Round(10*time.Millisecond))
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
	}
}

// stood returns for how long one of Slack's lanes, which always have something to
// send, has had no request since a moment.
func (f *fleet) stood(since time.Time) (longest time.Duration) {
	f.platforms.mu.Lock()
	defer f.platforms.mu.Unlock()
	for _, place := range crashPlaces()[:4] {
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

// load lets clients send until stop is called, each its leads one after the other.
func (f *fleet) load() (stop func()) {
	ctx, cancel := context.WithCancel(f.Context())
	var clients sync.WaitGroup
	for client := range websites + supports {
		source := "website"
		if client >= websites {
			source = "support"
		}
		clients.Go(func() {
			for ctx.Err() == nil {
				f.deliver(source, f.tally.draw(client))
				f.pass(time.Duration(rand.Int64N(int64(2 * pause))))
			}
		})
	}
	return func() {
		cancel()
		clients.Wait()
	}
}

// deliver posts a lead until a relay has acknowledged it.
func (f *fleet) deliver(source string, l lead) {
	for i, tries := rand.IntN(fleetSize), 0; ; i, tries = (i+1)%fleetSize, tries+1 {
		if tries > 0 {
			f.pass(50 * time.Millisecond)
		}
		p := f.relay(i)
		if p == nil {
			continue
		}
		ctx, cancel := context.WithTimeout(context.Background(), tryTime)
		status, header, err := f.vendor.post(ctx, p.url, source, l.body())
		cancel()
		switch {
		case err != nil:
		case status == http.StatusOK:
			f.tally.acknowledge(l)
			return
		case status != http.StatusServiceUnavailable || header.Get("Retry-After") == "":
			f.Errorf("%s: %d, Retry-After %q", l, status, header.Get("Retry-After"))
		}
	}
}

// arrive waits until all that was acknowledged has arrived.
func (f *fleet) arrive() {
	f.Helper()
	c := crash{t: f.T, platforms: f.platforms, tally: f.tally}
	c.arrive()
}

// check holds what the relays promise together against what the stand-in has seen.
func (f *fleet) check() {
	f.Helper()
	f.checkStore()
	s := f.platforms
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.refused[:min(len(s.refused), 10)] {
		f.Errorf("refused: %s", r)
	}
	for place := range s.arrivals {
		s.checkOrder(f.T, place)
		f.checkTwice(place)
	}
	f.checkAlone()
}

// checkStore holds that nothing is pending or was given up.
func (f *fleet) checkStore() {
	f.Helper()
	store, err := openLedger(f.Context(), f.database)
	if err != nil {
		f.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	lanes, err := store.LaneStatus(f.Context())
	if err != nil {
		f.Fatal(err)
	}
	for sink, lane := range lanes {
		if lane.Pending > 0 || lane.Dead > 0 {
			f.Errorf("%s: %d pending, %d dead", sink, lane.Pending, lane.Dead)
		}
	}
}

// checkTwice holds that what came twice had no answer, or was answered in a time
// of trouble in which that could not be recorded: one request a lane each time.
// Where the platform has a nonce, nothing comes twice.
func (f *fleet) checkTwice(place string) {
	f.Helper()
	first, repeated := make(map[lead]*posting), make(map[*posting]bool)
	for _, a := range f.platforms.arrivals[place] {
		if before := first[a.lead]; before != nil && before != a.by {
			repeated[before] = true
			if strings.HasPrefix(place, "discord channel") {
				f.Errorf("%s: %s came twice in spite of the nonce", place, a.lead)
			}
		}
		first[a.lead] = a.by
	}
	byLane := make(map[string][]*posting)
	for p := range repeated {
		byLane[p.lane] = append(byLane[p.lane], p)
	}
	for _, all := range byLane {
		f.explain(place, all)
	}
}

// explain finds a trouble of its own for each message of a lane that came twice. The
// times of two troubles may overlap: the first message has the one that is over first.
func (f *fleet) explain(place string, repeated []*posting) {
	f.Helper()
	slices.SortFunc(repeated, func(a, b *posting) int { return a.at.Compare(b.at) })
	troubles := slices.SortedFunc(slices.Values(f.troubles), func(a, b trouble) int { return a.to.Compare(b.to) })
	for _, p := range repeated {
		i := slices.IndexFunc(troubles, func(t trouble) bool {
			return p.at.After(t.from.Add(-time.Second)) && p.at.Before(t.to)
		})
		if i < 0 {
			f.Errorf("%s: %v came twice at %s, and there was no trouble, or none that had not doubled another", place, p.leads, p.at.Format(time.TimeOnly))
			continue
		}
		troubles = slices.Delete(troubles, i, i+1)
	}
}

// checkAlone holds that no lane had two requests under way, but for one of a
// relay that stood still.
func (f *fleet) checkAlone() {
	f.Helper()
	under := make(map[string]*posting)
	for _, p := range f.platforms.posts {
		if before := under[p.lane]; before != nil && p.at.Before(before.ended) {
			inTrouble := slices.ContainsFunc(f.troubles, func(t trouble) bool { return p.at.After(t.from) && p.at.Before(t.to) })
			if !inTrouble {
				f.Errorf("%s: %v was sent while %v was under way", p.lane, p.leads, before.leads)
			}
		}
		if before := under[p.lane]; before == nil || p.ended.After(before.ended) {
			under[p.lane] = p
		}
	}
}

// tell says what the test has been through.
func (f *fleet) tell() {
	s := f.platforms
	f.Logf("%d times of trouble, %d requests; acknowledged: %d website, %d support", len(f.troubles), len(s.posts),
		len(f.tally.acknowledged(0, websites-1)), len(f.tally.acknowledged(websites, websites+supports-1)))
	for _, place := range crashPlaces() {
		f.Logf("%s: %d leads, %d of them more than once, for %d answers that were lost", place, len(s.has(place)), s.twice(place), s.lost(place))
	}
}
