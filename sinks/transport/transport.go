// Package transport is the HTTP side that all sinks share: one client per sink
// with a deadline, without redirects, whose answers are kept whole for the
// sink's judge, since the platforms' libraries throw parts of them away; and
// whose errors hold no secret. It judges what means the same on every platform
// (silence, a redirect, a server's error); the rest is left to the sinks.
package transport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"botrelay/relay"
)

const (
	// DefaultTimeout is how long a platform may take for one request if the
	// context allows it so long. Whoever sends sets a shorter deadline.
	DefaultTimeout = 60 * time.Second
	// maxBody is how much of an answer is read, in bytes, so that nothing in
	// between can fill the memory. The largest that a platform sends is the echo
	// of one message: if it does not come whole, its ID is lost. Slack's is the
	// longest: 4,000 characters of at most twelve bytes each (a surrogate pair,
	// \ud83d\ude00), as text and once more as the blocks that Slack makes of it,
	// come to 96 KB; 12,000 bytes of our own blocks, which such escapes at most
	// triple, to 36 KB.
	maxBody = 256 << 10
	// maxHeader is how much of an answer's header is read, in bytes; more is no
	// answer. Platforms send less than a tenth of it.
	maxHeader = 64 << 10
)

// Config tells how to reach a platform.
type Config struct {
	// Base replaces scheme, host and port of every request, whatever the
	// library asks for. nil: requests go where the library sends them.
	Base *url.URL
	// Timeout is the most that one attempt may take; 0 means DefaultTimeout.
	Timeout time.Duration
	// Secrets never appear in an Answer's Err.
	Secrets []relay.Secret
	// RoundTripper carries the requests; nil means a transport of the client's
	// own with the settings of http.DefaultTransport, which reads at most 64 KiB
	// of header.
	RoundTripper http.RoundTripper
}

// Client makes attempts. It may be used from several goroutines.
type Client struct {
	cfg Config
	own *http.Transport // nil: it is somebody else's
}

// New returns a Client. It touches no network.
func New(cfg Config) *Client {
	if cfg.Timeout == 0 {
		cfg.Timeout = DefaultTimeout
	}
	var own *http.Transport
	if cfg.RoundTripper == nil {
		if t, ok := http.DefaultTransport.(*http.Transport); ok {
			own = t.Clone()
			own.MaxResponseHeaderBytes = maxHeader
			cfg.RoundTripper = own
		} else {
			cfg.RoundTripper = http.DefaultTransport
		}
	}
	return &Client{cfg, own}
}

// CloseIdle closes the client's own connections that carry no request at the
// moment. It does not block. The client can still be used, and opens others.
func (c *Client) CloseIdle() {
	if c.own != nil {
		c.own.CloseIdleConnections()
	}
}

// Answer is what one attempt brought, for a judge.
type Answer struct {
	Status  int         // 0 if no answer came
	Header  http.Header // nil if no answer came
	Body    []byte      // what came of it, at most 256 KiB
	Err     error       // why no answer, or not all of it, came; holds no secret
	Library error       // what the library made of it; holds no secret
	Written bool        // the request was written, so the platform may have acted on it
}

// Attempt lets call make one request with the given HTTP client and returns
// what the platform answered. The HTTP client ends with ctx, and after the
// client's timeout; it refuses a second request, so a library that retries on
// its own does not get far. Attempt blocks until call returns.
func (c *Client) Attempt(ctx context.Context, call func(context.Context, *http.Client) error) Answer {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	a := &attempt{client: c, ctx: ctx}
	err := call(ctx, &http.Client{
		Transport:     a,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	})
	a.answer.Written = a.written.Load() || a.answer.Status != 0
	a.answer.Err = c.scrub(a.answer.Err)
	a.answer.Library = c.scrub(err)
	return a.answer
}

// scrub returns err with every secret taken out of its text. What it wraps is
// kept for errors.Is only where that cannot print a secret.
func (c *Client) scrub(err error) error {
	if err == nil {
		return nil
	}
	if urlErr, ok := errors.AsType[*url.Error](err); ok {
		err = urlErr.Err // its URL is a secret: a webhook's, or one with a bot's token
	}
	text := relay.Scrub(err.Error(), c.cfg.Secrets...)
	for _, plain := range []error{context.DeadlineExceeded, context.Canceled} {
		if errors.Is(err, plain) {
			return fmt.Errorf("%s%w", prefixBefore(text, plain.Error()), plain)
		}
	}
	return errors.New(text)
}

// prefixBefore returns what stands in text before end, if text ends with end.
func prefixBefore(text, end string) string {
	if before, ok := bytes.CutSuffix([]byte(text), []byte(end)); ok {
		return string(before)
	}
	return text + ": "
}

// attempt is the RoundTripper of one Attempt.
type attempt struct {
	client *Client
	ctx    context.Context //nolint:containedctx // Telegram's library takes no context, so the attempt brings it
	used   bool
	// written is set by the transport's own goroutine, which may outlive the attempt.
	written atomic.Bool
	answer  Answer
}

var errSecondRequest = errors.New("a library tried to send a second request")

// RoundTrip sends req where the configuration says, and keeps the answer.
func (a *attempt) RoundTrip(req *http.Request) (*http.Response, error) {
	if a.used {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, errSecondRequest
	}
	a.used = true
	resp, err := a.client.cfg.RoundTripper.RoundTrip(a.redirect(req))
	if err != nil {
		a.answer.Err = err
		return nil, err
	}
	body, err := a.read(resp)
	a.answer.Status, a.answer.Header, a.answer.Body, a.answer.Err = resp.StatusCode, resp.Header, body, err
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// read returns what comes of an answer's body, at most maxBody, until the
// attempt's context ends, whose error it then returns. It closes the body.
func (a *attempt) read(resp *http.Response) ([]byte, error) {
	from := resp.Body // the response gets another body, which a Close that comes late must not meet
	defer func() { _ = from.Close() }()
	if resp.StatusCode == http.StatusSwitchingProtocols {
		return nil, nil // what follows is another protocol, and no answer
	}
	// Not every body knows of the context. Close may be called beside Read.
	stop := context.AfterFunc(a.ctx, func() { _ = from.Close() })
	defer stop()
	body, err := io.ReadAll(io.LimitReader(from, maxBody))
	if err != nil && a.ctx.Err() != nil {
		err = a.ctx.Err() // rather than that the body was closed
	}
	return body, err
}

// redirect returns req as it is to be sent: within the attempt's context, to
// the configured host, noting when it was written.
func (a *attempt) redirect(req *http.Request) *http.Request {
	ctx := httptrace.WithClientTrace(a.ctx, &httptrace.ClientTrace{
		WroteRequest: func(info httptrace.WroteRequestInfo) {
			if info.Err == nil {
				a.written.Store(true)
			}
		},
	})
	req = req.Clone(ctx)
	if base := a.client.cfg.Base; base != nil {
		req.URL.Scheme, req.URL.Host, req.Host = base.Scheme, base.Host, ""
	}
	return req
}
