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
const contentPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// shown is a message as the page's templates see it.
type shown struct {
	Message
	Key     string // unique on the page
	Group   string // identifies the place on the page
	Label   string // the place's name
	Author  string
	Quoted  string
	Raw     string // the request, to be read
	Body    template.HTML
	Keys    template.HTML // Telegram's buttons, below the bubble
	Loud    bool
	Gone    bool      // deleted; only its thread is left
	Follows bool      // it goes without its author's name, below one of the same
	Day     string    // the name of the day that begins with it, if one does
	Answers string    // the Key of the message that it answers
	Thread  string    // Answers, if it stands in the Slack thread of that message
	Replies []shown   // a Slack thread
	Last    time.Time // of the newest reply, or its own
	now     time.Time
}

// Stamp is when the message was sent, for machines.
func (m shown) Stamp() string { return stampOf(m.Time) }

// LastStamp is when the thread was last added to, for machines.
func (m shown) LastStamp() string { return stampOf(m.Last) }

func stampOf(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }

// Clock is when the message was sent, as the app writes it in one of its places.
func (m shown) Clock(as string) string { return clock(as, m.Time, m.now) }

// LastClock is when the thread was last added to, likewise.
func (m shown) LastClock() string { return clock("slack-last", m.Last, m.now) }

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
	for _, name := range append(messageStyles(), "page.css") {
		mux.HandleFunc("GET /"+name, asset(name, "text/css; charset=utf-8"))
	}
	mux.HandleFunc("GET /icon.svg", asset("icon.svg", "image/svg+xml"))
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
	return template.ParseFS(assets, "assets/*.html")
}

func (s *Sandbox) page(w http.ResponseWriter, _ *http.Request) {
	_, last := s.store.after(0) // first: what comes meanwhile is shown and told again, not missed
	arrivals, deleted, _ := s.store.arrived()
	page, err := templates()
	var b bytes.Buffer
	if err == nil {
		err = page.ExecuteTemplate(&b, "page.html", map[string]any{
			"Columns": s.columns(s.store.messages()), "Count": arrivals - deleted, "Last": s.eventID(last), "Relay": s.relay.Load(),
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
	now := s.cfg.Now()
	for _, c := range columns {
		for _, g := range c.Groups {
			arrange(g.Messages, now)
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
	v := shown{
		Message: m, Key: messageKey(m.Platform, m.Place, m.ID), Group: slackID("g", string(m.Platform)+" "+m.Place+" "+m.Topic),
		Label: label, Author: pick(m.author != "", m.author, "botrelay"), Quoted: m.quoted, Raw: raw.String(),
		Body: markup(m.view...), Loud: m.loud, Gone: m.gone, Last: m.Time, now: s.cfg.Now(),
	}
	if n := len(m.view); n > 0 && m.view[n-1].class == "keys" {
		v.Body, v.Keys = markup(m.view[:n-1]...), markup(m.view[n-1])
	}
	if m.ReplyTo == "" {
		return v
	}
	v.Answers = messageKey(m.Platform, m.Place, m.ReplyTo)
	if s.store.removed(m.Platform, m.Place, m.ReplyTo) {
		v.Quoted = deletedQuote(m.Platform)
	}
	if m.Platform == Slack && s.store.holds(Slack, m.Place, m.ReplyTo) {
		v.Thread = v.Answers
	}
	return v
}

// deletedQuote is what an app quotes of a message that was deleted.
func deletedQuote(p Platform) string {
	switch p {
	case Slack:
		return "This message was deleted."
	case Discord:
		return "Original message was deleted"
	case Telegram:
		return "Deleted message"
	}
	return ""
}

// messageKey identifies a message on the page.
func messageKey(p Platform, place, id string) string { return slackID("m", string(p)+place+id) }

func (s *Sandbox) topicLabel(m Message) string {
	if m.Platform == Telegram {
		return "topic " + m.Topic
	}
	return s.label(m.Topic)
}

// label is what a place is called on the page, without a #.
func (s *Sandbox) label(place string) string {
	if name, ok := s.cfg.Names[place]; ok {
		place = name
	}
	return strings.TrimPrefix(place, "#")
}
