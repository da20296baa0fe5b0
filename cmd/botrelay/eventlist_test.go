package main

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// hostile is what a stranger would like a terminal to obey: to clear the screen,
// set its title, write another line, and read backwards.
const hostile = "Eve\x1b[2J\x1b]0;pwned\a\r\n✓ all is well\u009b31m \u202egpj.exe\u2066\u200b"

func listed(t *testing.T, s screen, records ...queue.Record) string {
	t.Helper()
	var out bytes.Buffer
	s.Writer = &out
	l := &eventList{screen: s, now: time.Date(2026, 3, 9, 18, 0, 0, 0, time.UTC)}
	for _, r := range records {
		if err := l.add(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.flush(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// aLead is a lead with deliveries written as "sink state", numbered from 1.
func aLead(name string, deliveries ...string) queue.Record {
	r := queue.Record{Event: relay.Event{
		ID: "0195f0a1-2b3c-7d4e-8f50-61723f9a1c2e", Kind: relay.Lead, Source: "website",
		Contact: relay.Contact{Name: name}, ReceivedAt: time.Date(2026, 3, 9, 14, 3, 0, 0, time.UTC),
	}}
	for i, text := range deliveries {
		sink, state, _ := strings.Cut(text, " ")
		r.Deliveries = append(r.Deliveries, queue.DeliveryRecord{ID: int64(i + 1), Sink: sink, Route: "old", State: queue.State(state)})
	}
	return r
}

func TestList(t *testing.T) {
	old := aLead("日本 太郎", "sales dead", "night sent")
	old.Deliveries[0].Reason = "Slack: invalid_blocks"
	old.Event.ReceivedAt = time.Date(2026, 2, 28, 9, 5, 0, 0, time.UTC)
	got := listed(t, screen{}, old, aLead("Grace Hopper", "sales sent", "night pending"), aLead("Ada", "sales replayed", "sales sent"), aLead("Bob"), aLead("Eve", "sales replayed", "sales-team sent"))
	want := strings.TrimPrefix(`
ID        TIME          SOURCE   KIND  WHO           WHERE
3f9a1c2e  Feb 28 09:05  website  lead  日本 太郎     ✗ sales dead: Slack: invalid_blocks  ✓ night
3f9a1c2e  14:03         website  lead  Grace Hopper  ✓ sales  … night pending
3f9a1c2e  14:03         website  lead  Ada           ✓ sales
3f9a1c2e  14:03         website  lead  Bob           – no route
3f9a1c2e  14:03         website  lead  Eve           ✓ sales-team
`, "\n")
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// TestListFits: no line of a terminal of any usual width is longer than it.
func TestListFits(t *testing.T) {
	r := aLead("A customer with a name that goes on and on", "sales-team-of-the-north dead", "night sent", "community pending")
	r.Deliveries[0].Reason = strings.Repeat("a long reason ", 20)
	r.Event.Source = "the-website-of-the-north"
	r.Event.ReceivedAt = time.Date(2026, 2, 28, 14, 3, 0, 0, time.UTC)
	r.Event.Kind = relay.Appointment
	for _, width := range []int{80, 100, 132, 200} {
		got := listed(t, screen{width: width}, r, aLead("Bob", "a sent", "b sent", "c sent", "d sent", "e sent", "f sent", "g sent", "h sent", "i sent", "j sent"))
		for line := range strings.Lines(got) {
			if n := columns(strings.TrimSuffix(line, "\n")); n > width {
				t.Errorf("a line has %d columns of %d: %s", n, width, line)
			}
		}
		if !strings.Contains(got, "✗ sales-team") || !strings.Contains(got, "A cust") || width == 80 && !strings.Contains(got, "+") {
			t.Errorf("width %d:\n%s", width, got)
		}
	}
}

// TestListTellsTheWorst: what is dead is seen on the narrowest terminal, and
// reasons give way before sinks do.
func TestListTellsTheWorst(t *testing.T) {
	r := aLead("Grace Hopper", "sales sent", "night pending", "community sent", "desk dead")
	r.Deliveries[3].Reason = "Slack: invalid_blocks"
	for width, want := range map[int]string{
		0:   "Grace Hopper  ✓ sales  … night pending  ✓ community  ✗ desk dead: Slack: invalid_blocks\n",
		200: "Grace Hopper  ✓ sales  … night pending  ✓ community  ✗ desk dead: Slack: invalid_blocks\n",
		110: "Grace Hopper  ✓ sales  … night pending  ✓ community  ✗ desk dead: Slack: inva…\n",
		100: "Grace Hopper  ✓ sales  … night pending  ✓ community  ✗ desk dead\n",
		82:  "Grace Hop…  ✓ sales  … night  ✓ community  ✗ desk\n",
		64:  "Grace Hop…  ✗ desk  … night  +2\n",
		40:  "Grace…  ✗ desk  +3\n",
	} {
		if got := listed(t, screen{width: width}, r); !strings.HasSuffix(got, want) {
			t.Errorf("width %d:\n%swant %s", width, got, want)
		}
	}
}

// TestFlow: text goes on within its own margin, whatever is in it.
func TestFlow(t *testing.T) {
	for _, c := range []struct {
		width      int
		text, want string
	}{
		{0, strings.Repeat("all in one line ", 20), "> " + strings.TrimRight(strings.Repeat("all in one line ", 20), " ")},
		{30, "It goes on between words, as people write.", "> It goes on between words, as\n| people write."},
		{30, "", ">"},
		{30, strings.Repeat("x", 60), "> " + strings.Repeat("x", 28) + "\n| " + strings.Repeat("x", 28) + "\n| xxxx"},
		{30, "see " + strings.Repeat("x", 30), "> see\n| " + strings.Repeat("x", 28) + "\n| xx"},
		{30, "on mon-fri (Europe/Berlin), when phone !=  3", "> on mon-fri (Europe/Berlin),\n| when phone !=  3"},
		{30, "It is (Europe/Berlin) now, Asia/Tokyo-ish", "> It is (Europe/Berlin) now,\n| Asia/Tokyo-ish"},
		{29, "on saturdays, when text !=\"\"", "> on saturdays, when\n| text !=\"\""},
		{31, strings.Repeat("日本", 8), "> " + strings.Repeat("日本", 7) + "\n| 日本"},
		{3, "no terminal is as narrow as this", "> no terminal is as\n| narrow as this"},
	} {
		var out bytes.Buffer
		screen{Writer: &out, width: c.width}.flow(noTint, "> ", "| ", c.text)
		if got := out.String(); got != c.want+"\n" {
			t.Errorf("%q in %d columns:\n%swant\n%s", c.text, c.width, got, c.want)
		}
	}
}

// TestListIsHarmless: what strangers wrote stays on its line, and no terminal
// obeys any of it.
func TestListIsHarmless(t *testing.T) {
	r := aLead(hostile, "sales dead")
	r.Deliveries[0].Reason = hostile
	r.Event.Text, r.Event.EventType, r.Event.Subject, r.Event.PageURL = hostile, hostile, hostile, hostile
	r.Event.Details = []relay.Detail{{Label: hostile, Text: hostile}}
	r.Event.Transcript = []relay.Turn{{Role: hostile, Text: hostile}}
	r.Event.Payload, _ = json.Marshal(map[string]string{hostile: hostile})
	r.Deliveries[0].Attempts = []queue.Attempt{{Number: 1, Outcome: relay.Refused, Reason: hostile}}

	list := listed(t, screen{}, r)
	if n := strings.Count(list, "\n"); n != 2 {
		t.Errorf("%d lines, want the head and one:\n%s", n, list)
	}
	var full bytes.Buffer
	d := detail{screen: screen{Writer: &full}, ledger: &ledger{zone: time.UTC}}
	d.show(&r)
	d.payload(r.Event.Payload)
	narrow := detail{screen: screen{Writer: &full, width: 40}, ledger: d.ledger}
	r.Event.Text = strings.Repeat("x", 36) + "✓ all is well"
	narrow.show(&r)
	if strings.Contains(full.String(), "\n✓") {
		t.Errorf("a line of the customer's looks like one of ours:\n%s", full.String())
	}
	for _, text := range []string{list, full.String()} {
		for _, r := range text {
			if r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0 || strings.ContainsRune("\u202e\u2066\u200b", r)) {
				t.Errorf("%U is in\n%q", r, text)
			}
		}
	}
}

// TestJSON: what a program reads is what came in, and a terminal that shows it
// does not obey it.
func TestJSON(t *testing.T) {
	r := aLead(hostile, "sales dead")
	zone := time.FixedZone("CET", 3600)
	at := time.Date(2026, 3, 9, 14, 3, 0, 0, zone)
	r.Event.ReceivedAt = at
	r.Event.Payload = []byte(`{"a":"` + "\u202e😀\U000E0041" + `"}`)
	r.Deliveries[0].OwedAt, r.Deliveries[0].SettledAt = at, at
	r.Deliveries[0].Attempts = []queue.Attempt{{Number: 1, At: at, Took: 1500 * time.Millisecond, Outcome: relay.Refused, Status: 400, Reason: "no", Size: 2}}
	var out bytes.Buffer
	if err := (&jsonLines{out: &out, payload: true}).add(r); err != nil {
		t.Fatal(err)
	}
	for _, c := range out.String() {
		if c != '\n' && (c < ' ' || c >= 0x7f && c < 0xa0 || strings.ContainsRune("\u202e\u2066\u200b\U000E0041", c)) {
			t.Errorf("%U is in it", c)
		}
	}
	var got map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"id": "0195f0a1-2b3c-7d4e-8f50-61723f9a1c2e", "vendor": "", "source": "website", "kind": "lead",
		"contact":     map[string]any{"name": hostile},
		"received_at": "2026-03-09T13:03:00Z",
		"payload":     map[string]any{"a": "\u202e😀\U000E0041"},
		"deliveries": []any{map[string]any{
			"id": 1.0, "sink": "sales", "route": "old", "state": "dead", "tries": 0.0,
			"owed_at": "2026-03-09T13:03:00Z", "settled_at": "2026-03-09T13:03:00Z",
			"attempts": []any{map[string]any{
				"number": 1.0, "at": "2026-03-09T13:03:00Z", "took_ms": 1500.0, "outcome": "refused", "status": 400.0, "reason": "no", "size": 2.0,
			}},
		}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestColours(t *testing.T) {
	plain := listed(t, screen{}, aLead("Ada", "sales sent"))
	if strings.Contains(plain, "\x1b") {
		t.Errorf("colours where there is no terminal: %q", plain)
	}
	colored := listed(t, screen{color: true}, aLead("Ada", "sales sent"))
	if !strings.Contains(colored, "\x1b[32m✓ sales\x1b[0m") {
		t.Errorf("no green in %q", colored)
	}
}

func TestCrop(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{
		{"Grace", 5, "Grace"},
		{"Grace Hopper", 8, "Grace H…"},
		{"Grace Hopper", 7, "Grace…"},
		{"日本太郎", 8, "日本太郎"},
		{"日本太郎", 7, "日本太…"},
		{"日本太郎", 6, "日本…"},
		{"👩‍👩‍👧👩‍👩‍👧", 3, "👩‍👩‍👧…"},
	} {
		if got := crop(c.text, c.width); got != c.want {
			t.Errorf("crop(%q, %d) = %q, want %q", c.text, c.width, got, c.want)
		}
	}
}

func TestSpan(t *testing.T) {
	for text, want := range map[string]time.Duration{"30m": 30 * time.Minute, "24h": 24 * time.Hour, "7d": 168 * time.Hour, "1d12h": 36 * time.Hour} {
		var s span
		if err := s.UnmarshalText([]byte(text)); err != nil || time.Duration(s) != want {
			t.Errorf("%s is %s, %v", text, time.Duration(s), err)
		}
	}
	for _, text := range []string{"", "7", "-1h", "0s", "week", "1y", "h"} {
		var s span
		if err := s.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is taken for %s", text, time.Duration(s))
		}
	}
}
