//go:build unix

package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// atOnce is within what something happens that is not waited for: relays that
	// find out by themselves take from two to five seconds. A machine that has much
	// else to do is given nearly that, and not the one second that it is.
	atOnce = 1800 * time.Millisecond
	// shareTime is within what relays have their shares of the lanes.
	shareTime = 30 * time.Second
)

// gathering is relays on one database that come, go, and get other files.
type gathering struct {
	*commonStore
	hooks  *hooks
	vendor *vendor
	env    []string
	next   int
	broken atomic.Bool   // all platforms are
	stuck  atomic.Value  // the hook that does not answer; "": none
	free   chan struct{} // closed: it answers after all
}

// TestFleetChanges: relays whose files differ share one database. Each lane is with
// one that has its sink, what is put at one relay wakes the lane at another, and a
// relay that stops, or whose file loses a sink, hands its lanes over at once.
func TestFleetChanges(t *testing.T) {
	t.Parallel()
	c := &gathering{commonStore: newCommonStore(t), hooks: newHooks(t), vendor: newVendor(t), free: make(chan struct{})}
	c.stuck.Store("")
	c.hooks.answer = c.answer
	c.env = append(os.Environ(), "SECRET="+leadSecret, "HOOKS="+c.hooks.url, "DATABASE="+through(t, c.url))
	common := []string{"s1", "s2", "s3", "s4", "s5", "s6"}
	a := c.add(common...)
	b := c.add(append(common, "only")...)
	c.shares(a, b)
	c.ownSinks(a, b)
	c.wakes(a, b)
	c.reloads(a, b)
	c.stops(a, b)
	c.joins(b)
}

// site is a relay with a file of its own.
type site struct {
	*member
	path string
}

// routes is a file with some sinks, to each of which a source of its name sends.
func (c *gathering) routes(sinks []string) string {
	var text strings.Builder
	text.WriteString("[server]\nlisten = \"127.0.0.1:0\"\n[store]\nurl = \"${DATABASE}\"\n")
	for _, sink := range sinks {
		fmt.Fprintf(&text, `
[sources.%[1]s]
vendor = "chatbase"
secret = "${SECRET}"
[sinks.%[1]s]
type = "slack"
webhook_url = "${HOOKS}/services/T0/B0/%[1]s"
rate = "50/1s"
[[routes]]
match = { source = "%[1]s" }
to = ["%[1]s"]
`, sink)
	}
	return text.String()
}

// add starts a relay with a file of its own.
func (c *gathering) add(sinks ...string) *site {
	c.Helper()
	path := writeRoutes(c.T, c.routes(sinks))
	return &site{c.start(path, c.env), path}
}

// answer lets a hook fail, or not answer, if that is what it should.
func (c *gathering) answer(hook string, _ int) int {
	if c.stuck.Load() == hook {
		<-c.free
	}
	if c.broken.Load() {
		return http.StatusServiceUnavailable
	}
	return http.StatusOK
}

// put posts a lead for a sink to a relay.
func (c *gathering) put(at *site, sink string) lead {
	c.Helper()
	c.next++
	l := lead{1, c.next}
	if status, _, err := c.vendor.post(c.Context(), at.url, sink, l.body()); err != nil || status != http.StatusOK {
		c.Fatalf("%s: %d %v", l, status, err)
	}
	return l
}

// shares waits until the lanes that any of some relays may have are spread evenly.
func (c *gathering) shares(relays ...*site) {
	c.Helper()
	var shares []int
	c.until("all have their share", shareTime, func() bool {
		shares = shares[:0]
		for _, r := range relays {
			shares = append(shares, len(c.lanes(r.member)))
		}
		return slices.Min(shares) > 0 && slices.Max(shares)-slices.Min(shares) <= 1
	})
	c.Logf("shares: %d", shares)
}

// ownSinks: a relay never has the lane of a sink that its file lacks.
func (c *gathering) ownSinks(a, b *site) {
	c.Helper()
	if slices.Contains(c.lanes(a.member), "only") || !slices.Contains(c.lanes(b.member), "only") {
		c.Errorf("one has %v, the other %v", c.lanes(a.member), c.lanes(b.member))
	}
	c.hooks.await(c.T, "only", c.put(b, "only"))
}

// wakes: what one relay takes, and what a command replays, wakes the lane at another.
func (c *gathering) wakes(a, b *site) {
	c.Helper()
	const rounds = 4
	sink := slices.DeleteFunc(c.lanes(b.member), func(sink string) bool { return sink == "only" })[0]
	began := time.Now()
	for range rounds {
		c.hooks.await(c.T, sink, c.put(a, sink))
	}
	if took := time.Since(began); took > rounds*atOnce/2 {
		c.Errorf("%d leads took %s to the lane of another relay", rounds, took)
	} else {
		c.Logf("%d leads took %s to the lane of another relay", rounds, took)
	}
	l := c.put(a, sink)
	c.hooks.await(c.T, sink, l)
	var id string
	c.ask(`SELECT id FROM botrelay.events ORDER BY seq DESC LIMIT 1`, func(found pgx.Rows) error { return found.Scan(&id) })
	cmd := exec.CommandContext(c.Context(), "botrelay", "replay", "--config", b.path, "--to", "only", id)
	cmd.Env = c.env
	if output, err := cmd.CombinedOutput(); err != nil {
		c.Fatalf("%v\n%s", err, output)
	}
	began = time.Now()
	if took := c.hooks.await(c.T, "only", l).Sub(began); took > atOnce {
		c.Errorf("a replay took %s to another relay's lane", took)
	}
}

