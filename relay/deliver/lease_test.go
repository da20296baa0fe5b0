package deliver

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay"
)

// A process that stood still for longer than its lease may find out by its clock
// alone: who renews the lease has not come to it yet. It begins no request.
func TestStoodStill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lane := &leased{over: t.Context(), until: time.Now().Add(leaseTime)}
		asked := 0
		ask := func() relay.Verdict {
			return new(Sender).ask(t.Context(), lane, requestTime, func(context.Context) relay.Verdict {
				asked++
				return relay.Verdict{Outcome: relay.Sent}
			})
		}
		if v := ask(); v.Outcome != relay.Sent || asked != 1 {
			t.Errorf("while the lease lasts: %+v, %d requests", v, asked)
		}
		time.Sleep(leaseTime)
		if v := ask(); v.Outcome != relay.Later || v.Doubtful || asked != 1 {
			t.Errorf("after its end: %+v, %d requests", v, asked)
		}
	})
}
