package events_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"botrelay/relay/queue"
	"botrelay/relay/report"
)

// TestReplay: what is dead, to one sink, and by today's rules, as botrelay replay does.
func TestReplay(t *testing.T) {
	s, ids := filled(t)
	anna := "/events/" + ids["anna"] + "/replay"
	for _, step := range []struct {
		form  string
		says  string
		night []queue.State
	}{
		{"", "Owed again to night.", []queue.State{queue.Replayed, queue.Pending}},
		{"", "Nothing was changed: pending: it waits to be sent to night as it is; already sent to sales.", []queue.State{queue.Replayed, queue.Pending}},
		{"to=night", "Nothing was changed: it waits for night already.", []queue.State{queue.Replayed, queue.Pending}},
		{"reroute=1", "Nothing was changed: today's rules send it only where it has arrived or waits already: sales, night.", []queue.State{queue.Replayed, queue.Pending}},
	} {
		form, err := url.ParseQuery(step.form)
		if err != nil {
			t.Fatal(err)
		}
		got := s.ask("POST", anna, form, "text/html")
		to := got.Header().Get("Location")
		if got.Code != 303 || !strings.HasPrefix(to, "../../events/"+ids["anna"]+"?") {
			t.Fatalf("%q: %d to %q: %s", step.form, got.Code, to, got.Body)
		}
		page, _, _ := strings.Cut(strings.TrimPrefix(to, "../.."), "#")
		s.shows(page, step.says)
		var night []queue.State
		for _, d := range s.record(ids["anna"]).Deliveries {
			if d.Sink == "night" {
				night = append(night, d.State)
			}
		}
		if !slices.Equal(night, step.night) {
			t.Errorf("%q: night %v", step.form, night)
		}
	}
	if s.changed == 0 {
		t.Error("other pages were not told")
	}
	done := "/events/" + ids["anna"] + "?owed=night"
	s.shows("/events?q=ode", "… night pending")
	s.sent("night")
	s.shows(done, "Owed again to night. It has arrived.", "arrived after a replay", "What had come of it")
	s.shows("/events?q=ode", "✓ night<", "arrived after a replay")
	for _, page := range []string{"/events?q=ode", "/events?status=dead"} {
		if text := s.get(page).Body.String(); strings.Contains(text, "✗") || strings.Contains(text, "invalid_blocks") {
			t.Errorf("%s still tells of trouble: %s", page, mainOf(text))
		}
	}
	s.ask("POST", anna, url.Values{"to": {"night"}, "again": {"1"}}, "text/html")
	s.dead("night")
	s.shows(done, "Owed again to night. It was given up on once more: Slack: invalid_blocks.")
	s.shows("/events?q=ode", "✗ night dead")
}

// TestReplayJSON: a program is told what was done, as botrelay replay --json does;
// what has arrived is sent again only if that is said.
func TestReplayJSON(t *testing.T) {
	s, ids := filled(t)
	path := "/events/" + ids["anna"] + "/replay"
	var failed struct{ Error string }
	if code := s.program("POST", path, url.Values{"to": {"sales"}}, &failed); code != 409 || !strings.Contains(failed.Error, "again=1") {
		t.Errorf("%d %q", code, failed.Error)
	}
	for form, want := range map[string]string{"to=nobody": "Unknown sink", "to=sales&reroute=1": "does not go with"} {
		values, _ := url.ParseQuery(form)
		if code := s.program("POST", path, values, &failed); code != 400 || !strings.Contains(failed.Error, want) {
			t.Errorf("%s: %d %q", form, code, failed.Error)
		}
	}
	if n := len(s.record(ids["anna"]).Deliveries); n != 2 {
		t.Fatalf("%d deliveries", n)
	}
	var done report.Replayed
	if code := s.program("POST", path, url.Values{"to": {"sales"}, "again": {"1"}}, &done); code != 200 || done.Replayed != 1 || done.Sinks["sales"] != 1 {
		t.Errorf("%d %+v", code, done)
	}
	done = report.Replayed{}
	if code := s.program("POST", "/events/"+ids["carl"]+"/replay", url.Values{"reroute": {"1"}}, &done); code != 200 || done.Replayed != 0 || done.Skipped["today's rules send it nowhere"] != 1 {
		t.Errorf("%d %+v", code, done)
	}
	if code := s.program("POST", "/events/"+ids["carl"]+"/replay", url.Values{"to": {"night"}}, &done); code != 200 {
		t.Error(code)
	}
	if d := s.record(ids["carl"]).Deliveries; len(d) != 1 || d[0].Route != "replay" || d[0].Sink != "night" {
		t.Errorf("%+v", d)
	}
	large := url.Values{"to": {"night"}, "more": {strings.Repeat("x", 1<<20)}}
	if code := s.program("POST", "/events/"+ids["bob"]+"/replay", large, &failed); code != 413 || !strings.Contains(failed.Error, "larger than 16 KiB") {
		t.Errorf("a large form: %d %q", code, failed.Error)
	}
}

// TestForged: an address cannot have the page say what is not in its own words, or of
// sinks that there are none of.
func TestForged(t *testing.T) {
	s, ids := filled(t)
	for _, query := range []string{"owed=%3Cscript%3E", "left=call+0900+123", "left=sink+gone&at=evil.example", "passed="} {
		text := s.get("/events/" + ids["anna"] + "?" + query).Body.String()
		if strings.Contains(text, "evil.example") || strings.Contains(text, "0900") || strings.Contains(text, "&lt;script") {
			t.Errorf("%s: %s", query, mainOf(text))
		}
	}
}
