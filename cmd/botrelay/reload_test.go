package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"botrelay/relay/config"
	"botrelay/relay/queue"
)

// replacing is a way in which a routes file is replaced.
type replacing struct {
	name  string
	many  int // how often that is done, if there is time
	begin func(t *testing.T, folder, text string)
	write func(t *testing.T, folder, text string)
	hup   bool // and a SIGHUP is sent
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func inPlace(t *testing.T, folder, text string) {
	must(t, os.WriteFile(filepath.Join(folder, "routes.toml"), []byte(text), 0o600))
}

// beside renames a new file over the old one, as most editors do.
func beside(t *testing.T, folder, text string) {
	must(t, os.WriteFile(filepath.Join(folder, ".routes.toml.swp"), []byte(text), 0o600))
	must(t, os.Rename(filepath.Join(folder, ".routes.toml.swp"), filepath.Join(folder, "routes.toml")))
}

// asConfigMap lays a folder out as Kubernetes does: the files are links into
// ..data, which is a link to a folder that is replaced as a whole.
func asConfigMap(t *testing.T, folder, text string) {
	swapFolder(t, folder, text)
	must(t, os.Symlink(filepath.Join("..data", "routes.toml"), filepath.Join(folder, "routes.toml")))
}

func swapFolder(t *testing.T, folder, text string) {
	fresh := filepath.Join(folder, fmt.Sprintf("..2026_%d", time.Now().UnixNano()))
	must(t, os.Mkdir(fresh, 0o700))
	must(t, os.WriteFile(filepath.Join(fresh, "routes.toml"), []byte(text), 0o600))
	former, _ := os.Readlink(filepath.Join(folder, "..data"))
	must(t, os.Symlink(filepath.Base(fresh), filepath.Join(folder, "..data_tmp")))
	must(t, os.Rename(filepath.Join(folder, "..data_tmp"), filepath.Join(folder, "..data")))
	if former != "" {
		must(t, os.RemoveAll(filepath.Join(folder, former)))
	}
}

// channels is Slack's side: it notes in which order leads came to which webhook.
type channels struct {
	mu   sync.Mutex
	seen map[string][]lead
}

func (c *channels) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	sink := strings.TrimRight(r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:], "AB") // both are the sink sales
	c.mu.Lock()
	c.seen[sink] = append(c.seen[sink], leadsIn(body)...)
	c.mu.Unlock()
	_, _ = io.WriteString(w, "ok")
}

// count returns how many leads have come to a webhook.
func (c *channels) count(sink string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.seen[sink])
}

func (c *channels) of(sink string) []lead {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.seen[sink])
}

// versionOf is a routes file whose sink sales is another channel in each version,
// whose sink extra every second one lacks, and whose sink night is always the
// same.
func versionOf(n int, platform, folder, adminPort string) string {
	sink := func(name, path string) string {
		return fmt.Sprintf("[sinks.%s]\ntype = 'slack'\nwebhook_url = '%s/services/T0/B0/%s'\nrate = '1000/1s'\ndigest = false\n", name, platform, path)
	}
	text := fmt.Sprintf("[server]\nlisten = '127.0.0.1:0'\nadmin_listen = '127.0.0.1:%s'\n[store]\nurl = 'sqlite:%s'\n"+
		"[sources.website]\nvendor = 'chatbase'\nsecret = '%s'\n", adminPort, filepath.ToSlash(filepath.Join(folder, "store", "relay.db")), leadSecret)
	to := `["sales", "night"]`
	text += sink("sales", "sales"+string("AB"[n%2])) + sink("night", "night")
	if n%2 == 0 {
		text += sink("extra", "extra")
		to = `["sales", "night", "extra"]`
	}
	return text + fmt.Sprintf("[[routes]]\nname = 'v%d'\nmatch = {}\nto = %s\n", n, to)
}

