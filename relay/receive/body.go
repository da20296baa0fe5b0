package receive

import (
	"errors"
	"io"
	"net/http"
	"sync/atomic"
)

// read returns what there is of the body, whose bytes it has counted as in
// flight, and the outcome that ends the request, if it does.
func (h *Handler) read(w http.ResponseWriter, r *http.Request) ([]byte, *outcome) {
	body, err := io.ReadAll(&counted{http.MaxBytesReader(w, r.Body, h.cfg.MaxBody), h.inFlight, max(maxInFlight, h.cfg.MaxBody)})
	if err == nil {
		return body, nil
	}
	out := refuse(http.StatusBadRequest, Unreadable, "body could not be read")
	if errors.Is(err, errCrowded) {
		out = tryLater(Busy, "too much is being received at once", nil)
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		out = refuse(http.StatusRequestEntityTooLarge, TooLarge, "body too large")
	}
	out.err = err
	return body, &out
}

// maxInFlight is how many bytes of bodies are held at once. Vendors' requests
// have a few KiB; only somebody who wants the memory fills it. A large body
// takes several times its size until it is stored. Where a single body may be larger,
// as much as that is.
const maxInFlight = 3 << 20

var errCrowded = errors.New("too many bytes in flight")

// counted is a body whose bytes are counted as they come.
type counted struct {
	io.Reader
	inFlight *atomic.Int64
	most     int64 // of inFlight, before more is read
}

// Read reads from the body, unless too much is in flight already.
func (c *counted) Read(p []byte) (int, error) {
	if c.inFlight.Load() > c.most {
		return 0, errCrowded
	}
	n, err := c.Reader.Read(p)
	c.inFlight.Add(int64(n))
	return n, err
}
