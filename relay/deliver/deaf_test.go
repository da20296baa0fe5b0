package deliver_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay"
	"botrelay/relay/deliver"
)

// TestDeafWhileItWaits: events that come while a lane has to wait do not have it look at the
// store one by one, and it sends on the instant at which it may.
func TestDeafWhileItWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		p := &platform{budgets: channel("c", relay.Limit{Count: 1, Per: 10 * time.Second})}
		counted := &countedLanes{Lanes: l.store}
		defer l.startWith(deliver.Config{Name: "sales", Sink: p, Digest: true, Lanes: counted})()
		l.put("first", "sales")
		synctest.Wait()
		before := counted.looks.Load()
		for i := range 1000 { // within a second
			l.put(fmt.Sprint(i), "sales")
			pass(time.Millisecond)
		}
		if looks := counted.looks.Load() - before; looks < 1 || looks > 21 {
			t.Errorf("the lane looked %d times while 1,000 events came in a second", looks)
		}
		pass(10 * time.Second)
		if at := p.times(); len(at) < 2 || at[1] != 10*time.Second {
			t.Errorf("sent at %v", at)
		}
	})
}
