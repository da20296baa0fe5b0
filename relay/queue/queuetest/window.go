package queuetest

import (
	"fmt"
	"slices"
	"time"

	"botrelay/relay/queue"
)

func windowTests() []test {
	return []test{{"window/finds what was put within it, also where the clock was set back", func(f *fixture) {
		puts, now := f.disordered(620)
		f.index(500)
		for i, w := range [][2]int{{0, 1}, {0, 100}, {0, 1 << 20}, {1, 0}, {60, 50}, {200, 60}, {240, 200}, {300, 299}, {1000, 0}, {1000, 900}, {1001, 330}, {20, 30}} {
			for _, status := range []queue.Status{queue.AnyStatus, queue.StatusPending, queue.StatusUnrouted} {
				for _, oldest := range []bool{false, true} {
					q := queue.Query{
						Since: time.Duration(w[0]) * time.Minute, Until: time.Duration(w[1]) * time.Minute, Status: status, Oldest: oldest,
						Channel: []string{"", "web"}[i%2], Limit: []int{1000, 7, 40}[i%3],
					}
					var want []string
					for _, p := range puts {
						age := now - p.at
						if (w[0] == 0 || age <= w[0]) && (w[1] == 0 || age >= w[1]) && (q.Channel == "" || p.isWeb) &&
							(status == queue.AnyStatus || p.isRouted == (status == queue.StatusPending)) {
							want = append(want, p.id)
						}
					}
					if !oldest {
						slices.Reverse(want)
					}
					f.want(fmt.Sprintf("%+v", q), recordIDs(f.records(q)), want[:min(len(want), q.Limit)])
				}
			}
		}
	}}}
}

// put is an event, and at which minute of the store it was put.
type put struct {
	id              string
	at              int
	isWeb, isRouted bool
}

// disordered puts events, one a minute, while the clock is set back twice, and returns
// them in the order in which they were put, and the minute in which the store is then.
func (f *fixture) disordered(events int) (puts []put, now int) {
	for i := range events {
		e := f.event()
		p := put{id: e.ID, at: now, isWeb: i%5 == 0, isRouted: i%3 != 0}
		var sinks []string
		if p.isRouted {
			sinks = []string{"a"}
		}
		if p.isWeb {
			e.Channel = "web"
		}
		f.putEvent(e, sinks...)
		puts = append(puts, p)
		step := 1
		if i == 230 || i == 400 {
			step = -90
		}
		f.Advance(time.Duration(step) * time.Minute)
		now += step
	}
	return puts, now
}
