package main

import (
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// paceRoutes has a place of each kind whose pace is the slowest of its platform.
const paceRoutes = `
[server]
listen = "127.0.0.1:0"
[store]
url = "sqlite:unused"
[sources.website]
vendor = "chatbase"
secret = "unused"
[sinks.slack]
type = "slack"
token = "xoxb-123-burst-test"
channel = "#leads"
[sinks.discord]
type = "discord"
webhook_url = "https://discord.com/api/v10/webhooks/1180000000000000001/burst-test"
[sinks.telegram]
type = "telegram"
token = "123456789:AABurstTestBurstTestBurstTestBurstTe"
chat_id = -1001234567890
[[routes]]
match = {}
to = ["slack", "discord", "telegram"]
`

// pacePlaces are where the sinks of paceRoutes post to, and how many messages
// each takes in a minute.
func pacePlaces() map[string]float64 {
	return map[string]float64{
		"slack channel #leads":                60,
		"discord webhook 1180000000000000001": 30,
		"telegram group -1001234567890":       20,
	}
}

// TestBurst puts many leads at once and holds that they arrive at ten times the
// rate at which the platforms take messages, and not much slower while they fail.
func TestBurst(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		leads int
		fail  func(string) fault
		each  float64 // leads for each message that the platform takes
	}{
		{"well", 2000, nil, 10},
		{"failing", 600, someFaults, 5}, // ten on average, if chance does not will it otherwise
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := newBubble(t, paceRoutes)
				defer b.run()()
				b.platforms.failing(test.fail)
				began := time.Now()
				leads := b.burst(test.leads)
				for place, perMinute := range pacePlaces() {
					if missing := b.platforms.await(place, leads, time.After(10*time.Hour)); len(missing) > 0 {
						t.Errorf("%s: %d leads are missing", place, len(missing))
					}
					took, twice := b.platforms.lastArrival(place).Sub(began), b.platforms.twice(place)
					rate := float64(test.leads) / took.Minutes()
					t.Logf("%s: %.0f leads a minute in %d messages, %s; %d of them twice", place, rate, b.platforms.messages(place), took, twice)
					if rate < test.each*perMinute || test.fail == nil && twice > 0 {
						t.Errorf("%s: %.0f leads a minute, want %.0f; %d came twice", place, rate, test.each*perMinute, twice)
					}
				}
				b.platforms.checkAll(t)
			})
		})
	}
}

// burst puts n leads, each client's in order, and returns them.
func (b *bubble) burst(n int) (leads []lead) {
	var clients sync.WaitGroup
	for client := range websites {
		for n := range n / websites {
			leads = append(leads, lead{client, n + 1})
		}
		own := leads[client*n/websites:]
		clients.Go(func() {
			for _, l := range own {
				b.put(l)
			}
		})
	}
	clients.Wait()
	return leads
}

// someFaults is anyFault without the hangs and the throttling.
func someFaults(place string) fault {
	switch n := rand.IntN(1000); {
	case n < 300:
		return fault{before: true, answer: unavailable(place)}
	case n < 350:
		return fault{before: true, reset: true}
	case n < 400:
		return fault{reset: true}
	}
	return fault{}
}

// lastArrival returns when the last message arrived at a place.
func (s *standIn) lastArrival(place string) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.arrivals[place]
	if len(all) == 0 {
		return time.Time{}
	}
	return all[len(all)-1].by.at
}

// messages returns how many messages arrived at a place.
func (s *standIn) messages(place string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.posts {
		if p.place == place && p.arrived {
			n++
		}
	}
	return n
}
