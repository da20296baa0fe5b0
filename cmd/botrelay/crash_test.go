package main

import (
	"context"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/queue/sqlite"
)

// The clients of the crash test. What the flood sends is owed to nobody, so that
// nothing slows it down.
const (
	websites = 4                      // clients 0 to 3, to every sink but one
	supports = 2                      // clients 4 and 5, to the one that shares a channel
	floods   = 2                      // clients 6 and 7
	backlog  = 60                     // so many of a website's leads may wait for the slowest sink
	pause    = 250 * time.Millisecond // between two leads of a client
)

const crashRoutes = `
[server]
listen = "127.0.0.1:0"
[store]
url = "sqlite:FOLDER/store.db"

[sources.website]
vendor = "chatbase"
secret = "${SECRET}"
[sources.support]
vendor = "chatbase"
secret = "${SECRET}"
[sources.flood]
vendor = "chatbase"
secret = "${SECRET}"

[sinks.slack-1]
type = "slack"
webhook_url = "${STANDIN}/services/T0/B1/crash-test-1"
[sinks.slack-2]
type = "slack"
webhook_url = "${STANDIN}/services/T0/B2/crash-test-2"
[sinks.slack-3]
type = "slack"
token = "xoxb-123-crash-test"
channel = "#leads"
api_url = "${STANDIN}"
[sinks.slack-3-too]
type = "slack"
token = "xoxb-123-crash-test"
channel = "#leads"
api_url = "${STANDIN}"
[sinks.slack-4]
type = "slack"
token = "xoxb-123-crash-test"
channel = "#more-leads"
api_url = "${STANDIN}"
[sinks.discord-1]
type = "discord"
webhook_url = "${STANDIN}/api/v10/webhooks/1180000000000000001/crash-test"
[sinks.discord-2]
type = "discord"
webhook_url = "${STANDIN}/api/v10/webhooks/1180000000000000002/crash-test"
[sinks.discord-3]
type = "discord"
token = "crash.test.token"
channel_id = "1180000000000000003"
api_url = "${STANDIN}"
[sinks.discord-4]
type = "discord"
token = "crash.test.token"
channel_id = "1180000000000000004"
api_url = "${STANDIN}"
[sinks.telegram-1]
type = "telegram"
token = "123456789:AACrashTestCrashTestCrashTestCrashTe"
chat_id = -1001234567891
api_url = "${STANDIN}"
[sinks.telegram-2]
type = "telegram"
token = "123456789:AACrashTestCrashTestCrashTestCrashTe"
chat_id = -1001234567892
api_url = "${STANDIN}"

[[routes]]
match = { source = "website" }
to = ["slack-1", "slack-2", "slack-3", "slack-4", "discord-1", "discord-2", "discord-3", "discord-4", "telegram-1", "telegram-2"]
[[routes]]
match = { source = "support" }
to = ["slack-3-too"]
`

// crashPlaces are where the sinks of crashRoutes post to. The first is shared.
func crashPlaces() []string {
	return []string{
		"slack channel #leads", "slack channel #more-leads", "slack webhook crash-test-1", "slack webhook crash-test-2",
		"discord webhook 1180000000000000001", "discord webhook 1180000000000000002",
		"discord channel 1180000000000000003", "discord channel 1180000000000000004",
		"telegram group -1001234567891", "telegram group -1001234567892",
	}
}

// sharer is whose leads these are, of those who share a place.
func sharer(l lead) string {
	if l.client >= websites {
		return "support"
	}
	return "website"
}

// TestKill kills relays with SIGKILL at random instants, under load, while the
// platforms fail, and holds what arrived against what was acknowledged. It takes
// a minute, or as long as the environment's BOTRELAY_CRASH_FOR says.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	t.Parallel()
	long, err := time.ParseDuration(envOr("BOTRELAY_CRASH_FOR", "30s"))
	if err != nil {
		t.Fatal(err)
	}
	c := newCrash(t)
	c.platforms.failing(anyFault)
	kills := 0
	for until := time.Now().Add(long); time.Now().Before(until); kills++ {
		c.round(time.Duration(50+rand.IntN(1200)) * time.Millisecond)
	}
	c.platforms.failing(nil)
	last := c.start()
	c.arrive()
	last.stop(t)
	last.checkFaults(t)
	c.platforms.checkAll(t)
	c.checkStore()
	c.tell(kills)
}

// crash is a crash test.
type crash struct {
	t         *testing.T
	platforms *standIn
	vendor    *vendor
	tally     *tally
	routes    string
	env       []string
}

func newCrash(t *testing.T) *crash {
	t.Helper()
	platforms := newStandIn(time.Now)
	web := httptest.NewServer(platforms)
	t.Cleanup(web.Close)
	return &crash{
		t: t, platforms: platforms, vendor: newVendor(t), tally: newTally(), routes: writeRoutes(t, crashRoutes),
		env: append(os.Environ(), "SECRET="+leadSecret, "STANDIN="+web.URL),
	}
}

