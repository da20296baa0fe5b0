package vendors

import (
	"errors"
	"fmt"
	"net/http"
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
	Header string `toml:"header,required" example:"X-Acme-Signature" doc:"The header that holds the signature."`
	Format Format `toml:"format" default:"plain" doc:"How it stands there: alone; as in t=1,v1=ab; or as in v1,ab v1,cd."`
	Prefix string `toml:"prefix" example:"sha256=" doc:"What stands before the signature."`

	// SignatureKey is the key of the signature in Pairs, and its version in
	// List, where a signature may come several times.
	SignatureKey string `toml:"signature_key" example:"v1" doc:"The signature's key in pairs, or its version in a list; it may come several times."`
	// Repeats allows SignatureKey several times in Pairs too. One signature
	// that matches is enough. A described vendor's always may.
	Repeats bool `toml:"-"`
	// Semicolons allows them between Pairs where there are no commas, as in
	// ts=1;h1=ab. A described vendor's always may be.
	Semicolons bool `toml:"-"`

	TimestampKey    string        `toml:"timestamp_key" example:"t" doc:"In pairs: the key of the time that is signed."`
	TimestampHeader string        `toml:"timestamp_header" example:"X-Acme-Timestamp" doc:"Or the header that holds that time."`
	TimestampUnit   Unit          `toml:"timestamp_unit" default:"s" doc:"How the time is written: seconds or milliseconds since 1970, or RFC 3339."`
	Tolerance       time.Duration `toml:"tolerance,positive" default:"5m" doc:"How old, or how far ahead, that time may be."`

	IDHeader string `toml:"id_header" example:"X-Acme-Id" doc:"The header with the request's ID, if that is signed."`

	Algorithm      Algorithm      `toml:"algorithm" default:"sha256" doc:"The hash under the HMAC; from-prefix: the signature says it, as in sha256=ab."`
	Encoding       Encoding       `toml:"encoding" default:"hex" doc:"How the signature is written."`
	SecretEncoding SecretEncoding `toml:"secret_encoding" default:"text" doc:"How the secret becomes the key; whsec: Base64 behind whsec_."`

	// Stringify accepts a signature over JSON.stringify of the parsed body
	// too, where the body as it came does not match.
	Stringify bool `toml:"stringify" default:"false" doc:"Also accept the signature over JSON.stringify of the body."`

	// Signed is the text that is signed, with {id}, {timestamp} and {body}
	// replaced. Empty means {body}.
	Signed string `toml:"signed" holds:"id timestamp body" default:"{body}" example:"{timestamp}.{body}" doc:"The text that is signed, made of {id}, {timestamp} and {body}."`
}

// defaultTolerance is what Standard Webhooks asks for, and what vendors that
// document a tolerance use.
const defaultTolerance = 5 * time.Minute

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
