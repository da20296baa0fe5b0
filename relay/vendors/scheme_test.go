package vendors_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/vendors"
)

func TestTolerance(t *testing.T) {
	newoaks, _ := vendors.Lookup("newoaks")
	body, signedAt := []byte(`{"Type":"Lead"}`), time.Unix(1772000000, 0)
	h := newoaks.Sign(body, relay.NewSecret("s"), signedAt)
	for _, tt := range []struct {
		opts  vendors.Options
		after time.Duration
		want  error
	}{
		{vendors.Options{}, 0, nil},
		{vendors.Options{}, 5 * time.Minute, nil},
		{vendors.Options{}, 5*time.Minute + 1, vendors.ErrStale},
		{vendors.Options{}, -5 * time.Minute, nil},
		{vendors.Options{}, -5*time.Minute - 1, vendors.ErrStale},
		{vendors.Options{Tolerance: time.Hour}, time.Hour, nil},
		{vendors.Options{Tolerance: time.Hour}, time.Hour + 1, vendors.ErrStale},
		{vendors.Options{Tolerance: time.Second}, 2 * time.Second, vendors.ErrStale},
		{vendors.Options{}, 1 << 62, vendors.ErrStale},
	} {
		_, err := newoaks.Verify(h, body, secrets("s"), tt.opts, signedAt.Add(tt.after))
		if !errors.Is(err, tt.want) {
			t.Errorf("%+v after %s: %v, want %v", tt.opts, tt.after, err, tt.want)
		}
	}
	// Whoever does not know the secret is not told about the time.
	_, err := newoaks.Verify(h, body, secrets("other"), vendors.Options{}, signedAt.Add(time.Hour))
	if !errors.Is(err, vendors.ErrMismatch) {
		t.Error(err)
	}
}

// TestTimes: a time that is signed, but is not written as the scheme says.
func TestTimes(t *testing.T) {
	for _, tt := range []struct {
		unit vendors.Unit
		text string
		want error
	}{
		{vendors.Seconds, "1772000000", nil},
		{vendors.Seconds, "+1772000000", vendors.ErrMalformed},
		{vendors.Seconds, "-1772000000", vendors.ErrMalformed},
		{vendors.Seconds, "1772000000.5", vendors.ErrMalformed},
		{vendors.Seconds, "1_772_000_000", vendors.ErrMalformed},
		{vendors.Seconds, " 1772000000", vendors.ErrMalformed},
		{vendors.Seconds, "0x699e8700", vendors.ErrMalformed},
		{vendors.Seconds, "99999999999999999999", vendors.ErrMalformed},
		{vendors.Seconds, "999999999999999", vendors.ErrStale},
		{vendors.Seconds, "0", vendors.ErrStale},
		{vendors.Milliseconds, "1772000000000", nil},
		{vendors.Milliseconds, "1772000000", vendors.ErrStale},
		{vendors.RFC3339, "2026-02-25T06:13:20Z", nil},
		{vendors.RFC3339, "2026-02-25T07:13:20.250+01:00", nil},
		{vendors.RFC3339, "0001-01-01T00:00:00Z", vendors.ErrStale},
		{vendors.RFC3339, "1772000000", vendors.ErrMalformed},
	} {
		// The same text is signed, as a fixed part, by a scheme without a time.
		body := []byte("{}")
		fixed := vendors.Scheme{Header: "S", Signed: tt.text + ".{body}"}
		h := fixed.Sign(body, relay.NewSecret("k"), time.Time{}, "")
		h["T"] = []string{tt.text}
		timed := vendors.Scheme{Header: "S", TimestampHeader: "T", TimestampUnit: tt.unit, Signed: "{timestamp}.{body}"}
		if _, err := timed.Verify(h, body, secrets("k"), 0, time.Unix(1772000000, 0)); !errors.Is(err, tt.want) {
			t.Errorf("%s %q: %v, want %v", tt.unit, tt.text, err, tt.want)
		}
	}
}

func TestPairs(t *testing.T) {
	newoaks, _ := vendors.Lookup("newoaks")
	body, now := []byte(`{}`), time.Unix(1772000000, 0)
	good := newoaks.Sign(body, relay.NewSecret("s"), now).Get("X-Webhook-Signature")
	stamp, mac, _ := strings.Cut(good, ",")
	wrong := "v1=" + strings.Repeat("0", 64)
	for _, tt := range []struct {
		header string
		want   error
	}{
		{mac + "," + stamp, nil},
		{stamp + ", " + mac, nil},
		{good + ",v0=whatever", nil},
		{good + "," + mac, vendors.ErrMalformed},
		{good + "," + wrong, vendors.ErrMalformed},
		{stamp + "," + good, vendors.ErrMalformed},
		{"t=1," + good, vendors.ErrMalformed},
		{stamp, vendors.ErrMalformed},
		{mac, vendors.ErrMalformed},
		{good + ",", vendors.ErrMalformed},
		{"t=,v1=", vendors.ErrMalformed},
		{strings.Replace(good, "v1", "V1", 1), vendors.ErrMalformed},
		{stamp + ";" + mac, vendors.ErrMalformed},
		{stamp + "," + wrong, vendors.ErrMismatch},
		{"t=1772000001," + mac, vendors.ErrMismatch},
	} {
		_, err := newoaks.Verify(http.Header{"X-Webhook-Signature": {tt.header}}, body, secrets("s"), vendors.Options{}, now)
		if !errors.Is(err, tt.want) {
			t.Errorf("%q: %v, want %v", tt.header, err, tt.want)
		}
	}
}

