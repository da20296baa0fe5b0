package events

import (
	"net/http"

	"botrelay/relay/admin/mask"
	"botrelay/relay/report"
	"botrelay/relay/wording"
)

const (
	// longestRaw is how many bytes of a payload an event's page shows.
	longestRaw = 64 << 10
)

// raw is a vendor's JSON as a page shows it.
type raw struct {
	Text   string   // pretty, and without what may be secret
	Masked []string // where something is not shown
	Cut    bool     // there is more
	Size   string   // of the whole
}

// rawOf returns a payload as a page shows it.
func rawOf(m *mask.Masker, payload []byte) raw {
	text, places, cut := m.Pretty(payload, longestRaw)
	return raw{Text: string(report.Inert(text)), Masked: places, Cut: cut, Size: wording.Count(len(payload), "byte")}
}

// payload answers with an event's payload, as a file.
func (p *pages) payload(w http.ResponseWriter, r *http.Request) {
	record, err := p.record(r.Context(), r.PathValue("id"))
	if err != nil {
		p.one.Fail(w, r, err)
		return
	}
	text, _, _ := p.mask.Pretty(record.Event.Payload, 0)
	body := report.Inert(text)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="`+wording.ShortID(record.Event.ID)+`.json"`)
	_, _ = w.Write(append(body, '\n')) // a reader who has gone needs no file
}
