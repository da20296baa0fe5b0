package tries

import (
	"embed"
	"io/fs"
	"net/http"
	"regexp"
	"slices"
	"time"

	"botrelay/relay/admin/page"
	"botrelay/relay/config"
	"botrelay/relay/queue"
)

//go:embed trynow.html
var files embed.FS

// Files are the template "trynow", which shows an Offer, for pages that use it.
func Files() fs.FS { return files }

// Config is what Mount needs.
type Config struct {
	Desk  *Desk
	Sinks []string // names of today's sinks
}

// longestForm is how much a form may send, in bytes.
const longestForm = 4 << 10

// Mount adds to a mux:
//
//	POST /sinks/{sink}/try    has the sink's lane tried
//
// What comes of it is what programs are told; a browser goes back to the page that
// back=PATH names, from the root, of those that have the button.
func Mount(mux *http.ServeMux, shell *page.Shell, cfg Config) error {
	p, err := shell.Page(page.Source{Files: files, Content: "trynow"})
	if err != nil {
		return err
	}
	mux.Handle("POST /sinks/{sink}/try", page.Act(p, func(r *http.Request) (Result, string, error) {
		sink := r.PathValue("sink")
		if !slices.Contains(cfg.Sinks, sink) {
			return Result{}, "", &page.Error{Status: http.StatusNotFound, Text: config.Unknown("sink", sink, cfg.Sinks) + "."}
		}
		if err := page.ReadForm(r, longestForm); err != nil {
			return Result{}, "", err
		}
		done, err := cfg.Desk.Try(r.Context(), sink)
		return done, back(r.PostForm.Get("back")) + "#try-" + sink, err
	}))
	return nil
}

// back returns the page that has the button, from the root: none but those that may.
func back(path string) string {
	if path == "dead" || regexp.MustCompile(`^events/[A-Za-z0-9-]{1,80}$`).MatchString(path) {
		return path
	}
	return ""
}

// Offer is what a page shows of a lane that is in trouble: when it is tried next, a
// button to have it tried now, and what came of the last time.
type Offer struct {
	Root  string // of the page
	Back  string // the page, from the root
	Sink  string
	Can   bool      // there is something to try
	Next  time.Time // when it is tried by itself; zero: right now
	Tried *Result
}

// OfferOf returns what to show of a lane; nil if there is nothing to show.
func (d *Desk) OfferOf(sink string, lane queue.LaneStatus, now time.Time) *Offer {
	if d == nil {
		return nil
	}
	o := Offer{Sink: sink, Tried: d.Last(sink), Can: Can(lane), Next: Next(lane, now)}
	if o.Tried != nil && outdated(o.Tried.State, o.Can) {
		o.Tried = nil
	}
	if !o.Can && o.Tried == nil {
		return nil
	}
	return &o
}

// outdated reports whether what came of a try is not so any more in a lane that is in
// trouble, or is not.
func outdated(was State, trouble bool) bool {
	switch was {
	case Through, Empty:
		return trouble
	case Failed, Waits, Open:
		return !trouble
	case Dead:
	}
	return false
}

// Can reports whether it makes sense to have a lane tried: it is in trouble, and
// something waits.
func Can(lane queue.LaneStatus) bool { return lane.Pending > 0 && (lane.Held || lane.Failing > 0) }

// Next returns when a lane in trouble is tried by itself, in whole seconds of the
// reader's clock; zero: right now, or nothing is to be tried.
func Next(lane queue.LaneStatus, now time.Time) time.Time {
	if !Can(lane) || lane.Wait <= 0 {
		return time.Time{}
	}
	return now.Add(lane.Wait).Round(time.Second).UTC()
}

// At returns the offer for a page of this root, which stands at back from it.
func (o *Offer) At(root, back string) *Offer {
	if o == nil {
		return nil
	}
	at := *o
	at.Root, at.Back = root, back
	return &at
}
