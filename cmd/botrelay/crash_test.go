package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/vendors"
)

const crashRoutes = `
[server]
listen = "127.0.0.1:0"
[store]
url = "sqlite:%s"
[sources.website]
vendor = "chatbase"
secret = "${SECRET}"
[sinks.sales]
type = "slack"
webhook_url = "${HOOK}"
[[routes]]
match = {}
to = ["sales"]
`

// TestKill kills a relay with SIGKILL under load, several times, and looks for
// every event that it acknowledged.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("takes several seconds")
	}
	slack := &channel{seen: make(map[string]int)}
	web := httptest.NewServer(slack)
	defer web.Close()
	folder := t.TempDir()
	routes := filepath.Join(folder, "routes.toml")
	if err := os.WriteFile(routes, fmt.Appendf(nil, crashRoutes, filepath.Join(folder, "store.db")), 0o600); err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), "SECRET=crash-test-secret", "HOOK="+web.URL+"/services/T0/B0/x")

	var acknowledged []string
	for round := range 6 {
		relay := startRelay(t, routes, env)
		after := time.Duration(50+rand.IntN(250)) * time.Millisecond
		acknowledged = append(acknowledged, press(t, relay, round, after)...)
	}
	if len(acknowledged) < 20 {
		t.Fatalf("only %d events were acknowledged: no load", len(acknowledged))
	}
	last := startRelay(t, routes, env)
	defer last.kill()
	missing := slack.await(t, acknowledged)
	if len(missing) > 0 {
		t.Errorf("%d of %d acknowledged events never arrived: %v", len(missing), len(acknowledged), missing[:min(len(missing), 10)])
	}
	slack.checkOrder(t)
	t.Logf("%d events acknowledged over 6 kills, %d messages sent twice", len(acknowledged), slack.twice())
}

// relayProcess is a botrelay serve in a process of its own.
type relayProcess struct {
	cmd  *exec.Cmd
	url  string
	once sync.Once
}

func startRelay(t *testing.T, routes string, env []string) *relayProcess {
	t.Helper()
	cmd := exec.Command("botrelay", "serve", "--config", routes) //nolint:noctx // it is killed by hand
	cmd.Env = env
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &relayProcess{cmd: cmd}
	t.Cleanup(p.kill)
	ready := regexp.MustCompile(`"botrelay is ready".*"listen":"([^"]+)"`)
	lines := bufio.NewScanner(stderr)
	var seen []string
	for lines.Scan() {
		if m := ready.FindStringSubmatch(lines.Text()); m != nil {
			p.url = "http://" + m[1]
			go func() { _, _ = io.Copy(io.Discard, stderr) }()
			return p
		}
		seen = append(seen, lines.Text())
	}
	t.Fatalf("the relay did not start: %s", strings.Join(seen, "\n"))
	return nil
}

// kill ends the process at once, as the kernel does when memory runs out.
func (p *relayProcess) kill() {
	p.once.Do(func() {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
	})
}

// press sends leads from several clients, kills the relay after a while, and
// returns the names in the leads that were acknowledged.
func press(t *testing.T, p *relayProcess, round int, after time.Duration) []string {
	t.Helper()
	v, _ := vendors.Lookup("chatbase")
	timer := time.AfterFunc(after, p.kill)
	defer timer.Stop()
	var mu sync.Mutex
	var names []string
	var clients sync.WaitGroup
	for client := range 4 {
		clients.Go(func() {
			for n := range 500 {
				name := fmt.Sprintf("lead-r%d-c%d-n%d-", round, client, n)
				body := fmt.Appendf(nil, `{"eventType":"leads.submit","chatbotId":"b","payload":{"conversationId":"%s","customerName":"%s"}}`, name, name)
				status, _, err := post(context.Background(), p.url+"/hooks/website", v.Sign(body, relay.NewSecret("crash-test-secret"), time.Now()), vendors.Sample{Body: body})
				if err != nil {
					return // the relay is dead
				}
				if !strings.HasPrefix(status, "200") {
					t.Errorf("%s: %s", name, status)
					return
				}
				mu.Lock()
				names = append(names, name)
				mu.Unlock()
			}
		})
	}
	clients.Wait()
	p.kill()
	return names
}

// channel is a Slack channel behind an incoming webhook. It remembers in which
// order messages came.
type channel struct {
	mu    sync.Mutex
	order []string
	seen  map[string]int
}

// ServeHTTP takes a message, and now and then fails as Slack may.
func (c *channel) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	if rand.IntN(300) == 0 {
		w.Header().Set("Retry-After", "0")
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	name := regexp.MustCompile(`lead-r\d+-c\d+-n\d+-`).FindString(string(body))
	c.mu.Lock()
	c.order = append(c.order, name)
	c.seen[name]++
	c.mu.Unlock()
	_, _ = io.WriteString(w, "ok")
}

// await waits until all names have come, and returns those that do not.
func (c *channel) await(t *testing.T, names []string) (missing []string) {
	t.Helper()
	deadline := time.NewTimer(90 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		missing = nil
		c.mu.Lock()
		for _, name := range names {
			if c.seen[name] == 0 {
				missing = append(missing, name)
			}
		}
		c.mu.Unlock()
		if len(missing) == 0 {
			return nil
		}
		select {
		case <-deadline.C:
			return missing
		case <-tick.C:
		}
	}
}

// checkOrder holds that each client's leads came in the order in which it sent
// them; one that came twice counts where it came first.
func (c *channel) checkOrder(t *testing.T) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	number := regexp.MustCompile(`^(lead-r\d+-c\d+)-n(\d+)-$`)
	last := make(map[string]int)
	came := make(map[string]bool)
	for _, name := range c.order {
		m := number.FindStringSubmatch(name)
		if m == nil {
			t.Fatalf("a message without a lead: %q", name)
		}
		n, _ := strconv.Atoi(m[2])
		if before, ok := last[m[1]]; ok && n < before && !came[name] {
			t.Errorf("%s came after number %d", name, before)
		}
		if !came[name] {
			last[m[1]] = n
		}
		came[name] = true
	}
}

// twice returns how many messages came more than once.
func (c *channel) twice() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, times := range c.seen {
		if times > 1 {
			n++
		}
	}
	return n
}
