package vendors

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"time"

	"botrelay/relay"
)

// Options are a source's own choices about verifying. The zero value leaves
// everything to the vendor.
type Options struct {
	// Stringify says whether a signature over JSON.stringify of the body is
	// accepted too; nil: as the vendor documents it.
	Stringify *bool
	// Tolerance is how far a signed time may be from now, either way; 0: the
	// vendor's. It has no meaning for a vendor that signs no time.
	Tolerance time.Duration
}

// Verify returns the bytes of the request that the vendor signed, in one of its
// schemes and with one of the secrets. What it returns is described at
// Scheme.Verify; of several schemes' errors it is the one that got furthest.
func (v *Vendor) Verify(h http.Header, body []byte, secrets []relay.Secret, opts Options, now time.Time) ([]byte, error) {
	err := ErrNoSignature
	for _, scheme := range v.Schemes {
		if opts.Stringify != nil {
			scheme.Stringify = *opts.Stringify
		}
		verified, failure := scheme.verify(h, body, secrets, opts.Tolerance, now)
		if failure == nil {
			return verified, nil
		}
		if progress(failure) > progress(err) {
			err = failure
		}
	}
	return nil, err
}

// Claims returns an error if no body at all could make a request with these
// headers genuine: a signature is missing or malformed. It is one that Verify
// would return, and saves reading the body.
func (v *Vendor) Claims(h http.Header) error {
	err := ErrNoSignature
	for _, scheme := range v.Schemes {
		_, failure := scheme.read(h)
		if failure == nil {
			return nil
		}
		if progress(failure) > progress(err) {
			err = failure
		}
	}
	return err
}

// progress orders errors by how far verification got.
func progress(err error) int {
	for i, known := range []error{ErrNoSignature, ErrMalformed, ErrNoSecret, ErrMismatch, ErrStale} {
		if errors.Is(err, known) {
			return i
		}
	}
	return 5 // a scheme that is wrong, which is nobody's fault but ours
}

// Sign returns the headers with which the vendor would send body at the time
// now, in the first of its schemes. A scheme with an ID gets one that is made
// of body and time.
func (v *Vendor) Sign(body []byte, secret relay.Secret, now time.Time) http.Header {
	sum := sha256.Sum256(append([]byte(now.UTC().Format(time.RFC3339Nano)), body...))
	return v.Schemes[0].Sign(body, secret, now, "msg_"+hex.EncodeToString(sum[:12]))
}
