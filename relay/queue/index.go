package queue

import "context"

// Indexer prepares what History and Counter tell, in the background: receiving does
// nothing for them. What it has not come to yet they look for one by one, so that what
// they tell is the same before and after; it only takes longer.
type Indexer interface {
	// Index does a step of what is to be done, short enough that Put is not kept
	// waiting. It returns how many events are indexed by it and whether there may be
	// more to do; then call it again. Of several relays on one store one does it.
	Index(ctx context.Context) (indexed int, more bool, err error)
}
