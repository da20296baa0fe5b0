package events

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/wording"
)

const (
	// mostChannels is how many channels are remembered: any vendor may name some.
	mostChannels = 30
	// longestChannel is how many bytes the name of one that is offered has.
	longestChannel = 40
	// channelTime is how long a list waits to learn which channels there are.
	channelTime = 60 * time.Millisecond
	// channelPause is how long it is before it asks again for those of which it has found no event.
	channelPause = time.Minute
)

// channels are those by which events have come in, as far as it is known. They may be
// used from several goroutines.
type channels struct {
	mu    sync.Mutex
	seen  []string  // sorted
	may   []string  // that there may be as well
	asked time.Time // when the store was asked for those
}

// newChannels returns what knows nothing but which channels there may be.
func newChannels(may []string) *channels {
	return &channels{may: slices.Compact(slices.Sorted(slices.Values(may)))}
}

// note remembers a channel by which an event has come in.
func (c *channels) note(name string) {
	name = strings.ToLower(name)
	if name == "" || len(name) > longestChannel || wording.Line(name) != name {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if at, known := slices.BinarySearch(c.seen, name); !known && len(c.seen) < mostChannels {
		c.seen = slices.Insert(c.seen, at, name)
	}
}

// list returns the channels by which events have come in. It asks the store for those
// that there may be, now and then, and not for long.
func (c *channels) list(ctx context.Context, store Store) []string {
	c.mu.Lock()
	may := slices.DeleteFunc(slices.Clone(c.may), func(name string) bool { return slices.Contains(c.seen, name) })
	if time.Since(c.asked) < channelPause {
		may = nil
	} else {
		c.asked = time.Now()
	}
	c.mu.Unlock()
	brisk, cancel := context.WithTimeout(ctx, channelTime)
	defer cancel()
	for _, name := range may {
		found, err := store.Events(brisk, queue.Query{Channel: name, Limit: 1})
		if err != nil { // the list itself tells if that is more than the time
			break
		}
		if len(found) > 0 {
			c.note(name)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.seen)
}