// TestReloadUnderLoad: while a routes file is replaced again and again, in each
// of the ways in which people do, no event is lost, refused, sent twice or out of
// order, or routed by half of two files.
func TestReloadUnderLoad(t *testing.T) {
	for _, way := range []replacing{
		{name: "written in place", many: 20, begin: inPlace, write: inPlace},
		{name: "renamed", many: 20, begin: inPlace, write: beside},
		{name: "folder swapped", many: 20, begin: asConfigMap, write: swapFolder},
		{name: "SIGHUP", many: 400, begin: inPlace, write: beside, hup: true},
	} {
		t.Run(way.name, func(t *testing.T) { testReload(t, way) })
	}
}

// reloadTime is how long a routes file is replaced by one way at most: a machine
// with the race detector and other work does it less often. BOTRELAY_RELOADS sets
// how often it is done, for as long as it takes.
const reloadTime = 7 * time.Second

func testReload(t *testing.T, way replacing) {
	last := time.Now().Add(reloadTime)
	if n, err := strconv.Atoi(os.Getenv("BOTRELAY_RELOADS")); err == nil {
		way.many, last = n, time.Now().Add(24*time.Hour)
	}
	platform := &channels{seen: make(map[string][]lead)}
	web := httptest.NewServer(platform)
	defer web.Close()
	folder, other := t.TempDir(), t.TempDir()
	port, err := freePort()
	must(t, err)
	way.begin(t, folder, versionOf(0, web.URL, other, port))
	relay := startRelay(t, filepath.Join(folder, "routes.toml"), os.Environ())
	ctx, stop := context.WithCancel(t.Context())
	posted := post4(ctx, t, relay.url, platform)
	slowest, n := time.Duration(0), 0
	for n%2 == 1 || n < way.many && time.Now().Before(last) { // the last version has all sinks
		n++
		began := time.Now()
		way.write(t, folder, versionOf(n, web.URL, other, port))
		if way.hup {
			must(t, relay.cmd.Process.Signal(syscall.SIGHUP))
		}
		for reloads(t, port) <= n {
			if time.Since(began) > 30*time.Second {
				t.Fatalf("version %d is not taken up", n)
			}
			<-time.After(20 * time.Millisecond)
		}
		slowest = max(slowest, time.Since(began))
	}
	stop()
	count := <-posted
	checkReloaded(t, other, platform, count)
	relay.stop(t)
	relay.checkFaults(t)
	t.Logf("%d reloads, the slowest after %s, beside %v leads", n, slowest, count)
}

// reloads returns how many good files the relay has read.
func reloads(t *testing.T, port string) int {
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:"+port+"/metrics", nil)
	must(t, err)
	resp, err := http.DefaultClient.Do(req)
	must(t, err)
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	must(t, err)
	m := regexp.MustCompile(`(?m)^botrelay_config_reloads_total{result="good"} (\d+)$`).FindSubmatch(text)
	if m == nil {
		t.Fatalf("no count in\n%s", text)
	}
	n, _ := strconv.Atoi(string(m[1]))
	return n
}

// mostOnTheirWay is how many leads are accepted and have not arrived: a relay that is
// slower than who posts, as with the race detector, would gather more and more.
const mostOnTheirWay = 100

// post4 lets 4 clients post leads one after the other until ctx ends, and then
// tells how many each has. All of them must be accepted.
func post4(ctx context.Context, t *testing.T, url string, platform *channels) <-chan [4]int {
	vendor := newVendor(t)
	var counts [4]int
	var accepted atomic.Int64
	var clients sync.WaitGroup
	for client := range counts {
		clients.Go(func() {
			pace := time.NewTicker(20 * time.Millisecond)
			defer pace.Stop()
			for n := 1; ctx.Err() == nil; {
				<-pace.C
				if accepted.Load()-int64(platform.count("sales")) >= mostOnTheirWay {
					continue
				}
				status, _, err := vendor.post(t.Context(), url, "website", lead{client, n}.body())
				if err != nil || status != http.StatusOK {
					t.Errorf("%v was answered %d, %v", lead{client, n}, status, err)
					return
				}
				counts[client] = n
				accepted.Add(1)
				n++
			}
		})
	}
	done := make(chan [4]int, 1)
	go func() {
		clients.Wait()
		done <- counts
	}()
	return done
}

