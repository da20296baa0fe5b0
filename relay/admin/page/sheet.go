package page

import (
	"bytes"
	"maps"
	"net/http"
	"strings"
)

// frame is what the base templates get: a Sheet, and what stands around it.
type frame[V any] struct {
	Sheet[V]

	Tabs    []shownTab
	Styles  []string
	Scripts []string
	Version string
	Locked  bool
	Live    bool
	Waiting int // things that wait for a person, on all pages
}

// shownTab is a tab as a page shows it.
type shownTab struct {
	Tab

	Link    string
	Current bool
	Count   int
}

// root returns what leads from a request's path to the root, wherever that is
// mounted: "./", "../".
func root(r *http.Request) string {
	depth := strings.Count(r.URL.Path, "/") - 1
	if depth <= 0 {
		return "./"
	}
	return strings.Repeat("../", depth)
}

// write writes a page.
func write[V any](p *Page, w http.ResponseWriter, r *http.Request, status int, view V) {
	s := p.shell
	f := frame[V]{Sheet: Sheet[V]{view, root(r)}, Version: s.cfg.Version, Locked: s.cfg.Locked, Live: p.live}
	counts := make(map[string]int)
	if s.cfg.Counts != nil {
		maps.Copy(counts, s.cfg.Counts(r.Context()))
	}
	for _, t := range s.cfg.Tabs {
		link := f.Root + t.Path
		f.Tabs = append(f.Tabs, shownTab{t, link, t.Path == p.tab, counts[t.Path]})
		f.Waiting += counts[t.Path]
	}
	for _, name := range append([]string{"base.css"}, p.styles...) {
		f.Styles = append(f.Styles, f.Root+s.link(name))
	}
	for _, name := range append([]string{"base.js"}, p.scripts...) {
		f.Scripts = append(f.Scripts, f.Root+s.link(name))
	}
	var b bytes.Buffer
	if err := p.sheet.ExecuteTemplate(&b, "sheet", f); err != nil {
		http.Error(w, "rendering the page: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Vary", "Accept")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // a reader who has gone away needs no page
}
