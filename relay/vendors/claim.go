package vendors

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	maxHeader     = 4096 // bytes; a signature of SHA-512 in hex has 128
	maxSignatures = 16   // in one header
)

// claim is what a request says of itself, not yet verified.
type claim struct {
	signatures [][]byte // each of the size that hash makes
	hash       func() hash.Hash
	timestamp  string // as written, because so it was signed
	timed      bool
	at         time.Time
	id         string
}

// read takes a request's headers apart. It is strict: what is not exactly what
// the scheme says is malformed.
func (s Scheme) read(h http.Header) (claim, error) {
	var c claim
	header, err := only(h, s.Header)
	if err != nil {
		return c, err
	}
	var signatures []string
	switch s.Format {
	case Pairs:
		signatures, c.timestamp, err = s.pairs(header)
	case List:
		signatures, err = s.versions(header)
	default:
		signatures = []string{header}
	}
	if err != nil {
		return c, err
	}
	if err := s.decode(&c, signatures); err != nil {
		return c, err
	}
	return c, s.around(&c, h)
}

// around reads the ID, and the time if it has a header of its own.
func (s Scheme) around(c *claim, h http.Header) (err error) {
	if s.IDHeader != "" {
		if c.id, err = only(h, s.IDHeader); err != nil {
			return err
		}
	}
	if s.TimestampHeader != "" {
		if c.timestamp, err = only(h, s.TimestampHeader); err != nil {
			return err
		}
	}
	if c.timed = s.TimestampKey != "" || s.TimestampHeader != ""; c.timed {
		c.at, err = s.TimestampUnit.parse(c.timestamp)
	}
	return err
}

// pairs takes "t=1,v1=ab" apart. Keys that the scheme does not name are left
// aside: they are other versions of the signature.
func (s Scheme) pairs(header string) (signatures []string, timestamp string, err error) {
	between := ","
	if s.Semicolons && !strings.Contains(header, between) {
		between = ";"
	}
	for item := range strings.SplitSeq(header, between) {
		key, value, ok := strings.Cut(strings.Trim(item, " "), "=")
		switch {
		case !ok || key == "" || value == "":
			return nil, "", fmt.Errorf("%w: not all of header %s is key=value", ErrMalformed, s.Header)
		case key == s.SignatureKey:
			signatures = append(signatures, value)
		case key == s.TimestampKey && timestamp != "":
			return nil, "", fmt.Errorf("%w: %s comes twice", ErrMalformed, key)
		case key == s.TimestampKey:
			timestamp = value
		}
	}
	switch {
	case len(signatures) == 0:
		return nil, "", fmt.Errorf("%w: header %s has no %s", ErrMalformed, s.Header, s.SignatureKey)
	case len(signatures) > 1 && !s.Repeats:
		return nil, "", fmt.Errorf("%w: %s comes %d times", ErrMalformed, s.SignatureKey, len(signatures))
	case s.TimestampKey != "" && timestamp == "":
		return nil, "", fmt.Errorf("%w: header %s has no %s", ErrMalformed, s.Header, s.TimestampKey)
	}
	return signatures, timestamp, nil
}

// versions takes "v1,ab v1,cd" apart and leaves other versions aside.
func (s Scheme) versions(header string) ([]string, error) {
	var signatures []string
	for item := range strings.SplitSeq(header, " ") {
		version, value, ok := strings.Cut(item, ",")
		if !ok || version == "" || value == "" {
			return nil, fmt.Errorf("%w: not all of header %s is version,signature", ErrMalformed, s.Header)
		}
		if version == s.SignatureKey {
			signatures = append(signatures, value)
		}
	}
	if len(signatures) == 0 {
		return nil, fmt.Errorf("%w: header %s has no version %s", ErrMalformed, s.Header, s.SignatureKey)
	}
	return signatures, nil
}

// decode turns the written signatures into bytes.
func (s Scheme) decode(c *claim, texts []string) error {
	if len(texts) > maxSignatures {
		return fmt.Errorf("%w: %d signatures", ErrMalformed, len(texts))
	}
	for _, text := range texts {
		algorithm, text, err := s.unprefix(text)
		if err != nil {
			return err
		}
		newHash := algorithm.hash()
		signature, err := s.Encoding.decode(text, newHash().Size())
		if err != nil {
			return err
		}
		if c.hash != nil && len(signature) != len(c.signatures[0]) {
			return fmt.Errorf("%w: two algorithms", ErrMalformed)
		}
		c.hash, c.signatures = newHash, append(c.signatures, signature)
	}
	return nil
}

// unprefix cuts what stands before a signature, and says by which algorithm it
// was made.
func (s Scheme) unprefix(text string) (Algorithm, string, error) {
	if s.Algorithm != FromPrefix {
		rest, ok := strings.CutPrefix(text, s.Prefix)
		if !ok {
			return "", "", fmt.Errorf("%w: header %s has no %q", ErrMalformed, s.Header, s.Prefix)
		}
		return s.Algorithm, rest, nil
	}
	for _, a := range []Algorithm{SHA1, SHA256, SHA512} {
		if rest, ok := strings.CutPrefix(text, string(a)+"="); ok {
			return a, rest, nil
		}
	}
	return "", "", fmt.Errorf("%w: header %s names no known algorithm", ErrMalformed, s.Header)
}

// decode returns the size bytes that text stands for.
func (e Encoding) decode(text string, size int) ([]byte, error) {
	var raw []byte
	var err error
	want := hex.EncodedLen(size)
	if e == Base64 {
		// The length is checked beside the alphabet because the decoder would
		// step over line breaks.
		want = base64.StdEncoding.EncodedLen(size)
		raw, err = base64.StdEncoding.Strict().DecodeString(text)
	} else {
		raw, err = hex.DecodeString(text)
	}
	if err != nil || len(text) != want || len(raw) != size {
		return nil, fmt.Errorf("%w: it is not %d bytes in %s", ErrMalformed, size, e.name())
	}
	return raw, nil
}

func (e Encoding) encode(raw []byte) string {
	if e == Base64 {
		return base64.StdEncoding.EncodeToString(raw)
	}
	return hex.EncodeToString(raw)
}

func (e Encoding) name() Encoding {
	if e == "" {
		return Hex
	}
	return e
}

// parse reads a time. A number is digits alone, of at most 15.
func (u Unit) parse(text string) (time.Time, error) {
	if u == RFC3339 {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return at, fmt.Errorf("%w: its time is not one of RFC 3339", ErrMalformed)
		}
		return at, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || len(text) > 15 || strings.Trim(text, "0123456789") != "" {
		return time.Time{}, fmt.Errorf("%w: its time is not a number", ErrMalformed)
	}
	if u == Milliseconds {
		return time.UnixMilli(n), nil
	}
	return time.Unix(n, 0), nil
}

func (u Unit) format(t time.Time) string {
	switch u {
	case Milliseconds:
		return strconv.FormatInt(t.UnixMilli(), 10)
	case RFC3339:
		return t.UTC().Format(time.RFC3339)
	default:
		return strconv.FormatInt(t.Unix(), 10)
	}
}
