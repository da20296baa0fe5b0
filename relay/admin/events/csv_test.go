package events_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"botrelay/relay"
	"botrelay/relay/admin/events"
	"botrelay/relay/queue"
)

// TestTable: a list as a table has all events that are like that, of all pages, and no
// text that a spreadsheet would compute.
func TestTable(t *testing.T) {
	s, ids := filled(t)
	s.put(relay.Event{Kind: relay.Chat, Contact: relay.Contact{Name: `=HYPERLINK("https://evil.example","x")`, Phone: "+49 170", Handle: "@cmd"}, Subject: "\t=1+1", Text: "a \"b\",\nc", ConversationID: "-2+3", Channel: "xoxb-1234567890-abcdefgh", PageURL: "https://x.example/?token=abcdefgh"})
	for i := range 230 {
		s.put(relay.Event{ID: fmt.Sprintf("01a20272-0000-7000-8000-%012x", i), Text: "many"})
	}
	read := func(path, accept string) [][]string {
		t.Helper()
		got := s.ask("GET", path, nil, accept)
		if got.Code != 200 || got.Header().Get("Content-Type") != "text/csv; charset=utf-8; header=present" {
			t.Fatalf("%s: %d %v", path, got.Code, got.Header())
		}
		text, marked := strings.CutPrefix(got.Body.String(), "\uFEFF")
		if file := strings.HasPrefix(got.Header().Get("Content-Disposition"), "attachment"); file != marked || file != strings.Contains(path, "format") {
			t.Errorf("%s: %v", path, got.Header())
		}
		all, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if all := read("/events?q=many&format=csv", "text/html"); len(all) != 231 || all[0][1] != "id" || all[1][13] != "many" || all[230][1] != "01a20272-0000-7000-8000-000000000000" {
		t.Errorf("%d lines", len(all))
	}
	all := read("/events?kind=chat", "text/csv")
	if len(all) != 3 || all[2][1] != ids["carl"] {
		t.Fatalf("%q", all)
	}
	if got, want := strings.Join(all[1][7:15], "|"), `'-2+3|'=HYPERLINK("https://evil.example","x")||'+49 170|'@cmd|'`+"\t'=1+1|a \"b\",\nc|https://x.example/?token=***"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if all := read("/events?q=ode", "text/csv"); all[1][15] != "sales sent, night dead" || all[1][6] != "Flora" {
		t.Errorf("%q", all)
	}
	s.shows("/events?kind=chat", `href="./events?format=csv&kind=chat"`, "Download as CSV")
	for path, code := range map[string]int{"/events?format=xls": 400, "/events?format=csv&kind=led": 400, "/events?format=csv&sink=nirvana": 404} {
		if got := s.get(path); got.Code != code {
			t.Errorf("%s: %d", path, got.Code)
		}
	}
}

// TestTableParts: also of a text in the middle of which a spreadsheet would begin a cell
// nothing is computed, whatever stands between its cells.
func TestTableParts(t *testing.T) {
	for text, want := range map[string]string{
		"a;=1+1;b":             "a;'=1+1;b",
		"a\n=1+1":              "a\n'=1+1",
		"a\r\n\t@x":            "a\r\n\t'@x",
		`;"=1+1`:               `;"'=1+1`,
		"a;\u00a0＝1":           "a;\u00a0'＝1",
		"x\t-1":                "x\t'-1",
		"a, -1; b = c; d\ne-f": "a, -1; b = c; d\ne-f",
	} {
		s := open(t, routes)
		s.put(relay.Event{Text: text, Kind: relay.Chat})
		all, err := csv.NewReader(s.ask("GET", "/events", nil, "text/csv").Body).ReadAll()
		if want = strings.ReplaceAll(want, "\r\n", "\n"); err != nil || len(all) != 2 || all[1][13] != want {
			t.Errorf("%q: %q, want %q, %v", text, all, want, err)
		}
	}
}

// TestTableHead: who asks what would be told does not have all events read.
func TestTableHead(t *testing.T) {
	s, _ := filled(t)
	if got := s.ask("HEAD", "/events?format=csv", nil, ""); got.Code != 200 || got.Body.Len() != 0 || !strings.HasPrefix(got.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("%d, %d bytes: %v", got.Code, got.Body.Len(), got.Header())
	}
}

// down is a store that does not answer from some event on.
type down struct {
	events.Store
	after int // how many it tells of
}

func (d down) Events(ctx context.Context, q queue.Query) ([]queue.Record, error) {
	if q.After != "" || d.after == 0 {
		return nil, fmt.Errorf("%w: gone", queue.ErrUnavailable)
	}
	return d.Store.Events(ctx, q)
}

// TestTableFails: a table of which the store tells nothing is an error, and one of which it
// tells no more is no table.
func TestTableFails(t *testing.T) {
	s := open(t, routes)
	for i := range 300 {
		s.put(relay.Event{ID: fmt.Sprintf("01a20272-0000-7000-8000-%012x", i)})
	}
	s.over = down{s.store, 0}
	s.read(routes)
	if got := s.get("/events?format=csv"); got.Code != 503 || !strings.Contains(got.Body.String(), "store unavailable") || got.Header().Get("Content-Disposition") != "" {
		t.Errorf("%d %v", got.Code, got.Header())
	}
	s.over = down{s.store, 100}
	s.read(routes)
	defer func() {
		if broke := recover(); broke != http.ErrAbortHandler { //nolint:errorlint // it is wrapped in nothing
			t.Errorf("it ended as if that were all: %v", broke)
		}
	}()
	s.get("/events?format=csv")
}

// TestTableCut: what is cut of a long text is seen.
func TestTableCut(t *testing.T) {
	s := open(t, routes)
	s.put(relay.Event{Text: strings.Repeat("é", 2000)})
	if text := s.get("/events?format=csv").Body.String(); !strings.Contains(text, "é…,") || len(text) > 3000 {
		t.Errorf("%.3000s", text)
	}
}

// TestListCut: a program gets no more of an event's texts in a list than a list needs.
func TestListCut(t *testing.T) {
	s := open(t, routes)
	long := strings.Repeat("é", 2000)
	e := everywhere(long)
	for range 300 {
		e.Details, e.Transcript = append(e.Details, e.Details[0]), append(e.Transcript, e.Transcript[0])
	}
	id := s.put(e, "sales")
	s.put(relay.Event{Text: "short"})
	got := s.ask("GET", "/events", nil, "application/json")
	if got.Code != 200 || got.Body.Len() > 200_000 || strings.Count(got.Body.String(), `"cut":true`) != 1 || !strings.Contains(got.Body.String(), `"text":"éé`) {
		t.Errorf("%d, %d bytes", got.Code, got.Body.Len())
	}
	if got := s.ask("GET", "/events/"+id, nil, "application/json"); got.Code != 200 || got.Body.Len() < 1<<20 {
		t.Errorf("of the event itself: %d, %d bytes", got.Code, got.Body.Len())
	}
}
