package sandbox

import (
	"bytes"
	"embed"
	"encoding/json"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"
)

//go:embed assets
var assets embed.FS

// contentPolicy lets the page use its own style sheet, script and events and
// nothing else.
const contentPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// shown is a message as the page's templates see it.
type shown struct {
	Message
	Key    string // unique on the page
	Group  string // identifies the place on the page
	Label  string // the place's name
	Author string
	Quoted string
	Raw    string // the request, to be read
	Body   template.HTML
	Clock  string
	Loud   bool
	Seq    int
	// Thread is the Key of the message in whose Slack thread it stands; empty if
	// that is not kept.
	Thread  string
	Replies []shown // a Slack thread
}

// group is a place with its messages.
type group struct {
	ID       string
	Label    string
	Messages []shown
}

// column is a platform with its places.
type column struct {
	Platform Platform
	Name     string
	Groups   []group
}

func (s *Sandbox) pageRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", s.page)
	mux.HandleFunc("GET /live", s.live)
	mux.HandleFunc("GET /api/sandbox/messages", s.list)
	mux.HandleFunc("GET /page.css", asset("page.css", "text/css; charset=utf-8"))
	mux.HandleFunc("GET /page.js", asset("page.js", "text/javascript; charset=utf-8"))
}

// protect sets the headers that every page of the sandbox has.
func protect(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
}

func asset(name, kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		content, err := assets.ReadFile("assets/" + name)
		if err != nil {
			http.Error(w, "no such file", http.StatusNotFound)
			return
		}
		protect(w)
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write(content)
	}
}

// templates parses the page; it fails only if the embedded file is broken.
func templates() (*template.Template, error) {
	return template.ParseFS(assets, "assets/page.html")
}

func (s *Sandbox) page(w http.ResponseWriter, _ *http.Request) {
	messages := s.store.after(0)
	last := 0
	if n := len(messages); n > 0 {
		last = messages[n-1].seq
	}
	page, err := templates()
	var b bytes.Buffer
	if err == nil {
		err = page.ExecuteTemplate(&b, "page.html", map[string]any{
			"Columns": s.columns(messages), "Arrived": last, "Last": s.eventID(last),
		})
	}
	if err != nil {
		http.Error(w, "rendering the page: "+err.Error(), http.StatusInternalServerError)
		return
	}
	protect(w)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes()) // a reader who has gone away needs no page
}

// list answers with all messages as JSON, oldest first.
func (s *Sandbox) list(w http.ResponseWriter, _ *http.Request) {
	protect(w)
	jsonAnswer(http.StatusOK, "", map[string]any{"messages": s.Messages()}).write(w)
}

// columns sorts messages by platform and place, places in the order of their
// first message.
func (s *Sandbox) columns(messages []Message) []column {
	columns := []column{{Slack, "Slack", nil}, {Discord, "Discord", nil}, {Telegram, "Telegram", nil}}
	for _, m := range messages {
		v := s.show(m)
		for i := range columns {
			if columns[i].Platform == m.Platform {
				columns[i].add(v)
			}
		}
	}
	return columns
}

// add puts a message into its place, and a reply into its thread; there alone,
// unless it is to be seen in the channel as well.
func (c *column) add(v shown) {
	for i := range c.Groups {
		g := &c.Groups[i]
		if g.ID != v.Group {
			continue
		}
		if root := slices.IndexFunc(g.Messages, func(m shown) bool { return m.Key == v.Thread }); root >= 0 {
			g.Messages[root].Replies = append(g.Messages[root].Replies, v)
			if !v.Loud {
				return
			}
		}
		g.Messages = append(g.Messages, v)
		return
	}
	c.Groups = append(c.Groups, group{v.Group, v.Label, []shown{v}})
}

// show prepares a message for the page.
func (s *Sandbox) show(m Message) shown {
	var raw bytes.Buffer
	if json.Indent(&raw, m.Request, "", "  ") != nil {
		raw.Reset()
		raw.Write(m.Request) // cannot be: it was parsed
	}
	label := s.label(m.Place)
	if m.Topic != "" {
		label += " › " + s.topicLabel(m)
	}
	return shown{
		Message: m, Key: messageKey(m.Platform, m.Place, m.ID), Group: slackID("g", string(m.Platform)+" "+m.Place+" "+m.Topic),
		Label: label, Author: pick(m.author != "", m.author, "botrelay"), Quoted: m.quoted, Raw: raw.String(),
		Body: markup(m.view...), Clock: clock(m.Platform, m.Time), Loud: m.loud, Seq: m.seq, Thread: s.thread(m),
	}
}

// messageKey identifies a message on the page.
func messageKey(p Platform, place, id string) string { return slackID("m", string(p)+place+id) }

// thread returns the key of the message in whose thread m stands, if it is kept.
func (s *Sandbox) thread(m Message) string {
	if m.Platform != Slack || m.ReplyTo == "" {
		return ""
	}
	if _, kept, _ := s.store.find(Slack, m.Place, m.ReplyTo); !kept {
		return ""
	}
	return messageKey(Slack, m.Place, m.ReplyTo)
}

func (s *Sandbox) topicLabel(m Message) string {
	if m.Platform == Telegram {
		return "topic " + m.Topic
	}
	return s.label(m.Topic)
}

// clock writes a time the way the platform does.
func clock(p Platform, at time.Time) string {
	if p == Slack {
		return at.Local().Format("3:04 PM")
	}
	return at.Local().Format("15:04")
}

// label is what a place is called on the page, without a #.
func (s *Sandbox) label(place string) string {
	if name, ok := s.cfg.Names[place]; ok {
		place = name
	}
	return strings.TrimPrefix(place, "#")
}
