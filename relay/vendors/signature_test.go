package vendors_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/vendors"
)

// signed is a request that Node signed as a vendor documents it; see
// testdata/make_signatures.js.
type signed struct {
	Name, Scheme string
	Headers      map[string]string
	Body, Want   []byte
	Secret       string
	Now          int64
}

func (s signed) header() http.Header {
	h := http.Header{}
	for name, value := range s.Headers {
		h.Set(name, value)
	}
	return h
}

// vendor returns the vendor that signed: a built-in one, or one of those that can
// only be described.
func (s signed) vendor(t *testing.T) *vendors.Vendor {
	t.Helper()
	if v, ok := vendors.Lookup(s.Scheme); ok {
		return v
	}
	v, ok := described(t)[s.Scheme]
	if !ok {
		t.Fatalf("no scheme %s", s.Scheme)
	}
	return v
}

// described returns the vendors of testdata/described.toml, by name.
func described(t testing.TB) map[string]*vendors.Vendor {
	t.Helper()
	text, err := os.ReadFile("testdata/described.toml")
	if err != nil {
		t.Fatal(err)
	}
	return fromTOML(t, string(text))
}

func vectors(t testing.TB) []signed {
	t.Helper()
	text, err := os.ReadFile("testdata/signatures.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []signed
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

func secrets(texts ...string) []relay.Secret {
	list := make([]relay.Secret, len(texts))
	for i, text := range texts {
		list[i] = relay.NewSecret(text)
	}
	return list
}

func TestVerifyVectors(t *testing.T) {
	for _, s := range vectors(t) {
		t.Run(s.Scheme+": "+s.Name, func(t *testing.T) {
			v := s.vendor(t)
			now, key := time.Unix(s.Now, 0), secrets(s.Secret)
			verify := func(h http.Header, body []byte) ([]byte, error) {
				return v.Verify(h, body, key, vendors.Options{}, now)
			}
			got, err := verify(s.header(), s.Body)
			if err != nil || !bytes.Equal(got, s.Want) {
				t.Fatalf("got  %q, %v\nwant %q", got, err, s.Want)
			}
			if _, err := v.Verify(s.header(), s.Body, secrets("another", "bm90IGl0"), vendors.Options{}, now); err == nil {
				t.Error("another secret is accepted")
			}
			if _, err := v.Verify(s.header(), s.Body, append(secrets("another", ""), key...), vendors.Options{}, now); err != nil {
				t.Errorf("the older one of two secrets is refused: %v", err)
			}
			for _, off := range []time.Duration{-301 * time.Second, 301 * time.Second} {
				_, err := v.Verify(s.header(), s.Body, key, vendors.Options{}, now.Add(off))
				if scheme := v.Schemes[0]; (scheme.TimestampKey+scheme.TimestampHeader != "") != errors.Is(err, vendors.ErrStale) {
					t.Errorf("%v from its time: %v", off, err)
				}
			}
			alterBody(t, s, verify)
			alterHeader(t, s, verify)
		})
	}
}

// alterBody changes each byte of the body. A change that JSON.stringify does
// not see may pass where that form was signed, but then yields the same bytes.
func alterBody(t *testing.T, s signed, verify func(http.Header, []byte) ([]byte, error)) {
	t.Helper()
	for i := range s.Body {
		for _, bit := range []byte{1, 0x20, 0x80} {
			body := bytes.Clone(s.Body)
			body[i] ^= bit
			if got, err := verify(s.header(), body); err == nil && (!bytes.Equal(got, s.Want) || bytes.Equal(s.Body, s.Want)) {
				t.Fatalf("accepted %q", body)
			}
		}
	}
	for _, body := range [][]byte{nil, s.Body[1:], s.Body[:len(s.Body)-2], append(bytes.Clone(s.Body), '0')} {
		if _, err := verify(s.header(), body); err == nil {
			t.Errorf("accepted %q", body)
		}
	}
}

// alterHeader changes each header in every way that must be noticed.
func alterHeader(t *testing.T, s signed, verify func(http.Header, []byte) ([]byte, error)) {
	t.Helper()
	for name, value := range s.Headers {
		h := s.header()
		h.Del(name)
		if _, err := verify(h, s.Body); !errors.Is(err, vendors.ErrNoSignature) {
			t.Errorf("without %s: %v", name, err)
		}
		h = s.header()
		h.Add(name, value)
		if _, err := verify(h, s.Body); !errors.Is(err, vendors.ErrMalformed) {
			t.Errorf("with %s twice: %v", name, err)
		}
		for _, bad := range []string{"", " ", value + "," + value, value + value, value[:len(value)-1], value + "0", value + "\n", value + "=", "=", ",", "v1,", strings.Repeat("a", 5000)} {
			h := s.header()
			h[http.CanonicalHeaderKey(name)] = []string{bad}
			if _, err := verify(h, s.Body); err == nil {
				t.Errorf("accepted %s: %q", name, bad)
			}
		}
		for i := range value {
			changed := []byte(value)
			changed[i] ^= 1
			h := s.header()
			h.Set(name, string(changed))
			if _, err := verify(h, s.Body); err == nil && !aside(s, value, i) {
				t.Errorf("accepted %s: %q", name, changed)
			}
		}
	}
}

// aside reports whether byte i of a header belongs to a signature that did not
// match anyway.
func aside(s signed, value string, i int) bool {
	switch s.Scheme + " " + s.Name {
	case "tidio tidio":
		return i > strings.Index(value, ",s=") && i < strings.LastIndex(value, ",s=")
	case "standard standard, two":
		return i < strings.LastIndex(value, " v1,")
	}
	return false
}

// TestSign: what Sign makes is what Node makes of the same time and secret,
// byte for byte.
func TestSign(t *testing.T) {
	for _, s := range vectors(t) {
		if !bytes.Equal(s.Body, s.Want) || slices.Contains([]string{"tidio tidio", "standard standard, two", "chatbase upper case"}, s.Scheme+" "+s.Name) ||
			s.Scheme == "chatbotkit" && s.Name != "chatbotkit sha256" {
			continue
		}
		t.Run(s.Scheme+": "+s.Name, func(t *testing.T) {
			schemes := s.vendor(t).Schemes
			scheme := schemes[0]
			if strings.HasSuffix(s.Name, "sha1") && len(schemes) > 1 {
				scheme = schemes[1]
			}
			got := scheme.Sign(s.Body, relay.NewSecret(s.Secret), time.Unix(s.Now, 0), "msg_1")
			want := s.header()
			if slices.Contains([]string{"zendesk", "twitch", "paddle", "workos"}, s.Scheme) { // they write the time, or what stands beside it, in another way
				if _, err := scheme.Verify(got, s.Body, secrets(s.Secret), 0, time.Unix(s.Now, 0)); err != nil {
					t.Error(err)
				}
				return
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("got  %v\nwant %v", got, want)
			}
		})
	}
	if h := described(t)["standard"].Sign(nil, relay.NewSecret("not Base64!"), time.Now()); len(h) != 0 {
		t.Errorf("signed with a secret that is no key: %v", h)
	}
}

// TestStringifyOption: a source can ask for the second form, or forbid it.
func TestStringifyOption(t *testing.T) {
	raw, again := []byte(`{ "a": 1.0 }`), []byte(`{"a":1}`)
	now := time.Unix(1772000000, 0)
	yes, no := true, false
	for _, v := range vendors.Builtin() {
		h := v.Sign(again, relay.NewSecret("s"), now)
		for _, tt := range []struct {
			option *bool
			want   bool
		}{{nil, v.Name != "chatdata"}, {&yes, true}, {&no, false}} {
			got, err := v.Verify(h, raw, secrets("s"), vendors.Options{Stringify: tt.option}, now)
			if tt.want && (err != nil || !bytes.Equal(got, again)) || !tt.want && !errors.Is(err, vendors.ErrMismatch) {
				t.Errorf("%s, %v: %s, %v", v.Name, tt.option, got, err)
			}
		}
	}
}

// TestDuplicateKeys: a body with a key twice passes as it came, but never in
// its second form, in which one of the two would be hidden.
func TestDuplicateKeys(t *testing.T) {
	v, _ := vendors.Lookup("chatbase")
	twice, once := []byte(`{"a":1,"b":2,"a":3}`), []byte(`{"a":3,"b":2}`)
	if got, err := v.Verify(v.Sign(twice, relay.NewSecret("s"), time.Time{}), twice, secrets("s"), vendors.Options{}, time.Time{}); err != nil || !bytes.Equal(got, twice) {
		t.Errorf("as it came: %s, %v", got, err)
	}
	_, err := v.Verify(v.Sign(once, relay.NewSecret("s"), time.Time{}), twice, secrets("s"), vendors.Options{}, time.Time{})
	if !errors.Is(err, vendors.ErrMismatch) || !errors.Is(err, vendors.ErrDuplicateKey) {
		t.Errorf("re-serialised: %v", err)
	}
}

func TestNoUsableSecret(t *testing.T) {
	body := []byte("{}")
	for name, tt := range map[string]struct {
		scheme  vendors.Scheme
		secrets []relay.Secret
	}{
		"none":         {vendors.Scheme{Header: "S"}, nil},
		"empty":        {vendors.Scheme{Header: "S"}, secrets("", "")},
		"not Base64":   {vendors.Scheme{Header: "S", SecretEncoding: vendors.Base64Secret}, secrets("hunter2!")},
		"prefix alone": {vendors.Scheme{Header: "S", SecretEncoding: vendors.WhsecSecret}, secrets("whsec_")},
	} {
		// Signed with the empty key, as anybody could.
		h := http.Header{"S": {"b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"}}
		_, err := tt.scheme.Verify(h, nil, tt.secrets, 0, time.Time{})
		if !errors.Is(err, vendors.ErrNoSecret) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
		for _, s := range tt.secrets {
			if err := tt.scheme.CheckSecret(s); !errors.Is(err, vendors.ErrNoSecret) {
				t.Errorf("%s: CheckSecret: %v", name, err)
			}
		}
	}
	if _, err := (vendors.Scheme{Header: "S"}).Verify(http.Header{}, body, nil, 0, time.Time{}); !errors.Is(err, vendors.ErrNoSignature) {
		t.Error(err)
	}
}

// FuzzVerify: without the secret, nothing that is sent is accepted, and with it
// only what was signed.
func FuzzVerify(f *testing.F) {
	for _, s := range vectors(f) {
		for _, value := range s.Headers {
			f.Add(value, "1772000000", s.Body)
		}
	}
	all := []vendors.Scheme{}
	for _, v := range append(slices.Collect(maps.Values(described(f))), vendors.Builtin()...) {
		all = append(all, v.Schemes...)
	}
	f.Fuzz(func(t *testing.T, signature, other string, body []byte) {
		for _, s := range all {
			h := http.Header{}
			for _, name := range []string{s.IDHeader, s.TimestampHeader} {
				if name != "" {
					h.Set(name, other)
				}
			}
			h.Set(s.Header, signature)
			// The fuzzer has seen no signature by this key, which all encodings take.
			if got, err := s.Verify(h, body, secrets("dW5rbm93biB0byBldmVyeWJvZHk="), 0, time.Unix(1772000000, 0)); err == nil {
				t.Fatalf("%+v: %v accepted as %q", s, h, got)
			}
		}
	})
}
