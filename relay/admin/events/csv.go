package events

import (
	"encoding/csv"
	"io"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"time"

	"botrelay/relay/admin/page"
	"botrelay/relay/queue"
	"botrelay/relay/wording"
)

const (
	// asCSV is the value of format in an address that asks for a list as a table.
	asCSV = "csv"
	// slowest is how long a reader may take for a piece of it.
	slowest = time.Minute
)

// tableFlush is after how many lines what was written is sent.
const tableFlush = 100

// listedAs answers for a list: as a table for spreadsheets to who asks for that.
func (p *pages) listedAs(list http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch format, accept := r.URL.Query().Get("format"), r.Header.Get("Accept"); {
		case format == asCSV:
			p.table(w, r, true)
		case format != "":
			p.list.Fail(w, r, wrong("format is csv, or nothing"))
		case strings.Contains(accept, "text/csv") && !strings.Contains(accept, "text/html"):
			p.table(w, r, false)
		default:
			list.ServeHTTP(w, r)
		}
	}
}

// table answers with all events of a list as CSV, a piece at a time, the newest first.
// toKeep: a person keeps it as a file.
func (p *pages) table(w http.ResponseWriter, r *http.Request, toKeep bool) {
	asked := r.URL.Query()
	asked.Del(after)
	f, err := filterOf(asked, p.zone(), time.Now())
	if err == nil {
		var pointless bool
		if _, pointless, err = p.hints(r.Context(), &f); err == nil && pointless {
			err = &page.Error{Status: http.StatusNotFound, Text: "No event can be like that."}
		}
	}
	if err != nil {
		p.list.Fail(w, r, err)
		return
	}
	if r.Method == http.MethodHead { // it would be read through for nobody
		announce(w, toKeep)
		return
	}
	out, control, plain, n := csv.NewWriter(w), http.NewResponseController(w), plainly(), 0
	for record, err := range queue.All(r.Context(), p.Store, f.query()) {
		if err != nil && n == 0 { // nothing was written yet
			p.list.Fail(w, r, err)
			return
		}
		if n == 0 {
			begin(w, out, toKeep)
		}
		if err == nil {
			_ = out.Write(p.line(&record, plain))
			if n++; n%tableFlush == 0 {
				_ = control.SetWriteDeadline(time.Now().Add(slowest)) // a server may have none to set
				out.Flush()
			}
			err = out.Error()
		}
		if err != nil { // what has come so far must not look like all
			panic(http.ErrAbortHandler)
		}
	}
	if n == 0 {
		begin(w, out, toKeep)
	}
	out.Flush()
}

// announce says in its headers that the answer is a table.
func announce(w http.ResponseWriter, toKeep bool) {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8; header=present")
	w.Header().Set("Vary", "Accept")
	if toKeep {
		w.Header().Set("Content-Disposition", `attachment; filename="events.csv"`)
	}
}

// begin announces a table, and writes what stands before its lines.
func begin(w http.ResponseWriter, out *csv.Writer, toKeep bool) {
	announce(w, toKeep)
	if toKeep {
		_, _ = io.WriteString(w, "\uFEFF") // by which spreadsheets know that it is UTF-8
	}
	_ = out.Write([]string{
		"received_at", "id", "source", "vendor", "kind", "channel", "bot", "conversation_id", "name", "email", "phone", "handle", "subject", "text", "page_url", "deliveries",
	})
}

// line returns an event as a line of a table, the text with … where it is cut, and each
// cell as plain makes it.
func (p *pages) line(r *queue.Record, plain func(string) string) []string {
	b := brief(&r.Event)
	if len(b.Text) < len(r.Event.Text) {
		b.Text += "…"
	}
	e := p.mask.Event(b)
	var went []string
	for _, s := range wording.Stops(p.mask.Record(&queue.Record{Deliveries: r.Deliveries})) {
		went = append(went, s.Sink+" "+string(s.State))
	}
	cells := []string{
		e.ReceivedAt.UTC().Format(time.RFC3339), e.ID, e.Source, e.Vendor, string(e.Kind), e.Channel, p.botName(e.BotID), e.ConversationID,
		e.Contact.Name, e.Contact.Email, e.Contact.Phone, e.Contact.Handle, e.Subject, e.Text, e.PageURL, strings.Join(went, ", "),
	}
	for i := range cells {
		cells[i] = plain(cells[i])
	}
	return cells
}

// plainly returns what makes of a stranger's text one that no spreadsheet takes for a
// formula: one that would be taken for one gets an apostrophe before it. So does each part
// of a text, since a spreadsheet that takes semicolons or tabs for what stands between
// cells, as in many countries, takes what follows one, or a line, for a cell of its own.
func plainly() func(text string) string {
	parts := regexp.MustCompile(`([;\t\r\n][\s"\x{a0}\x{feff}\x{200b}]*)([=+\-@|%＝＋－＠])`)
	return func(text string) string {
		text = strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "\uFFFD")
		text = parts.ReplaceAllString(text, "${1}'${2}")
		if start := strings.TrimLeft(text, " \t\r\n\u00a0\ufeff\u200b"); start != "" && strings.ContainsRune("=+-@|%＝＋－＠", []rune(start)[0]) {
			return "'" + text
		}
		if strings.HasPrefix(text, "\t") || strings.HasPrefix(text, "\r") {
			return "'" + text
		}
		return text
	}
}

// table returns the address of the list as a table, from the root.
func (f *filter) table() string {
	next := maps.Clone(f.Values)
	next.Del(after)
	next.Set("format", asCSV)
	return listAt(next)
}
