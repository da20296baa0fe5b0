package overview_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/overview"
	"botrelay/relay/admin/pagetest"
	"botrelay/relay/config"
	"botrelay/relay/queue"
	"botrelay/relay/receive"
	"botrelay/relay/status"
	"botrelay/relay/wording"
)

const routes = `
[sources.website]
vendor = "chatbase"
secret = "a-secret-of-website"
[sources.booking]
vendor = "newoaks"
secret = "a-secret-of-booking"

[sinks.sales]
type = "place"
where = "channel #sales"
fallback = "night"
[sinks.night]
type = "place"
where = "chat -100"

[[routes]]
match = { kind = "lead" }
to = ["sales", "night"]
`

// place is where a sink sends.
type place struct {
	Text string `toml:"where"`
}

func (*place) Check() []relay.Problem { return nil }
func (*place) Replies() bool          { return true }
func (p *place) Where() string        { return p.Text }

// env knows the vendors, and a sink of this test.
func env() config.Env {
	return config.Env{Vendors: []string{"chatbase", "newoaks"}, Sinks: map[string]func() config.SinkOptions{"place": func() config.SinkOptions { return new(place) }}}
}

// parse reads a routes file.
func parse(t *testing.T, text string) *config.Config {
	t.Helper()
	c, problems := config.Parse(config.File{Name: "routes.toml", Data: []byte(text)}, env())
	if c == nil {
		t.Fatal(problems)
	}
	return c
}

// house is a store and a board with the page before them.
type house struct {
	*pagetest.House

	board *status.Board
}

func newHouse(t *testing.T, text string) house {
	t.Helper()
	h := house{pagetest.New(t), status.New(time.Now().Add(-3 * time.Hour))}
	h.use(parse(t, text))
	h.board.Configure(status.Configuration{File: "routes.toml", LoadedAt: time.Now()})
	mount(t, h, h.Store, nil)
	return h
}

