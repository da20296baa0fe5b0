package status

import "time"

// Index is how far the store has prepared what people ask of it.
type Index struct {
	// Behind is since when there is something to prepare yet; zero: there is nothing.
	// What is asked is answered all the same, and takes longer.
	Behind time.Time `json:"behind_since,omitzero"`
	Error  string    `json:"error,omitempty"` // why it goes on no further; empty: it does
}

// Indexed tells how a step of preparing ended at the time now: whether there is more to
// do, or why it failed.
func (b *Board) Indexed(more bool, err error, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !more && err == nil {
		b.index = Index{}
		return
	}
	if b.index.Behind.IsZero() {
		b.index.Behind = now
	}
	if b.index.Error = ""; err != nil {
		b.index.Error = err.Error()
	}
}

// Index returns how far the store has prepared what people ask of it.
func (b *Board) Index() Index {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.index
}
