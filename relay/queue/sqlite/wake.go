package sqlite

import "sync"

// wakes holds the channel that wakes each lane's sender.
type wakes struct {
	mu   sync.Mutex
	lane map[string]chan struct{}
}

// Wake returns the channel of sink's lane, always the same. It remembers one
// waking until somebody receives it.
func (s *Store) Wake(sink string) <-chan struct{} { return s.db.wakes.of(sink) }

func (w *wakes) of(sink string) chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.lane == nil {
		w.lane = make(map[string]chan struct{})
	}
	c, ok := w.lane[sink]
	if !ok {
		c = make(chan struct{}, 1)
		w.lane[sink] = c
	}
	return c
}

// wake wakes one lane. It does not block.
func (w *wakes) wake(sink string) {
	select {
	case w.of(sink) <- struct{}{}:
	default: // not yet received: it will do
	}
}
