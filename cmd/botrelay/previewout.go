package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"botrelay/relay"
	"botrelay/relay/config"
	"botrelay/relay/render"
	"botrelay/relay/route"
	"botrelay/relay/vendors"
	"botrelay/sinks/preview"
	"botrelay/sinks/sandbox"
	"botrelay/sinks/transport"
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
	cfg      *config.Config
	event    relay.Event
	notes    []string            // on the routes
	unset    map[string][]string // keys of sinks whose values are made up
	renderer *render.Renderer
	studio   *preview.Studio
	shots    []previewShot
	failed   []string // what is to be said of templates
}

// previewShot is a message on a sink.
type previewShot struct {
	preview.Shot

	sink  config.Sink
	route string   // empty: none sends it there
	unset []string // keys of the sink whose values are made up
}

// take makes the messages, and lets their sinks post them to the stand-in.
func (p *previews) take(ctx context.Context, owed []relay.Owed) error {
	for _, o := range owed {
		sink := p.cfg.Sinks[slices.Index(sinkNames(p.cfg), o.Sink)]
		post := relay.Post{Messages: []relay.Message{p.renderer.MessageFor(p.event, o.Route)}, Form: relay.Rich, Nonce: "preview"}
		open := func(to transport.Config) (relay.Sink, error) { return openSink(sink, to) }
		shot, err := p.studio.Take(ctx, sink.Name, open, post)
		if err != nil {
			return fmt.Errorf("sink %s: %w", sink.Name, err)
		}
		p.shots = append(p.shots, previewShot{shot, sink, o.Route, p.unset[sink.Name]})
	}
	return nil
}

// templateFailed notes that a template failed on the event.
func (p *previews) templateFailed(_ relay.Event, message string, err error) {
	name := "[messages." + message + "]"
	if message == render.ConversationMessage {
		name = message
	}
	if text := fmt.Sprintf("%s failed on this event, so the default stands in its place: %v", name, err); !slices.Contains(p.failed, text) {
		p.failed = append(p.failed, text)
	}
}

// told says on standard error what a reader must know beside the messages, and
// returns an error if one would be refused. The terminal's preview has told of
// the routes and the refusals by itself.
func (p *previews) told(w *world, all bool) error {
	for _, text := range p.failed {
		_, _ = fmt.Fprintln(w.stderr, "botrelay: "+text)
	}
	var refused []string
	for _, s := range p.shots {
		if s.Refused != "" {
			refused = append(refused, s.sink.Name)
			if all {
				_, _ = fmt.Fprintf(w.stderr, "botrelay: sink %s would be refused: %s\n", s.sink.Name, s.Refused)
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
		to.flow(bold, s.sink.Name, "  ", "  "+s.where())
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

// where says where a message goes, and why.
func (s previewShot) where() string {
	text := platformTitle(s.sink.Type) + " " + s.Place
	for _, key := range s.unset {
		if strings.HasSuffix(key, "_id") { // what stands for it would tell nothing
			text = platformTitle(s.sink.Type) + " (" + key + " is not set)"
		}
	}
	switch s.route {
	case "":
		return text + ", no route sends it here"
	case route.DefaultName:
		return text + ", by [default]"
	}
	return text + ", by the route " + strconv.Quote(s.route)
}

// platformTitle is a platform as the company writes it.
func platformTitle(kind string) string {
	if kind == "" {
		return kind
	}
	return strings.ToUpper(kind[:1]) + kind[1:]
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
		doc.Messages = append(doc.Messages, previewMessageJSON{s.sink.Name, s.sink.Type, s.route, s.Method, s.URL, s.Body, s.Refused})
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
	if err := p.studio.WritePage(&page, title); err != nil {
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
