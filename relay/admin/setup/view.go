package setup

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"botrelay/relay"
	"botrelay/relay/compose"
	"botrelay/relay/config"
	"botrelay/relay/queue"
	"botrelay/relay/vendors"
	"botrelay/relay/wording"
)

// List is every source.
type List struct {
	Missing []string `json:"missing"` // what is to be seen to for all of them, as sentences
	Sources []Source `json:"sources"`
}

// Source is one, and how its vendor is told to send.
type Source struct {
	Name    string   `json:"name"`
	Vendor  string   `json:"vendor"`
	Title   string   `json:"title"` // the vendor, as the company writes it
	URL     string   `json:"url"`
	Whole   bool     `json:"whole"` // the URL is; else compose.NoHost stands in it
	Pending bool     `json:"pending"`
	Missing []string `json:"missing"` // what is to be seen to, as sentences
	Steps   []string `json:"steps"`   // what to do at the vendor, in order
	Samples []string `json:"samples"`
	Last    *Last    `json:"last_event"` // nil: none is kept
	Refused *Refused `json:"refused"`    // nil: the last request was not, or for nothing that is to be mended
}

// Last is the newest event of a source.
type Last struct {
	ID   string    `json:"id"`
	Kind string    `json:"kind"`
	Who  string    `json:"who"`
	At   time.Time `json:"at"`
}

// Refused is why the last request was turned away, since the relay started.
type Refused struct {
	relay.Advice

	Count int       `json:"count"` // for that reason
	At    time.Time `json:"at"`    // the last time
}

// maxAsked is how many sources are told of with their last event.
const maxAsked = 60

// list shows every source.
func (r *room) list(q *http.Request) (List, error) {
	l := List{Missing: reach(r.Routes), Sources: []Source{}}
	for i, s := range r.Routes.Sources {
		v, err := r.tell(q.Context(), s, i < maxAsked)
		if err != nil {
			return List{}, err
		}
		l.Sources = append(l.Sources, v)
	}
	return l, nil
}

// tell says what there is to say of a source; with its last event if that is asked for.
func (r *room) tell(ctx context.Context, s config.Source, asked bool) (Source, error) {
	v, err := compose.Vendor(r.Routes.Vendors, s.Vendor)
	if err != nil {
		return Source{}, err
	}
	out := Source{
		Name: s.Name, Vendor: s.Vendor, Title: v.Title, Pending: s.Pending,
		Steps: v.Steps("sources." + s.Name + ".secret"), Missing: missing(s, v), Refused: r.refused(s.Name), Samples: []string{},
	}
	out.URL, out.Whole = compose.HookURL(r.Routes, s.Name)
	for _, one := range v.Samples {
		out.Samples = append(out.Samples, one.Name)
	}
	if !asked {
		return out, nil
	}
	records, err := r.Events.Events(ctx, queue.Query{Source: s.Name, Limit: 1})
	if err == nil && len(records) > 0 {
		e := &records[0].Event
		out.Last = &Last{e.ID, string(e.Kind), wording.Who(e), e.ReceivedAt}
	}
	return out, err
}

// refused says why the last request to a source was refused; nil if it was not, or for
// nothing that is to be mended.
func (r *room) refused(source string) *Refused {
	for _, s := range r.Seen() {
		if s.Name == source && s.Turned() {
			last := s.Refused[0]
			return &Refused{wording.Refusal(source, last.Reason), last.Count, last.LastAt}
		}
	}
	return nil
}

// reach says what is amiss with the name by which vendors reach the relay.
func reach(cfg *config.Config) []string {
	switch {
	case cfg.Server.PublicURL == "":
		return []string{fmt.Sprintf("The routes file does not say by which name the internet reaches this relay. Set public_url in [server], or put the name in place of %s.", compose.NoHost)}
	case strings.HasPrefix(cfg.Server.PublicURL, "http://"):
		return []string{"public_url begins with http. Vendors want https, and who listens on the way can read what customers write."}
	}
	return []string{}
}

// missing says what is to be seen to before a source takes all that its vendor sends.
func missing(s config.Source, v *vendors.Vendor) []string {
	all := []string{}
	if s.Pending {
		all = append(all, fmt.Sprintf("It has no secret yet (pending = true). What %s sends to try the URL is answered, and events are turned away.", v.Title))
	}
	if len(s.AllowIPs) > 0 {
		all = append(all, "It listens to some addresses only (allow_ips). That of "+v.Title+" has to be among them, and a sample from here is refused unless this machine's is.")
	}
	return all
}
