package postgres

import (
	"context"
	"errors"
	"testing"
	"time"

	"botrelay/relay/queue"
)

// Where too many events wait for the database, one more fails at once.
func TestTooManyWait(t *testing.T) {
	p := newPutter(new(database), nil)
	for range 1024 {
		p.waiting <- new(arrival)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second) // else it would wait for ever
	defer cancel()
	if _, err := p.put(ctx, lead("1"), nil); !errors.Is(err, errBusy) || !errors.Is(err, queue.ErrUnavailable) {
		t.Errorf("%v; want that it is refused", err)
	}
}
