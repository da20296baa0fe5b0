// Package receive is the HTTP side of the vendors' webhooks: it limits,
// verifies, decodes, routes and stores a request, and answers in the vendor's
// own words once the event is durable. It knows no vendor and no sink by name.
package receive

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/vendors"

	"github.com/google/uuid"
)

const (
	// putTimeout bounds how long a vendor is kept waiting for the store. The
	// vendors document no deadline of theirs; 10 seconds is the shortest that
	// is common for webhooks.
	putTimeout = 8 * time.Second
	// retryAfter is what a vendor is told to wait, in seconds, when the store
	// cannot take an event.
	retryAfter = 10
)

// Source is one configured endpoint, at POST /hooks/<Name>.
type Source struct {
	Name    string
	Vendor  *vendors.Vendor
	Secrets []relay.Secret
	Options vendors.Options
	// Pending: there is no secret yet. Tests are answered as the vendor wishes,
	// and everything else is turned away for now.
	Pending bool
	// AllowIPs are the addresses that may send; none: every one may.
	AllowIPs Networks
}

// Config is what a Handler needs.
type Config struct {
	Sources []Source
	Route   func(*relay.Event) []relay.Owed
	Inbox   queue.Inbox
	MaxBody int64 // bytes
	// TrustedProxies are the peers whose X-Forwarded-For is believed.
	TrustedProxies Networks
	// Own is what OwnHeader holds in requests that the relay makes itself, and nobody
	// else knows. Empty: it makes none.
	Own string
	// Observe is told how each request ended, once it is answered. It must not
	// block, and is called from several goroutines. nil: nobody is told.
	Observe func(Request)
	Now     func() time.Time // nil: time.Now
	Log     *slog.Logger
}

// Handler answers /hooks/<source>. It may be used from several goroutines.
type Handler struct {
	cfg      Config
	sources  map[string]Source
	inFlight *atomic.Int64 // bytes of the bodies that are being read and handled
}

// New returns a Handler. It starts nothing.
func New(cfg Config) *Handler { return newHandler(cfg, new(atomic.Int64)) }

// With returns a Handler of another configuration that takes h's place. What the
// two receive at the same time is limited as if they were one.
func (h *Handler) With(cfg Config) *Handler { return newHandler(cfg, h.inFlight) }

func newHandler(cfg Config, inFlight *atomic.Int64) *Handler {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	h := &Handler{cfg: cfg, sources: make(map[string]Source, len(cfg.Sources)), inFlight: inFlight}
	for _, s := range cfg.Sources {
		h.sources[s.Name] = s
	}
	return h
}

// ServeHTTP handles one request. The pattern that it is mounted at must set
// the path value "source".
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	started := h.cfg.Now()
	out := refuse(http.StatusNotFound, UnknownSource, "unknown source")
	source, known := h.sources[r.PathValue("source")]
	if known {
		out = h.handle(w, r, source, started)
	}
	out.reply.write(w)
	took := h.cfg.Now().Sub(started)
	h.log(r, out, took)
	h.observe(source, out, took, h.cfg.Own != "" && r.Header.Get(OwnHeader) == h.cfg.Own)
}

// handle takes a request through all stages, until one of them ends it.
func (h *Handler) handle(w http.ResponseWriter, r *http.Request, source Source, now time.Time) outcome {
	if out := h.admit(r, source); out != nil {
		return *out
	}
	if out, greeted := greet(source.Vendor.Handshake, r); greeted {
		return out
	}
	if r.Method != http.MethodPost {
		return wrongMethod(source.Vendor.Handshake)
	}
	if r.ContentLength > h.cfg.MaxBody {
		return refuse(http.StatusRequestEntityTooLarge, TooLarge, "body too large")
	}
	if !source.Pending { // a stranger's body is not even read
		if err := source.Vendor.Claims(r.Header); err != nil {
			return outcome{reply: answer(source.Vendor.Refused), refused: Signature, err: err}
		}
	}
	body, out := h.read(w, r)
	defer h.inFlight.Add(-int64(len(body)))
	if out != nil {
		return *out
	}
	if source.Pending {
		return pending(source, body)
	}
	verified, err := source.Vendor.Verify(r.Header, body, source.Secrets, source.Options, now)
	if err != nil {
		return outcome{reply: answer(source.Vendor.Refused), refused: Signature, err: err}
	}
	if !json.Valid(verified) {
		return refuse(http.StatusBadRequest, NotJSON, "body is not JSON")
	}
	if source.Vendor.Empty(verified) {
		return outcome{reply: answer(source.Vendor.Accepted), test: true}
	}
	return h.put(r.Context(), source, h.decode(source, r.Header, verified, now))
}

// pending answers for a source that has no secret yet: a test is accepted, so
// that the vendor's page can be filled in and show the secret; an event is
// turned away, to be sent again.
func pending(source Source, body []byte) outcome {
	if len(bytes.TrimSpace(body)) == 0 || source.Vendor.Empty(body) {
		return outcome{reply: answer(source.Vendor.Accepted), test: true}
	}
	return tryLater(Pending, "source is pending: it has no secret yet", nil)
}

// decode makes an event of a verified body. Should the vendor's decoder panic,
// the event is kept all the same, as one of a kind that nobody knows.
func (h *Handler) decode(source Source, header http.Header, body []byte, now time.Time) (e relay.Event) {
	defer func() {
		if p := recover(); p != nil {
			h.cfg.Log.Error("decoding failed", "source", source.Name, "vendor", source.Vendor.Name, "error", fmt.Sprint(p))
			e = relay.Event{Kind: relay.Other}
		}
		e.ID = newID()
		e.Vendor, e.Source = source.Vendor.Name, source.Name
		e.ReceivedAt, e.Payload = now, body
	}()
	return source.Vendor.Decode(header, body)
}

// newID returns a unique ID that sorts by time.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// put routes an event and stores it.
func (h *Handler) put(ctx context.Context, source Source, e relay.Event) outcome {
	// A sender that closes its half of the connection still waits for an answer,
	// and to the server looks like one that is gone.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), putTimeout)
	defer cancel()
	owed := h.cfg.Route(&e)
	receipt, err := h.cfg.Inbox.Put(ctx, e, owed)
	if err != nil {
		return tryLater(Store, "store unavailable", err)
	}
	e.ID = receipt.ID
	return outcome{reply: answer(source.Vendor.Accepted), event: &e, owed: owed, duplicate: receipt.Duplicate}
}
