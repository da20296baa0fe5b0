package status_test

import (
	"errors"
	"testing"
	"time"

	"botrelay/relay/status"
)

// TestIndexed: since when it is behind is told until nothing is left to do, and why only
// for as long as that is so.
func TestIndexed(t *testing.T) {
	b := status.New(start())
	at := start()
	for _, c := range []struct {
		more bool
		err  error
		want status.Index
	}{
		{false, nil, status.Index{}},
		{true, nil, status.Index{Behind: start().Add(2 * time.Second)}},
		{true, nil, status.Index{Behind: start().Add(2 * time.Second)}},
		{false, errors.New("disk full"), status.Index{Behind: start().Add(2 * time.Second), Error: "disk full"}},
		{true, nil, status.Index{Behind: start().Add(2 * time.Second)}},
		{false, nil, status.Index{}},
		{false, errors.New("disk full"), status.Index{Behind: start().Add(7 * time.Second), Error: "disk full"}},
	} {
		at = at.Add(time.Second)
		if b.Indexed(c.more, c.err, at); b.Index() != c.want {
			t.Errorf("more %t, error %v: %+v, want %+v", c.more, c.err, b.Index(), c.want)
		}
	}
}
