package door

import (
	"net/netip"
	"sync"
	"time"
)

const (
	freeGuesses = 5                // wrong tokens that cost nothing: people mistype
	longestWait = time.Minute      // between two tries of a client
	forgiven    = 15 * time.Minute // after the last wrong token all is forgotten
	maxClients  = 10_000           // that are remembered; who comes beyond them shares one account
	network6    = 64               // bits of an IPv6 address that one client has all of
)

// Guesses remembers who showed a wrong token lately, and lets each of them wait
// longer from time to time. It may be used from several goroutines.
type Guesses struct {
	mu  sync.Mutex
	all map[netip.Addr]guesser
}

// guesser is a client that showed wrong tokens.
type guesser struct {
	wrong int
	last  time.Time
}

// NewGuesses returns Guesses that know nobody.
func NewGuesses() *Guesses { return &Guesses{all: make(map[netip.Addr]guesser)} }

// wait returns for how long no token of a client is looked at; 0: it is.
func (g *Guesses) wait(who netip.Addr, now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	it := g.all[g.account(who)]
	if it.wrong < freeGuesses || now.Sub(it.last) >= forgiven {
		return 0
	}
	wait := min(longestWait, time.Second<<min(it.wrong-freeGuesses, 6))
	return max(0, wait-now.Sub(it.last))
}

// wrong takes note of a wrong token.
func (g *Guesses) wrong(who netip.Addr, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.all) >= maxClients {
		for at, it := range g.all {
			if now.Sub(it.last) >= forgiven {
				delete(g.all, at)
			}
		}
	}
	at := g.account(who)
	it := g.all[at]
	if now.Sub(it.last) >= forgiven {
		it.wrong = 0
	}
	g.all[at] = guesser{it.wrong + 1, now}
}

// right forgets the wrong tokens of who showed the right one.
func (g *Guesses) right(who netip.Addr) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.all, g.account(who))
}

// account returns under what a client is remembered.
func (g *Guesses) account(who netip.Addr) netip.Addr {
	if who.Is6() && !who.Is4In6() {
		network, _ := who.Prefix(network6) // it has as many bits
		who = network.Addr()
	}
	if _, known := g.all[who]; !known && len(g.all) >= maxClients {
		return netip.Addr{}
	}
	return who
}
