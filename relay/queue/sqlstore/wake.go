package sqlstore

import "sync"

// Wakes holds the channel that wakes each lane's sender. Its methods may be
// called from several goroutines, and do not block.
type Wakes struct {
	mu   sync.Mutex
	lane map[string]chan struct{}
}

// Of returns the channel of sink's lane, always the same. It remembers one waking
// until somebody receives it.
func (w *Wakes) Of(sink string) <-chan struct{} { return w.of(sink) }

func (w *Wakes) of(sink string) chan struct{} {
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

// Wake wakes the senders of lanes.
func (w *Wakes) Wake(sinks []string) {
	for _, sink := range sinks {
		select {
		case w.of(sink) <- struct{}{}:
		default: // not yet received: it will do
		}
	}
}
