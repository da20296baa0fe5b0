package vendors

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"time"

	"botrelay/relay"
)

// Diagnosis is how a request that was captured fits a vendor.
type Diagnosis struct {
	// Err is nil if the signature fits, whatever its time is; else it is as that of
	// Verify.
	Err error
	// Scheme is the one that fits, or of several the one that gets furthest.
	Scheme Scheme
	// Signed is the text under the signature; nil if the headers could not be taken
	// apart. Written is the time that is signed, as it is written; At is that time.
	Signed  []byte
	Written string
	At      time.Time
	// Secret is which of the secrets fits.
	Secret int
	// Fit is what would fit in place of what is described; nil if nothing is found.
	Fit *Fit
}

// Fit is what makes a signature fit that does not.
type Fit struct {
	Scheme Scheme
	Secret int // which of the secrets
	// Changed says what was done to the body or to the secret for that; empty:
	// nothing.
	Changed string
}

// Diagnose looks at a request that the vendor has sent at any time. Where it does
// not fit, it tries the schemes that are known of other vendors: some thousand
// hashes of the body.
func (v *Vendor) Diagnose(h http.Header, body []byte, secrets []relay.Secret, opts Options) Diagnosis {
	best := Diagnosis{Err: ErrNoSignature}
	for i, scheme := range v.Schemes {
		if opts.Stringify != nil {
			scheme.Stringify = *opts.Stringify
		}
		d := scheme.diagnose(h, body, secrets)
		if d.Err == nil {
			return d
		}
		if i == 0 || progress(d.Err) > progress(best.Err) {
			best = d
		}
	}
	best.Fit = search(h, body, secrets, best.Scheme)
	return best
}

// Age says how a time that was signed compares with now: how far it is away, and
// whether that is within the scheme's tolerance.
func (d Diagnosis) Age(opts Options, now time.Time) (age time.Duration, fresh bool) {
	age = now.Sub(d.At)
	return age, age.Abs() <= d.Scheme.tolerance(opts.Tolerance)
}

// diagnose is Diagnose for one scheme.
func (s Scheme) diagnose(h http.Header, body []byte, secrets []relay.Secret) Diagnosis {
	d := Diagnosis{Scheme: s}
	c, err := s.read(h)
	if err != nil {
		d.Err = err
		return d
	}
	d.Signed, d.Written, d.At = s.text(c, body), c.timestamp, c.at
	d.Err = ErrNoSecret
	for i, secret := range secrets {
		keys := s.keys([]relay.Secret{secret})
		if len(keys) == 0 {
			continue
		}
		var form []byte
		if form, d.Err = s.match(c, body, keys); d.Err == nil {
			d.Secret, d.Signed = i, s.text(c, form)
			return d
		}
	}
	return d
}

// text is what is signed.
func (s Scheme) text(c claim, body []byte) []byte {
	var text bytes.Buffer
	s.write(&text, c, body)
	return text.Bytes()
}

// TOML returns the scheme as the value of a described vendor's "signature": what
// is not as by default.
func (s Scheme) TOML() string {
	parts := []string{fmt.Sprintf("header = %q", s.Header)}
	for _, word := range []struct{ key, value, usual string }{
		{"format", string(s.Format), string(Plain)},
		{"prefix", s.Prefix, ""},
		{"signature_key", s.SignatureKey, ""},
		{"timestamp_key", s.TimestampKey, ""},
		{"timestamp_header", s.TimestampHeader, ""},
		{"timestamp_unit", string(s.TimestampUnit), string(Seconds)},
		{"id_header", s.IDHeader, ""},
		{"algorithm", string(s.Algorithm), string(SHA256)},
		{"encoding", string(s.Encoding), string(Hex)},
		{"secret_encoding", string(s.SecretEncoding), string(TextSecret)},
		{"signed", s.Signed, "{body}"},
	} {
		if word.value != "" && word.value != word.usual {
			parts = append(parts, fmt.Sprintf("%s = %q", word.key, word.value))
		}
	}
	if s.Tolerance > 0 && s.TimestampKey+s.TimestampHeader != "" {
		parts = append(parts, fmt.Sprintf("tolerance = %q", written(s.Tolerance)))
	}
	if s.Stringify {
		parts = append(parts, "stringify = true")
	}
	return "{ " + strings.Join(parts, ", ") + " }"
}

// written is a duration as people write it: 10m, not 10m0s.
func written(d time.Duration) string {
	text := d.String()
	for _, nothing := range []string{"0s", "0m"} {
		if short := strings.TrimSuffix(text, nothing); strings.HasSuffix(short, "m") || strings.HasSuffix(short, "h") {
			text = short
		}
	}
	return text
}
