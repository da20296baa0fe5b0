//go:build unix

package main

import (
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"botrelay/relay/queue/postgres/postgrestest"
	"botrelay/sinks/sandbox"
)

const (
	fleetSize  = 3
	crashSinks = 11 // of crashRoutes
	// fleetLease is more than the time after which nothing of a relay's former
	// lease is left.
	fleetLease = 8 * time.Second
	// tryTime is how long a client waits for one relay before it goes to another.
	tryTime = 4 * time.Second
	// refuseTime is within what a relay says that it cannot take an event.
	refuseTime = 12 * time.Second
	// takeoverTime is how soon another relay has the lanes of one that has died. It
	// is 10 seconds; a machine that has much else to do is given some more.
	takeoverTime = 15 * time.Second
	// standTime is how long one of their lanes may stand still meanwhile, or after a
	// try that failed with the database.
	standTime = 20 * time.Second
)

// fleet is several relays on one PostgreSQL, under fire. Each has a line of its own
// to the database.
type fleet struct {
	*commonStore
	platforms *standIn
	vendor    *vendor
	tally     *tally
	routes    string
	lines     [fleetSize]*postgrestest.Line
	urls      [fleetSize]string // of the database, by way of these
	env       []string          // of a relay that has no line of its own
	troubles  []trouble
	faults    *platformFaults
	hurried   bool

	mu     sync.Mutex
	relays [fleetSize]*member // nil: it is down
}

// TestFleet lets three relays share one PostgreSQL under load, while the platforms
// fail, kills and freezes the relays, cuts them off, and lets the database crash,
// and holds what arrived against what was acknowledged. Each trouble comes once; for
// how long others follow BOTRELAY_CRASH_FOR says.
func TestFleet(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	t.Parallel()
	long, err := time.ParseDuration(envOr("BOTRELAY_CRASH_FOR", "0s"))
	if err != nil {
		t.Fatal(err)
	}
	f := startFleet(t, &fleet{platforms: newStandIn(time.Now), faults: new(platformFaults), hurried: long == 0})
	stop := f.load()
	until := time.Now().Add(long)
	f.pass(time.Second)
	for _, strike := range f.strikes() {
		strike()
	}
	for time.Now().Before(until) {
		f.longStrikes()[rand.IntN(len(f.longStrikes()))]()
		f.pass(time.Duration(rand.IntN(3000)) * time.Millisecond)
	}
	stop()
	f.faults.end()
	stopped := time.Now()
	f.arrive()
	f.Logf("everything had arrived %s after the last was taken", time.Since(stopped).Round(10*time.Millisecond))
	f.checkLeaks()
	for _, p := range f.relays {
		p.stop(t)
		p.checkFaults(t)
	}
	f.check()
	f.tell()
}

// newFleet starts a fleet whose platforms never fail.
func newFleet(t *testing.T) *fleet {
	t.Helper()
	return startFleet(t, &fleet{platforms: newStandIn(time.Now), faults: &platformFaults{over: true}})
}

// startFleet starts the relays of a fleet. One that is hurried has places that take
// more in a minute than the platforms say: else that would have to go by to the end.
func startFleet(t *testing.T, f *fleet) *fleet {
	t.Helper()
	f.commonStore, f.vendor, f.tally = newCommonStore(t), newVendor(t), newTally()
	if f.hurried {
		f.platforms.box = sandbox.New(sandbox.Config{})
	}
	f.platforms.failing(f.faults.next)
	web := httptest.NewServer(f.platforms)
	t.Cleanup(web.Close)
	f.routes = writeRoutes(t, f.routesText())
	f.env = append(os.Environ(), "SECRET="+leadSecret, "STANDIN="+web.URL, "DATABASE="+through(t, f.url))
	for i := range f.relays {
		line, text := postgrestest.NewLine(t, f.url)
		f.lines[i], f.urls[i] = line, through(t, text)
		f.relays[i] = f.launch(i)
	}
	return f
}

// launch starts a relay, with its line to the database.
func (f *fleet) launch(i int) *member {
	f.Helper()
	return f.start(f.routes, append(slices.Clone(f.env), "DATABASE="+f.urls[i]))
}

// routesText returns the relays' file.
func (f *fleet) routesText() string {
	text := strings.NewReplacer("sqlite:FOLDER/store.db", "${DATABASE}", "[store]", "admin_listen = \"127.0.0.1:0\"\nadmin_token = \"${SECRET}\"\n[store]").Replace(crashRoutes)
	if f.hurried {
		text = strings.NewReplacer("type = \"discord\"", "type = \"discord\"\nrate = \"5/2s\"", "type = \"telegram\"", "type = \"telegram\"\nrate = \"1/1s\"").Replace(text)
	}
	return text
}

// pass lets some time go by.
func (f *fleet) pass(d time.Duration) { <-time.After(d) }

func (f *fleet) relay(i int) *member {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.relays[i]
}

func (f *fleet) set(i int, m *member) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.relays[i] = m
}
