// Package discord sends messages to Discord, as a bot or through a webhook. A
// webhook cannot reply, and knows no nonce: a repeated request posts twice.
package discord

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"botrelay/relay"
	"botrelay/sinks/transport"
)

// apiURL is where Discord's API is. The library's own constants name an older
// version.
const apiURL = "https://discord.com/api/v10"

// maxNonce is the length of the longest nonce that Discord takes.
const maxNonce = 25

// Sink sends to one Discord channel or thread. It may be used from several
// goroutines.
type Sink struct {
	options Options
	url     string // where messages are posted
	session *discordgo.Session
	client  *transport.Client
	guild   guild
}

// Open returns a Sink. It touches no network. The error says what is wrong
// with o, which Check tells in full.
func Open(o Options, cfg transport.Config) (*Sink, error) {
	for _, p := range o.Check() {
		if !p.Warning {
			return nil, errors.New(p.Text)
		}
	}
	session, err := newSession(o)
	if err != nil {
		return nil, err
	}
	target, err := o.target()
	if err != nil {
		return nil, err
	}
	client := transport.New(cfg.WithBase(o.APIURL).WithSecrets(o.secrets()...))
	return &Sink{options: o, url: target, session: session, client: client}, nil
}

// newSession returns a session that says nothing. A webhook's has no token:
// the library would send it to any address.
func newSession(o Options) (*discordgo.Session, error) {
	token := ""
	if !o.Token.IsZero() {
		token = "Bot " + o.token()
	}
	session, err := discordgo.New(token)
	if err != nil {
		return nil, fmt.Errorf("opening a Discord session: %w", err)
	}
	session.LogLevel = discordgo.LogError - 1 // errors come back anyway
	return session, nil
}

// target is the address to post to. A thread is a channel to a bot, and a
// parameter to a webhook. A webhook answers only if it is told to wait.
func (o Options) target() (string, error) {
	if o.WebhookURL.IsZero() {
		return apiURL + "/channels/" + o.channel() + "/messages", nil
	}
	u, err := url.Parse(o.WebhookURL.Reveal())
	if err != nil {
		return "", errors.New("webhook_url is not a URL") // the error would show it
	}
	query := u.Query()
	query.Set("wait", "true")
	if o.ThreadID != "" {
		query.Set("thread_id", o.ThreadID)
	}
	u.RawQuery = query.Encode()
	return u.String(), nil
}

// CloseIdle closes connections that rest. See relay.Idler.
func (s *Sink) CloseIdle() { s.client.CloseIdle() }

// Send makes one request and returns what it came to. See relay.Sink.
func (s *Sink) Send(ctx context.Context, p relay.Post) relay.Verdict {
	answer := s.client.Attempt(ctx, func(ctx context.Context, client *http.Client) error {
		body, err := json.Marshal(s.body(p))
		if err != nil {
			return fmt.Errorf("writing the request: %w", err)
		}
		return s.request(ctx, client, http.MethodPost, s.url, body)
	})
	v := judge(answer, s.options.Token.IsZero(), time.Now())
	if v.Outcome == relay.Sent {
		s.guild.learn(answer)
	}
	if s.answers(p) {
		v = judgeReply(answer, v)
	}
	return s.client.Clean(v)
}

// request makes one request by the library; without a body it is nil.
func (s *Sink) request(ctx context.Context, client *http.Client, method, target string, body []byte) error {
	// The library's limiter sleeps without regard to ctx. A fresh bucket
	// never does.
	bucket := discordgo.NewRatelimiter().LockBucket("")
	_, err := s.session.RequestWithLockedBucket(method, target, "application/json", body, bucket, 0,
		discordgo.WithContext(ctx), discordgo.WithClient(client),
		discordgo.WithRetryOnRatelimit(false), discordgo.WithRestRetries(0))
	return err
}

// botMessage is a bot's message. The library does not know the nonce.
type botMessage struct {
	*discordgo.MessageSend

	Nonce        string `json:"nonce,omitempty"`
	EnforceNonce bool   `json:"enforce_nonce,omitempty"` // Discord recognises a repeated request
}

// body is what is posted.
func (s *Sink) body(p relay.Post) any {
	c := compose(p, s.guild.links(p.Roots))
	nobody := &discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}}
	if s.options.Token.IsZero() {
		return &discordgo.WebhookParams{Content: c.content, Embeds: c.embeds, AllowedMentions: nobody}
	}
	message := &discordgo.MessageSend{Content: c.content, Embeds: c.embeds, AllowedMentions: nobody, Reference: s.reference(p)}
	return botMessage{message, nonce(p.Nonce), p.Nonce != ""}
}

// nonce returns text if Discord takes it, else one that stands for it.
func nonce(text string) string {
	if len(text) <= maxNonce {
		return text
	}
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:])[:maxNonce]
}

// answers reports whether p answers a message. Plain text does not, so that a
// reply which is refused for a reason that we do not know is not lost; nor does
// a webhook. One in another channel cannot be answered here.
func (s *Sink) answers(p relay.Post) bool { return s.reference(p) != nil }

// reference says which message p answers.
func (s *Sink) reference(p relay.Post) *discordgo.MessageReference {
	channel, message, _ := strings.Cut(p.Reply, "/")
	if p.Form == relay.Text || !isID(message) || s.options.Token.IsZero() || channel != s.options.channel() {
		return nil
	}
	fail := false
	return &discordgo.MessageReference{MessageID: message, ChannelID: channel, FailIfNotExists: &fail}
}
