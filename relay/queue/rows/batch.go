package rows

import (
	"crypto/rand"

	"botrelay/relay"
	"botrelay/relay/queue"
)

const (
	// batchIDLen is the length of a batch's ID: all that a nonce may have.
	batchIDLen = 25
	// batchBytes is how large the events of a batch are together, unless it has
	// one alone. A lead is of one or two KiB.
	batchBytes = 512 << 10
)

// NewBatchID returns a new name for a batch.
func NewBatchID() string { return rand.Text()[:batchIDLen] }

// Gathering is a batch that is made of a lane's head, one delivery after the other.
type Gathering struct {
	Deliveries []queue.Delivery
	Form       relay.Form // of the first

	lane  *Lane // nil: all are wanted
	bytes int
}

// Gather returns a Gathering for a new batch of a lane.
func Gather(lane *Lane) *Gathering { return &Gathering{lane: lane} }

// GatherAll returns a Gathering that takes everything.
func GatherAll() *Gathering { return new(Gathering) }

// Add takes the next delivery, whose event has so many bytes and whose next try is
// of form, if the batch takes it: one that goes as text was refused and goes alone.
func (g *Gathering) Add(d queue.Delivery, form relay.Form, bytes int) (taken bool) {
	g.bytes += bytes
	switch {
	case len(g.Deliveries) == 0:
		g.Form = form
	case g.lane != nil && !g.fits(form):
		return false
	}
	g.Deliveries = append(g.Deliveries, d)
	return true
}

func (g *Gathering) fits(form relay.Form) bool {
	most := g.lane.Cap(g.Deliveries[0].ID)
	return g.Form != relay.Text && form == g.Form && g.bytes <= batchBytes && (most == 0 || len(g.Deliveries) < most)
}

// Batch returns what was gathered for a lane, or an empty batch.
func (g *Gathering) Batch(id string, lane *Lane, now int64) queue.Batch {
	if len(g.Deliveries) == 0 {
		return queue.Batch{}
	}
	failures, failedAt := lane.Failing(g.Deliveries[0].ID)
	return queue.Batch{
		ID: id, Deliveries: g.Deliveries, Form: g.Form,
		Failures: failures, Failing: since(now, failedAt),
	}
}
