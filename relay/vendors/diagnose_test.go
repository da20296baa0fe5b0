package vendors_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"botrelay/relay/vendors"
)

// TestDiagnose: each request that Node signed fits its own description, and under
// the barest of descriptions the scheme that it fits is found.
func TestDiagnose(t *testing.T) {
	found := make(map[string]bool)
	for _, s := range vectors(t) {
		v := s.vendor(t)
		d := v.Diagnose(s.header(), s.Body, secrets("another", s.Secret), vendors.Options{})
		if d.Err != nil || d.Secret != 1 || !strings.Contains(string(d.Signed), string(s.Want)) {
			t.Errorf("%s, %s: %+v", s.Scheme, s.Name, d)
		}
		if v.Timed() {
			if age, fresh := d.Age(vendors.Options{}, time.Unix(s.Now, 0).Add(time.Hour)); age.Round(time.Second) != time.Hour || fresh {
				t.Errorf("%s, %s: %s old, %t", s.Scheme, s.Name, age, fresh)
			}
		}
		bare, err := vendors.Describe("bare", vendors.Description{Signature: vendors.Scheme{Header: v.Schemes[0].Header, Signed: "no{body}"}})
		if err != nil {
			t.Fatal(err)
		}
		d = bare.Diagnose(s.header(), s.Body, secrets(s.Secret), vendors.Options{})
		if s.Scheme == "hubspot" { // an address is in what it signs
			if d.Fit != nil {
				t.Errorf("%s: %+v", s.Scheme, d.Fit)
			}
			continue
		}
		if d.Err == nil || d.Fit == nil {
			t.Errorf("%s, %s: %v: nothing fits", s.Scheme, s.Name, d.Err)
			continue
		}
		again := fromTOML(t, "[vendors.found]\nsignature = "+d.Fit.Scheme.TOML()+"\n")["found"]
		if _, err := again.Verify(s.header(), s.Body, secrets(s.Secret), vendors.Options{}, time.Unix(s.Now, 0)); err != nil && d.Fit.Changed == "" {
			t.Errorf("%s, %s: %s: %v", s.Scheme, s.Name, d.Fit.Scheme.TOML(), err)
		}
		found[s.Scheme] = true
	}
	if len(found) < 20 {
		t.Errorf("found %d", len(found))
	}
}

// TestDiagnoseMistakes: what is wrong with a capture, a secret or a description,
// and what would fit.
func TestDiagnoseMistakes(t *testing.T) {
	row := func(scheme string) signed {
		for _, s := range vectors(t) {
			if s.Scheme == scheme {
				return s
			}
		}
		t.Fatal(scheme)
		return signed{}
	}
	type change func(s *signed)
	for about, tt := range map[string]struct {
		scheme, described string // as TOML; empty: as it is
		change            change
		err               error
		fit, changed      string // parts; empty: nothing is found
	}{
		"another secret":   {"front", "", func(s *signed) { s.Secret = "another" }, vendors.ErrMismatch, "", ""},
		"another body":     {"front", "", func(s *signed) { s.Body = []byte("{}") }, vendors.ErrMismatch, "", ""},
		"an editor's line": {"front", "", func(s *signed) { s.Body = append(s.Body, '\n') }, vendors.ErrMismatch, `signed = "{timestamp}:{body}"`, "the line break at the end"},
		"a pasted secret":  {"front", "", func(s *signed) { s.Secret += " " }, vendors.ErrMismatch, `"{timestamp}:{body}"`, "the spaces or quotes around the secret"},
		"another text":     {"front", `{ header = "X-Front-Signature", encoding = "base64", timestamp_header = "X-Front-Request-Timestamp", signed = "{timestamp}.{body}" }`, nil, vendors.ErrMismatch, `signed = "{timestamp}:{body}"`, ""},
		"a tolerance":      {"front", `{ header = "X-Front-Signature", encoding = "base64", timestamp_header = "X-Front-Request-Timestamp", signed = "{timestamp}.{body}", tolerance = "10m" }`, nil, vendors.ErrMismatch, `signed = "{timestamp}:{body}", tolerance = "10m"`, ""},
		"hex":              {"front", `{ header = "X-Front-Signature" }`, nil, vendors.ErrMalformed, `encoding = "base64"`, ""},
		"another hash":     {"tawk", `{ header = "X-Tawk-Signature" }`, nil, vendors.ErrMalformed, `{ header = "X-Tawk-Signature", algorithm = "sha1" }`, ""},
		"another header":   {"tawk", `{ header = "X-Signature", algorithm = "sha1" }`, nil, vendors.ErrNoSignature, `{ header = "X-Tawk-Signature", algorithm = "sha1" }`, ""},
		"the prefix":       {"intercom", `{ header = "X-Hub-Signature", algorithm = "sha1" }`, nil, vendors.ErrMalformed, `prefix = "sha1="`, ""},
		"pairs":            {"tidio", `{ header = "X-Tidio-Signature" }`, nil, vendors.ErrMalformed, `format = "pairs", signature_key = "s", timestamp_key = "t", signed = "{body}_{timestamp}"`, ""},
		"another unit":     {"crisp", `{ header = "X-Crisp-Signature", timestamp_header = "X-Crisp-Request-Timestamp", signed = "{timestamp}.{body}" }`, nil, vendors.ErrMismatch, `timestamp_unit = "ms", signed = "[{timestamp};{body}]"`, ""},
		"the secret":       {"base64secret", `{ header = "X-Signature" }`, nil, vendors.ErrMismatch, `secret_encoding = "base64"`, ""},
		"no secret":        {"base64secret", "", func(s *signed) { s.Secret = "not Base64!" }, vendors.ErrNoSecret, "", ""},
	} {
		s := row(tt.scheme)
		v := s.vendor(t)
		if tt.described != "" {
			v = fromTOML(t, "[vendors.x]\nsignature = "+tt.described+"\n")["x"]
		}
		if tt.change != nil {
			tt.change(&s)
		}
		d := v.Diagnose(s.header(), s.Body, secrets(s.Secret), vendors.Options{})
		switch {
		case !errors.Is(d.Err, tt.err):
			t.Errorf("%s: %v, want %v", about, d.Err, tt.err)
		case d.Fit == nil && tt.fit+tt.changed != "", d.Fit != nil && tt.fit+tt.changed == "":
			t.Errorf("%s: fit %+v", about, d.Fit)
		case d.Fit != nil && (!strings.Contains(d.Fit.Scheme.TOML(), tt.fit) || !strings.HasPrefix(d.Fit.Changed, tt.changed) || tt.changed == "" && d.Fit.Changed != ""):
			t.Errorf("%s: %s, %q", about, d.Fit.Scheme.TOML(), d.Fit.Changed)
		}
	}
}
