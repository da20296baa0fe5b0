package queue

import "context"

// Finder knows events by the ends of their IDs, which is what people are shown
// of them. The beginnings of two IDs differ little: they tell the time.
type Finder interface {
	// Find returns the IDs that end with tail, the newest first, and at most 10.
	// It may take longer the more events there are that are not indexed yet, and where
	// tail has fewer than four letters and digits.
	Find(ctx context.Context, tail string) ([]string, error)
}
