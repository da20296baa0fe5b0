package receive

// Crowd lets it look as if so many more bytes were in flight.
func (h *Handler) Crowd(bytes int64) { h.inFlight.Add(bytes) }

// InFlight returns how many bytes are in flight.
func (h *Handler) InFlight() int64 { return h.inFlight.Load() }
