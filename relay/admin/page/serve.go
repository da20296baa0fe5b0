package page

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"botrelay/relay/queue"
)

// Serve returns a handler that answers with what view returns: as the page, or as
// JSON for who asks for application/json. The request's path has the page's depth.
// An error that wraps an Error is answered as that says; any other one is the
// relay's own trouble, which is told as it is: a reader here is one of those who
// run it. Its status is 503 if the store is not available, and 500 otherwise.
func Serve[V any](p *Page, view func(*http.Request) (V, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, err := view(r)
		switch {
		case err != nil:
			p.Fail(w, r, err)
		case wantsJSON(r):
			writeJSON(w, http.StatusOK, v)
		default:
			write(p, w, r, http.StatusOK, v)
		}
	})
}

// Act returns a handler of a form, or of a program that does what the form does. do
// changes something and returns what came of it, and the path from the root where
// a browser goes on.
func Act[V any](p *Page, do func(*http.Request) (done V, next string, err error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		done, next, err := do(r)
		switch {
		case err != nil:
			p.Fail(w, r, err)
		case wantsJSON(r):
			writeJSON(w, http.StatusOK, done)
		default:
			w.Header().Set("Location", root(r)+next)
			w.WriteHeader(http.StatusSeeOther)
		}
	})
}

// Error is what went wrong with a request, for people.
type Error struct {
	Status int    // HTTP's
	Text   string // a sentence or two
}

func (e *Error) Error() string { return e.Text }

// Fail answers with an error, as Serve does.
func (p *Page) Fail(w http.ResponseWriter, r *http.Request, err error) {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		e = &Error{http.StatusInternalServerError, err.Error()}
		if errors.Is(err, queue.ErrUnavailable) { // a later try may succeed
			e.Status = http.StatusServiceUnavailable
		}
	}
	if wantsJSON(r) {
		writeJSON(w, e.Status, map[string]string{"error": e.Text})
		return
	}
	p.shell.fail(w, r, p.tab, e)
}

// fail shows an error as a page.
func (s *Shell) fail(w http.ResponseWriter, r *http.Request, tab string, e *Error) {
	sheet, err := s.base.Clone()
	if err == nil {
		sheet, err = sheet.New("content").Parse(`{{template "failed" .}}`)
	}
	if err != nil {
		http.Error(w, e.Text, e.Status)
		return
	}
	write(&Page{shell: s, sheet: sheet, tab: tab}, w, r, e.Status, failure{*e, http.StatusText(e.Status)})
}

// failure is what the page of an error shows.
type failure struct {
	Error

	Name string
}

// NotFound answers for a path where there is nothing.
func (s *Shell) NotFound(w http.ResponseWriter, r *http.Request) {
	e := &Error{http.StatusNotFound, "There is no such page here."}
	if wantsJSON(r) {
		writeJSON(w, e.Status, map[string]string{"error": e.Text})
		return
	}
	s.fail(w, r, "-", e)
}

// wantsJSON reports whether a program asks.
func wantsJSON(r *http.Request) bool {
	accept := r.Header.Get("Accept")
	return strings.Contains(accept, "application/json") && !strings.Contains(accept, "text/html")
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		http.Error(w, "writing JSON: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Vary", "Accept")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // a caller that has gone needs no answer
}
