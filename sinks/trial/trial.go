// Package trial tries a routes file and an event without doing anything: which
// routes take the event, how its messages look in each app, and what the platforms'
// APIs would be told. The messages are made by what makes the real ones, laid out by
// the real sinks, and answered by the platforms' stand-in within this process.
//
// It opens no file, asks for no variable of the environment and makes no connection.
// What a file takes from there has a stand-in, unless who uses the package reads it.
package trial

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"botrelay/relay"
	"botrelay/relay/compose"
	"botrelay/relay/config"
	"botrelay/relay/render"
	"botrelay/relay/route"
	"botrelay/sinks/preview"
	"botrelay/sinks/transport"
)

// Trial is a routes file at work on events that are sent nowhere. It is for one
// goroutine.
type Trial struct {
	Config   *config.Config
	Renderer *render.Renderer
	unset    map[string][]string
	table    *route.Table
	studio   *preview.Studio
	failed   []Failure
}

// Failure is a template that failed on an event, so that the default stood in its
// place.
type Failure struct {
	Message string // its name in [messages], or render.ConversationMessage
	Err     error
}

// String says it for people.
func (f Failure) String() string {
	name := "[messages." + f.Message + "]"
	if f.Message == render.ConversationMessage {
		name = f.Message
	}
	return fmt.Sprintf("%s failed on this event, so the default stands in its place: %v", name, f.Err)
}

// New returns a Trial of a configuration that Parse has read in an Env of
// compose.Env. unset are the keys of sinks whose values are made up, by the sink's
// name, as StandIns.Unset has them; it may be nil. now is the clock for the time that
// messages bear; nil means time.Now.
func New(cfg *config.Config, unset map[string][]string, now func() time.Time) (*Trial, error) {
	t, err := rendering(cfg, unset, now)
	if err != nil {
		return nil, err
	}
	t.table, err = compose.Table(cfg, t.Renderer, nil)
	return t, err
}

// rendering returns a Trial without routes.
func rendering(cfg *config.Config, unset map[string][]string, now func() time.Time) (t *Trial, err error) {
	t = &Trial{Config: cfg, unset: unset, studio: preview.New(now)}
	t.Renderer, err = compose.Renderer(cfg, func(_ relay.Event, message string, err error) {
		f := Failure{message, err}
		if !slices.ContainsFunc(t.failed, func(known Failure) bool { return known.String() == f.String() }) {
			t.failed = append(t.failed, f)
		}
	})
	return t, err
}

// Explain tells of every route whether it takes an event, and if not why.
func (t *Trial) Explain(e *relay.Event) route.Explanation { return t.table.Explain(e) }

// Failed returns what failed in the messages that were taken, each once.
func (t *Trial) Failed() []Failure { return t.failed }

// WritePage writes the messages that were taken and not refused as one HTML page
// that needs nothing else.
func (t *Trial) WritePage(w io.Writer, title string) error { return t.studio.WritePage(w, title) }

// Shot is a message on a sink.
type Shot struct {
	preview.Shot

	Sink    string
	Type    string   // the platform
	Route   string   // empty: no route sends it there
	Unset   []string // keys of the sink whose values are made up
	StandIn bool     // there is no such sink in the file: it shows what the platform would
}

// Nowhere returns the key of the sink that would say where the message goes, if its
// value is made up: Place tells nothing then. "" if it is not.
func (s Shot) Nowhere() string {
	for _, key := range s.Unset {
		if strings.HasSuffix(key, "_id") {
			return key
		}
	}
	return ""
}

// Take makes the messages of an event that are owed, one each, and lets their sinks
// post them to the stand-in. It ends early when ctx does. The error says which sink
// cannot be tried.
func (t *Trial) Take(ctx context.Context, e relay.Event, owed []relay.Owed) ([]Shot, error) {
	var shots []Shot
	for _, o := range owed {
		i := slices.IndexFunc(t.Config.Sinks, func(s config.Sink) bool { return s.Name == o.Sink })
		if i < 0 {
			return shots, fmt.Errorf("%w: %s", ErrNoSink, o.Sink)
		}
		shot, err := t.shoot(ctx, e, t.Config.Sinks[i], o.Route)
		if err != nil {
			return shots, err
		}
		shots = append(shots, shot)
	}
	return shots, nil
}

// ErrNoSink is that of a sink which the configuration does not have.
var ErrNoSink = errors.New("no such sink")

// shoot lets one sink post the message of an event as a route wants it.
func (t *Trial) shoot(ctx context.Context, e relay.Event, s config.Sink, route string) (Shot, error) {
	if err := ctx.Err(); err != nil {
		return Shot{}, err
	}
	post := relay.Post{Messages: []relay.Message{t.Renderer.MessageFor(e, route)}, Form: relay.Rich, Nonce: "preview"}
	open := func(to transport.Config) (relay.Sink, error) { return Open(s, to) }
	taken, err := t.studio.Take(ctx, s.Name, open, post)
	if err != nil {
		return Shot{}, fmt.Errorf("sink %s: %w", s.Name, err)
	}
	return Shot{Shot: taken, Sink: s.Name, Type: s.Type, Route: route, Unset: t.unset[s.Name]}, nil
}
