package events

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"botrelay/relay/admin/page"
	"botrelay/relay/queue"
	"botrelay/relay/render"
	"botrelay/relay/wording"
)

const (
	wholeID  = 36 // the length of an ID
	leastEnd = 4  // of an ID's end that is worth a search

	idLetters = "0123456789abcdef-"
)

// named returns the IDs of the events that people mean by an ID, or by the end of
// one, the newest first: one at least.
func (p *pages) named(ctx context.Context, text string) ([]string, error) {
	id := strings.ToLower(strings.TrimSpace(text))
	if len(id) > wholeID || strings.Trim(id, idLetters) != "" {
		return nil, &page.Error{Status: http.StatusNotFound, Text: fmt.Sprintf("%q is not the ID of an event. To find one by what you remember of it, search the list of events.", render.Line(text, 40))}
	}
	if len(id) < leastEnd {
		return nil, &page.Error{Status: http.StatusNotFound, Text: fmt.Sprintf("%q is too little of an ID: give at least the last %d characters.", text, leastEnd)}
	}
	if len(id) == wholeID {
		return []string{id}, nil
	}
	found, err := p.ending(ctx, id)
	if err == nil && len(found) == 0 {
		err = p.gone(id)
	}
	return found, err
}

// ending returns the IDs that have an end, the newest first. Of a million, a search
// finds them much sooner than a look at each, unless the end is a common word too.
func (p *pages) ending(ctx context.Context, end string) ([]string, error) {
	const few = 20
	records, err := p.Store.Events(ctx, queue.Query{Words: end, Limit: few})
	if err != nil {
		return nil, err
	}
	var found []string
	for _, r := range records {
		if strings.HasSuffix(r.Event.ID, end) {
			found = append(found, r.Event.ID)
		}
	}
	if len(found) == 0 || len(records) == few {
		return p.Store.Find(ctx, end)
	}
	return found, nil
}

// gone is the error of an event that is not there.
func (p *pages) gone(id string) error {
	return &page.Error{Status: http.StatusNotFound, Text: fmt.Sprintf("There is no event %s: it never came in here, or was so long ago that it is no longer kept. "+
		"Events are kept for %s, those with a dead letter for %s.", id, wording.Spoken(p.Routes.Store.Retain), wording.Spoken(max(p.Routes.Store.Retain, p.Routes.Store.RetainDead)))}
}

// record returns the event that a request names by its whole ID, with its attempts.
func (p *pages) record(ctx context.Context, id string) (*queue.Record, error) {
	records, err := p.Store.Events(ctx, queue.Query{ID: strings.ToLower(id), Limit: 1, Attempts: true})
	if err == nil && len(records) == 0 {
		err = p.gone(render.Line(id, 40))
	}
	if err != nil {
		return nil, err
	}
	return &records[0], nil
}

// several is what the page of an ID's end shows that many events have.
type several struct {
	End  string   `json:"end"`
	IDs  []string `json:"ids"`
	Rows []row    `json:"-"`
}

// severalOf returns the events that an end of an ID may mean.
func (p *pages) severalOf(ctx context.Context, end string, ids []string) (several, error) {
	v := several{End: end, IDs: ids}
	for _, id := range ids {
		r, err := p.Store.Events(ctx, queue.Query{ID: id, Limit: 1})
		if err != nil {
			return v, err
		}
		for i := range r {
			v.Rows = append(v.Rows, p.row(&r[i]))
		}
	}
	return v, nil
}

// event answers for one event: the end of its ID leads to the whole.
func (p *pages) event(w http.ResponseWriter, r *http.Request) {
	asked := r.PathValue("id")
	ids, err := p.named(r.Context(), asked)
	switch {
	case err != nil:
		p.one.Fail(w, r, err)
	case len(ids) > 1:
		page.Serve(p.several, func(r *http.Request) (several, error) { return p.severalOf(r.Context(), asked, ids) }).ServeHTTP(w, r)
	case ids[0] != asked:
		// From one event to another: what stands before does not matter.
		w.Header().Set("Location", ids[0])
		w.WriteHeader(http.StatusSeeOther)
	default:
		page.Serve(p.one, p.detailed).ServeHTTP(w, r)
	}
}
