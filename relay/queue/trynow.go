package queue

import (
	"context"
	"time"
)

// Trier lets a person have a lane tried before its rest is over.
type Trier interface {
	// TryNow ends the rest of sink's lane, and that of its budgets that are held
	// because they refused everything, so that its sender tries the head of the lane at
	// once, whichever process that is; where processes cannot tell each other, within 15
	// seconds. What a platform asked to wait is waited for all the same. It sends nothing
	// itself: the lane keeps its sender, its order, a batch that goes again unchanged,
	// and the count of its failures. It blocks until that is durable.
	//
	// It returns whether anything waits in the lane, and for how long the platform has
	// asked it to wait yet; 0: it goes on at once. In the lane of a sink that was never
	// heard of nothing waits.
	TryNow(ctx context.Context, sink string) (pending bool, wait time.Duration, err error)
}