func mount(t *testing.T, h house, store overview.Store, relays queue.Sharer) {
	t.Helper()
	err := overview.Mount(h.Mux, h.Shell, overview.Config{
		Store: store, Relays: relays, Board: h.board, KeptIn: "sqlite:x.db", KeptFor: "30d once sent", Version: "v1.2.3",
		Secrets: []relay.Secret{relay.NewSecret("a-secret-of-website")},
		Advise: func(reason string) relay.Advice {
			return wording.Advise(reason, func(string) relay.Advice {
				return relay.Advice{Meaning: "It means " + reason[:min(len(reason), 60)] + ".", Cure: "Mend it."}
			})
		},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (h house) use(c *config.Config) {
	var sinks []status.Sink
	for _, s := range c.Sinks {
		var told []string
		if s.Fallback != "" {
			told = append(told, s.Fallback)
		}
		sinks = append(sinks, status.SinkOf(s, []relay.Budget{{Limits: []relay.Limit{{Count: 1, Per: time.Second}}}}, told))
	}
	h.board.Use(c, sinks)
}

// told is what a program gets of the page.
type told struct {
	Verdict struct {
		State string
		Parts []struct {
			NeedsYou      bool `json:"needs_you"`
			Before, After string
			Do            string
			Link          string
			At            time.Time
		}
	}
	Events, Unrouted, Sent, Died, Pending int
	DeadLetters                           int `json:"dead_letters"`
	Plot                                  struct {
		From   time.Time
		Step   int
		Series []struct {
			Name   string
			Total  int
			Counts []int
		}
	}
	Lanes []struct {
		Name, State, Reason, Text, Pace, Where string
		Since, Until, Oldest                   time.Time
		Pending, Sent, Died                    int
		SentEver                               int `json:"sent_ever"`
		Advice                                 relay.Advice
	}
	Gone []struct {
		Sink    string
		Pending int
	}
	Sources []struct {
		Name      string
		Events    int
		Accepted  int
		LastEvent *struct{ ID, Who string } `json:"last_event"`
		Refused   []struct{ Reason, Cure string }
	}
	Trouble string
	Full    string
}

func (h house) told(path string) (v told) {
	h.Helper()
	h.JSON(200, path, &v)
	return v
}

// has fails unless a page says all this.
func (h house) has(page string, wants ...string) {
	h.Helper()
	for _, want := range wants {
		if !strings.Contains(page, want) {
			h.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
}

// TestFresh: a relay to which nothing has come says how to begin.
func TestFresh(t *testing.T) {
	h := newHouse(t, routes)
	if v := h.told("/"); v.Verdict.State != "fresh" || len(v.Verdict.Parts) != 0 || len(v.Lanes) != 2 || v.Lanes[0].State != "idle" || len(v.Sources) != 2 || v.Sources[0].LastEvent != nil {
		t.Errorf("%+v", v)
	}
	h.has(h.Page(200, "/"), "Nothing has come in yet.", `<a href="./setup">Set up a source</a>`, "Three steps to the first event", `href="./setup"`, "nothing sent yet", "nothing has come yet", "1 message a second", "channel #sales", "night is told", "sqlite:x.db")
}

// TestWell: what came and went is counted, and told to be well.
func TestWell(t *testing.T) {
	h := newHouse(t, routes)
	h.Put(relay.Event{Contact: relay.Contact{Name: "Ada"}}, "sales", "night")
	h.Put(relay.Event{Kind: relay.Chat, Source: "booking", Vendor: "newoaks"})
	h.Put(relay.Event{Kind: relay.Notice, Source: "botrelay", Vendor: "botrelay"}, "night")
	h.Settle("sales", pagetest.Sent("1"))
	id := h.Put(relay.Event{Contact: relay.Contact{Name: "Bob"}}, "old")
	h.Settle("old", pagetest.Sent("1"))
	h.Put(relay.Event{Contact: relay.Contact{Name: "Cy"}, Source: "elsewhere", Vendor: "newoaks"})
	v := h.told("/")
	if len(v.Gone) != 0 {
		t.Errorf("gone: %+v", v.Gone)
	}
	if v.Verdict.State != "look" || v.Events != 4 || v.Unrouted != 2 || v.Sent != 2 || v.Died != 0 || v.Pending != 2 || v.DeadLetters != 0 {
		t.Errorf("%+v", v)
	}
	if l := v.Lanes[0]; l.Name != "sales" || l.State != "idle" || l.Sent != 1 || l.SentEver != 1 || l.Pending != 0 {
		t.Errorf("sales: %+v", l)
	}
	if l := v.Lanes[1]; l.State != "on_way" || l.Pending != 2 || time.Since(l.Oldest) > time.Minute || l.Oldest.IsZero() {
		t.Errorf("night: %+v", l)
	}
	if s := v.Sources[0]; s.Events != 2 || s.LastEvent == nil || s.LastEvent.ID != id || s.LastEvent.Who != "Bob" {
		t.Errorf("website: %+v", s)
	}
	h.has(h.Page(200, "/"), `Worth a look: <a href="./events?status=unrouted&amp;kind=lead&amp;time=24h">1 lead had no route</a>.</h1>`,
		`<a href="./events?status=unrouted&amp;kind=chat&amp;time=24h">1 chat</a> without a route</span>`, "<p><strong>First:</strong> See whether somebody should get them",
		`<a href="./events?time=24h">4 events</a> in the last 24 hours</span>`, "2 deliveries sent", `lead</a> <span class="num">3</span>`, ": 4 events: lead 3, chat 1</title>", `<a href="./events/`+id+`">`, "on the way", "all sent", `<a href="./events?sink=night&amp;status=pending">2 deliveries</a>, the oldest since <time`)
}

// TestTrouble: what needs a person stands first, each with a link to where it is
// mended.
func TestTrouble(t *testing.T) {
	h := newHouse(t, routes)
	h.Put(relay.Event{}, "sales", "night")
	h.Settle("sales", pagetest.Dead("Slack: invalid_blocks"))
	h.Put(relay.Event{}, "sales", "night", "old")
	h.begin("sales", queue.Settlement{State: queue.Again, After: time.Hour, Holds: []queue.Hold{{Key: "sales", For: time.Hour, Refused: true}}, Verdict: relay.Verdict{Outcome: relay.Held, Reason: "Slack: not_in_channel", Status: 200}})
	h.begin("night", queue.Settlement{State: queue.Again, After: time.Hour, Verdict: relay.Verdict{Outcome: relay.Later, Reason: "Telegram: no answer in time"}})
	for range 3 {
		h.board.Request(receive.Request{Source: "website", Outcome: receive.Refused, Reason: receive.Signature}, time.Now())
	}
	h.board.Request(receive.Request{Source: "booking", Outcome: receive.Refused, Reason: receive.Method}, time.Now())
	h.board.Configure(status.Configuration{File: "conf/routes.toml", Later: []string{"listen"}, Failure: &status.Failure{Since: time.Now(), Text: "the routes file cannot be used"}})
	v := h.told("/")
	var got []string
	for _, p := range v.Verdict.Parts {
		got = append(got, p.Before+p.After+" "+p.Link)
		if p.NeedsYou != (len(got) <= 5) {
			t.Errorf("%+v", p)
		}
	}
	want := `routes.toml cannot be used since  #configuration
sales is held since  #lane-sales
1 message waits for old, which is gone dead#gone-old
1 dead letter dead
website refuses what comes (last ) #source-website
night fails since  #lane-night
a change of listen waits for a restart #configuration`
	if strings.Join(got, "\n") != want || v.Verdict.State != "needs_you" {
		t.Errorf("%s, want\n%s\ngot\n%s", v.Verdict.State, want, strings.Join(got, "\n"))
	}
	sales, night := v.Lanes[0], v.Lanes[1]
	if sales.State != "held" || sales.Advice.Meaning != "It means Slack: not_in_channel." || sales.Died != 1 || !strings.Contains(sales.Text, "nothing is lost") {
		t.Errorf("sales: %+v", sales)
	}
	if night.State != "failing" || night.Pending != 2 || night.Since.IsZero() || night.Advice.Cure != "Mend it." {
		t.Errorf("night: %+v", night)
	}
	page := h.Page(200, "/")
	if strings.Count(page, `id="configuration"`) != 1 || strings.Index(page, `id="configuration"`) > strings.Index(page, `id="lane-sales"`) {
		t.Error("a file that cannot be used does not stand before the sinks")
	}
	h.has(page, `, <a href="./dead">1 dead letter</a>, `, "Needs you: <a href=\"#configuration\">routes.toml cannot be used since <time", "held since <time", "failing since <time", "<p><strong>What to do:</strong> Mend it.</p>",
		"refuses what comes", "The signature was missing or wrong.", "Compare the secret under [sources.website]", "3 times, last <time", `id="lane-sales"`, `id="source-website"`, `id="gone-old"`)
}

// begin lets the next request to a sink come to this.
func (h house) begin(sink string, s queue.Settlement) {
	h.Helper()
	ctx := h.Context()
	lane, err := h.Store.Lease(ctx, sink, time.Minute, []relay.Budget{{Key: sink}})
	if err != nil {
		h.Fatal(err)
	}
	turn, err := lane.Next(ctx, 1)
	if err == nil {
		err = errors.Join(lane.Begin(ctx, turn.Batch), lane.Settle(ctx, turn.Batch, s), lane.Release(ctx))
	}
	if err != nil {
		h.Fatal(err)
	}
}

// TestNoFile: of a relay that no file was read for, none is told.
func TestNoFile(t *testing.T) {
	h := newHouse(t, routes)
	page := h.Page(200, "/")
	h.has(page, "<dt>File</dt>", "<dt>In use since</dt>")
	h.board.Configure(status.Configuration{})
	if page := h.Page(200, "/"); strings.Contains(page, "<dt>File</dt>") || strings.Contains(page, "<dt>In use since</dt>") || strings.Count(page, `id="configuration"`) != 1 {
		t.Errorf("%s", page)
	}
}
