// Package config turns routes.toml into a Config: strictly, with every error
// at once, each with the line and the column where it stands, and without ever
// showing a secret. What the keys of a sink mean is left to the sinks, what a
// pattern means to package route, and opening anything to who uses the Config.
package config

import (
	"crypto/tls"
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
	// Vendors are the names of the built-in vendors.
	Vendors []string
	// Described returns fresh options, to be filled from a table [vendors.NAME];
	// nil: no vendor can be described.
	Described func() VendorOptions
	// Sent returns what a vendor sends: a built-in one, or one that the file
	// describes with options; nil: that is not known. If Sent is nil it never is.
	Sent func(vendor string, options VendorOptions) *Sent
	// Channels are the channels of all vendors that are known. What is near to one
	// of them is taken for a mistake.
	Channels []string
	// Sinks are the kinds of sinks, by the name that their type has in the
	// file. Each call returns fresh options, to be filled from the sink's table.
	Sinks map[string]func() SinkOptions
	// Globs returns what is wrong with one pattern of a match; nil: nothing ever.
	Globs func(pattern string) error
	// Templates returns what is wrong with a template; nil: nothing ever. place
	// is its key: "title", "body", "fields", "footer", "link" or
	// "conversation_url". described are the vendors that the file describes.
	Templates func(place, text string, described []Vendor) *Fault
	// Conditions returns what a condition is made into, or what is wrong with it; nil:
	// nothing ever is, and nothing is made.
	Conditions func(text string) (Condition, *Fault)
	// StandIn, unless it is nil, lets a file be read by who has not got its
	// secrets: a variable without a value, and a secret's file that cannot be
	// read, are no errors then. A sink's key that lacks one has the value that
	// StandIn returns for it. In any other, and one for which it returns "", the
	// variable stays as it is written if a text will do; else the key counts as left
	// out.
	StandIn func(sink, kind, key string) string
}

// Condition is a condition as Env.Conditions has made it: whoever needs more than its
// text has made it too.
type Condition interface {
	String() string // as it is written
}

// Fault is what is wrong with a template or a condition, and where.
type Fault struct {
	Offset int    // in bytes, from the text's start
	Text   string // what is wrong; empty if a name is not known
	// What an unknown name should be the name of, the name, and those that there are.
	What, Name string
	Known      []string
	Like       string // the name that is probably meant; empty: the closest of Known
	Warning    bool   // it works, but hardly as it is meant
}

// SinkOptions is what a kind of sink wants to be told: a pointer to a struct
// whose exported fields have tags such as `toml:"channel"`. A field may be a
// string, bool, *bool, int, int64, time.Duration, []string, map[string]string,
// relay.Secret, []relay.Secret, an encoding.TextUnmarshaler, a string with a method
// Known() []string that lists what it may be, a [][2]string for a table of strings in
// its order, or a struct for a table; any other type makes Parse panic. A string's tag `holds:"id body"` lists
// placeholders of its own: ${body} is then left for Check to refuse. In `toml:"chat_id,number"` the option lets a string also
// be written as a whole number; "one" lets a list also be written as a single
// string, "size" an int64 be a size such as "1MiB", "positive" wants a duration
// that is more than nothing, and "required" says that the key must be there. A Secret may also be named by its key with "_file" appended.
type SinkOptions interface {
	// Check returns what is wrong with the options once they are filled. A key
	// that the file leaves out has left its field alone. A value in a problem's text
	// is taken out again if it came from the environment or is a secret.
	Check() []relay.Problem
	// Replies reports whether such a sink can answer its own messages.
	Replies() bool
	// Where says where messages go, without secrets: "channel #sales".
	Where() string
}

// VendorOptions is how a vendor is described: a pointer to a struct as that of
// SinkOptions.
type VendorOptions interface {
	// Check returns what is wrong with the description once it is filled. The key
	// of a problem may be that of a table within it, a dot, and one of that
	// table's, and end in a dot and the place of an item from 0.
	Check() []relay.Problem
	// CheckSecret returns why a secret cannot be one of the vendor's. The error
	// does not show it.
	CheckSecret(secret relay.Secret) error
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
	Vendors  []Vendor // those that the file describes

	sent map[string]*sent // what vendors send, by name, as far as that is known
	read func() File      // returns what it was read from; a function, so that nothing prints it
}

