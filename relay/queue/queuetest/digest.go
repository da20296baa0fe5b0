package queuetest

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

func digestTests() []test {
	return []test{
		{"digest/the first alone if there is room for all that wait, else as many as the limit", func(f *fixture) {
			all := f.putMany(10, "a")
			for room, want := range map[int][]string{1: all[:4], 4: all[:4], 9: all[:4], 10: all[:1], 11: all[:1]} {
				lane := f.lease("a", budget(fmt.Sprint("k", room), room, time.Hour), budget("roomy", 100, time.Hour))
				f.want(fmt.Sprint("room for ", room), ids(f.next(lane, 4)), want)
				f.release(lane)
			}
			f.want("without limits", ids(f.next(f.lease("a", relay.Budget{Key: "k"}), 4)), all[:1])
		}},
		{"digest/room is what is left of it now, in the narrowest budget", func(f *fixture) {
			f.putMany(6, "a")
			lane := f.lease("a", budget("wide", 100, time.Hour), relay.Budget{Key: "k", Limits: []relay.Limit{
				{Count: 6, Per: time.Hour}, {Count: 50, Per: time.Second},
			}})
			f.want("one of six", len(f.send(lane, 10, sent("m")).Deliveries), 1)
			f.want("one of five", len(f.next(lane, 10).Deliveries), 1)
			f.put("a")
			f.want("six, but five places", len(f.send(lane, 10, sent("m")).Deliveries), 6)
			f.nothing(lane, 0)
			f.putMany(4, "a")
			f.want("four places again", len(f.next(lane, 10).Deliveries), 1)
			f.putMany(1, "a")
			f.want("five, but four places", len(f.next(lane, 10).Deliveries), 5)
		}},
		{"digest/another lane's use leaves less room", func(f *fixture) {
			f.put("b")
			f.putMany(3, "a")
			a, b := f.lease("a", budget("k", 3, time.Hour)), f.lease("b", budget("k", 3, time.Hour))
			f.want("three places", len(f.next(a, 10).Deliveries), 1)
			f.send(b, 1, sent("m"))
			f.want("two places", len(f.next(a, 10).Deliveries), 3)
		}},
		{"digest/takes one place, however many it holds", func(f *fixture) {
			f.putMany(20, "a")
			lane := f.lease("a", budget("k", 2, time.Hour))
			f.send(lane, 9, sent("m"))
			f.want("the rest", len(f.send(lane, 9, sent("m")).Deliveries), 9)
			f.nothing(lane, time.Hour)
		}},
		{"digest/may be begun with fewer, from the head", func(f *fixture) {
			all := f.putMany(6, "a")
			lane := f.crowded("a")
			batch := f.next(lane, 10)
			batch.Deliveries = batch.Deliveries[:4]
			f.begin(lane, batch)
			f.killed()
			lane = f.crowded("a")
			f.pass(crowd)
			back := f.next(lane, 10)
			f.want("after a kill", ids(back), all[:4])
			f.want("ID", back.ID, batch.ID)
			back.Deliveries = back.Deliveries[:1] // it goes again unchanged
			f.begin(lane, back)
			f.settle(lane, back, sent("m"))
			f.pass(crowd)
			f.want("the rest", ids(f.next(lane, 10)), all[4:])
		}},
		{"digest/cannot be begun but from the head", func(f *fixture) {
			f.putMany(3, "a")
			lane := f.crowded("a")
			batch := f.next(lane, 10)
			for _, wrong := range [][]queue.Delivery{
				batch.Deliveries[1:],
				{batch.Deliveries[0], batch.Deliveries[2]},
				{batch.Deliveries[1], batch.Deliveries[0]},
				{batch.Deliveries[0], batch.Deliveries[0]},
			} {
				changed := batch
				changed.Deliveries = wrong
				if lane.Begin(f.Context(), changed) == nil {
					f.Errorf("begun: %v", ids(changed))
				}
			}
			f.want("deliveries", len(f.send(lane, 10, sent("m")).Deliveries), 3)
		}},
		{"digest/cannot be begun with what was replayed meanwhile", func(f *fixture) {
			all := f.putMany(3, "a")
			lane := f.crowded("a")
			batch := f.next(lane, 10)
			n, err := f.Store.Replay(f.Context(), []queue.Redelivery{{Event: all[1], Sink: "a", Replaces: batch.Deliveries[1].ID}})
			if n != 1 || err != nil {
				f.Fatal(n, err)
			}
			f.wantError("begin", lane.Begin(f.Context(), batch), queue.ErrNoRoom)
			f.want("now", ids(f.send(lane, 10, sent("m"))), []string{all[0], all[2], all[1]})
		}},
		{"digest/what goes as text goes alone", func(f *fixture) {
			f.putMany(4, "a")
			lane := f.crowded("a")
			s := again(0, "refused")
			s.Form = relay.Text
			f.send(lane, 2, s) // both go again as text
			for range 2 {
				f.pass(crowd)
				batch := f.send(lane, 10, sent("m"))
				f.want("form", batch.Form, relay.Text)
				f.want("deliveries", len(batch.Deliveries), 1)
			}
			f.pass(crowd)
			batch := f.next(lane, 10)
			f.want("form of the rest", batch.Form, relay.Rich)
			f.want("deliveries of the rest", len(batch.Deliveries), 2)
		}},
		{"digest/ends before what goes as text", func(f *fixture) {
			f.putMany(5, "a")
			lane := f.crowded("a")
			batch := f.next(lane, 3)
			f.begin(lane, batch)
			s := again(0, "refused")
			s.Form = relay.Text
			f.settle(lane, batch, s)
			f.pass(crowd)
			s.Form = relay.Rich
			f.send(lane, 1, s)
			f.pass(crowd)
			f.want("deliveries", len(f.next(lane, 5).Deliveries), 1)
		}},
		{"digest/is capped when it begins with a delivery for which that was asked", func(f *fixture) {
			all := f.putMany(10, "a")
			lane := f.crowded("a")
			s := again(0, "refused")
			s.Most = 2
			f.send(lane, 5, s)
			f.killed()
			lane = f.crowded("a")
			for n := 0; n < 6; n += 2 { // the last of them takes one from beyond
				f.want("capped", ids(f.send(lane, 5, sent("m"))), all[n:n+2])
				f.pass(crowd)
			}
			f.want("beyond", ids(f.next(lane, 5)), all[6:10])
		}},
		{"digest/a cap stays when nothing else is said, and with other outcomes", func(f *fixture) {
			f.putMany(12, "a")
			lane := f.crowded("a")
			s := again(0, "refused")
			s.Most = 3
			f.send(lane, 6, s)
			f.pass(crowd)
			f.want("after a failure", len(f.send(lane, 6, again(0, "busy")).Deliveries), 3)
			f.pass(crowd)
			s.Most = 1
			f.want("after a success", len(f.send(lane, 6, s).Deliveries), 3)
			for range 3 {
				f.pass(crowd)
				f.want("a smaller cap", len(f.send(lane, 6, dead("no")).Deliveries), 1)
			}
			f.pass(crowd)
			f.want("beyond", len(f.next(lane, 6).Deliveries), 6)
		}},
		{"digest/a new cap takes the place of the former", func(f *fixture) {
			f.putMany(8, "a")
			lane := f.crowded("a")
			s := again(0, "refused")
			for _, most := range []int{2, 5} {
				s.Most = most
				f.send(lane, 6, s)
				f.pass(crowd)
			}
			f.want("deliveries", len(f.next(lane, 6).Deliveries), 5)
		}},
		{"digest/fits into memory", func(f *fixture) {
			big := func(size int) string {
				e := f.event()
				e.Payload = json.RawMessage(`"` + strings.Repeat("x", size) + `"`)
				f.putEvent(e, "a")
				return e.ID
			}
			all := []string{big(900 << 10), big(10), big(100 << 10), big(300 << 10), big(200 << 10), big(10)}
			lane := f.crowded("a")
			f.want("a large one goes alone", ids(f.send(lane, 50, sent("m"))), all[:1])
			f.pass(crowd)
			f.want("up to 512 KiB", ids(f.send(lane, 50, sent("m"))), all[1:4])
			f.pass(crowd)
			f.want("the rest", ids(f.next(lane, 50)), all[4:])
		}},
	}
}
