package sample

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/vendors"
)

// History is what a Sender asks the store.
type History interface {
	Events(ctx context.Context, q queue.Query) ([]queue.Record, error)
}

// Sender sends samples through a relay and finds what became of them. It may be used
// from several goroutines.
type Sender struct {
	URL    string       // where the relay listens, without a path: "https://127.0.0.1:8080"
	Client *http.Client // knows the relay's certificate
	Header http.Header  // that each request has besides
	Events History      // of the relay's store
}

// Source is whom a sample is sent for.
type Source struct {
	Name   string
	Vendor *vendors.Vendor
	Secret relay.Secret // that the relay takes from it
}

// Sent is what came of a sample.
type Sent struct {
	Answer

	Why   string // if it was not accepted: what that means
	Event string // the ID of the event that it has become; empty: none, or it cannot be told
}

// ErrNoSecret is that of a source without a secret to sign with.
var ErrNoSecret = errors.New("it has no secret to sign with")

// found is how many events, the newest ones, are looked through for the sample.
const found = 50

// Send signs a sample, with a conversation of its own, and posts it to the source as
// its vendor does: it is stored, routed and delivered like any other. It blocks until
// the relay has answered, for half a minute at most. The error says that nobody did.
func (s *Sender) Send(ctx context.Context, to Source, sample vendors.Sample) (Sent, error) {
	if to.Secret.IsZero() {
		return Sent{}, ErrNoSecret
	}
	sample = Renewed(to.Vendor, sample)
	sample.Header = sample.Header.Clone()
	if sample.Header == nil {
		sample.Header = make(http.Header)
	}
	maps.Copy(sample.Header, s.Header)
	answer, err := Post(ctx, s.Client, s.URL+"/hooks/"+to.Name, to.Vendor, to.Secret, sample)
	if err != nil {
		return Sent{}, fmt.Errorf("sending the sample: %w", err)
	}
	sent := Sent{Answer: answer}
	if !answer.Accepted() {
		sent.Why = Why(to.Name, to.Vendor, answer)
		return sent, nil
	}
	// The vendor is not told the event's ID, so nor are we.
	records, err := s.Events.Events(ctx, queue.Query{Source: to.Name, Since: 2 * timeout, Limit: found})
	if err != nil {
		return sent, nil //nolint:nilerr // it was accepted; only its ID is not known
	}
	for _, r := range records {
		if bytes.Equal(r.Event.Payload, sample.Body) {
			sent.Event = r.Event.ID
			break
		}
	}
	return sent, nil
}

// Local returns a client for a relay of this process. current returns the certificate
// that it shows at the moment, in DER, or nil if it speaks plain HTTP: no other one is
// trusted, whatever name stands in it.
func Local(current func() []byte) *http.Client {
	return &http.Client{
		Timeout:       timeout + time.Second,
		Transport:     &http.Transport{TLSClientConfig: onlyOwn(current), DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
