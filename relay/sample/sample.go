// Package sample sends a vendor's sample to a relay as the vendor would: signed, by
// HTTP, to the address that the vendor has. What a sample holds and how it is signed is
// left to package vendors.
package sample

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"botrelay/relay"
	"botrelay/relay/vendors"
)

// timeout is how long a relay may take to answer.
const timeout = 30 * time.Second

// maxAnswer is how much of an answer is read, in bytes.
const maxAnswer = 64 << 10

// Renewed returns a sample with a conversation ID of its own, or of now if it has
// none, so that a sample that is sent again is not taken for the vendor's retry.
func Renewed(v *vendors.Vendor, s vendors.Sample) vendors.Sample {
	e := v.Decode(s.Header, s.Body)
	serial := cmp.Or(s.Serial, e.ConversationID)
	own := fmt.Sprintf("%s-%016x", serial, rand.Uint64()) //nolint:gosec // it keeps no secret
	if serial == "" || !bytes.Contains(s.Body, []byte(serial)) {
		now := time.Now().UTC().Format("2006-01-02T15:04:05.000000000Z")
		s.Body = bytes.ReplaceAll(s.Body, []byte(e.CreatedAt.UTC().Format(time.RFC3339)), []byte(now))
	} else {
		s.Body = bytes.ReplaceAll(s.Body, []byte(serial), []byte(own))
	}
	if s.Serial == "" {
		return s
	}
	s.Header = s.Header.Clone()
	for _, values := range s.Header {
		for i := range values {
			values[i] = strings.ReplaceAll(values[i], s.Serial, own)
		}
	}
	return s
}

// Answer is what was answered to a request, by whoever it was.
type Answer struct {
	Code   int    // HTTP's status
	Status string // the same with its name: "200 OK"
	Text   string
}

// Accepted reports whether it was a yes.
func (a Answer) Accepted() bool { return a.Code >= 200 && a.Code < 300 }

// Post signs a request with a secret and sends it to a source's address. It blocks
// until it is answered, for half a minute at most, or until ctx ends. The error does
// not show the secret.
func Post(ctx context.Context, client *http.Client, url string, v *vendors.Vendor, secret relay.Secret, s vendors.Sample) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(s.Body))
	if err != nil {
		return Answer{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	for _, h := range []http.Header{s.Header, v.Sign(s.Body, secret, time.Now())} {
		maps.Copy(req.Header, h)
	}
	resp, err := client.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	return Answer{resp.StatusCode, resp.Status, strings.TrimSpace(string(body))}, err
}

// Why says what an answer to an event of the source means that is no yes, and what to
// do about it.
func Why(source string, v *vendors.Vendor, a Answer) string {
	switch {
	case a.Code == v.Refused.Status && a.Text == v.Refused.Body:
		return fmt.Sprintf("the signature does not match: is the secret of source %s here the same as there?", source)
	case a.Code == http.StatusBadRequest && strings.Contains(a.Text, "JSON"):
		return "what was sent is not JSON"
	case a.Code == http.StatusForbidden && strings.Contains(a.Text, "address"):
		return fmt.Sprintf("source %s does not listen to this machine: see its allow_ips", source)
	case a.Code == http.StatusNotFound:
		return fmt.Sprintf("it has no source %s: does it use another routes file, or can it not use this one? its log says so", source)
	case a.Code == http.StatusRequestEntityTooLarge:
		return "it is larger than max_body in the relay's routes file"
	case a.Code == http.StatusServiceUnavailable && strings.Contains(a.Text, "pending"):
		return fmt.Sprintf("there source %s has no secret yet: put it into the relay's routes file", source)
	case a.Code == http.StatusServiceUnavailable && strings.Contains(a.Text, "store"):
		return "it cannot store events at the moment: its log says why"
	case a.Code == http.StatusServiceUnavailable:
		return "it has too much to do at the moment, or something in front of it cannot reach it: try again"
	}
	return "its log says why"
}
