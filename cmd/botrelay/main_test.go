package main

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain puts a botrelay of this very code into the PATH of the tests.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"botrelay": main, "botrelay-limited": limited})
}

// TestScripts runs the commands' manual. Each script finds a free port in PORT
// and a Slack webhook of its own in SLACK_WEBHOOK_URL, and the shipped routes
// file in shipped.toml; "healthy" waits for the relay on that port, "logged FILE
// TEXT" for a line of a log, "arrived TEXT" for a message with that text, and
// "shown REGEXP COMMAND…" for a botrelay command that prints it. "refuse STATUS WORD"
// lets the webhook refuse everything, and "refuse" alone ends that. The admin
// side may have ADMIN_PORT; "get URL [TOKEN]" prints what is answered, and
// "scraped URL TEXT" waits until that has TEXT. "ask METHOD URL [HEADER VALUE]" does
// so with another method and a header.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			inbox := &inbox{changed: make(chan struct{}, 1)}
			web := httptest.NewServer(inbox)
			env.Defer(web.Close)
			env.Values["inbox"] = inbox
			shipped, err := os.ReadFile("../../routes.toml")
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(env.WorkDir, "shipped.toml"), shipped, 0o600); err != nil {
				return err
			}
			env.Setenv("GORACE", os.Getenv("GORACE"))
			port, err := freePort()
			env.Setenv("PORT", port)
			if err != nil {
				return err
			}
			port, err = freePort()
			env.Setenv("ADMIN_PORT", port)
			env.Setenv("SLACK_WEBHOOK_URL", web.URL+"/services/T0/B0/s3cret-hook")
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"healthy": func(ts *testscript.TestScript, _ bool, _ []string) {
				until(ts, "a healthy relay", time.Tick(20*time.Millisecond), func() bool {
					return ts.Exec("botrelay", "health", "--url", "http://127.0.0.1:"+ts.Getenv("PORT")) == nil
				})
			},
			"logged": func(ts *testscript.TestScript, _ bool, args []string) {
				until(ts, args[1]+" in "+args[0], time.Tick(20*time.Millisecond), func() bool {
					log, err := os.ReadFile(ts.MkAbs(args[0]))
					return err == nil && strings.Contains(string(log), args[1])
				})
			},
			"pair": func(ts *testscript.TestScript, _ bool, args []string) {
				serial, err := strconv.ParseInt(args[0], 10, 64)
				ts.Check(err)
				ts.Check(writePair(ts.MkAbs("."), serial))
			},
			"secured": func(ts *testscript.TestScript, _ bool, args []string) {
				until(ts, "the certificate "+args[0], time.Tick(20*time.Millisecond), func() bool {
					return serialAt("127.0.0.1:"+ts.Getenv("PORT")) == args[0]
				})
			},
			"get": func(ts *testscript.TestScript, _ bool, args []string) {
				_, _ = io.WriteString(ts.Stdout(), get(ts, args[0], args[1:]...))
			},
			"ask": func(ts *testscript.TestScript, _ bool, args []string) {
				req, err := http.NewRequest(args[0], args[1], nil) //nolint:noctx // the test has an end of its own
				ts.Check(err)
				if len(args) == 4 {
					req.Header.Set(args[2], args[3])
				}
				_, _ = io.WriteString(ts.Stdout(), answerTo(ts, req))
			},
			"scraped": func(ts *testscript.TestScript, _ bool, args []string) {
				until(ts, args[1]+" at "+args[0], time.Tick(50*time.Millisecond), func() bool {
					return strings.Contains(get(ts, args[0]), args[1])
				})
			},
			"arrived": func(ts *testscript.TestScript, neg bool, args []string) {
				inbox := ts.Value("inbox").(*inbox)
				if neg {
					if inbox.has(args[0]) {
						ts.Fatalf("%q arrived", args[0])
					}
					return
				}
				until(ts, args[0], inbox.changed, func() bool { return inbox.has(args[0]) })
			},
			"shown": func(ts *testscript.TestScript, _ bool, args []string) {
				wanted := regexp.MustCompile(args[0])
				until(ts, args[0], time.Tick(50*time.Millisecond), func() bool {
					return ts.Exec("botrelay", args[1:]...) == nil && wanted.MatchString(ts.ReadFile("stdout"))
				})
			},
			"refuse": func(ts *testscript.TestScript, _ bool, args []string) {
				status, word := http.StatusOK, "ok"
				if len(args) == 2 {
					var err error
					status, err = strconv.Atoi(args[0])
					ts.Check(err)
					word = args[1]
				}
				ts.Value("inbox").(*inbox).answer(status, word)
			},
		},
	})
}

// until waits for a condition that may hold anew whenever again receives.
func until[T any](ts *testscript.TestScript, what string, again <-chan T, holds func() bool) {
	deadline := time.After(30 * time.Second)
	for !holds() {
		select {
		case <-again:
		case <-deadline:
			ts.Fatalf("waited in vain for %s", what)
		}
	}
}

// get returns the status and the text of an answer.
func get(ts *testscript.TestScript, url string, token ...string) string {
	req, err := http.NewRequest(http.MethodGet, url, nil) //nolint:noctx // the test has an end of its own
	ts.Check(err)
	if len(token) > 0 {
		req.Header.Set("Authorization", "Bearer "+token[0])
	}
	return answerTo(ts, req)
}

// answerTo returns the status and the text of the answer to a request.
func answerTo(ts *testscript.TestScript, req *http.Request) string {
	resp, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	ts.Check(err)
	return resp.Status + "\n" + string(text)
}

// freePort returns a port that was free a moment ago.
func freePort() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it is closed at once
	if err != nil {
		return "", err
	}
	defer func() { _ = listener.Close() }()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	return port, err
}

// inbox is a Slack webhook that keeps what it accepts.
type inbox struct {
	mu      sync.Mutex
	all     strings.Builder
	changed chan struct{}
	status  int // of its answers; 0: 200
	word    string
}

// answer lets every request from now on be answered with word.
func (i *inbox) answer(status int, word string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.status, i.word = status, word
}

func (i *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	i.mu.Lock()
	status, word := i.status, i.word
	if status == 0 || status == http.StatusOK {
		status, word = http.StatusOK, "ok"
		i.all.Write(body)
	}
	i.mu.Unlock()
	select {
	case i.changed <- struct{}{}:
	default:
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, word)
}

func (i *inbox) has(text string) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return strings.Contains(i.all.String(), text)
}
