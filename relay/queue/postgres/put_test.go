package postgres

import (
	"errors"
	"testing"

	"botrelay/relay/queue"
)

// Where too many events wait for the database, one more fails at once.
func TestTooManyWait(t *testing.T) {
	p := newPutter(new(database), nil)
	for range 1024 {
		p.waiting <- new(arrival)
	}
	if _, err := p.put(t.Context(), lead("1"), nil); !errors.Is(err, errBusy) || !errors.Is(err, queue.ErrUnavailable) {
		t.Errorf("%v; want that it is refused", err)
	}
}
