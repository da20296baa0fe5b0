// Package config turns routes.toml into a Config: strictly, with every error
// at once, each with the line and the column where it stands, and without ever
// showing a secret. What the keys of a sink mean is left to the sinks, what a
// pattern means to package route, and opening anything to who uses the Config.
package config

import (
	"net/netip"
	"time"

	"botrelay/relay"
)

// maxFile is how large a routes.toml may be, in bytes. People write it by
// hand; what is larger is some other file.
const maxFile = 1 << 20

// File is the text of a routes.toml.
type File struct {
	Name string // as errors show it
	Data []byte
}

// Env is what Parse knows of the world outside the file.
type Env struct {
	// Getenv looks a variable of the environment up; nil: none is set.
	Getenv func(name string) (value string, found bool)
	// ReadFile reads the file that a key such as secret_file names.
	// nil: none can be read.
	ReadFile func(name string) ([]byte, error)
	// Vendors are the names that a source's vendor may have.
	Vendors []string
	// Sinks are the kinds of sinks, by the name that their type has in the
	// file. Each call returns fresh options, to be filled from the sink's table.
	Sinks map[string]func() SinkOptions
	// Globs returns what is wrong with one pattern of a match; nil: nothing ever.
	Globs func(pattern string) error
	// Templates returns what is wrong with a template; nil: nothing ever. place
	// is its key: "title", "body", "fields", "footer", "link" or
	// "conversation_url".
	Templates func(place, text string) *Fault
	// Conditions returns what is wrong with a condition; nil: nothing ever.
	Conditions func(text string) *Fault
	// StandIn, unless it is nil, lets a file be read by who has not got its
	// secrets: a variable without a value, and a secret's file that cannot be
	// read, are no errors then. A sink's key that lacks one has the value that
	// StandIn returns for it. In any other, and one for which it returns "", the
	// variable stays as it is written if a text will do; else the key counts as left
	// out.
	StandIn func(sink, kind, key string) string
}

// Fault is what is wrong with a template or a condition, and where.
type Fault struct {
	Offset int    // in bytes, from the text's start
	Text   string // what is wrong; empty if a name is not known
	// What an unknown name should be the name of, the name, and those that there are.
	What, Name string
	Known      []string
}

// SinkOptions is what a kind of sink wants to be told: a pointer to a struct
// whose exported fields have tags such as `toml:"channel"`. A field may be a
// string, bool, *bool, int, int64, time.Duration, []string, map[string]string,
// relay.Secret, []relay.Secret or an encoding.TextUnmarshaler; any other type
// makes Parse panic. In `toml:"chat_id,number"` the option lets a string also
// be written as a whole number; "one" lets a list also be written as a single
// string, "size" an int64 be a size such as "1MiB", and "required" says that the
// key must be there. A Secret may also be named by its key with "_file" appended.
type SinkOptions interface {
	// Check returns what is wrong with the options once they are filled. A key
	// that the file leaves out has left its field alone. A value in a problem's text
	// is taken out again if it came from the environment or is a secret.
	Check() []relay.Problem
	// Replies reports whether such a sink can answer its own messages.
	Replies() bool
}

// Config is a routes.toml that was understood. Lists stand in the order of the
// file. It is not changed after Parse returns, so any number of goroutines may
// read it.
type Config struct {
	Server  Server
	Store   Store
	Bots    map[string]string // names to show, by bot ID; never nil
	Sources []Source
	Sinks   []Sink
	Routes  []Route
	Default []string // sinks for what no route took; empty: it is kept as unrouted
	// Messages are those that are not to look as they do by default.
	Messages []Message
}

// Server is the table [server].
type Server struct {
	Listen         string         `toml:"listen"`          // host:port; default ":8080"
	AdminListen    string         `toml:"admin_listen"`    // host:port; empty: no admin page
	AdminToken     relay.Secret   `toml:"admin_token"`     // set unless AdminListen is a loopback address of its own
	PublicURL      string         `toml:"public_url"`      // without a slash at the end; may be empty
	Timezone       *time.Location `toml:"timezone"`        // default UTC
	MaxBody        int64          `toml:"max_body,size"`   // bytes; default 1 MiB
	TrustedProxies []netip.Prefix `toml:"trusted_proxies"` // whose X-Forwarded-For is believed
	TLSCert        string         `toml:"tls_cert"`        // a file; with TLSKey
	TLSKey         string         `toml:"tls_key"`
	Notify         []string       `toml:"notify"` // names of sinks
}

