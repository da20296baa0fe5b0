// Package sandbox is a local stand-in for Slack, Discord and Telegram: it
// speaks the parts of their HTTP APIs that posting a message needs, refuses
// what they refuse in the words they use, and shows what arrived on a page
// that looks like the three apps. It carries nothing to the real platforms.
//
// What it serves, on one host:
//
//	Slack     /api/chat.postMessage, /api/auth.test, /api/conversations.info,
//	          /services/T…/B…/… (incoming webhooks)
//	Discord   /api/webhooks/ID/TOKEN, /api/channels/ID, /api/channels/ID/messages,
//	          /api/users/@me, each also below /api/v9 and /api/v10
//	Telegram  /botTOKEN/sendMessage, /botTOKEN/getMe, /botTOKEN/getChat
//	people    / (the page), /live (its events), /api/sandbox/messages (JSON)
//
// Channels and chats come into being when they are first used, and any
// credential is good, but for these, which bring about the platforms' refusals:
//
//	Slack     a token that contains revoked, expired, inactive, noscope or
//	          invalid; the channels missing, archived, uninvited, readonly; a
//	          webhook whose last segment contains revoked, invalid, missing,
//	          archived or prohibited
//	Discord   a token that contains revoked; a webhook, channel or thread whose
//	          ID is the number of the error: 10003, 10015, 50001, 50013
//	Telegram  a token that contains revoked; the chats 404 or @missing, 403 or
//	          @blocked, -403 or @kicked, @readonly, and -400, which has become
//	          the supergroup -1000000000400; the topic 404
//
// Where a platform would silently change a message (Slack cuts a text after
// 40,000 characters) the sandbox refuses it, and what it does not know (files,
// Discord's components beyond link buttons) it refuses too, so that nothing
// passes unchecked.
package sandbox

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Config tells how the stand-in behaves. The zero value is useful.
type Config struct {
	// Rates enforces the platforms' rate limits, with their own answers: Slack
	// 1 message a second a channel, Discord 5 in 2 s and 30 a minute a webhook
	// or channel and 50 a second a bot or all webhooks, Telegram 1 a second a
	// chat, 20 a minute a group and 30 a second a bot, in any window of time and
	// without bursts. Without it any pace is accepted.
	Rates bool
	// Now is the clock for timestamps and rates; nil means time.Now.
	Now func() time.Time
	// Names are what the page calls places, by Message.Place; a place that is
	// not in it goes by its ID.
	Names map[string]string
	// Log gets one debug line per request to a platform, without its content; nil
	// means no log.
	Log *slog.Logger
}

// Sandbox is the stand-in. It starts no goroutine of its own, and may be used
// from several.
type Sandbox struct {
	cfg    Config
	mux    *http.ServeMux
	store  *store
	pace   *pacer
	fault  atomic.Pointer[func(*http.Request) *Response]
	relay  atomic.Pointer[string] // where the relay's own page is; nil: nobody has said
	late   atomic.Int64           // how many messages were refused for their pace
	closed chan struct{}
	once   sync.Once
	boot   string // tells this sandbox from one before it

	// accept makes looking up what a message refers to, and keeping it, one step.
	accept sync.Mutex
	ids    ids
	slack  aliases // Slack's channel IDs to the names they were made from
	chats  aliases // Telegram's chat IDs, likewise
	nonces nonces
	moved  map[int64]int64 // Telegram's groups that have become supergroups
}

// New returns a Sandbox with no messages.
func New(cfg Config) *Sandbox {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Sandbox{
		cfg:    cfg,
		store:  newStore(),
		pace:   newPacer(cfg.Now),
		closed: make(chan struct{}),
		boot:   rand.Text(),
		slack:  aliases{},
		chats:  aliases{},
		moved:  map[int64]int64{},
	}
	s.mux = s.routes()
	return s
}

// LinkTo lets the page lead to that of the relay whose messages it shows, by its URL.
func (s *Sandbox) LinkTo(relay string) { s.relay.Store(&relay) }

func (s *Sandbox) routes() *http.ServeMux {
	mux := http.NewServeMux()
	s.slackRoutes(mux)
	s.discordRoutes(mux)
	mux.HandleFunc("/api/", s.api(unknownMethod))
	mux.HandleFunc("/", s.api(s.telegram)) // /bot<token>/… is no pattern that a ServeMux knows
	s.pageRoutes(mux)
	return mux
}

// Throttled returns how many requests were refused, with a 429, because they
// came too fast. Those that a fault refused do not count.
func (s *Sandbox) Throttled() int { return int(s.late.Load()) }

// ServeHTTP answers for the platforms and serves the page.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mux.ServeHTTP(w, r)
}

// Close ends every request that hangs and every live page, so that a server
// in front of the sandbox can shut down. Messages stay readable.
func (s *Sandbox) Close() {
	s.once.Do(func() { close(s.closed) })
}
