package queue

import (
	"context"
	"iter"
)

// pageSize is how many events All reads at a time: each may carry a payload as
// large as a vendor may send.
const pageSize = 100

// All returns every event that q selects, in its order; q.Limit of 0 is all of them.
// It reads a page at a time, so the store may change meanwhile. The last pair holds
// an error, if there was one.
func All(ctx context.Context, h History, q Query) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		left := q.Limit
		for {
			q.Limit = pageSize
			if left > 0 {
				q.Limit = min(left, pageSize)
			}
			page, err := h.Events(ctx, q)
			if err != nil {
				yield(Record{}, err)
				return
			}
			for _, r := range page {
				if !yield(r, nil) {
					return
				}
			}
			if left -= len(page); len(page) < q.Limit || left == 0 {
				return
			}
			q.After = page[len(page)-1].Event.ID
		}
	}
}