func (c *crash) start() *relayProcess {
	c.t.Helper()
	return startRelay(c.t, c.routes, c.env)
}

// round starts a relay, sends leads, and kills it after a while.
func (c *crash) round(after time.Duration) {
	c.t.Helper()
	p := c.start()
	timer := time.AfterFunc(after, p.kill)
	defer timer.Stop()
	var clients sync.WaitGroup
	for client := range websites + supports + floods {
		source, beat := "website", pause
		switch {
		case client >= websites+supports:
			source, beat = "flood", 0
		case client >= websites:
			source = "support"
		}
		clients.Go(func() { c.press(p, source, client, beat) })
	}
	clients.Wait()
	p.kill()
	p.checkFaults(c.t)
	c.platforms.killed()
}

// press sends a client's leads until the relay is dead.
func (c *crash) press(p *relayProcess, source string, client int, beat time.Duration) {
	for {
		if source == "website" && c.waiting() > backlog {
			beat = time.Hour // the relay will be dead before
		}
		if beat > 0 {
			select {
			case <-time.After(time.Duration(rand.Int64N(int64(2 * beat)))):
			case <-p.read: // it is dead
				return
			}
		}
		l := c.tally.draw(client)
		status, _, err := c.vendor.post(context.Background(), p.url, source, l.body())
		if err != nil {
			return // the relay is dead
		}
		if status != http.StatusOK {
			c.t.Errorf("%s: %d", l, status)
			return
		}
		c.tally.acknowledge(l)
	}
}

// waiting returns how many leads the slowest of the platforms has not got yet.
func (c *crash) waiting() int {
	arrived := math.MaxInt
	for _, place := range crashPlaces() {
		n := 0
		for l := range c.platforms.has(place) {
			if sharer(l) == "website" {
				n++
			}
		}
		arrived = min(arrived, n)
	}
	return len(c.tally.acknowledged(0, websites-1)) - arrived
}

// arrive waits until all that was acknowledged has arrived.
func (c *crash) arrive() {
	c.t.Helper()
	timeout := time.After(3 * time.Minute) // a lane that has failed for long waits for long
	leads, support := c.tally.acknowledged(0, websites-1), c.tally.acknowledged(websites, websites+supports-1)
	if len(leads) < 20 || len(support) < 10 {
		c.t.Errorf("only %d and %d leads were acknowledged: no load", len(leads), len(support))
	}
	for i, place := range crashPlaces() {
		want := leads
		if i == 0 {
			want = append(support, leads...)
		}
		if missing := c.platforms.await(place, want, timeout); len(missing) > 0 {
			c.t.Errorf("%s: %d of %d leads never arrived: %v", place, len(missing), len(want), missing[:min(len(missing), 10)])
		}
	}
}

// checkStore holds that nothing was given up, and that what nobody was to be
// told of is there too.
func (c *crash) checkStore() {
	c.t.Helper()
	store, err := sqlite.Open(c.t.Context(), sqlite.Config{Path: filepath.Join(filepath.Dir(c.routes), "store.db")})
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	lanes, err := store.LaneStatus(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	for sink, lane := range lanes {
		if lane.Pending > 0 || lane.Dead > 0 {
			c.t.Errorf("%s: %d pending, %d dead", sink, lane.Pending, lane.Dead)
		}
	}
	stored := make(map[lead]bool)
	records, err := store.Events(c.t.Context(), queue.Query{Source: "flood", Limit: 1 << 30})
	if err != nil {
		c.t.Fatal(err)
	}
	for _, r := range records {
		for _, l := range leadsIn([]byte(r.Event.Contact.Email)) {
			stored[l] = true
		}
	}
	for _, l := range c.tally.acknowledged(websites+supports, websites+supports+floods-1) {
		if !stored[l] {
			c.t.Errorf("%s was acknowledged and is not stored", l)
		}
	}
}

// tell says what the test has been through.
func (c *crash) tell(kills int) {
	s := c.platforms
	c.t.Logf("%d kills, %d requests; acknowledged: %d website, %d support, %d flood", kills, len(s.posts),
		len(c.tally.acknowledged(0, websites-1)), len(c.tally.acknowledged(websites, websites+supports-1)),
		len(c.tally.acknowledged(websites+supports, websites+supports+floods-1)))
	for _, place := range crashPlaces() {
		c.t.Logf("%s: %d leads, %d of them more than once, for %d answers that were lost", place, len(s.has(place)), s.twice(place), s.lost(place))
	}
}

// envOr returns a variable of the environment, or what stands in for it.
func envOr(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}
