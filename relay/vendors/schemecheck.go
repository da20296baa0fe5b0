package vendors

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"botrelay/relay"
)

// Check returns everything that is wrong with the scheme, joined, or nil.
// Verify refuses every request under a scheme that does not pass.
func (s Scheme) Check() error {
	var errs []error
	for _, p := range s.Problems() {
		if !p.Warning {
			errs = append(errs, errors.New(p.Text))
		}
	}
	return errors.Join(errs...)
}

// Problems returns everything that is wrong with the scheme, each with the key
// of routes.toml that it concerns.
func (s Scheme) Problems() []relay.Problem {
	var found problems
	found.unknown(s)
	found.header("header", s.Header)
	found.header("timestamp_header", s.TimestampHeader)
	found.header("id_header", s.IDHeader)
	found.bad(s.Header == "", "header", `missing "header": it names the header that holds the signature`)
	found.bad(s.Tolerance < 0, "tolerance", `"tolerance" is negative`)
	found.warn(endsInWord(s.Prefix), "prefix", fmt.Sprintf(
		`"prefix" is all that stands before the signature, and ends in a letter or a digit: is it %q?`, cut(s.Prefix+"=", maxLabel)))
	found.bad(s.Algorithm == FromPrefix && s.Prefix != "", "prefix",
		`"prefix" and algorithm = "from-prefix" exclude each other: what stands before the signature is the algorithm then`)
	found.keys(s)
	found.signed(s)
	return found
}

