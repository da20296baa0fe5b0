package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay"
)

// serve starts a server, and returns its address and the paths it was asked for.
func serve(t *testing.T, answer http.HandlerFunc) (*url.URL, func() []string) {
	t.Helper()
	var paths []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		paths = append(paths, r.Host+r.URL.RequestURI())
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u, func() []string { s.Close(); return paths }
}

// get is what a library does: one request.
func get(target string) func(context.Context, *http.Client) error {
	return func(ctx context.Context, c *http.Client) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, strings.NewReader("body"))
		if err != nil {
			return err
		}
		resp, err := c.Do(req)
		if err != nil {
			return fmt.Errorf("library: %w", err)
		}
		defer func() { _ = resp.Body.Close() }()
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	}
}

func TestAttemptKeepsTheAnswer(t *testing.T) {
	base, paths := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3")
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "short and stout")
	})
	a := New(Config{Base: base}).Attempt(t.Context(), get("https://platform.example/a/b?c=d"))
	if a.Status != 418 || string(a.Body) != "short and stout" || a.Header.Get("Retry-After") != "3" || a.Err != nil || a.Library != nil || !a.Written {
		t.Errorf("got %+v", a)
	}
	if got := paths(); len(got) != 1 || got[0] != base.Host+"/a/b?c=d" {
		t.Errorf("asked for %v", got)
	}
}

func TestAttemptMakesOneRequest(t *testing.T) {
	base, paths := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(http.StatusTemporaryRedirect)
	})
	var second error
	a := New(Config{Base: base}).Attempt(t.Context(), func(ctx context.Context, c *http.Client) error {
		if err := get("http://x/first")(ctx, c); err != nil {
			t.Error(err)
		}
		second = get("http://x/second")(ctx, c)
		return second
	})
	if !errors.Is(second, errSecondRequest) || a.Status != 307 {
		t.Errorf("got %v and %+v", second, a)
	}
	if got := paths(); len(got) != 1 {
		t.Errorf("asked for %v", got)
	}
}

func TestAttemptBoundsTheBody(t *testing.T) {
	base, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(make([]byte, 3<<20))
	})
	if a := New(Config{Base: base}).Attempt(t.Context(), get("http://x/")); len(a.Body) != 256<<10 || a.Status != 200 {
		t.Errorf("%d bytes, status %d", len(a.Body), a.Status)
	}
}

func TestAttemptBoundsTheHeader(t *testing.T) {
	for size, want := range map[int]int{32 << 10: 200, 80 << 10: 0} {
		base, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Long", strings.Repeat("x", size))
		})
		a := New(Config{Base: base}).Attempt(t.Context(), get("http://x/"))
		if v, _ := a.Judge("X", time.Now()); a.Status != want || want == 0 && (v.Outcome != relay.Later || !v.Doubtful) {
			t.Errorf("%d bytes: status %d, %v, %+v", size, a.Status, a.Err, v)
		}
	}
}

// stuck is an answer whose body never comes and knows of no context, like that
// of a connection that speaks another protocol.
type stuck int

func (s stuck) RoundTrip(*http.Request) (*http.Response, error) {
	body, _ := io.Pipe() // a Read ends with Close only
	return &http.Response{StatusCode: int(s), Header: http.Header{}, Body: body}, nil
}

func TestAttemptEndsWhateverTheBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		a := New(Config{RoundTripper: stuck(200), Timeout: time.Second}).Attempt(t.Context(), get("http://x/"))
		if took := time.Since(began); took != time.Second || !errors.Is(a.Err, context.DeadlineExceeded) || a.Status != 200 {
			t.Errorf("got %+v after %s", a, took)
		}
		began = time.Now()
		a = New(Config{RoundTripper: stuck(101), Timeout: time.Second}).Attempt(t.Context(), get("http://x/"))
		if took := time.Since(began); took != 0 || a.Err != nil || a.Status != 101 {
			t.Errorf("another protocol: got %+v after %s", a, took)
		}
	})
}

