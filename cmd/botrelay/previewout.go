package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"botrelay/relay"
	"botrelay/relay/route"
	"botrelay/relay/vendors"
	"botrelay/relay/wording"
	"botrelay/sinks/sandbox"
	"botrelay/sinks/trial"
)

// widestPreview is how wide a message gets, in columns: the apps have an end too.
const widestPreview = 100

// colored is s with the colours that a flag wants: always, never or auto.
func (s screen) colored(want string) screen {
	s.color = want == "always" || want == "auto" && s.color
	return s
}

// previews are the messages for one event.
type previews struct {
	*trial.Trial

	event relay.Event
	notes []string // on the routes
	shots []trial.Shot
}

// told says on standard error what a reader must know beside the messages, and
// returns an error if one would be refused. The terminal's preview has told of
// the routes and the refusals by itself.
func (p *previews) told(w *world, all bool) error {
	for _, failure := range p.Failed() {
		_, _ = fmt.Fprintf(w.stderr, "botrelay: %s\n", failure)
	}
	var refused []string
	for _, s := range p.shots {
		if s.Refused != "" {
			refused = append(refused, s.Sink)
			if all {
				_, _ = fmt.Fprintf(w.stderr, "botrelay: sink %s would be refused: %s\n", s.Sink, s.Refused)
			}
		}
	}
	for _, note := range p.notes {
		if all {
			_, _ = fmt.Fprintln(w.stderr, "botrelay: "+note)
		}
	}
	if len(refused) > 0 {
		return silent{fmt.Errorf("refused on %s", strings.Join(refused, ", "))}
	}
	return nil
}

// print shows the messages one below the other.
func (p *previews) print(to screen) error {
	width := to.width
	if width == 0 {
		width = 80
	}
	width = min(width, widestPreview)
	for _, note := range p.notes {
		to.note(note + "\n")
	}
	for i, s := range p.shots {
		if i > 0 {
			to.note("")
		}
		to.flow(bold, s.Sink, "  ", "  "+whereOf(s))
		to.note("")
		if s.Refused != "" {
			to.flow(red, "  ✗ ", "    ", "It would be refused: "+s.Refused)
			continue
		}
		if err := s.Message.WriteText(&margin{to: to}, sandbox.Terminal{Width: width - 2, Color: to.color}); err != nil {
			return err
		}
	}
	return nil
}

// whereOf says where a message goes, and why.
func whereOf(s trial.Shot) string {
	text := wording.Platform(s.Type) + " " + s.Place
	if key := s.Nowhere(); key != "" {
		text = wording.Platform(s.Type) + " (" + key + " is not set)"
	}
	switch s.Route {
	case "":
		return text + ", no route sends it here"
	case route.DefaultName:
		return text + ", by [default]"
	}
	return text + ", by the route " + strconv.Quote(s.Route)
}

// margin moves lines to the right.
type margin struct {
	to   io.Writer
	amid bool // a line has begun
}

// Write writes b, and two spaces before each line that is not empty.
func (i *margin) Write(b []byte) (int, error) {
	var out bytes.Buffer
	for _, c := range b {
		if !i.amid && c != '\n' {
			out.WriteString("  ")
		}
		i.amid = c != '\n'
		out.WriteByte(c)
	}
	_, err := i.to.Write(out.Bytes())
	return len(b), err
}

// The document of preview --json: see previewCmd.Help.
type (
	previewJSON struct {
		Event    relay.Event          `json:"event"`
		Messages []previewMessageJSON `json:"messages"`
	}
	previewMessageJSON struct {
		Sink    string          `json:"sink"`
		Type    string          `json:"type"`
		Route   string          `json:"route,omitempty"`
		Method  string          `json:"method"`
		URL     string          `json:"url"`
		Body    json.RawMessage `json:"body"`
		Refused string          `json:"refused,omitempty"`
	}
)

// writeJSON writes what the APIs would be told.
func (p *previews) writeJSON(to io.Writer) error {
	doc := previewJSON{Event: p.event, Messages: []previewMessageJSON{}}
	for _, s := range p.shots {
		doc.Messages = append(doc.Messages, previewMessageJSON{s.Sink, s.Type, s.Route, s.Method, s.URL, s.Body, s.Refused})
	}
	enc := json.NewEncoder(to)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(doc)
}

// writePage writes a page to a file, or to standard output.
func (p *previews) writePage(w *world, path string) error {
	name := p.event.Vendor // that of a described one is all there is
	if v, ok := vendors.Lookup(name); ok {
		name = v.Title
	}
	title := "botrelay preview: " + name + ", " + string(p.event.Kind)
	var page bytes.Buffer
	if err := p.WritePage(&page, title); err != nil {
		return err
	}
	if path == "-" {
		_, err := w.stdout.Write(page.Bytes())
		return err
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is no file: name one to write the page to", path)
	}
	if err := os.WriteFile(path, page.Bytes(), 0o644); err != nil { //nolint:gosec // a page for people
		return err
	}
	_, err := fmt.Fprintf(w.stdout, "The page is in %s: open it in a browser.\n", path)
	return err
}
