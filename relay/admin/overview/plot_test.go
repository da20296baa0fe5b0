package overview

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/status"
)

// viewOf returns a view of a span with these sources.
func viewOf(by string, over span, sources ...string) *view {
	v := &view{By: by, Span: over.name, over: over}
	for _, name := range sources {
		v.Sources = append(v.Sources, source{Source: status.Source{Name: name}})
		v.Lanes = append(v.Lanes, lane{Sink: status.Sink{Name: name}})
	}
	return v
}

// hour returns counts of the last hour.
func hour() queue.Counts {
	return queue.Counts{From: time.Date(2026, 3, 9, 11, 5, 0, 0, time.UTC), Step: 5 * time.Minute, Slots: 12}
}

// at returns 12 counts, n of which fall into one slot.
func at(slot, n int) []int {
	counts := make([]int, 12)
	counts[slot] = n
	return counts
}

// names returns the names of the series, with their totals and colours.
func names(p plot) string {
	var all []string
	for _, s := range p.Series {
		all = append(all, fmt.Sprint(s.Name, " ", s.Total, " ", s.Class))
	}
	return strings.Join(all, ", ")
}

// TestKinds: kinds stand in the order of the documents, notices are none of them, and
// the bars of a slot stand upon each other, a whole of the height together.
func TestKinds(t *testing.T) {
	c := hour()
	c.Kinds = map[relay.Kind][]int{relay.Chat: at(3, 1), relay.Lead: at(3, 3), relay.Notice: at(3, 50), relay.Escalation: at(11, 2)}
	p := viewOf(byKind, spans()[0]).draw(c, time.UTC)
	if got := names(p); got != "lead 3 k-lead, chat 1 k-chat, escalation 2 k-escalation" {
		t.Error(got)
	}
	if p.Top != 4 || p.Width != 120 || p.Series[0].Link != "events?kind=lead&time=1h" {
		t.Errorf("%+v", p)
	}
	if got := fmt.Sprint(p.Slots[3].Bars); got != "[{k-lead 250 750} {k-chat 0 250}]" {
		t.Error(got)
	}
	if s := p.Slots[3]; s.Said != "4 events: lead 3, chat 1" || s.When != "Mon Mar 9, 11:20–11:25 UTC" || s.Start() != "2026-03-09T11:20:00Z" || s.End() != "2026-03-09T11:25:00Z" || s.Total != 4 {
		t.Errorf("%+v", s)
	}
	if got := p.Slots[4]; got.Said != "nothing" || len(got.Bars) != 0 || len(p.Filled()) != 2 {
		t.Errorf("%+v", got)
	}
	if got := p.Summary(); got != "Events by kind in the last hour: lead 3, chat 1, escalation 2" {
		t.Error(got)
	}
}

// TestOthers: of many sources the largest have colours, by their places in the routes
// file, and the others are told together. What is small is seen all the same.
func TestOthers(t *testing.T) {
	c := hour()
	c.Sources = map[string][]int{"botrelay": at(0, 900), "gone": at(1, 500)}
	var order []string
	for i := range 8 {
		name := fmt.Sprint("s", i)
		order = append(order, name)
		c.Sources[name] = at(i, 10+i)
	}
	slices.Reverse(order)
	p := viewOf(bySource, spans()[0], order...).draw(c, time.UTC)
	if got := names(p); got != "s7 17 c-1, s6 16 c-2, s5 15 c-3, s4 14 c-4, s3 13 c-5, gone 500 c-6, 3 others 33 c-0" {
		t.Error(got)
	}
	if p.Series[0].Link != "events?source=s7&time=1h" || p.Series[6].Link != "" {
		t.Errorf("%+v", p.Series)
	}
	if got := p.Slots[2].Bars; len(got) != 1 || got[0].H != 1000*12/600 {
		t.Error(got)
	}
	c.Sources = map[string][]int{"a": at(0, 1), "b": at(0, 100000)}
	if got := viewOf(bySource, spans()[0], "a", "b").draw(c, time.UTC).Slots[0].Bars; got[0].H != leastBar {
		t.Error(got)
	}
	c.Sources = map[string][]int{"botrelay": at(0, 2)}
	if got := names(viewOf(bySource, spans()[0], "botrelay").draw(c, time.UTC)); got != "botrelay 2 c-1" {
		t.Errorf("a source of the relay's own name: %s", got)
	}
}

