package door_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// signIn sends the form and returns the answer.
func signIn(t *testing.T, h http.Handler, shown, next string, header http.Header, from string) answer {
	t.Helper()
	form := url.Values{"token": {shown}, "next": {next}}
	return request{method: "POST", path: "/login", body: form.Encode(), header: header, from: from}.to(t, h)
}

// with returns a request of a browser that has these cookies.
func with(path string, cookies []*http.Cookie) request {
	header := http.Header{"Accept": {"text/html"}}
	for _, c := range cookies {
		header.Add("Cookie", c.Name+"="+c.Value)
	}
	return request{path: path, header: header}
}

// TestLogin: a reader gets the form at every path, and by the token to where he
// wanted to go; from then on the cookie lets him in, until it ends.
func TestLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := behind(token)
		got := with("/events/abc?x=1", nil).to(t, h)
		if text := got.text; got.StatusCode != 401 || text != "FORM next=events/abc?x=1 wrong=" {
			t.Fatalf("a stranger got %d %q", got.StatusCode, text)
		}
		got = signIn(t, h, token, "events/abc?x=1", nil, "")
		if got.StatusCode != 303 || got.Header.Get("Location") != "./events/abc?x=1" {
			t.Fatalf("signing in: %d to %q", got.StatusCode, got.Header.Get("Location"))
		}
		cookies := got.cookies()
		if len(cookies) != 1 {
			t.Fatalf("cookies %v", cookies)
		}
		c := cookies[0]
		if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Secure || c.Path != "" || strings.Contains(c.Value, token) {
			t.Errorf("cookie %+v", c)
		}
		for _, other := range []http.Handler{h, behind(token)} { // after a restart as well
			if got := with("/events/abc", cookies).to(t, other); got.StatusCode != 200 {
				t.Errorf("with the cookie: %d", got.StatusCode)
			}
		}
		if got := with("/", cookies).to(t, behind(token+"2")); got.StatusCode != 401 {
			t.Errorf("with the cookie of another token: %d", got.StatusCode)
		}
		time.Sleep(7*24*time.Hour + time.Second)
		if got := with("/", cookies).to(t, h); got.StatusCode != 401 {
			t.Errorf("after a week: %d", got.StatusCode)
		}
	})
}

// TestLoginAgain: who comes now and then stays in, and who signs out is out.
func TestLoginAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := behind(token)
		cookies := signIn(t, h, token, "", nil, "").cookies()
		time.Sleep(6 * 24 * time.Hour)
		if deep := with("/events/abc", cookies).to(t, h).cookies(); len(deep) != 0 {
			t.Errorf("a cookie for a folder: %v", deep) // it would outlive signing out
		}
		cookies = with("/events", cookies).to(t, h).cookies()
		time.Sleep(6 * 24 * time.Hour)
		if got := with("/", cookies).to(t, h); len(cookies) != 1 || got.StatusCode != 200 {
			t.Errorf("after twelve days with a visit: %d", got.StatusCode)
		}
		q := with("/logout", cookies)
		q.method = "POST"
		got := q.to(t, h)
		gone := got.cookies()
		if len(gone) != 1 || gone[0].MaxAge >= 0 || gone[0].Name != cookies[0].Name || got.Header.Get("Location") != "./login" {
			t.Errorf("signed out with %v", gone)
		}
	})
}

// TestForgedSession: nothing but what the relay made stands for the token.
func TestForgedSession(t *testing.T) {
	h := behind(token)
	good := signIn(t, h, token, "", nil, "").cookies()[0]
	stamp, signature, _ := strings.Cut(good.Value, ".")
	later := strconv.FormatInt(time.Now().Add(1000*time.Hour).Unix(), 10)
	for _, value := range []string{"", ".", stamp, stamp + ".", "." + signature, later + "." + signature, good.Value + "A", "x" + good.Value, stamp + "." + strings.ToUpper(signature)} {
		if got := with("/", []*http.Cookie{{Name: good.Name, Value: value}}).to(t, h); got.StatusCode != 401 {
			t.Errorf("%q: %d", value, got.StatusCode)
		}
	}
	other := signIn(t, behind("another"), "another", "", nil, "").cookies()[0]
	if other.Name == good.Name {
		t.Error("two relays on one host share a cookie")
	}
	if got := with("/", []*http.Cookie{{Name: good.Name, Value: other.Value}}).to(t, h); got.StatusCode != 401 {
		t.Errorf("another token's session: %d", got.StatusCode)
	}
}