// reloads: a sink that a file loses is another relay's at once, with what waits for
// it, and one that a file gains is served at once.
func (c *gathering) reloads(a, b *site) {
	c.Helper()
	lanes := c.lanes(a.member)
	sink := lanes[0]
	c.broken.Store(true)
	var waiting []lead
	for range 5 {
		waiting = append(waiting, c.put(a, sink))
	}
	took := c.reload(a, append(slices.DeleteFunc([]string{"s1", "s2", "s3", "s4", "s5", "s6"}, func(s string) bool { return s == sink }), "new"))
	took = c.until("the other relay has the lane of the sink that is gone", time.Minute, func() bool { return c.holders()[sink] == b.id }) + took
	c.Logf("a sink that is gone: %s", took)
	if took > atOnce {
		c.Errorf("the other relay had the lane after %s", took)
	}
	c.broken.Store(false)
	for _, l := range waiting {
		c.hooks.await(c.T, sink, l)
	}
	put := time.Now()
	if took := c.hooks.await(c.T, "new", c.put(a, "new")).Sub(put); took > atOnce {
		c.Errorf("a lead for a new sink took %s", took)
	}
}

// reload gives a relay another file, and returns how long it took to know its
// sources.
func (c *gathering) reload(at *site, sinks []string) time.Duration {
	c.Helper()
	next := at.path + ".next"
	if err := os.WriteFile(next, []byte(c.routes(sinks)), 0o600); err != nil {
		c.Fatal(err)
	}
	if err := os.Rename(next, filepath.Join(filepath.Dir(at.path), filepath.Base(at.path))); err != nil {
		c.Fatal(err)
	}
	if err := at.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		c.Fatal(err)
	}
	return c.until("the file is taken up", time.Minute, func() bool {
		req, err := http.NewRequestWithContext(c.Context(), http.MethodPost, at.url+"/hooks/"+sinks[len(sinks)-1], strings.NewReader("{}"))
		if err != nil {
			c.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			c.Fatal(err)
		}
		_ = resp.Body.Close()
		return resp.StatusCode != http.StatusNotFound
	})
}

// stops: a relay that stops hands its lanes over at once, but for one whose request
// is under way.
func (c *gathering) stops(a, b *site) {
	c.Helper()
	c.shares(a, b)
	lanes := slices.DeleteFunc(c.lanes(a.member), func(sink string) bool { return sink == "new" })
	stuck := lanes[0]
	c.stuck.Store(stuck)
	held := c.put(a, stuck)
	c.hooks.await(c.T, stuck, held)
	ended := make(chan struct{})
	began := time.Now()
	go func() {
		defer close(ended)
		a.stop(c.T)
	}()
	c.until("the other relay has the lanes", time.Minute, func() bool {
		holders := c.holders()
		return !slices.ContainsFunc(lanes[1:], func(sink string) bool { return holders[sink] != b.id })
	})
	took := time.Since(began)
	c.Logf("a clean stop, with a request under way in another lane: %s", took)
	if took > atOnce {
		c.Errorf("the other relay had the lanes after %s", took)
	}
	c.stuck.Store("")
	close(c.free)
	<-ended
	began = time.Now()
	c.until("the other relay has the last lane", time.Minute, func() bool { return c.holders()[stuck] == b.id })
	c.Logf("the last lane: %s", time.Since(began))
	if took := time.Since(began); took > atOnce {
		c.Errorf("the other relay had the last lane after %s", took)
	}
	if n := len(c.hooks.to(stuck)); n == 0 || c.hooks.to(stuck)[n-1].leads[0] != held {
		c.Errorf("%s came again", held)
	}
}

// joins: relays that join get their share, and all of them may stop and start again.
func (c *gathering) joins(b *site) {
	c.Helper()
	all := []*site{b}
	for range 3 {
		all = append(all, c.add("s1", "s2", "s3", "s4", "s5", "s6"))
	}
	c.shares(all...)
	c.broken.Store(true)
	var waiting []lead
	for i := range 6 {
		waiting = append(waiting, c.put(all[i%4], fmt.Sprint("s", i+1)))
	}
	for _, r := range all {
		r.stop(c.T)
		r.checkFaults(c.T)
	}
	if left := c.holders(); len(left) > 0 {
		c.Errorf("after all have stopped somebody has %v", left)
	}
	if left := c.members(); len(left) > 0 {
		c.Errorf("after all have stopped there is %v", left)
	}
	c.broken.Store(false)
	for _, r := range all {
		r.member = c.start(r.path, c.env)
	}
	for i, l := range waiting {
		c.hooks.await(c.T, fmt.Sprint("s", i+1), l)
	}
	c.shares(all...)
	for _, r := range all {
		r.stop(c.T)
		r.checkFaults(c.T)
	}
}
