// Package preview shows what a sink would post, without posting it: the sink is
// the real one, its request is caught before it leaves, and the platforms'
// stand-in answers it within this process. What the message says, and which sink
// gets it, is left to others.
package preview

import (
	"context"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"net/url"
	"strings"
	"time"

	"botrelay/relay"
	"botrelay/sinks/sandbox"
	"botrelay/sinks/transport"
)

// Studio takes previews. It is for one goroutine.
type Studio struct {
	box   *sandbox.Sandbox
	names map[string]string // of places; the page reads it while it is written
}

// New returns a Studio. now is the clock for the time that messages bear; nil
// means time.Now.
func New(now func() time.Time) *Studio {
	names := make(map[string]string)
	return &Studio{sandbox.New(sandbox.Config{Now: now, Names: names}), names}
}

// Shot is what a sink would post.
type Shot struct {
	Method string
	URL    string // each secret in it as ***
	// Body is what the API is told: JSON as it is sent. A form is an object of its
	// fields, in which those that hold JSON are parsed, and without the token.
	Body json.RawMessage
	// Place says for people where it goes, as far as the request tells: "#sales",
	// "channel 42", "chat -100123, topic 4", "webhook".
	Place   string
	Message sandbox.Message // as it arrives; zero if it was refused
	Look    template.HTML   // Message as the app shows it: see sandbox.Fragment; empty if it was refused
	Refused string          // why the platform would not take it; empty if it would
}

// Take lets a sink make the request for a post and answers it. open is called
// once; name is what the page calls the place if it has no name of its own.
// Nothing leaves the process. The error is that of open, or says that the sink
// made no request.
func (s *Studio) Take(ctx context.Context, name string, open func(transport.Config) (relay.Sink, error), post relay.Post) (Shot, error) {
	c := &camera{box: s.box}
	sink, err := open(transport.Config{RoundTripper: c})
	if err != nil {
		return Shot{}, err
	}
	before := len(s.box.Messages())
	verdict := sink.Send(ctx, post)
	if c.url == nil {
		return Shot{}, fmt.Errorf("no request was made: %s", verdict.Reason)
	}
	shot := c.shot()
	if verdict.Outcome != relay.Sent {
		shot.Refused = verdict.Reason
		return shot, nil
	}
	arrived := s.box.Messages()
	if len(arrived) == before {
		return Shot{}, fmt.Errorf("no message arrived: %s", verdict.Reason)
	}
	shot.Message = arrived[len(arrived)-1]
	if !strings.HasPrefix(shot.Message.Place, "#") && !strings.HasPrefix(shot.Message.Place, "@") {
		s.names[shot.Message.Place] = name
	}
	shot.Look, err = s.box.Fragment(shot.Message)
	return shot, err
}

// WritePage writes what was taken and not refused as one HTML page that needs
// nothing else.
func (s *Studio) WritePage(w io.Writer, title string) error { return s.box.WritePage(w, title) }

// shot describes the request that was caught.
func (c *camera) shot() Shot {
	body := payload(c.header.Get("Content-Type"), c.body)
	return Shot{Method: c.method, URL: masked(*c.url), Body: body, Place: place(*c.url, body)}
}

// place tells where a request goes.
func place(u url.URL, body json.RawMessage) string {
	var fields struct {
		Channel string `json:"channel"`
		Chat    string `json:"chat_id"`
		Topic   string `json:"message_thread_id"`
	}
	_ = json.Unmarshal(body, &fields) // what has none of them is a webhook's
	where, thread := "webhook", u.Query().Get("thread_id")
	switch parts := strings.Split(u.Path, "/"); {
	case fields.Channel != "":
		where = fields.Channel
	case fields.Chat != "":
		where = "chat " + fields.Chat
	case len(parts) > 2 && parts[len(parts)-1] == "messages":
		where = "channel " + parts[len(parts)-2]
	}
	if thread != "" {
		where += ", thread " + thread
	}
	if fields.Topic != "" {
		where += ", topic " + fields.Topic
	}
	return where
}