// TestBase64: of the many ways in which Base64 decoders are lenient, none is
// taken. The last one decodes to the very same bytes.
func TestBase64(t *testing.T) {
	chatdata, _ := vendors.Lookup("chatdata")
	body := []byte(`{"n":5}`)
	good := chatdata.Sign(body, relay.NewSecret("s"), time.Time{}).Get("X-Chat-Data-Hmac-Sha256")
	if _, err := chatdata.Verify(http.Header{"X-Chat-Data-Hmac-Sha256": {good}}, body, secrets("s"), vendors.Options{}, time.Time{}); err != nil {
		t.Fatal(err)
	}
	alphabet := "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	last := strings.IndexByte(alphabet, good[42])
	for _, header := range []string{
		strings.TrimRight(good, "="), good + "=", good + "\r\n", good[:10] + "\n" + good[10:], good + "junk",
		strings.NewReplacer("+", "-", "/", "_").Replace(good[:42]) + "-=", good[:42] + string(alphabet[last|1]) + "=",
	} {
		_, err := chatdata.Verify(http.Header{"X-Chat-Data-Hmac-Sha256": {header}}, body, secrets("s"), vendors.Options{}, time.Time{})
		if !errors.Is(err, vendors.ErrMalformed) {
			t.Errorf("%q: %v", header, err)
		}
	}
}

func TestSchemeCheck(t *testing.T) {
	for _, v := range vendors.Builtin() {
		for _, s := range v.Schemes {
			if err := s.Check(); err != nil {
				t.Errorf("%s: %v", v.Name, err)
			}
		}
	}
	for want, s := range map[string]vendors.Scheme{
		"missing \"header\"":        {},
		"unknown format":            {Header: "S", Format: "json"},
		"unknown algorithm":         {Header: "S", Algorithm: "md5"},
		"unknown encoding":          {Header: "S", Encoding: "base32"},
		"unknown secret_encoding":   {Header: "S", SecretEncoding: "hex"},
		"unknown timestamp_unit":    {Header: "S", TimestampUnit: "m", TimestampHeader: "T", Signed: "{timestamp}{body}"},
		"no {body}":                 {Header: "S", Signed: "{timestamp}", TimestampHeader: "T"},
		"time that is not signed":   {Header: "S", TimestampHeader: "T"},
		"has a {timestamp}":         {Header: "S", Signed: "{timestamp}{body}"},
		"has an {id}":               {Header: "S", Signed: "{id}{body}"},
		"needs a \"signature_key\"": {Header: "S", Format: vendors.List},
		"needs a \"format\"":        {Header: "S", SignatureKey: "v1"},
		"are the same":              {Header: "S", Format: vendors.Pairs, SignatureKey: "t", TimestampKey: "t", Signed: "{timestamp}{body}"},
		"exclude each other":        {Header: "S", Algorithm: vendors.FromPrefix, Prefix: "sha1="},
		"negative":                  {Header: "S", Tolerance: -1},
	} {
		if err := s.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", s, err, want)
		}
		if _, err := s.Verify(http.Header{}, nil, secrets("s"), 0, time.Time{}); err == nil || errors.Is(err, vendors.ErrNoSignature) {
			t.Errorf("%q: verified under a scheme that is wrong: %v", want, err)
		}
	}
}

// TestChatzuriGenerations: the prefix says which of the two hashes it is, and
// neither passes in the other's clothes.
func TestChatzuriGenerations(t *testing.T) {
	v := lookup(t, "chatzuri")
	body := []byte(`{"event":"lead.submit"}`)
	new256 := v.Schemes[0].Sign(body, relay.NewSecret("s"), time.Time{}, "").Get("X-Chatzuri-Signature")
	old1 := v.Schemes[1].Sign(body, relay.NewSecret("s"), time.Time{}, "").Get("X-Chatzuri-Signature")
	hex256 := strings.TrimPrefix(new256, "sha256=")
	for header, want := range map[string]error{
		new256: nil, old1: nil, strings.ToUpper(old1): nil,
		hex256: vendors.ErrMalformed, "sha256=" + old1: vendors.ErrMalformed, "sha1=" + old1: vendors.ErrMalformed,
		"SHA256=" + hex256: vendors.ErrMalformed, "sha256=" + new256: vendors.ErrMalformed, "sha256=": vendors.ErrMalformed,
		"sha256=" + strings.Repeat("0", 64): vendors.ErrMismatch, strings.Repeat("0", 40): vendors.ErrMismatch, "": vendors.ErrNoSignature,
	} {
		_, err := v.Verify(http.Header{"X-Chatzuri-Signature": {header}}, body, secrets("s"), vendors.Options{}, time.Time{})
		if !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", header, err, want)
		}
	}
}
