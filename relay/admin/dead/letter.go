package dead

import (
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/mask"
	"botrelay/relay/queue"
	"botrelay/relay/wording"
)

// letter is a dead letter in a list.
type letter struct {
	ID         string     `json:"id"`
	ReceivedAt time.Time  `json:"received_at"`
	Kind       relay.Kind `json:"kind"`
	Who        string     `json:"who"`
	Source     string     `json:"source"`
	DiedAt     time.Time  `json:"died_at,omitzero"`
	Tries      int        `json:"tries"`
}

func letterOf(r *queue.Record, c choice, m *mask.Masker) letter {
	e := m.Event(&r.Event)
	l := letter{ID: e.ID, ReceivedAt: e.ReceivedAt, Kind: e.Kind, Who: wording.Who(e), Source: e.Source}
	for _, d := range r.Deliveries {
		if c.has(d) {
			l.DiedAt, l.Tries = d.SettledAt, d.Tries
		}
	}
	return l
}

// Tried says how often it was tried.
func (l letter) Tried() string {
	return wording.Count(l.Tries, "try")
}
