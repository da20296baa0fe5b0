package vendors

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"hash"
	"io"
	"net/http"
	"strings"
	"time"

	"botrelay/relay"
)

// Verify returns the bytes that the vendor signed: the body itself or, where
// only that matches, its JSON.stringify form. Nothing else of the request may
// be trusted: in the second case spacing, digits and repeated keys of the body
// as it came are not covered by the signature.
//
// One of the secrets must match; comparing takes constant time. tolerance is how
// far a signed time may be from now, either way; 0 means the scheme's own. The
// error wraps one of ErrNoSignature, ErrMalformed, ErrMismatch, ErrStale and
// ErrNoSecret, and never shows a secret; beside ErrMismatch it wraps
// ErrDuplicateKey, ErrTooDeep or ErrSyntax where that is why the body has no
// second form. Verify does not keep or change the body.
func (s Scheme) Verify(h http.Header, body []byte, secrets []relay.Secret, tolerance time.Duration, now time.Time) ([]byte, error) {
	if err := s.Check(); err != nil {
		return nil, fmt.Errorf("signature scheme: %w", err)
	}
	return s.verify(h, body, secrets, tolerance, now)
}

// verify is Verify under a scheme that is known to pass Check.
func (s Scheme) verify(h http.Header, body []byte, secrets []relay.Secret, tolerance time.Duration, now time.Time) ([]byte, error) {
	c, err := s.read(h)
	if err != nil {
		return nil, err
	}
	keys := s.keys(secrets)
	if len(keys) == 0 {
		return nil, ErrNoSecret
	}
	verified, err := s.match(c, body, keys)
	if err != nil {
		return nil, err
	}
	if c.timed && now.Sub(c.at).Abs() > s.tolerance(tolerance) {
		return nil, fmt.Errorf("%w: %s", ErrStale, c.at.UTC().Format(time.RFC3339))
	}
	return verified, nil
}

// match returns the form of the body that the claim's signature covers.
func (s Scheme) match(c claim, body []byte, keys [][]byte) ([]byte, error) {
	if s.genuine(c, body, keys) {
		return body, nil
	}
	if !s.Stringify {
		return nil, ErrMismatch
	}
	again, err := Stringify(body)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMismatch, err)
	}
	if bytes.Equal(again, body) || !s.genuine(c, again, keys) {
		return nil, ErrMismatch
	}
	return again, nil
}

func (s Scheme) genuine(c claim, body []byte, keys [][]byte) bool {
	for _, key := range keys {
		sum := s.sum(c, key, body)
		for _, signature := range c.signatures {
			if hmac.Equal(sum, signature) {
				return true
			}
		}
	}
	return false
}

// sum is the HMAC of the signed text.
func (s Scheme) sum(c claim, key, body []byte) []byte {
	m := hmac.New(c.hash, key)
	s.write(m, c, body)
	return m.Sum(nil)
}

// write writes the signed text to what never fails.
func (s Scheme) write(w io.Writer, c claim, body []byte) {
	for rest := s.template(); rest != ""; {
		var part string
		part, rest = nextPart(rest)
		switch part {
		case "{body}":
			_, _ = w.Write(body)
		case "{timestamp}":
			_, _ = io.WriteString(w, c.timestamp)
		case "{id}":
			_, _ = io.WriteString(w, c.id)
		default:
			_, _ = io.WriteString(w, part)
		}
	}
}

// nextPart cuts a placeholder, or the text up to the next brace, from a
// template that is not empty.
func nextPart(template string) (part, rest string) {
	for _, placeholder := range []string{"{body}", "{timestamp}", "{id}"} {
		if rest, ok := strings.CutPrefix(template, placeholder); ok {
			return placeholder, rest
		}
	}
	end := len(template)
	if i := strings.IndexByte(template[1:], '{'); i >= 0 {
		end = i + 1
	}
	return template[:end], template[end:]
}

// Sign returns the headers with which the vendor would send body: the
// signature's and, if the scheme has them, the time's and the ID's. Algorithm
// FromPrefix signs with SHA-256. A secret that cannot be a key (see
// CheckSecret) yields no signature.
func (s Scheme) Sign(body []byte, secret relay.Secret, now time.Time, id string) http.Header {
	h := http.Header{}
	key, err := s.SecretEncoding.key(secret)
	if err != nil {
		return h
	}
	algorithm, prefix := s.Algorithm, s.Prefix
	if algorithm == FromPrefix {
		algorithm, prefix = SHA256, "sha256="
	}
	c := claim{hash: algorithm.hash(), timestamp: s.TimestampUnit.format(now), id: id}
	signature := prefix + s.Encoding.encode(s.sum(c, key, body))
	if s.Format == List {
		signature = s.SignatureKey + "," + signature
	}
	if s.Format == Pairs {
		signature = s.SignatureKey + "=" + signature
	}
	if s.TimestampKey != "" {
		signature = s.TimestampKey + "=" + c.timestamp + "," + signature
	}
	h.Set(s.Header, signature)
	if s.TimestampHeader != "" {
		h.Set(s.TimestampHeader, c.timestamp)
	}
	if s.IDHeader != "" {
		h.Set(s.IDHeader, id)
	}
	return h
}

// CheckSecret returns an error that wraps ErrNoSecret, and does not show the
// secret, if it cannot be used as a key of this scheme.
func (s Scheme) CheckSecret(secret relay.Secret) error {
	_, err := s.SecretEncoding.key(secret)
	return err
}

// keys leaves out the secrets that are no keys. An empty one must never be used:
// anybody can sign with it.
func (s Scheme) keys(secrets []relay.Secret) [][]byte {
	var keys [][]byte
	for _, secret := range secrets {
		if key, err := s.SecretEncoding.key(secret); err == nil {
			keys = append(keys, key)
		}
	}
	return keys
}

func (e SecretEncoding) key(secret relay.Secret) ([]byte, error) {
	text := secret.Reveal()
	if e == WhsecSecret {
		text = strings.TrimPrefix(text, "whsec_")
	}
	key := []byte(text)
	if e == WhsecSecret || e == Base64Secret {
		var err error
		if key, err = base64.StdEncoding.DecodeString(text); err != nil {
			return nil, fmt.Errorf("%w: it is not Base64", ErrNoSecret) // the decoder's error may tell of the text
		}
	}
	if len(key) == 0 {
		return nil, fmt.Errorf("%w: it is empty", ErrNoSecret)
	}
	return key, nil
}

func (s Scheme) tolerance(wanted time.Duration) time.Duration {
	switch {
	case wanted > 0:
		return wanted
	case s.Tolerance > 0:
		return s.Tolerance
	}
	return defaultTolerance
}

// hash returns the hash's constructor, nil if the algorithm alone does not say.
func (a Algorithm) hash() func() hash.Hash {
	switch a {
	case SHA1:
		return sha1.New
	case SHA256, "":
		return sha256.New
	case SHA512:
		return sha512.New
	default:
		return nil
	}
}
