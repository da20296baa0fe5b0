package vendors

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Errors of verification. What Verify returns wraps one of them, unless the
// Scheme itself is wrong.
var (
	// ErrNoSignature: a header that the scheme needs is missing or empty.
	ErrNoSignature = errors.New("no signature")
	// ErrMalformed: a header is there, but is not what the scheme says: not
	// decodable, truncated, given twice.
	ErrMalformed = errors.New("malformed signature")
	// ErrMismatch: no secret makes this signature of this body.
	ErrMismatch = errors.New("signature does not match")
	// ErrStale: the signature is genuine, but its time is too far from now: a
	// request sent again by somebody, or a clock that is wrong.
	ErrStale = errors.New("signed at a time too far from now")
	// ErrNoSecret: none of the secrets can be used as a key.
	ErrNoSecret = errors.New("no usable secret")
)

// Format is how a signature stands in its header.
type Format string

// The formats of a header. The zero value means Plain.
const (
	Plain Format = "plain" // the signature alone
	Pairs Format = "pairs" // t=1,v1=ab
	List  Format = "list"  // v1,ab v1,cd
)

// Algorithm is the hash under the HMAC.
type Algorithm string

// The algorithms. The zero value means SHA256.
const (
	SHA1       Algorithm = "sha1"
	SHA256     Algorithm = "sha256"
	SHA512     Algorithm = "sha512"
	FromPrefix Algorithm = "from-prefix" // the signature says it: sha256=ab
)

// Encoding is how the bytes of a signature are written.
type Encoding string

// The encodings. The zero value means Hex. Hex is taken in either case, Base64
// only in the standard alphabet, padded and canonical.
const (
	Hex    Encoding = "hex"
	Base64 Encoding = "base64"
)

// SecretEncoding is how a secret's text becomes the key.
type SecretEncoding string

// The encodings of a secret. The zero value means TextSecret.
const (
	TextSecret   SecretEncoding = "text"   // its bytes are the key
	Base64Secret SecretEncoding = "base64" // standard Base64
	WhsecSecret  SecretEncoding = "whsec"  // Base64 after "whsec_", which may be missing
)

// Unit is how a signed time is written.
type Unit string

// The units. The zero value means Seconds.
const (
	Seconds      Unit = "s"  // since 1970
	Milliseconds Unit = "ms" // since 1970
	RFC3339      Unit = "rfc3339"
)

// Scheme describes how a vendor signs: an HMAC over a text made of the body
// and, if the vendor likes, a time and an ID. It is read-only once made and may
// be used from several goroutines.
type Scheme struct {
	Header string // where the signature is
	Format Format
	Prefix string // what stands before the signature, as "sha256="

	// SignatureKey is the key of the signature in Pairs, and its version in
	// List, where a signature may come several times.
	SignatureKey string
	// Repeats allows SignatureKey several times in Pairs too. One signature
	// that matches is enough.
	Repeats bool

	TimestampKey    string // Pairs: the key of the time
	TimestampHeader string // or the header that holds it
	TimestampUnit   Unit
	Tolerance       time.Duration // how far the time may be from now, either way; 0: 5 minutes

	IDHeader string // the request's ID, if it is signed

	Algorithm      Algorithm
	Encoding       Encoding
	SecretEncoding SecretEncoding

	// Stringify accepts a signature over JSON.stringify of the parsed body
	// too, where the body as it came does not match.
	Stringify bool

	// Signed is the text that is signed, with {id}, {timestamp} and {body}
	// replaced. Empty means {body}.
	Signed string
}

// defaultTolerance is what Standard Webhooks asks for, and what vendors that
// document a tolerance use.
const defaultTolerance = 5 * time.Minute

// Check returns everything that is wrong with the description, joined, or nil.
// Verify refuses every request under a scheme that does not pass.
func (s Scheme) Check() error {
	var errs []error
	bad := func(wrong bool, format string, args ...any) {
		if wrong {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	signed := s.template()
	timed := s.TimestampKey != "" || s.TimestampHeader != ""
	bad(s.Header == "", "signature has no header")
	bad(!s.Format.known(), "unknown format %q: it is plain, pairs or list", s.Format)
	bad(!s.Algorithm.known(), "unknown algorithm %q: it is sha1, sha256, sha512 or from-prefix", s.Algorithm)
	bad(!s.Encoding.known(), "unknown encoding %q: it is hex or base64", s.Encoding)
	bad(!s.SecretEncoding.known(), "unknown secret encoding %q: it is text, base64 or whsec", s.SecretEncoding)
	bad(!s.TimestampUnit.known(), "unknown timestamp unit %q: it is s, ms or rfc3339", s.TimestampUnit)
	bad(s.Tolerance < 0, "tolerance is negative")
	bad(!s.plain() && s.SignatureKey == "", "format %s needs a signature key", s.Format)
	bad(s.plain() && s.SignatureKey != "", "a signature key needs format pairs or list")
	bad(s.TimestampKey != "" && s.Format != Pairs, "a timestamp key needs format pairs")
	bad(s.TimestampKey != "" && s.TimestampKey == s.SignatureKey, "timestamp key and signature key are the same")
	bad(s.TimestampKey != "" && s.TimestampHeader != "", "timestamp key and timestamp header exclude each other")
	bad(s.Algorithm == FromPrefix && s.Prefix != "", "algorithm from-prefix and a prefix exclude each other")
	bad(!strings.Contains(signed, "{body}"), "the signed text has no {body}")
	bad(timed != strings.Contains(signed, "{timestamp}"), "a timestamp must be both named and signed")
	bad((s.IDHeader != "") != strings.Contains(signed, "{id}"), "an ID must be both named and signed")
	return errors.Join(errs...)
}

func (f Format) known() bool {
	return f == "" || f == Plain || f == Pairs || f == List
}

func (a Algorithm) known() bool {
	return a == FromPrefix || a.hash() != nil
}

func (e Encoding) known() bool {
	return e == "" || e == Hex || e == Base64
}

func (e SecretEncoding) known() bool {
	return e == "" || e == TextSecret || e == Base64Secret || e == WhsecSecret
}

func (u Unit) known() bool {
	return u == "" || u == Seconds || u == Milliseconds || u == RFC3339
}

func (s Scheme) plain() bool { return s.Format == "" || s.Format == Plain }

func (s Scheme) template() string {
	if s.Signed == "" {
		return "{body}"
	}
	return s.Signed
}

// only returns the one value of a header. A header that comes twice is refused:
// of two values nobody can say which one the vendor sent.
func only(h http.Header, name string) (string, error) {
	values := h.Values(name)
	switch {
	case len(values) == 0 || len(values) == 1 && values[0] == "":
		return "", fmt.Errorf("%w: header %s is missing or empty", ErrNoSignature, http.CanonicalHeaderKey(name))
	case len(values) > 1:
		return "", fmt.Errorf("%w: header %s comes %d times", ErrMalformed, http.CanonicalHeaderKey(name), len(values))
	case len(values[0]) > maxHeader:
		return "", fmt.Errorf("%w: header %s is too long", ErrMalformed, http.CanonicalHeaderKey(name))
	}
	return values[0], nil
}
