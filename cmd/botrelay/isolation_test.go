package main

import (
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// downRoutes has one more group for the bot of paceRoutes.
const downRoutes = paceRoutes + `
[sinks.telegram-2]
type = "telegram"
token = "123456789:AABurstTestBurstTestBurstTestBurstTe"
chat_id = -1001234567892
`

// TestIsolation lets a group be down for an hour, and holds that the platforms'
// other places, one of the same bot's among them, are told of leads as soon as
// they are without that.
func TestIsolation(t *testing.T) {
	t.Parallel()
	const down = "telegram group -1001234567890"
	well := trickle(t, 10*time.Minute, nil)
	beside := trickle(t, time.Hour, func(place string) fault {
		switch {
		case place != down:
			return fault{}
		case rand.IntN(2) == 0:
			return fault{before: true, hang: true}
		}
		return fault{before: true, answer: unavailable(place)}
	})
	if late := slices.Max(beside[down]); late < 30*time.Minute {
		t.Errorf("the group was not down: no lead was later than %s", late)
	}
	delete(beside, down)
	if len(beside) != 3 {
		t.Errorf("leads came to %d other places, want 3", len(beside))
	}
	for place := range beside {
		if is, was := slices.Max(beside[place]), slices.Max(well[place]); is > was {
			t.Errorf("%s: leads are up to %s late while the group is down, and up to %s otherwise", place, is, was)
		}
	}
}

// trickle lets leads come in for so long while the platforms fail, at most five
// at a time, and returns how late each was at each place. Once the faults have
// ended, all must arrive.
func trickle(t *testing.T, long time.Duration, fail func(string) fault) (late map[string][]time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t, downRoutes)
		defer b.run()()
		b.platforms.failing(fail)
		var leads []lead
		put := make(map[lead]time.Time)
		for began := time.Now(); time.Since(began) < long; {
			for range 1 + len(leads)%5 {
				l := lead{0, len(leads) + 1}
				leads, put[l] = append(leads, l), time.Now()
				b.put(l)
			}
			<-time.After(time.Minute)
		}
		b.platforms.failing(nil)
		for _, place := range []string{"slack channel #leads", "discord webhook 1180000000000000001", "telegram group -1001234567890", "telegram group -1001234567892"} {
			if missing := b.platforms.await(place, leads, time.After(time.Hour)); len(missing) > 0 {
				t.Errorf("%s: %d leads never arrived", place, len(missing))
			}
		}
		late = b.platforms.late(put)
		b.platforms.checkAll(t)
	})
	return late
}

// late returns how long after it was put each lead arrived, by place.
func (s *standIn) late(put map[lead]time.Time) map[string][]time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	late := make(map[string][]time.Duration)
	for place, arrivals := range s.arrivals {
		for _, a := range arrivals {
			late[place] = append(late[place], a.by.at.Sub(put[a.lead]))
		}
	}
	return late
}
