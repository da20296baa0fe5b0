// Package pagetest is a store with a page before it, for tests of the admin pages.
package pagetest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/page"
	"botrelay/relay/queue"
	"botrelay/relay/queue/sqlite"
)

// House is a real store, and what serves pages about it.
type House struct {
	*testing.T

	Store *sqlite.Store
	Shell *page.Shell
	Mux   *http.ServeMux
	n     int
}

// New returns a House without pages: those are to be mounted on Mux.
func New(t *testing.T) *House {
	t.Helper()
	store, err := sqlite.Open(t.Context(), sqlite.Config{Path: filepath.Join(t.TempDir(), "botrelay.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	shell, err := page.New(page.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return &House{T: t, Store: store, Shell: shell, Mux: http.NewServeMux()}
}

// Put puts an event, which is owed to sinks by the route "leads", and returns its ID.
// What it lacks of an ID, a vendor, a source, a kind and a time it gets.
func (h *House) Put(e relay.Event, sinks ...string) string {
	h.Helper()
	h.n++
	if e.ID == "" {
		e.ID = fmt.Sprintf("01980000-0000-7000-8000-%012d", h.n)
	}
	if e.Source == "" {
		e.Vendor, e.Source = "chatbase", "website"
	}
	if e.Kind == "" {
		e.Kind = relay.Lead
	}
	if e.ReceivedAt.IsZero() {
		e.ReceivedAt = time.Now()
	}
	if e.Payload == nil {
		e.Payload = []byte(`{}`)
	}
	var owed []queue.Owed
	for _, s := range sinks {
		owed = append(owed, queue.Owed{Sink: s, Route: "leads"})
	}
	receipt, err := h.Store.Put(h.Context(), e, owed)
	if err != nil {
		h.Fatal(err)
	}
	return receipt.ID
}

// Settle lets all that waits for a sink come to the same end.
func (h *House) Settle(sink string, s queue.Settlement) {
	h.Helper()
	ctx := h.Context()
	lane, err := h.Store.Lease(ctx, sink, time.Minute, nil)
	if err != nil {
		h.Fatal(err)
	}
	for {
		turn, err := lane.Next(ctx, 100)
		if err != nil {
			h.Fatal(err)
		}
		if len(turn.Batch.Deliveries) == 0 {
			break
		}
		if err := lane.Begin(ctx, turn.Batch); err != nil {
			h.Fatal(err)
		}
		if err := lane.Settle(ctx, turn.Batch, s); err != nil {
			h.Fatal(err)
		}
	}
	if err := lane.Release(ctx); err != nil {
		h.Fatal(err)
	}
}

// Sent is the end of what arrived.
func Sent(message string) queue.Settlement {
	return queue.Settlement{State: queue.Sent, Verdict: relay.Verdict{Outcome: relay.Sent, ID: message, Status: 200}}
}

// Dead is the end of what was given up on.
func Dead(reason string) queue.Settlement {
	return queue.Settlement{State: queue.Dead, Verdict: relay.Verdict{Outcome: relay.Refused, Reason: reason, Status: 400}}
}

// Record returns an event and what became of it.
func (h *House) Record(id string) queue.Record {
	h.Helper()
	records, err := h.Store.Events(h.Context(), queue.Query{ID: id, Attempts: true})
	if err != nil || len(records) != 1 {
		h.Fatalf("event %s: %d records, %v", id, len(records), err)
	}
	return records[0]
}

// Page returns a page as a browser gets it, and fails unless its status is this one.
func (h *House) Page(status int, path string) string {
	h.Helper()
	return h.ask(status, "GET", path, "text/html,*/*;q=0.8", "").Body.String()
}

// JSON asks as a program does, and reads the answer into v.
func (h *House) JSON(status int, path string, v any) {
	h.Helper()
	h.read(h.ask(status, "GET", path, "application/json", ""), v)
}

// Act sends a form as a program does, and reads the answer into v.
func (h *House) Act(status int, path string, form url.Values, v any) {
	h.Helper()
	h.read(h.ask(status, "POST", path, "application/json", form.Encode()), v)
}

// Submit sends a form as a browser does, and returns where it is sent on to.
func (h *House) Submit(path string, form url.Values) string {
	h.Helper()
	return h.ask(http.StatusSeeOther, "POST", path, "text/html", form.Encode()).Header().Get("Location")
}

func (h *House) ask(status int, method, path, accept, body string) *httptest.ResponseRecorder {
	h.Helper()
	r := httptest.NewRequestWithContext(h.Context(), method, path, strings.NewReader(body))
	r.Header.Set("Accept", accept)
	if body != "" || method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	h.Mux.ServeHTTP(w, r)
	if w.Code != status {
		h.Fatalf("%s %s: %d, want %d\n%s", method, path, w.Code, status, w.Body)
	}
	return w
}

func (h *House) read(w *httptest.ResponseRecorder, v any) {
	h.Helper()
	if err := json.Unmarshal(w.Body.Bytes(), v); err != nil {
		h.Fatalf("%v in %s", err, w.Body)
	}
}