// TestSecureCookie: a cookie that came by HTTPS, also by that of a proxy, never
// goes over a plain connection.
func TestSecureCookie(t *testing.T) {
	for _, header := range []http.Header{{"X-Forwarded-Proto": {"https"}}, {"Origin": {"https://localhost:8081"}}} {
		if c := signIn(t, behind(token), token, "", header, "").cookies(); len(c) != 1 || !c[0].Secure {
			t.Errorf("%v: %v", header, c)
		}
	}
}

// TestNext: the form leads nowhere but to this relay.
func TestNext(t *testing.T) {
	for next, want := range map[string]string{
		"":                               "./",
		"events?q=a%20b":                 "./events?q=a%20b",
		"//evil.example":                 "./evil.example",
		"https://evil.example":           "./https://evil.example",
		"\\\\evil.example":               "./evil.example",
		"../../hooks":                    "./hooks",
		"javascript:alert(1)":            "./javascript:alert(1)",
		"events\r\nSet-Cookie: stolen=1": "./eventsSet-Cookie: stolen=1",
	} {
		got := signIn(t, behind(token), token, next, nil, "").Header.Get("Location")
		if got != want {
			t.Errorf("%q leads to %q, want %q", next, got, want)
		}
		base, _ := url.Parse("https://relay.example.com/admin/login")
		if to, err := base.Parse(got); err != nil || to.Host != base.Host || to.Scheme != "https" {
			t.Errorf("%q leads to %v, %v", next, to, err)
		}
	}
}

// TestGuesses: who shows wrong tokens waits longer and longer, whether in the form or
// as a program; others do not, and after a while all is forgiven.
func TestGuesses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := behind(token)
		guess := func(from string) int { return signIn(t, h, "wrong", "", nil, from).StatusCode }
		for n := range 5 {
			if got := guess("192.0.2.1:1000"); got != 401 {
				t.Fatalf("guess %d: %d", n, got)
			}
		}
		wait := time.Second
		for range 6 {
			right := signIn(t, h, token, "", nil, "192.0.2.1:2000")
			if text := right.text; right.StatusCode != 429 || right.Header.Get("Retry-After") != fmt.Sprint(int(wait.Seconds())) || !strings.Contains(text, "Wait") {
				t.Fatalf("within %v: %d, Retry-After %q, %q", wait, right.StatusCode, right.Header.Get("Retry-After"), text)
			}
			program := request{path: "/", from: "192.0.2.1:3000", header: http.Header{"Authorization": {"Bearer " + token}}}.to(t, h)
			if program.StatusCode != 429 {
				t.Fatalf("a program within %v: %d", wait, program.StatusCode)
			}
			time.Sleep(wait)
			if got := guess("192.0.2.1:1000"); got != 401 {
				t.Fatalf("after %v: %d", wait, got)
			}
			wait = min(2*wait, time.Minute)
		}
		if got := signIn(t, h, token, "", nil, "192.0.2.2:1").StatusCode; got != 303 {
			t.Errorf("somebody else: %d", got)
		}
		if got := signIn(t, h, token, "", nil, "[2001:db8::1]:1").StatusCode; got != 303 {
			t.Errorf("somebody else by IPv6: %d", got)
		}
		time.Sleep(15 * time.Minute)
		if got := guess("192.0.2.1:1"); got != 401 {
			t.Errorf("after a quarter of an hour: %d", got)
		}
		if got := signIn(t, h, token, "", nil, "192.0.2.1:1").StatusCode; got != 303 {
			t.Errorf("the right one then: %d", got)
		}
	})
}

// TestGuessesOfANetwork: who has a whole IPv6 network has one account, and who has
// very many addresses does not fill the memory.
func TestGuessesOfANetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := behind(token)
		last := 0
		for n := range 6 {
			last = signIn(t, h, "wrong", "", nil, fmt.Sprintf("[2001:db8::%x]:1", n+1)).StatusCode
		}
		if last != 429 {
			t.Errorf("the sixth guess of one network: %d", last)
		}
		for n := range 10_100 {
			last = signIn(t, h, "wrong", "", nil, fmt.Sprintf("10.0.%d.%d:1", n/256, n%256)).StatusCode
		}
		if last != 429 {
			t.Errorf("who comes beyond those who are remembered: %d", last)
		}
		time.Sleep(15 * time.Minute)
		if got := signIn(t, h, "wrong", "", nil, "192.0.2.7:1").StatusCode; got != 401 {
			t.Errorf("a quarter of an hour later: %d", got)
		}
	})
}

// TestHugeForm: a form that is too large is refused, and not read.
func TestHugeForm(t *testing.T) {
	got := signIn(t, behind(token), strings.Repeat("x", 1<<20), "", nil, "")
	if text := got.text; got.StatusCode != 400 || !strings.Contains(text, "try again") {
		t.Errorf("%d %q", got.StatusCode, text)
	}
}
