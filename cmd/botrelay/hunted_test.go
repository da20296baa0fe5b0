package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"botrelay/sinks/sandbox"
)

// huntedRoutes is a relay with an admin side, whose messages go to a stand-in. Each
// secret in it holds "hunter".
const huntedRoutes = `
[server]
listen = "127.0.0.1:PORT"
admin_listen = "127.0.0.1:0"
timezone = "Europe/Berlin"
[store]
url = "sqlite:FOLDER/botrelay.db"
[sources.website]
vendor = "chatbase"
secret = "hunter-of-the-website"
[sources.support]
vendor = "chatzuri"
secret = "${HUNTER}"
[sources.booking]
vendor = "newoaks"
pending = true
[sinks.sales]
type = "slack"
token = "xoxb-hunter"
channel = "#sales"
api_url = "SANDBOX"
[sinks.night]
type = "telegram"
token = "1:hunter"
chat_id = -5
api_url = "SANDBOX"
[[routes]]
name = "leads"
match = { kind = "lead" }
to = ["sales"]
[[routes]]
name = "whatsapp"
match = { channel = "whatsapp" }
to = ["night", "sales"]
`

// hunted is a relay that runs, and its admin side, with secrets to be looked for.
type hunted struct {
	*testing.T
	relay *relayProcess
	box   *sandbox.Sandbox
	admin string // its address, as a URL
}

func startHunted(t *testing.T, server ...string) *hunted {
	t.Helper()
	p := &hunted{T: t, box: sandbox.New(sandbox.Config{})}
	web := httptest.NewServer(p.box)
	t.Cleanup(web.Close)
	t.Cleanup(p.box.Close)
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	p.relay = startRelay(t, writeRoutes(t, strings.NewReplacer("SANDBOX", web.URL, "PORT", port, "[store]", strings.Join(server, "\n")+"\n[store]").Replace(huntedRoutes)), []string{"HUNTER=hunter-of-support", "PATH=/hunter", "HOME=/hunter"})
	t.Cleanup(func() { p.relay.checkFaults(t) })
	for end := time.Now().Add(time.Minute); !p.relay.says(`"botrelay is ready"`) && time.Now().Before(end); {
		runtime.Gosched() // the line is told before it is kept
	}
	p.relay.mu.Lock()
	defer p.relay.mu.Unlock()
	m := regexp.MustCompile(`"admin":"([^"]+)/"`).FindStringSubmatch(strings.Join(p.relay.lines, "\n"))
	if m == nil {
		t.Fatalf("the log does not name the admin side: %q", p.relay.lines)
	}
	p.admin = m[1]
	return p
}

// ask asks as a program does, with a form if it is not nil, and reads the answer's
// JSON into v.
func (p *hunted) ask(path string, form map[string][]string, v any) (status int) {
	p.Helper()
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(urlEncoded(form))
	}
	req, err := http.NewRequestWithContext(p.Context(), method, p.admin+path, body)
	if err != nil {
		p.Fatal(err)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := (&http.Client{Timeout: time.Minute}).Do(req)
	if err != nil {
		p.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		p.Fatal(err)
	}
	if strings.Contains(string(text), "hunter") {
		p.Errorf("%s shows a secret: %s", path, text)
	}
	if err := json.Unmarshal(text, v); err != nil {
		p.Fatalf("%s: %d %s", path, resp.StatusCode, text)
	}
	return resp.StatusCode
}
