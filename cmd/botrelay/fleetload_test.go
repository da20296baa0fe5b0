//go:build unix

package main

import (
	"context"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// steadyPlaces are those whose platform does not fail, so that it can be told for
// how long a lane stands still. They always have something to send.
func steadyPlaces() []string {
	return []string{"slack channel #more-leads", "slack webhook crash-test-1", "slack webhook crash-test-2"}
}

// hangTime is how long a platform leaves a request unanswered: for longer than a
// lease lasts.
const hangTime = 12 * time.Second

// platformFaults is what befalls the fleet's requests. Its methods may be called
// from several goroutines.
type platformFaults struct {
	mu   sync.Mutex
	hang time.Time // until then they leave every request unanswered
	over bool
}

// next is a fault for a request to a place: all take their time, and those to places
// that are not steady fail now and then.
func (p *platformFaults) next(place string) fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := fault{slow: time.Duration(50+rand.IntN(200)) * time.Millisecond}
	if p.over || slices.Contains(steadyPlaces(), place) {
		return f
	}
	switch n := rand.IntN(1000); {
	case n < 10 || time.Now().Before(p.hang):
		f.slow, f.reset = hangTime, true
	case n < 40:
		f.before, f.answer = true, unavailable(place)
	case n < 70:
		f.before, f.answer = true, said(http.StatusInternalServerError, "text/html", "<html><body>500 Internal Server Error</body></html>")
	case n < 100:
		f.reset = true
	case n < 120:
		f.reset, f.before = true, true
	case n < 140:
		seconds := 1 + rand.IntN(3)
		f.before, f.answer, f.rest = true, throttled(place, seconds), time.Duration(seconds)*time.Second
	}
	return f
}

// hangFor lets the platforms leave every request unanswered that begins soon.
func (p *platformFaults) hangFor(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hang = time.Now().Add(d)
}

// end lets the platforms fail no more.
func (p *platformFaults) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = true
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

// tell says what the test has been through.
func (f *fleet) tell() {
	s := f.platforms
	var troubles []string
	for _, t := range f.troubles {
		troubles = append(troubles, t.what)
	}
	f.Logf("%s; %d requests; acknowledged: %d website, %d support", strings.Join(troubles, ", "), len(s.posts),
		len(f.tally.acknowledged(0, websites-1)), len(f.tally.acknowledged(websites, websites+supports-1)))
	for _, place := range crashPlaces() {
		f.Logf("%s: %d leads, %d of them more than once, for %d answers that were lost", place, len(s.has(place)), s.twice(place), s.lost(place))
	}
}