// endsInWord reports whether text ends in a letter or a digit.
func endsInWord(text string) bool {
	return strings.Trim(text[max(0, len(text)-1):], "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == "" && text != ""
}

type problems []relay.Problem

func (ps *problems) bad(wrong bool, key, format string, args ...any) {
	if wrong {
		*ps = append(*ps, relay.Problem{Key: key, Text: fmt.Sprintf(format, args...)})
	}
}

func (ps *problems) warn(wrong bool, key, text string) {
	if wrong {
		*ps = append(*ps, relay.Problem{Key: key, Text: text, Warning: true})
	}
}

// unknown reports words that a scheme does not know. Those of a routes.toml are
// looked at when they are read.
func (ps *problems) unknown(s Scheme) {
	for _, word := range []struct {
		key, value string
		known      []string
	}{
		{"format", string(s.Format), s.Format.Known()},
		{"algorithm", string(s.Algorithm), s.Algorithm.Known()},
		{"encoding", string(s.Encoding), s.Encoding.Known()},
		{"secret_encoding", string(s.SecretEncoding), s.SecretEncoding.Known()},
		{"timestamp_unit", string(s.TimestampUnit), s.TimestampUnit.Known()},
	} {
		ps.bad(word.value != "" && !slices.Contains(word.known, word.value), word.key,
			"unknown %s %q (known: %s)", word.key, word.value, strings.Join(word.known, ", "))
	}
}

// header reports what can be no header's name.
func (ps *problems) header(key, name string) {
	ps.bad(name != "" && !isHeaderName(name), key, `%q wants the name of a header, such as "X-Acme-Signature", got %q`, key, cut(name, maxLabel))
}

// isHeaderName reports whether a request can have a header of that name.
func isHeaderName(name string) bool {
	return name != "" && strings.Trim(name, "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == ""
}

// keys looks at the keys within the signature's header.
func (ps *problems) keys(s Scheme) {
	const example = `, as in format = "pairs" for t=1,v1=ab and "list" for v1,ab`
	ps.bad(!s.plain() && s.SignatureKey == "", "format", `format = %q needs a "signature_key": what stands before the signature in t=1,v1=ab or v1,ab is v1`, s.Format)
	ps.bad(s.plain() && s.SignatureKey != "", "signature_key", `"signature_key" needs a "format"`+example)
	ps.bad(s.TimestampKey != "" && s.Format != Pairs, "timestamp_key", `"timestamp_key" needs format = "pairs"; a header of its own is "timestamp_header"`)
	ps.bad(s.TimestampKey != "" && s.TimestampKey == s.SignatureKey, "timestamp_key", `"timestamp_key" and "signature_key" are the same`)
	ps.bad(s.TimestampKey != "" && s.TimestampHeader != "", "timestamp_header", `"timestamp_key" and "timestamp_header" exclude each other`)
	ps.bad(strings.ContainsAny(s.SignatureKey, "=, "), "signature_key", `"signature_key" is the key alone, such as "v1"`)
	ps.bad(strings.ContainsAny(s.TimestampKey, "=, "), "timestamp_key", `"timestamp_key" is the key alone, such as "t"`)
}

// signed looks at the signed text: what is named is signed, and the other way
// round, so that nothing is believed that the signature does not cover.
func (ps *problems) signed(s Scheme) {
	signed := s.template()
	if like := meant(signed); like != "" {
		ps.bad(true, "signed", `"signed" is the text that the vendor signs, in which {id}, {timestamp} and {body} stand for what was sent: write %q`, like)
		return
	}
	timeKey := "timestamp_header"
	if s.TimestampKey != "" {
		timeKey = "timestamp_key"
	}
	timed, id := s.TimestampKey != "" || s.TimestampHeader != "", s.IDHeader != ""
	hasTime, hasID := strings.Contains(signed, "{timestamp}"), strings.Contains(signed, "{id}")
	ps.bad(!strings.Contains(signed, "{body}"), "signed", `"signed" has no {body}: it is the text that the vendor signs, as in "{timestamp}.{body}"`)
	ps.bad(strings.Contains(signed, "{{"), "signed", `"signed" has braces twice, which would be signed with the rest: write {body}, as in "{timestamp}.{body}"`)
	ps.bad(timed && !hasTime, timeKey, `%q names a time that is not signed: put {timestamp} into "signed", as in signed = "{timestamp}.{body}", or take the key out`, timeKey)
	ps.bad(!timed && hasTime, "signed", `"signed" has a {timestamp}, but nothing says where it is: name it with "timestamp_header", or "timestamp_key" if it is in the signature's header`)
	ps.bad(id && !hasID, "id_header", `"id_header" names an ID that is not signed: put {id} into "signed", or read it with id = "header:…" in "event"`)
	ps.bad(!id && hasID, "signed", `"signed" has an {id}, but nothing says where it is: name its header with "id_header"`)
	ps.warn(!timed && !hasTime && s.TimestampUnit != "", "timestamp_unit", `"timestamp_unit" has no effect: there is neither "timestamp_header" nor "timestamp_key"`)
	ps.warn(!timed && !hasTime && s.Tolerance > 0, "tolerance", `"tolerance" has no effect: there is neither "timestamp_header" nor "timestamp_key"`)
	for _, word := range strange(signed) {
		ps.bad(true, "signed", `"signed" has "{%s}", which stands for nothing: {id}, {timestamp} and {body} do`, word)
	}
}

// placeholders returns the words that stand in braces.
func placeholders(template string) []string {
	var words []string
	for {
		_, rest, _ := strings.Cut(template, "{")
		word, _, closed := strings.Cut(rest, "}")
		if !closed {
			return words
		}
		if strings.Trim(strings.ToLower(word), "abcdefghijklmnopqrstuvwxyz_") == "" {
			words = append(words, word)
		}
		template = rest
	}
}

// Known returns the formats.
func (Format) Known() []string { return []string{string(Plain), string(Pairs), string(List)} }

// Known returns the algorithms.
func (Algorithm) Known() []string {
	return []string{string(SHA1), string(SHA256), string(SHA512), string(FromPrefix)}
}

// Known returns the encodings.
func (Encoding) Known() []string { return []string{string(Hex), string(Base64)} }

// Known returns the encodings of a secret.
func (SecretEncoding) Known() []string {
	return []string{string(TextSecret), string(Base64Secret), string(WhsecSecret)}
}

// Known returns the units.
func (Unit) Known() []string {
	return []string{string(Seconds), string(Milliseconds), string(RFC3339)}
}