// checkReloaded waits until nothing waits any more, for as long as it gets less, and
// looks at what has arrived.
func checkReloaded(t *testing.T, folder string, platform *channels, counts [4]int) {
	t.Helper()
	store, err := openLedger(t.Context(), "sqlite:"+filepath.Join(folder, "store", "relay.db"))
	must(t, err)
	defer func() { _ = store.Close() }()
	least, since := math.MaxInt, time.Now()
	for pending := 1; pending > 0; <-time.After(100 * time.Millisecond) {
		lanes, err := store.LaneStatus(t.Context())
		must(t, err)
		pending = 0
		for _, lane := range lanes {
			pending += lane.Pending
		}
		if pending < least {
			least, since = pending, time.Now()
		}
		if time.Since(since) > time.Minute {
			t.Fatalf("nothing has moved for a minute: %+v", lanes)
		}
	}
	records, err := store.Events(t.Context(), queue.Query{Limit: 1 << 20})
	must(t, err)
	extra := 0
	for _, r := range records {
		extra += checkRouted(t, r)
	}
	all := counts[0] + counts[1] + counts[2] + counts[3]
	for sink, want := range map[string]int{"sales": all, "night": all, "extra": extra} {
		seen := platform.of(sink)
		if len(seen) != want {
			t.Errorf("%s got %d leads, want %d", sink, len(seen), want)
		}
		var last [4]int
		for _, l := range seen {
			if l.n <= last[l.client] {
				t.Fatalf("%s got %v after %d", sink, l, last[l.client])
			}
			last[l.client] = l.n
		}
	}
}

// checkRouted holds that an event was routed by one version alone, and returns
// how often to extra.
func checkRouted(t *testing.T, r queue.Record) (extra int) {
	t.Helper()
	if len(r.Deliveries) == 0 {
		t.Fatalf("an event went nowhere: %+v", r)
	}
	version := r.Deliveries[0].Route
	n, err := strconv.Atoi(strings.TrimPrefix(version, "v"))
	must(t, err)
	var sinks []string
	for _, d := range r.Deliveries {
		if d.Route != version || d.State != queue.Sent {
			t.Errorf("version %s: %+v", version, d)
		}
		sinks = append(sinks, d.Sink)
	}
	want := []string{"sales", "night", "extra"}[:3-n%2]
	if !slices.Equal(slices.Sorted(slices.Values(sinks)), slices.Sorted(slices.Values(want))) {
		t.Errorf("version %s went to %v", version, sinks)
	}
	return 1 - n%2
}

// TestAdminStaysGuarded: a file that moves the admin side to where it needs no
// token takes it away from nobody while it is where the network can reach it.
func TestAdminStaysGuarded(t *testing.T) {
	read := func(server string) *config.Config {
		return parseGood(t, "routes.toml", "[server]\n"+server+`
[sources.website]
vendor = "chatbase"
secret = "${CHATBASE_SECRET}"
[sinks.sales]
type = "slack"
webhook_url = "${SLACK_WEBHOOK_URL}"
[default]
to = ["sales"]
`)
	}
	const guarded = "listen = ':8080'\nadmin_listen = ':8081'\nadmin_token = '${ADMIN_TOKEN}'"
	b := &built{started: fixedOf(read(guarded)), current: &snapshot{cfg: read(guarded)}}
	for server, want := range map[string][]string{
		guarded: nil,
		"listen = ':8080'\nadmin_listen = '127.0.0.1:8081'": {"admin_listen"},
		"listen = ':8080'": {"admin_listen"},
		"listen = ':9090'\nadmin_listen = '127.0.0.1:8081'": {"listen", "admin_listen"},
	} {
		next, later := b.live(read(server))
		if !slices.Equal(later, want) {
			t.Errorf("%s: later: %v", server, later)
		}
		if s := next.Server; s.AdminToken.IsZero() || s.AdminListen != ":8081" || s.Listen != ":8080" {
			t.Errorf("%s: %+v", server, s)
		}
	}
}