// Server is the table [server].
type Server struct {
	Listen         string         `toml:"listen" default:":8080" doc:"Host and port of the webhooks, /healthz and /readyz."`
	AdminListen    string         `toml:"admin_listen" example:"127.0.0.1:8081" doc:"Host and port of the admin page, its API and /metrics. The same address as listen puts them under /admin/ there. Without it there are none."`
	AdminToken     relay.Secret   `toml:"admin_token" example:"${ADMIN_TOKEN}" doc:"What the admin page asks for. It must be set unless admin_listen is a loopback address of its own."`
	PublicURL      string         `toml:"public_url" as:"url" example:"https://hooks.example.com" doc:"What the vendors reach, to print the URLs to paste there."` // without a slash at the end
	Timezone       *time.Location `toml:"timezone" default:"UTC" example:"Europe/Berlin" doc:"The time zone of the times in messages, and of routes that name none."`
	MaxBody        int64          `toml:"max_body,size" default:"1MiB" doc:"The largest request that is taken."` // bytes
	TrustedProxies []netip.Prefix `toml:"trusted_proxies" example:"10.0.0.0/8" doc:"Addresses and networks of proxies whose X-Forwarded-For is believed."`
	TLSCert        string         `toml:"tls_cert" example:"cert.pem" doc:"A file with the certificate in PEM, to serve HTTPS with; together with tls_key. Both are read anew when they change."`
	TLSKey         string         `toml:"tls_key" example:"key.pem" doc:"A file with the private key of tls_cert, in PEM."`
	// Certificate is what the two files held; nil: there are none, or Env.StandIn
	// takes the file for somebody who has not got them.
	Certificate *tls.Certificate
	Notify      []string `toml:"notify" as:"sink" example:"night" doc:"Sinks that are told of the relay's own troubles."`
}

// Store is the table [store].
type Store struct {
	URL        relay.Secret  `toml:"url,clear" default:"sqlite:data/botrelay.db" doc:"What is accepted is kept here: sqlite: and a file, or postgres://USER:PASSWORD@HOST/DATABASE."`
	Retain     time.Duration `toml:"retain" default:"30d" doc:"How long sent events are kept, and what is sent again is recognised: at least 48h."`
	RetainDead time.Duration `toml:"retain_dead" default:"180d" doc:"How long events with a dead letter are kept; without it no shorter than retain."`
}

// Source is one table [sources.NAME]. It has a secret or is pending.
type Source struct {
	Name      string         // letters, digits, "-", "_" and "."
	Vendor    string         `toml:"vendor" must:"yes" as:"vendor" example:"chatbase" doc:"Who sends."`
	Secrets   []relay.Secret `toml:"secret,one" example:"${CHATBASE_SECRET}" doc:"What the vendor signs with; a list while it is changed."`
	Pending   bool           `toml:"pending" default:"false" doc:"There is no secret yet: test requests are answered, anything else is turned away."`
	Stringify *bool          `toml:"stringify" doc:"Also accept the signature over JSON.stringify of the body. Without it as the vendor documents."` // nil: the vendor's own default
	// 0: the vendor's, which is 5m unless it is described otherwise.
	Tolerance       time.Duration  `toml:"tolerance,positive" default:"5m" doc:"How old, or how far ahead, a signed time may be."`
	AllowIPs        []netip.Prefix `toml:"allow_ips" example:"203.0.113.0/24" doc:"Addresses and networks that may post. Without it all may."`
	ConversationURL string         `toml:"conversation_url" as:"template" example:"https://www.chatbase.co/c/{{ .ConversationID }}" doc:"Where the titles of messages lead to: a template."`
}

// Vendor is one table [vendors.NAME].
type Vendor struct {
	Name    string        // letters, digits, "-", "_" and "."; no built-in vendor's
	Options VendorOptions // what Env.Described returned, filled and checked
}

