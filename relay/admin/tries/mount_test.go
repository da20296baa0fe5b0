package tries_test

import (
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay/admin/pagetest"
	"botrelay/relay/admin/tries"
	"botrelay/relay/queue"
)

// TestOffer: a button is where it makes sense, with what came of the last try for as
// long as that is so.
func TestOffer(t *testing.T) {
	now := time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)
	trouble := queue.Health{Held: true, Failing: time.Hour}
	for _, c := range []struct {
		lane queue.LaneStatus
		can  bool
		next string
	}{
		{queue.LaneStatus{}, false, ""},
		{queue.LaneStatus{Pending: 1, Wait: time.Minute}, false, ""},
		{queue.LaneStatus{Wait: time.Minute, Health: trouble}, false, ""},
		{queue.LaneStatus{Pending: 1, Wait: time.Minute, Health: trouble}, true, "12:01:00"},
		{queue.LaneStatus{Pending: 1, Wait: time.Minute, Health: queue.Health{Failing: 1}}, true, "12:01:00"},
		{queue.LaneStatus{Pending: 1, Health: trouble}, true, ""},
	} {
		o := tries.New(nil, nil).OfferOf("sales", c.lane, now)
		if (o != nil) != c.can {
			t.Errorf("%+v: %+v", c.lane, o)
		}
		next := ""
		if at := tries.Next(c.lane, now); !at.IsZero() {
			next = at.Format("15:04:05")
		}
		if next != c.next {
			t.Errorf("%+v: next %q", c.lane, next)
		}
	}
	var none *tries.Desk
	if o := none.OfferOf("sales", queue.LaneStatus{Pending: 1, Health: trouble}, now); o.At("./", "dead") != nil {
		t.Error("it is offered where nobody tries")
	}
}

// TestOutdated: what got through is not told of a lane that is in trouble again, nor a
// failure of one that is well.
func TestOutdated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := open(t, 2)
		defer func() { _ = l.store.Close() }()
		l.attempt(refused())
		desk := tries.New(l.store, nil)
		trouble, well := queue.LaneStatus{Pending: 1, Health: queue.Health{Held: true}}, queue.LaneStatus{}
		told := func(about string, lane queue.LaneStatus, want bool) {
			t.Helper()
			if o := desk.OfferOf("sales", lane, time.Now()); (o != nil && o.Tried != nil) != want {
				t.Errorf("%s: %+v", about, o)
			}
		}
		for _, s := range []queue.Settlement{refused(), pagetest.Sent("m")} {
			time.AfterFunc(1100*time.Millisecond, func() { l.attempt(s) })
			if _, err := desk.Try(t.Context(), "sales"); err != nil {
				t.Fatal(err)
			}
			through := s.State == queue.Sent
			told("in trouble", trouble, !through)
			told("well", well, through)
		}
	})
}

// TestAsked: a program is told what came of it, and a browser goes back to the page
// that had the button, and nowhere else.
func TestAsked(t *testing.T) {
	h := pagetest.New(t)
	err := tries.Mount(h.Mux, h.Shell, tries.Config{Desk: tries.New(h.Store, nil), Sinks: []string{"sales", "night"}})
	if err != nil {
		t.Fatal(err)
	}
	var told struct {
		State, Sink, Error string
		Text               struct{ Before string }
	}
	h.Act(200, "/sinks/sales/try", nil, &told)
	if told.State != "empty" || told.Sink != "sales" || !strings.HasPrefix(told.Text.Before, "Nothing waits for sales") {
		t.Errorf("%+v", told)
	}
	for _, sink := range []string{"sale", "%3Cscript%3E", strings.Repeat("x", 5000)} {
		if h.Act(404, "/sinks/"+sink+"/try", nil, &told); !strings.HasPrefix(told.Error, "unknown sink") {
			t.Errorf("%.20s: %q", sink, told.Error)
		}
	}
	h.Act(413, "/sinks/sales/try", url.Values{"back": {strings.Repeat("x", 5000)}}, &told)
	for back, want := range map[string]string{
		"": "../../#try-sales", "dead": "../../dead#try-sales", "events/0198-ab": "../../events/0198-ab#try-sales",
		"https://elsewhere.example": "../../#try-sales", "//elsewhere.example": "../../#try-sales", "events/../../x": "../../#try-sales", "dead\r\nX: y": "../../#try-sales",
	} {
		if got := h.Submit("/sinks/sales/try", url.Values{"back": {back}}); got != want {
			t.Errorf("back to %q: %q", back, got)
		}
	}
	h.Page(405, "/sinks/sales/try")
}