// stopping is an answer at whose last byte the caller's time ends.
type stopping struct{ stop context.CancelFunc }

func (s stopping) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(s)}, nil
}

func (s stopping) Read(p []byte) (int, error) {
	s.stop()
	return copy(p, "ok"), io.EOF
}

// The race detector judges: the answer's body is closed late, beside its end.
func TestAttemptEndsWithItsAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 50 {
			ctx, stop := context.WithCancel(t.Context())
			a := New(Config{RoundTripper: stopping{stop}}).Attempt(ctx, get("http://x/"))
			if a.Err != nil || a.Status != 200 || string(a.Body) != "ok" {
				t.Fatalf("got %+v", a)
			}
		}
	})
}

func TestAttemptEnds(t *testing.T) {
	release := make(chan struct{})
	base, _ := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-release
	})
	t.Cleanup(func() { close(release) })
	a := New(Config{Base: base, Timeout: 50 * time.Millisecond}).Attempt(t.Context(), get("http://x/secret"))
	if !errors.Is(a.Err, context.DeadlineExceeded) || !errors.Is(a.Library, context.DeadlineExceeded) || a.Status != 0 || !a.Written {
		t.Errorf("got %+v", a)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	a = New(Config{Base: base}).Attempt(ctx, get("http://x/secret"))
	if !errors.Is(a.Err, context.Canceled) || a.Written {
		t.Errorf("got %+v", a)
	}
}

