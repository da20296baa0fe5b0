package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// heartbeat is how often a quiet stream of events says that it is alive, so
// that proxies keep it open and a broken connection is noticed.
const heartbeat = 20 * time.Second

// liveEvent is what the page is told of a new message, or of one that was
// deleted.
type liveEvent struct {
	Platform Platform `json:"platform"`
	Group    string   `json:"group,omitempty"`
	Label    string   `json:"label,omitempty"`
	HTML     string   `json:"html,omitempty"`
	Arrived  int      `json:"arrived"`          // how many have arrived and were not deleted
	Gone     string   `json:"gone,omitempty"`   // the Key of the deleted one
	Quoted   string   `json:"quoted,omitempty"` // what the answers to it quote now
}

// live sends every message that arrives as a server-sent event, and tells of
// those that are deleted. A page that
// connects again says which one it saw last, and gets what it missed; one that
// was served by an earlier sandbox is told to load itself anew.
func (s *Sandbox) live(w http.ResponseWriter, r *http.Request) {
	page, err := templates()
	if err != nil {
		http.Error(w, "rendering the page: "+err.Error(), http.StatusInternalServerError)
		return
	}
	protect(w)
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	seen, ours := s.lastSeen(r)
	if !ours {
		_, _ = fmt.Fprint(w, "event: reload\ndata: \n\n")
		_ = out.Flush()
		return
	}
	_, _ = fmt.Fprint(w, "retry: 1000\n\n")
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		_, _, changed := s.store.arrived()
		changes, _ := s.store.after(seen)
		for _, c := range changes {
			if err := s.sendEvent(w, page, c); err != nil {
				return // the reader has gone away
			}
			seen = c.seq
		}
		if out.Flush() != nil {
			return
		}
		select {
		case <-changed:
		case <-beat.C:
			if _, err := fmt.Fprint(w, ": still here\n\n"); err != nil {
				return
			}
		case <-r.Context().Done():
			return
		case <-s.closed:
			return
		}
	}
}

func (s *Sandbox) sendEvent(w http.ResponseWriter, page *template.Template, c change) error {
	event, err := s.event(page, c)
	if err != nil {
		return err
	}
	arrivals, deleted, _ := s.store.arrived()
	event.Arrived = arrivals - deleted
	data, err := json.Marshal(event)
	if err != nil {
		return fmt.Errorf("encoding an event: %w", err)
	}
	_, err = fmt.Fprintf(w, "id: %s\ndata: %s\n\n", s.eventID(c.seq), data)
	return err
}

// event says what has changed. The script of the page arranges what it gets.
func (s *Sandbox) event(page *template.Template, c change) (liveEvent, error) {
	if r := c.removed; r != nil {
		return liveEvent{Platform: r.platform, Gone: messageKey(r.platform, r.place, r.id), Quoted: deletedQuote(r.platform)}, nil
	}
	v := s.show(*c.arrived)
	var b bytes.Buffer
	if err := page.ExecuteTemplate(&b, "arrived", v); err != nil {
		return liveEvent{}, fmt.Errorf("rendering a message: %w", err)
	}
	return liveEvent{Platform: v.Platform, Group: v.Group, Label: v.Label, HTML: b.String()}, nil
}

// eventID names a message for this sandbox's pages: when the sandbox was made,
// and the message's number.
func (s *Sandbox) eventID(seq int) string {
	return s.boot + "-" + strconv.Itoa(seq)
}

// lastSeen reads which event a page saw last: the browser tells on its own when
// it connects again, and the page itself the first time. ours is false for a
// page of an earlier sandbox.
func (s *Sandbox) lastSeen(r *http.Request) (seq int, ours bool) {
	id := r.Header.Get("Last-Event-ID")
	if id == "" {
		id = r.URL.Query().Get("after")
	}
	if id == "" {
		return 0, true
	}
	boot, number, _ := strings.Cut(id, "-")
	seq, err := strconv.Atoi(number)
	return seq, err == nil && boot == s.boot
}
