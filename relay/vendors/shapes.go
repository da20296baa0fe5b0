package vendors

import (
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
)

// shapesOf returns how signatures may stand in the headers: in the one that is
// named, or if that is not there in any.
func shapesOf(h http.Header, named string) []Scheme {
	names := namesIn(h)
	if h.Get(named) != "" {
		names = []string{http.CanonicalHeaderKey(named)}
	}
	var found []Scheme
	for _, name := range names {
		for _, s := range shapesIn(h.Get(name)) {
			s.Header = name
			found = append(found, s)
		}
	}
	return found
}

// shapesIn returns how a signature may stand in one header's value.
func shapesIn(value string) []Scheme {
	var found []Scheme
	for start := range min(len(value), 32) { // what stands before it is short
		if algorithm, encoding, ok := digestOf(value[start:]); ok && (start == 0 || strings.ContainsAny(value[start-1:start], "=:, ")) {
			found = append(found, Scheme{Prefix: value[:start], Algorithm: algorithm, Encoding: encoding})
		}
	}
	for _, between := range []string{",", ";"} {
		found = append(found, Scheme{Format: Pairs, Repeats: true, Semicolons: true}.shapes(value, between, "=")...)
	}
	return append(found, Scheme{Format: List, Repeats: true}.shapes(value, " ", ",")...)
}

// shapes finds the keys of signatures and of a time among items with keys. Each of
// the signatures may be the one.
func (s Scheme) shapes(value, between, within string) []Scheme {
	var found []Scheme
	for item := range strings.SplitSeq(value, between) {
		key, text, ok := strings.Cut(strings.TrimSpace(item), within)
		if !ok || key == "" {
			return nil
		}
		if algorithm, encoding, isDigest := digestOf(text); isDigest {
			one := s
			one.SignatureKey, one.Algorithm, one.Encoding = key, algorithm, encoding
			found = append(found, one)
		} else if unit, isTime := unitOf(text); isTime && s.Format == Pairs {
			s.TimestampKey, s.TimestampUnit = key, unit
		}
	}
	for i := range found {
		found[i].TimestampKey, found[i].TimestampUnit = s.TimestampKey, s.TimestampUnit
	}
	return found
}

// digestOf returns of which hash a text may be, and how it is written. What is as
// by default is left empty.
func digestOf(text string) (algorithm Algorithm, encoding Encoding, ok bool) {
	raw, err := hex.DecodeString(text)
	if err != nil {
		encoding = Base64
		if raw, err = base64.StdEncoding.Strict().DecodeString(text); err != nil {
			return "", "", false
		}
	}
	switch len(raw) {
	case SHA1.hash()().Size():
		return SHA1, encoding, true
	case SHA256.hash()().Size():
		return "", encoding, true
	case SHA512.hash()().Size():
		return SHA512, encoding, true
	}
	return "", "", false
}

// Digest says of which hash, and in which encoding, the signature in a header's
// value may be; ok is false if none is seen there.
func Digest(value string) (algorithm Algorithm, encoding Encoding, ok bool) {
	shapes := shapesIn(value)
	if len(shapes) == 0 {
		return "", "", false
	}
	if algorithm = shapes[0].Algorithm; algorithm == "" {
		algorithm = SHA256
	}
	return algorithm, shapes[0].Encoding.name(), true
}