// Sink is one table [sinks.NAME].
type Sink struct {
	Name        string        // letters, digits, "-", "_" and "."
	Type        string        `toml:"type" must:"yes" as:"type" example:"slack" doc:"The platform."` // one of Env.Sinks
	Options     SinkOptions   // what Env.Sinks returned for Type, filled and checked
	Thread      *bool         `toml:"thread" doc:"Messages of one conversation answer the first of it. Without it where the sink can: with a bot's token."`
	Fallback    string        `toml:"fallback" as:"sink" example:"night" doc:"The sink that is told when this one is refused, or has failed for 15 minutes."`
	Rate        Rate          `toml:"rate" example:"20/1m" doc:"How many messages per duration, in place of the platform's own limits."`
	Digest      *bool         `toml:"digest" default:"true" doc:"Send several messages as one where the rate does not allow one each."` // nil: yes
	GiveUpAfter time.Duration `toml:"give_up_after" default:"72h" doc:"How long a failure that may pass is tried again, counted from acceptance."`
}

// Route is one [[routes]].
type Route struct {
	Name    string   `toml:"name" example:"leads" doc:"What it is called: unique. Without it \"route N\"."` // N: its place from 1
	Match   Match    `toml:"match" must:"yes" doc:"What it takes: all of its keys must hold; {} takes everything. A value is a pattern or a list of them: * is any run of characters, ? is one, \\ escapes, a leading ! negates."`
	To      []string `toml:"to" must:"yes" as:"sink" example:"sales" doc:"The sinks that get the event: at least one."` // each exists
	Final   bool     `toml:"final" default:"false" doc:"Stop here: later routes do not see the event."`
	Message string   `toml:"message" as:"message" example:"urgent" doc:"The message to send, as [messages.NAME] describes it. Without it the kind's own."`
	// When is a condition that Env.Conditions finds good.
	When   string `toml:"when" example:"not (text contains \"unsubscribe\")" doc:"A condition on the event. Without it always."`
	Active Active `key:"active" doc:"When it applies, by the clock on the wall. Without it at any time."`
	// Condition is what Env.Conditions made of When; nil without.
	Condition Condition
	Never     string // why no event comes to it; empty: one may
}

// Message is one table [messages.NAME]. What is nil was left out, and is as it is
// by default. The texts are templates that Env.Templates finds good.
type Message struct {
	Name   string         // a kind, or a name that routes have
	Title  *string        `toml:"title" as:"template" example:"{{ .Contact.Name }} asks" doc:"The first line: a template, without formatting."`
	Body   *string        `toml:"body" as:"template" example:"{{ .Text }}" doc:"The text: a template of Markdown."`
	Fields []MessageField `key:"fields" as:"templates" example:"{{ .Contact.Handle }}" doc:"Names and values below it: templates of Markdown. {} for none."` // in the order of the file; empty and not nil: there are to be none
	Footer *string        `toml:"footer" as:"template" example:"{{ .Source }}" doc:"The small print: a template of Markdown."`
	Link   *string        `toml:"link" as:"template" example:"{{ .ConversationURL }}" doc:"Where the title leads to: a template."`
	Color  relay.Color    `key:"color" as:"color" example:"#d83a3a" doc:"The colour at the side, where the platform shows one."` // 0: left out
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
	Vendor    []string `toml:"vendor,one" as:"pattern" example:"chatzuri" doc:"Who sent it."`
	Source    []string `toml:"source,one" as:"pattern" example:"website" doc:"The name of the source it came by."`
	EventType []string `toml:"event_type,one" as:"pattern" example:"message.received" doc:"What the vendor calls it."`
	Kind      []string `toml:"kind,one" as:"pattern" example:"lead" doc:"What it is, across vendors: lead, message, appointment, chat, escalation or other."`
	Channel   []string `toml:"channel,one" as:"pattern" example:"whatsapp" doc:"Where the customer wrote, in lower case; not every event has one."`
	BotID     []string `toml:"bot_id,one" as:"pattern" example:"agent_*" doc:"Which bot, as the vendor counts them."`
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
		return nil, src.unparsed(file.Name, refused, vocabularyOf(env))
	}
	r := &reader{env: env, data: src.data}
	cfg := r.config(root)
	cfg.read = func() File { return file }
	r.guess(root)
	problems := src.problems(file.Name, root, r.findings())
	if problems.Failed() {
		return nil, problems
	}
	return cfg, problems
}