// TestSinks: what was given up on is told beside what was sent, wherever it was.
func TestSinks(t *testing.T) {
	c := hour()
	c.Sent = map[string][]int{"night": at(0, 2), "sales": at(0, 1)}
	c.Died = map[string][]int{"night": at(0, 1), "old": at(5, 1)}
	p := viewOf(bySink, spans()[0], "sales", "night").draw(c, time.UTC)
	if got := names(p); got != "sales 1 c-1, night 2 c-2, given up on 2 c-died" {
		t.Error(got)
	}
	if got := p.Slots[0].Said; got != "4 deliveries: sales 1, night 2, given up on 1" {
		t.Error(got)
	}
}

// TestEmpty: nothing is drawn of nothing, also where a store has not answered.
func TestEmpty(t *testing.T) {
	for _, by := range []string{byKind, bySource, bySink} {
		for _, c := range []queue.Counts{{}, hour()} {
			if p := viewOf(by, spans()[0], "a").draw(c, time.UTC); len(p.Series) != 0 || p.Series == nil || p.Top != 2 || len(p.Slots) != c.Slots {
				t.Errorf("%+v", p)
			}
		}
	}
}

// TestTop: the height is a round number with a round half.
func TestTop(t *testing.T) {
	for n, want := range map[int]int{0: 2, 1: 2, 2: 2, 3: 4, 5: 6, 9: 10, 10: 10, 11: 20, 21: 40, 99: 100, 101: 200, 61234: 80000} {
		if got := top(n); got != want {
			t.Errorf("%d: %d, want %d", n, got, want)
		}
	}
}

// TestLabels: the axis tells the hours of the clock on the wall, and each day once,
// wherever the relay is and also when the clocks change.
func TestLabels(t *testing.T) {
	for _, c := range []struct {
		zone, from string
		span       int
		want       string
	}{
		{"UTC", "2026-03-09T11:05:00Z", 0, "11:15 11:30 11:45 12:00"},
		{"Europe/Berlin", "2026-03-08T12:30:00Z", 1, "16:00 20:00 00:00 04:00 08:00 12:00"},
		{"Asia/Kolkata", "2026-03-08T12:30:00Z", 1, "20:00 00:00 04:00 08:00 12:00 16:00"},
		{"Asia/Kathmandu", "2026-03-08T12:30:00Z", 1, "20:15 00:15 04:15 08:15 12:15 16:15"},
		{"Europe/Berlin", "2026-03-28T12:30:00Z", 1, "16:00 20:00 00:00 04:00 08:00 12:00"}, // an hour is left out
		{"Europe/Berlin", "2026-10-22T12:00:00Z", 2, "00:00 00:00 00:00 01:00 01:00 01:00 01:00"},
		{"Asia/Kolkata", "2026-03-08T12:00:00Z", 2, "01:30 01:30 01:30 01:30 01:30 01:30 01:30"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		from, err := time.Parse(time.RFC3339, c.from)
		if err != nil {
			t.Fatal(err)
		}
		over := spans()[c.span]
		p := viewOf(byKind, over).draw(queue.Counts{From: from, Step: over.step, Slots: int(over.last / over.step)}, zone)
		var got []string
		for _, s := range p.Slots {
			if s.Label != "" {
				got = append(got, s.From.In(zone).Format("15:04"))
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s from %s: %s, want %s", c.zone, c.from, got, c.want)
		}
	}
}
