package dead_test

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/dead"
	"botrelay/relay/admin/jobs"
	"botrelay/relay/admin/pagetest"
	"botrelay/relay/queue"
)

// house is a store with the page before it, and a desk that works.
type house struct {
	*pagetest.House

	desk *jobs.Desk
}

// report is what the page tells programs.
type report struct {
	Jobs   []jobs.Job
	Lanes  []struct{ Sink, Text string }
	Groups []struct {
		Sink, Reason string
		Count        int
		Known        bool `json:"sink_known"`
		Advice       relay.Advice
	} `json:"dead"`
	Total    int `json:"dead_letters"`
	Unrouted int
	More     bool `json:"unrouted_more"`
	Gone     []struct {
		Sink    string
		Pending int
	}
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{pagetest.New(t), jobs.New(nil)}
	ctx, stop := context.WithCancel(t.Context())
	var working sync.WaitGroup
	working.Go(func() { h.desk.Run(ctx) })
	t.Cleanup(func() {
		stop()
		working.Wait()
	})
	err := dead.Mount(h.Mux, h.Shell, dead.Config{
		Store: h.Store, Jobs: h.desk, Sinks: []string{"sales", "night"},
		Route: func(e *relay.Event) []relay.Owed {
			if e.Source == "website" {
				return []relay.Owed{{Sink: "night", Route: "now"}}
			}
			return nil
		},
		Advise: func(reason string) relay.Advice {
			return relay.Advice{Meaning: "Meaning of " + reason[:min(4, len(reason))] + ".", Cure: "Do something."}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// ended waits until every job has ended, and returns the last one.
func (h *house) ended() jobs.Job {
	h.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); <-tick.C {
		if all := h.desk.Jobs(); len(all) > 0 && !all[0].Running() {
			return all[0]
		}
	}
	h.Fatalf("the job does not end: %+v", h.desk.Jobs())
	return jobs.Job{}
}

// stand fails unless the deliveries of an event stand like this: "sales dead, night pending".
func (h *house) stand(id, want string) {
	h.Helper()
	var parts []string
	for _, d := range h.Record(id).Deliveries {
		parts = append(parts, d.Sink+" "+string(d.State))
	}
	if got := strings.Join(parts, ", "); got != want {
		h.Errorf("event %s: %s, want %s", id[len(id)-4:], got, want)
	}
}

// TestLook: what did not arrive is told by what it means, and nothing else.
func TestLook(t *testing.T) {
	h := newHouse(t)
	var got report
	h.JSON(200, "/dead", &got)
	if text := h.Page(200, "/dead"); !strings.Contains(text, "Everything has arrived") || got.Total != 0 {
		t.Errorf("with nothing: %+v", got)
	}
	for range 3 {
		h.Put(relay.Event{}, "sales")
	}
	h.Settle("sales", pagetest.Dead("Slack: <b>channel_not_found"))
	h.Put(relay.Event{}, "sales", "old")
	h.Settle("sales", pagetest.Dead("Slack: invalid_blocks"))
	h.Put(relay.Event{}, "sales", "night")
	h.Settle("sales", pagetest.Sent("m1"))
	h.Settle("old", pagetest.Dead("Slack: invalid_blocks"))
	h.Put(relay.Event{}, "old")
	for range 101 {
		h.Put(relay.Event{Source: "shop"})
	}
	h.JSON(200, "/dead", &got)
	if got.Total != 5 || len(got.Groups) != 3 || got.Groups[0].Count != 3 || got.Groups[0].Reason != "Slack: <b>channel_not_found" || !got.Groups[0].Known ||
		got.Groups[0].Advice.Meaning != "Meaning of Slac." || got.Unrouted != 100 || !got.More || len(got.Gone) != 1 || got.Gone[0].Pending != 1 || len(got.Lanes) != 0 {
		t.Errorf("%+v", got)
	}
	text := h.Page(200, "/dead")
	for _, want := range []string{
		"Slack: &lt;b&gt;channel_not_found", "5 dead letters", "Meaning of Slac.", "Do something.", "3 dead letters", "More than 100 events", "not in routes.toml",
		`href="./dead/confirm?do=replay&amp;sink=sales&amp;reason=Slack%3a%20%3cb%3echannel_not_found"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}

// TestReplayGroup: a group is asked about before it is replayed, and then only what is
// in it is.
func TestReplayGroup(t *testing.T) {
	h := newHouse(t)
	first := h.Put(relay.Event{}, "sales")
	h.Settle("sales", pagetest.Dead("one"))
	second := h.Put(relay.Event{}, "sales")
	h.Settle("sales", pagetest.Dead("two"))
	query := url.Values{"sink": {"sales"}, "reason": {"one"}}
	if text := h.Page(200, "/dead/confirm?do=replay&"+query.Encode()); !strings.Contains(text, "1 dead letter of sales: one") || !strings.Contains(text, "Replay 1<") {
		t.Error(text)
	}
	h.stand(first, "sales dead")
	if to := h.Submit("/dead/replay", query); to != "../dead" {
		t.Errorf("leads to %q", to)
	}
	if job := h.ended(); job.Error != "" || len(job.Told) != 2 || !strings.HasPrefix(job.Told[0], "1 delivery owed again: sales 1") || job.Told[1] != "It is on its way." || job.Done != 1 || job.Total != 1 {
		t.Errorf("%+v", job)
	}
	h.stand(first, "sales replayed, sales pending")
	h.stand(second, "sales dead")
	var failed struct{ Error string }
	h.Act(404, "/dead/replay", query, &failed)
	if !strings.Contains(failed.Error, "no such dead letters any more") {
		t.Error(failed.Error)
	}
}

// TestReplayAll: all dead letters are owed again, elsewhere if that is asked for; what
// was meant for a sink that is gone stays, unless it is sent elsewhere.
func TestReplayAll(t *testing.T) {
	h := newHouse(t)
	var all []string
	for range 1200 {
		all = append(all, h.Put(relay.Event{}, "sales"))
	}
	gone := h.Put(relay.Event{}, "old")
	h.Settle("sales", pagetest.Dead("x"))
	h.Settle("old", pagetest.Dead("x"))
	if text := h.Page(200, "/dead/confirm?do=replay"); !strings.Contains(text, "1,201 dead letters") || !strings.Contains(text, ">Replay 1,201</button>") || !strings.Contains(text, "<strong>old</strong> is not in routes.toml") {
		t.Error(text)
	}
	var failed struct{ Error string }
	for _, path := range []string{"/dead/replay", "/dead/discard"} {
		if h.Act(400, path, nil, &failed); !strings.Contains(failed.Error, "all=1") {
			t.Error(failed.Error)
		}
	}
	if text := h.Page(200, "/dead/confirm?do=replay"); !strings.Contains(text, `name="all" value="1"`) {
		t.Error(text)
	}
	var job jobs.Job
	h.Act(200, "/dead/replay", url.Values{"all": {"1"}}, &job)
	if job.ID == "" || job.Total != 1201 {
		t.Errorf("%+v", job)
	}
	job = h.ended()
	if told := strings.Join(job.Told, " "); !strings.Contains(told, "1,200 deliveries owed again: sales 1,200") || !strings.Contains(told, "1 event left alone: routes.toml no longer has the sink old") {
		t.Errorf("%+v", job)
	}
	h.stand(all[0], "sales replayed, sales pending")
	h.stand(gone, "old dead")
	h.Act(200, "/dead/replay", url.Values{"all": {"1"}, "to": {"night"}}, &job)
	h.ended()
	h.stand(gone, "old replayed, night pending")
	h.Act(400, "/dead/replay", url.Values{"all": {"1"}, "to": {"nirvana"}}, &failed)
	if !strings.Contains(failed.Error, `no sink "nirvana"`) {
		t.Error(failed.Error)
	}
}

// TestUnsaid: what does not say which dead letters are meant means none, rather than all.
func TestUnsaid(t *testing.T) {
	h := newHouse(t)
	id := h.Put(relay.Event{}, "sales")
	h.Settle("sales", pagetest.Dead("one"))
	for _, path := range []string{"/dead/discard", "/dead/discard?sink=sales", "/dead/discard?sink=&event=" + id, "/dead/replay"} {
		for _, form := range []url.Values{nil, {"events": {"x"}}, {`{"event":["x"]}`: {""}}} {
			var failed struct{ Error string }
			h.Act(400, path, form, &failed)
			if !strings.Contains(failed.Error, "which dead letters are meant") {
				t.Error(failed.Error)
			}
		}
	}
	if all := h.desk.Jobs(); len(all) > 0 {
		t.Errorf("%+v", all)
	}
	h.stand(id, "sales dead")
}

// TestChosen: of a group only those that are ticked are replayed, or discarded after a
// question; and to tick none is no way to mean all.
func TestChosen(t *testing.T) {
	h := newHouse(t)
	var ids []string
	for range 60 {
		ids = append(ids, h.Put(relay.Event{Contact: relay.Contact{Name: "Ann <i>"}}, "sales", "night"))
	}
	h.Settle("sales", pagetest.Dead("one"))
	h.Settle("night", pagetest.Dead("two"))
	text := h.Page(200, "/dead/group?sink=sales&reason=one")
	if strings.Count(text, `name="event"`) != 50 || !strings.Contains(text, "Ann &lt;i&gt;") || !strings.Contains(text, ids[59]) || strings.Contains(text, ids[9]+`"`) {
		t.Error(text)
	}
	var next struct{ Next string }
	h.JSON(200, "/dead/group?sink=sales&reason=one", &next)
	if text := h.Page(200, "/dead/group?sink=sales&reason=one&after="+next.Next); strings.Count(text, `name="event"`) != 10 || !strings.Contains(text, ids[0]) {
		t.Error(text)
	}
	chosen := url.Values{"sink": {"sales"}, "reason": {"one"}, "event": {ids[3], ids[1]}}
	if text := h.Page(200, "/dead/confirm?do=discard&chosen=1&"+chosen.Encode()); !strings.Contains(text, "2 dead letters of sales: one") || !strings.Contains(text, "Discard 2<") {
		t.Error(text)
	}
	h.Submit("/dead/discard", chosen)
	if job := h.ended(); job.Error != "" || !strings.HasPrefix(job.Told[0], "2 dead letters put away") {
		t.Errorf("%+v", job)
	}
	h.stand(ids[1], "sales discarded, night dead")
	h.stand(ids[2], "sales dead, night dead")
	chosen.Set("event", ids[2])
	h.Submit("/dead/replay", chosen)
	h.ended()
	h.stand(ids[2], "sales replayed, night dead, sales pending")
	h.Page(400, "/dead/confirm?do=discard&chosen=1&sink=sales&reason=one")
	h.Page(400, "/dead/confirm?do=delete&sink=sales&reason=one")
	h.Page(404, "/dead/group?sink=sales&reason=three")
	h.Page(400, "/dead/group?reason=three")
	for range 201 {
		chosen.Add("event", "x")
	}
	h.Page(400, "/dead/confirm?do=discard&"+chosen.Encode())
}

// TestDiscardGroup: thousands are put away, and what is not of the group stays.
func TestDiscardGroup(t *testing.T) {
	h := newHouse(t)
	for range 1100 {
		h.Put(relay.Event{}, "sales")
	}
	long := strings.Repeat("é", queue.ReasonLen)
	h.Settle("sales", pagetest.Dead(long+" tail"))
	other := h.Put(relay.Event{}, "sales")
	h.Settle("sales", pagetest.Dead("two"))
	h.Submit("/dead/discard", url.Values{"sink": {"sales"}, "reason": {long}})
	if job := h.ended(); job.Error != "" || job.Done != 1100 || !strings.HasPrefix(job.Told[0], "1,100 dead letters put away") {
		t.Errorf("%+v", job)
	}
	var got report
	h.JSON(200, "/dead", &got)
	if got.Total != 1 || len(got.Jobs) != 1 {
		t.Errorf("%+v", got)
	}
	h.stand(other, "sales dead")
}

// TestReroute: what nobody got goes by today's rules.
func TestReroute(t *testing.T) {
	h := newHouse(t)
	unrouted, stays, waits := h.Put(relay.Event{}), h.Put(relay.Event{Source: "shop"}), h.Put(relay.Event{}, "old")
	if text := h.Page(200, "/dead/confirm?do=reroute"); !strings.Contains(text, `action="../dead/reroute"`) || !strings.Contains(text, ">Deliver 2<") ||
		!strings.Contains(text, "<p>2 deliveries would be owed again: night 2.</p>") || !strings.Contains(text, "<p>1 event left alone: today&#39;s rules send it nowhere.</p>") {
		t.Error(text)
	}
	var asked struct {
		Would struct {
			Deliveries int
			Shares     map[string]int
			More       bool
		}
	}
	if h.JSON(200, "/dead/confirm?do=reroute", &asked); asked.Would.Deliveries != 2 || asked.Would.Shares["night"] != 2 || asked.Would.More {
		t.Errorf("%+v", asked)
	}
	h.stand(unrouted, "")
	h.Submit("/dead/reroute", nil)
	if job := h.ended(); job.Error != "" || !strings.Contains(fmt.Sprint(job.Told), "2 deliveries owed again: night 2") || !strings.Contains(fmt.Sprint(job.Told), "1 event left alone: today's rules send it nowhere") {
		t.Errorf("%+v", job)
	}
	h.stand(unrouted, "night pending")
	h.stand(stays, "")
	h.stand(waits, "old replayed, night pending")
	if text := h.Page(200, "/dead/confirm?do=reroute"); !strings.Contains(text, "Nothing would be owed again.") || strings.Contains(text, `<button class="primary"`) {
		t.Error(text)
	}
}

// TestDiscardLate: what dies after the question was asked is not put away with the
// answer.
func TestDiscardLate(t *testing.T) {
	h := newHouse(t)
	asked := h.Put(relay.Event{}, "sales")
	h.Settle("sales", pagetest.Dead("one"))
	query := url.Values{"sink": {"sales"}, "reason": {"one"}}
	m := regexp.MustCompile(`name="before" value="([^"]+)"`).FindStringSubmatch(h.Page(200, "/dead/confirm?do=discard&"+query.Encode()))
	if m == nil {
		t.Fatal("the question does not say when it was asked")
	}
	late := h.Put(relay.Event{}, "sales")
	h.Settle("sales", pagetest.Dead("one"))
	query.Set("before", strings.ReplaceAll(m[1], "&#43;", "+"))
	h.Submit("/dead/discard", query)
	if job := h.ended(); job.Error != "" || !strings.HasPrefix(job.Told[0], "1 dead letter put away") {
		t.Errorf("%+v", job)
	}
	h.stand(asked, "sales discarded")
	h.stand(late, "sales dead")
	query.Set("before", "yesterday")
	var failed struct{ Error string }
	if h.Act(400, "/dead/discard", query, &failed); !strings.Contains(failed.Error, "yesterday") {
		t.Error(failed.Error)
	}
}

// TestArrives: of what was replayed the page says how far it has come, until all of it has
// come to an end, and why some of it did not arrive.
func TestArrives(t *testing.T) {
	h := newHouse(t)
	for range 3 {
		h.Put(relay.Event{}, "sales")
	}
	h.Settle("sales", pagetest.Dead("one"))
	h.Submit("/dead/replay", url.Values{"all": {"1"}})
	h.ended()
	says := func(want string) {
		t.Helper()
		if text := h.Page(200, "/dead"); !strings.Contains(text, "<p>"+want+"</p>") {
			t.Errorf("the page lacks %q:\n%s", want, text)
		}
	}
	says("0 of 3 have arrived, 3 are on their way.")
	h.Settle("sales", pagetest.Sent("m1"))
	says("3 of 3 have arrived.")
	if n := len(h.desk.Jobs()[0].Told); n != 2 {
		t.Errorf("%d sentences", n)
	}
	again := h.Put(relay.Event{}, "sales", "night")
	h.Settle("sales", pagetest.Dead("two"))
	h.Settle("night", pagetest.Dead("two"))
	h.Submit("/dead/replay", url.Values{"event": {again}})
	h.ended()
	h.Settle("sales", pagetest.Sent("m2"))
	h.Settle("night", pagetest.Dead("chat not found"))
	says("1 of 2 has arrived, 1 was given up on: chat not found.")
}