// Store is the table [store].
type Store struct {
	URL        relay.Secret  `toml:"url,clear"`   // "sqlite:" and a file; default "sqlite:data/botrelay.db"
	Retain     time.Duration `toml:"retain"`      // of sent events; at least 48h, default 30 days
	RetainDead time.Duration `toml:"retain_dead"` // of events with a dead letter; default 180 days, or Retain if that is longer
}

// Source is one table [sources.NAME]. It has a secret or is pending.
type Source struct {
	Name            string         // letters, digits, "-", "_" and "."
	Vendor          string         `toml:"vendor"`
	Secrets         []relay.Secret `toml:"secret,one"`
	Pending         bool           `toml:"pending"`
	Stringify       *bool          `toml:"stringify"` // nil: the vendor's own default
	Tolerance       time.Duration  `toml:"tolerance"` // of a signed time, either way; default 5m
	AllowIPs        []netip.Prefix `toml:"allow_ips"`
	ConversationURL string         `toml:"conversation_url"` // a template
}

// Sink is one table [sinks.NAME].
type Sink struct {
	Name        string        // letters, digits, "-", "_" and "."
	Type        string        `toml:"type"` // one of Env.Sinks
	Options     SinkOptions   // what Env.Sinks returned for Type, filled and checked
	Thread      *bool         `toml:"thread"`        // nil: where the sink can
	Fallback    string        `toml:"fallback"`      // the name of a sink, or empty
	Rate        Rate          `toml:"rate"`          // zero: the platform's own limits
	Digest      *bool         `toml:"digest"`        // nil: yes
	GiveUpAfter time.Duration `toml:"give_up_after"` // from acceptance; default 72h
}

// Route is one [[routes]].
type Route struct {
	Name  string `toml:"name"` // unique; default "route N", N being its place from 1
	Match Match  `toml:"match"`
	// To names sinks, at least one; each exists.
	To    []string `toml:"to"`
	Final bool     `toml:"final"`
	// Message is the name of a Message, or empty: the kind's own.
	Message string `toml:"message"`
	// When is a condition that Env.Conditions finds good; empty: always.
	When   string `toml:"when"`
	Active Active
}

// Message is one table [messages.NAME]. What is nil was left out, and is as it is
// by default. The texts are templates that Env.Templates finds good.
type Message struct {
	Name   string         // a kind, or a name that routes have
	Title  *string        `toml:"title"`
	Body   *string        `toml:"body"`
	Fields []MessageField // in the order of the file; empty and not nil: there are to be none
	Footer *string        `toml:"footer"`
	Link   *string        `toml:"link"`
	Color  relay.Color    // 0: left out
}

// MessageField is a field of a Message.
type MessageField struct {
	Name  string
	Value string // a template
}

// Match is what a route takes: patterns for the values of an event, as package
// route describes them. Its fields are those of route.Match in their order, so
// that one can be converted to the other.
type Match struct {
	Vendor    []string `toml:"vendor,one"`
	Source    []string `toml:"source,one"`
	EventType []string `toml:"event_type,one"`
	Kind      []string `toml:"kind,one"`
	Channel   []string `toml:"channel,one"`
	BotID     []string `toml:"bot_id,one"`
}

// defaults returns a Config with what holds where the file says nothing. The
// defaults of a source and a sink stand where these are read.
func defaults() *Config {
	const day = 24 * time.Hour
	return &Config{
		Server: Server{Listen: ":8080", Timezone: time.UTC, MaxBody: 1 << 20},
		Store:  Store{URL: relay.NewSecret("sqlite:data/botrelay.db"), Retain: 30 * day, RetainDead: 180 * day},
		Bots:   make(map[string]string),
	}
}

// Parse reads a routes.toml. The Config is nil if any of the problems is not a
// warning. Parse looks variables up and reads the files that keys such as
// secret_file name, and does nothing else outside the file; it may be called
// from several goroutines if env's functions may.
func Parse(file File, env Env) (*Config, Problems) {
	if env.Getenv == nil {
		env.Getenv = func(string) (string, bool) { return "", false }
	}
	root, src, refused := parseTOML(file.Data)
	if refused != nil {
		return nil, Problems{src.problem(file.Name, *refused)}
	}
	r := &reader{env: env, data: src.data}
	cfg := r.config(root)
	problems := src.problems(file.Name, root, r.findings())
	if problems.Failed() {
		return nil, problems
	}
	return cfg, problems
}
