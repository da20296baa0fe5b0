package vendors

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"

	"botrelay/relay"
)

// maxSearched is how long a body may be, in bytes, for which other schemes are
// tried.
const maxSearched = 256 << 10

// search looks for a scheme under which the request is genuine, as near as can be
// to the one that was described.
func search(h http.Header, body []byte, secrets []relay.Secret, described Scheme) *Fit {
	if len(body) > maxSearched {
		return nil
	}
	claims := plausibleSchemes(h, described)
	for _, form := range formsOf(body) {
		for _, key := range keysOf(secrets) {
			for _, s := range claims {
				c, err := s.read(h)
				if err != nil || len(c.signatures) == 0 {
					continue
				}
				s.SecretEncoding = key.encoding
				if s.genuine(c, form.body, [][]byte{key.key}) {
					s.Stringify = form.stringify
					s.Tolerance = described.Tolerance
					return &Fit{Scheme: s, Secret: key.secret, Changed: both(form.changed, key.changed)}
				}
			}
		}
	}
	return nil
}

// both says what was done to the body and to the secret; empty: nothing.
func both(body, secret string) string {
	if body != "" && secret != "" {
		return body + ", and " + secret
	}
	return body + secret
}

// bodyForm is a body, as it came or as it may have been before it was captured.
type bodyForm struct {
	body      []byte
	changed   string // what was done to it; empty: nothing
	stringify bool   // it is what JSON.stringify makes of it
}

// formsOf returns the forms of a body, as it came first.
func formsOf(body []byte) []bodyForm {
	forms := []bodyForm{{body: body}}
	add := func(form []byte, changed string, stringify bool) {
		if !slices.ContainsFunc(forms, func(f bodyForm) bool { return bytes.Equal(f.body, form) }) {
			forms = append(forms, bodyForm{form, changed, stringify})
		}
	}
	for _, form := range [][]byte{bytes.TrimSuffix(bytes.TrimSuffix(body, []byte("\n")), []byte("\r")), bytes.TrimRight(body, "\r\n")} {
		add(form, "the line break at the end of the body is taken away, which an editor may have put there", false)
	}
	add(append(bytes.TrimRight(body, "\r\n"), '\n'), "the body ends in a line break", false)
	add(bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n")), "the lines of the body end in LF, not CRLF", false)
	if again, err := Stringify(body); err == nil {
		add(again, "", true)
	}
	return forms
}

// keyForm is a secret as a key, in one of the ways to read it.
type keyForm struct {
	key      []byte
	secret   int // which of the secrets it is
	encoding SecretEncoding
	changed  string // what was done to it; empty: nothing
}

// keysOf returns the keys that secrets may be.
func keysOf(secrets []relay.Secret) []keyForm {
	var forms []keyForm
	for i, secret := range secrets {
		for _, encoding := range []SecretEncoding{TextSecret, Base64Secret, WhsecSecret} {
			if key, err := encoding.key(secret); err == nil {
				forms = append(forms, keyForm{key, i, encoding, ""})
			}
		}
		text := secret.Reveal()
		if key, err := hex.DecodeString(text); err == nil && len(key) > 0 {
			forms = append(forms, keyForm{key, i, Base64Secret, "the secret, which is written in hex, is written in Base64"})
		}
		if trimmed := strings.Trim(text, " \t\r\n\"'"); trimmed != text && trimmed != "" {
			forms = append(forms, keyForm{[]byte(trimmed), i, TextSecret, "the spaces or quotes around the secret are taken away"})
		}
		if key, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "=")); err == nil && len(key) > 0 && strings.ContainsAny(text, "-_") {
			forms = append(forms, keyForm{key, i, Base64Secret, `the secret's "-" and "_" are "+" and "/"`})
		}
	}
	return forms
}

// plausibleSchemes returns the schemes under which the headers can be read, those
// that are like the described one first.
func plausibleSchemes(h http.Header, described Scheme) []Scheme {
	var found []Scheme
	for _, s := range shapesOf(h, described.Header) {
		for _, timed := range timesOf(h, s) {
			for _, identified := range idsOf(h, timed) {
				for _, template := range templates() {
					hasTime, hasID := strings.Contains(template, "{timestamp}"), strings.Contains(template, "{id}")
					if hasTime == (identified.TimestampKey+identified.TimestampHeader != "") && hasID == (identified.IDHeader != "") {
						identified.Signed = template
						found = append(found, identified)
					}
				}
			}
		}
	}
	return found
}

// templates are the texts that vendors are known to sign.
func templates() []string {
	return []string{
		"{body}", "{timestamp}.{body}", "{timestamp}{body}", "{timestamp}:{body}", "{body}{timestamp}", "{body}.{timestamp}", "{body}_{timestamp}",
		"{timestamp}_{body}", "{timestamp}\n{body}", "[{timestamp};{body}]", "v0:{timestamp}:{body}", "v1:{timestamp}:{body}",
		"{id}.{timestamp}.{body}", "{id}{timestamp}{body}", "{id}:{timestamp}:{body}", "{id}.{body}", "{id}{body}", "{timestamp}.{id}.{body}",
	}
}

// timesOf returns the scheme without a time, and with each that the headers may
// have.
func timesOf(h http.Header, s Scheme) []Scheme {
	all := []Scheme{s}
	if s.TimestampKey != "" { // it is in the signature's header, and may yet not be signed
		bare := s
		bare.TimestampKey, bare.TimestampUnit = "", ""
		return append(all, bare)
	}
	for _, name := range namesIn(h) {
		if unit, isTime := unitOf(h.Get(name)); isTime && name != s.Header && !strings.EqualFold(name, "Content-Length") {
			s.TimestampHeader, s.TimestampUnit = name, unit
			all = append(all, s)
		}
	}
	return all
}

// unitOf returns how a text writes a time of our days.
func unitOf(text string) (Unit, bool) {
	const first, last = 2015, 2100
	for _, unit := range []Unit{Seconds, Milliseconds, RFC3339} {
		if at, err := unit.parse(text); err == nil && at.Year() >= first && at.Year() <= last {
			if unit == Seconds {
				unit = ""
			}
			return unit, true
		}
	}
	return "", false
}

// idsOf returns the scheme without an ID, and with each that the headers may have.
func idsOf(h http.Header, s Scheme) []Scheme {
	all := []Scheme{s}
	for _, name := range namesIn(h) {
		lower := strings.ToLower(name)
		if (strings.HasSuffix(lower, "id") || strings.HasSuffix(lower, "delivery")) && name != s.Header && len(h.Get(name)) > 0 {
			s.IDHeader = name
			all = append(all, s)
		}
	}
	return all
}

func namesIn(h http.Header) []string {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	return names[:min(len(names), 64)]
}
