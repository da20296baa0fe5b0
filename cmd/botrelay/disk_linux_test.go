package main

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// limited is botrelay for a process that may be forbidden to let files grow: as
// on a full disk, it wants to be told, and not to be killed.
func limited() {
	signal.Ignore(syscall.SIGXFSZ)
	main()
}

// TestDiskFull lets the disk fill up under load, for as long as a person takes,
// and for moments in which requests are under way. What cannot be stored is sent
// again by the vendors; nothing may be sent that cannot be recorded, and the
// relay must go on by itself.
func TestDiskFull(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	t.Parallel()
	d := newDisk(t)
	stop := d.load(3)
	d.awaitAccepted(50)
	d.fill()
	refused := d.refused.Load()
	<-time.After(time.Second) // what was under way has ended
	before := d.platforms.requests()
	if ready := d.ready(); ready != http.StatusServiceUnavailable {
		t.Errorf("the relay's disk is full, and /readyz says %d", ready)
	}
	<-time.After(2 * time.Second)
	if n := d.platforms.requests() - before; n > 0 {
		t.Errorf("%d messages were sent that could not be recorded", n)
	}
	if d.refused.Load() == refused {
		t.Error("nothing was refused: the disk is not full")
	}
	d.empty()
	for range 8 {
		<-time.After(time.Duration(rand.IntN(500)) * time.Millisecond)
		d.fill()
		<-time.After(time.Duration(rand.IntN(500)) * time.Millisecond)
		d.empty()
	}
	stop()
	t.Logf("%d leads were accepted, and %d requests refused", d.accepted.Load(), d.refused.Load())
	for _, place := range diskPlaces() {
		if missing := d.platforms.await(place, d.tally.acknowledged(0, 2), time.After(time.Minute)); len(missing) > 0 {
			t.Errorf("%s: %d leads never arrived", place, len(missing))
		}
		if twice := d.platforms.twice(place); twice > 0 {
			t.Errorf("%s: %d leads came twice, and no answer was lost", place, twice)
		}
	}
	d.relay.stop(t)
	d.relay.checkFaults(t)
	d.platforms.checkAll(t)
}

const diskRoutes = `
[server]
listen = "127.0.0.1:0"
[store]
url = "sqlite:FOLDER/store.db"
[sources.website]
vendor = "chatbase"
secret = "${SECRET}"
[sinks.slack]
type = "slack"
webhook_url = "${STANDIN}/services/T0/B1/disk-test"
[sinks.discord]
type = "discord"
webhook_url = "${STANDIN}/api/v10/webhooks/1180000000000000001/disk-test"
[sinks.telegram]
type = "telegram"
token = "123456789:AADiskTestDiskTestDiskTestDiskTestDis"
chat_id = -1001234567891
api_url = "${STANDIN}"
[[routes]]
match = {}
to = ["slack", "discord", "telegram"]
`

// diskPlaces are where the sinks of diskRoutes post to.
func diskPlaces() []string {
	return []string{"slack webhook disk-test", "discord webhook 1180000000000000001", "telegram group -1001234567891"}
}

// disk is a relay whose disk can be full.
type disk struct {
	t         *testing.T
	relay     *relayProcess
	platforms *standIn
	vendor    *vendor
	tally     *tally
	store     string
	accepted  atomic.Int64
	refused   atomic.Int64
}

func newDisk(t *testing.T) *disk {
	t.Helper()
	platforms := newStandIn(time.Now)
	platforms.failing(func(string) fault { return fault{slow: 200 * time.Millisecond} })
	web := httptest.NewServer(platforms)
	t.Cleanup(web.Close)
	routes := writeRoutes(t, diskRoutes)
	return &disk{
		t: t, platforms: platforms, vendor: newVendor(t), tally: newTally(),
		store: filepath.Join(filepath.Dir(routes), "store.db"),
		relay: startProgram(t, "botrelay-limited", routes, append(os.Environ(), "SECRET="+leadSecret, "STANDIN="+web.URL)),
	}
}

// fill lets no file of the relay grow beyond what its log has now.
func (d *disk) fill() {
	d.t.Helper()
	log, err := os.Stat(d.store + "-wal")
	if err != nil {
		d.t.Fatal(err)
	}
	d.limit(uint64(log.Size()))
}

func (d *disk) empty() {
	d.t.Helper()
	d.limit(unix.RLIM_INFINITY)
}

func (d *disk) limit(bytes uint64) {
	d.t.Helper()
	limit := unix.Rlimit{Cur: bytes, Max: unix.RLIM_INFINITY}
	if err := unix.Prlimit(d.relay.cmd.Process.Pid, unix.RLIMIT_FSIZE, &limit, nil); err != nil {
		d.t.Fatal(err)
	}
}

// load lets clients send until stop is called. Each sends a lead again until it
// is accepted, as vendors do, if not so soon.
func (d *disk) load(clients int) (stop func()) {
	ctx, cancel := context.WithCancel(d.t.Context())
	var all sync.WaitGroup
	for client := range clients {
		all.Go(func() {
			for ctx.Err() == nil {
				l := d.tally.draw(client)
				for !d.post(l) {
					<-time.After(50 * time.Millisecond)
				}
				d.tally.acknowledge(l)
				<-time.After(20 * time.Millisecond)
			}
		})
	}
	return func() {
		cancel()
		all.Wait()
	}
}

// post reports whether the relay took a lead.
func (d *disk) post(l lead) bool {
	status, header, err := d.vendor.post(context.Background(), d.relay.url, "website", l.body())
	switch {
	case err != nil:
		d.t.Error(err)
		return true // there is no relay to take it
	case status == http.StatusOK:
		d.accepted.Add(1)
		return true
	case status != http.StatusServiceUnavailable || header.Get("Retry-After") == "":
		d.t.Errorf("%s: %d, Retry-After %q", l, status, header.Get("Retry-After"))
	}
	d.refused.Add(1)
	return false
}

// awaitAccepted waits until n leads have been accepted.
func (d *disk) awaitAccepted(n int64) {
	for d.accepted.Load() < n {
		<-time.After(10 * time.Millisecond)
	}
}

// ready asks the relay whether it is ready.
func (d *disk) ready() int {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), http.MethodGet, d.relay.url+"/readyz", nil)
	if err != nil {
		d.t.Fatal(err)
	}
	resp, err := d.vendor.client.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// requests returns how many posts came so far.
func (s *standIn) requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.posts)
}