func TestErrorsHoldNoSecret(t *testing.T) {
	const secret = "s3cr3t-t0k3n"
	c := New(Config{Secrets: []relay.Secret{relay.NewSecret(secret)}})
	for _, call := range []func(context.Context, *http.Client) error{
		get("http://127.0.0.1:1/bot" + secret + "/send"),
		get("http://127.0.0.1:1/%zz" + secret),
		get("http://" + secret + ".invalid/"),
		func(context.Context, *http.Client) error { return fmt.Errorf("the token %s is bad", secret) },
		func(context.Context, *http.Client) error {
			return fmt.Errorf("after %s: %w", secret, context.DeadlineExceeded)
		},
	} {
		a := c.Attempt(t.Context(), call)
		text := fmt.Sprintf("%v %v %#v %#v", a.Err, a.Library, a.Err, a.Library)
		for err := a.Library; err != nil; err = errors.Unwrap(err) {
			text += fmt.Sprintf(" %v %#v", err, err)
		}
		if a.Library == nil || strings.Contains(text, secret) {
			t.Errorf("got %s", text)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		value, date string
		want        time.Duration
	}{
		{"", "", 0},
		{"7", "", 7 * time.Second},
		{" 7 ", "", 7 * time.Second},
		{"1.2345", "", 1235 * time.Millisecond},
		{"0", "", 0},
		{"-5", "", 0},
		{"NaN", "", 0},
		{"Inf", "", 7 * 24 * time.Hour},
		{"1e300", "", 7 * 24 * time.Hour},
		{"soon", "", 0},
		{"Fri, 20 Nov 2026 12:01:30 GMT", "", 90 * time.Second},
		{"Fri, 20 Nov 2026 11:00:00 GMT", "", 0},
		{"Fri, 20 Nov 2099 12:00:00 GMT", "", 7 * 24 * time.Hour},
		// Its clock is an hour ahead of ours.
		{"Fri, 20 Nov 2026 13:00:20 GMT", "Fri, 20 Nov 2026 13:00:00 GMT", 20 * time.Second},
	} {
		a := Answer{Header: http.Header{"Retry-After": {test.value}, "Date": {test.date}}}
		if got := a.RetryAfter(now); got != test.want {
			t.Errorf("%q at %q: got %s, want %s", test.value, test.date, got, test.want)
		}
	}
	if got := (Answer{}).RetryAfter(now); got != 0 {
		t.Errorf("without a header: %s", got)
	}
}

func TestSummary(t *testing.T) {
	for body, want := range map[string]string{
		"":                        "404 Not Found",
		"no such page\n":          "404 Not Found: no such page",
		"<html>":                  "404 Not Found",
		"\uFEFF  <!doctype html>": "404 Not Found",
		`{"message":"Not Found"}`: "404 Not Found",
	} {
		if got := (Answer{Status: 404, Body: []byte(body)}).Summary(); got != want {
			t.Errorf("%q: got %q, want %q", body, got, want)
		}
	}
	if got := (Answer{Status: 520}).Summary(); got != "520" {
		t.Errorf("got %q", got)
	}
}

func TestClean(t *testing.T) {
	const secret = "s3cr3t-t0k3n"
	c := New(Config{Secrets: []relay.Secret{relay.NewSecret(secret)}})
	v := c.Clean(relay.Verdict{
		ID: "1/" + secret, MovedTo: secret, Reason: "a\n\tb\x1b[31m" + strings.Repeat("x", 285) + secret + strings.Repeat("y", 50),
	})
	if v.ID != "1/***" || v.MovedTo != "***" || strings.Contains(v.Reason, "s3c") || strings.ContainsAny(v.Reason, "\n\t\x1b") ||
		len([]rune(v.Reason)) != 300 || !strings.HasPrefix(v.Reason, "a b [31mxx") || !strings.HasSuffix(v.Reason, "…") {
		t.Errorf("got %+v", v)
	}
}

func TestAddresses(t *testing.T) {
	for raw, want := range map[string]string{
		"http://127.0.0.1:8082":   "http://127.0.0.1:8082",
		"https://slack.example/":  "https://slack.example",
		"https://slack.example/a": "",
		"https://x.example?a":     "",
		"https://x.example#a":     "",
		"https://u:p@x.example":   "",
		"https://":                "",
		"https://:80":             "",
		"ftp://x.example":         "",
		"x.example":               "",
		"http://x\x00y":           "",
	} {
		u, err := ParseBase(raw)
		if (err == nil) != (want != "") || err == nil && u.String() != want {
			t.Errorf("%q: got %v, %v", raw, u, err)
		}
	}
	for raw, want := range map[string]bool{
		"https://x.example": false, "http://x.example": true, "http://localhost:1": false, "http://127.9.9.9": false,
		"http://[::1]:80": false, "http://10.0.0.1": true, "http://localhost.example": true,
	} {
		if u, err := ParseURL(raw); err != nil || Insecure(u) != want {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

func TestBaseOfTheCallerWins(t *testing.T) {
	given := &url.URL{Scheme: "http", Host: "sandbox"}
	if got := (Config{Base: given}).WithBase("https://x.example").Base; got != given {
		t.Errorf("got %v", got)
	}
	if got := (Config{}).WithBase("https://x.example:1").Base.String(); got != "https://x.example:1" {
		t.Errorf("got %s", got)
	}
	if got := (Config{}).WithBase("").Base; got != nil {
		t.Errorf("got %v", got)
	}
}

// Whoever sends knows how long it may take; the client's own bound is for who
// does not say.
func TestDeadlineOfTheCallerRules(t *testing.T) {
	left := func(ctx context.Context) (left time.Duration) {
		New(Config{}).Attempt(ctx, func(ctx context.Context, _ *http.Client) error {
			if at, ok := ctx.Deadline(); ok {
				left = time.Until(at).Round(time.Second)
			}
			return nil
		})
		return left
	}
	long, stop := context.WithTimeout(t.Context(), 45*time.Second)
	defer stop()
	if got := left(long); got != 45*time.Second {
		t.Errorf("of 45 s there were %s", got)
	}
	if got := left(t.Context()); got != time.Minute {
		t.Errorf("without a deadline there was %s", got)
	}
}

func TestFingerprint(t *testing.T) {
	// printf %s abc | sha256sum
	if got := Fingerprint(relay.NewSecret("abc")); got != "ba7816bf8f01cfea" {
		t.Errorf("got %s", got)
	}
}
