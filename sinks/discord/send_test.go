package discord

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"botrelay/relay"
	"botrelay/sinks/sinktest"
	"botrelay/sinks/transport"
)

const (
	botToken   = "NzkyNzE1NDU0MTk2MDg4ODQy.X-hvzA.Ovy4MCQywSkoMRRclStW4xAYK7I"
	hookToken  = "aBcDeFgHiJkLmNoPqRsTuVwXyZ-9081726354_zYxWvUtSrQpOnMlKjIhGfEdCbA9081"
	webhookURL = "https://discord.com/api/webhooks/123456789012345678/" + hookToken
	created    = `{"id":"1300000000000000001","channel_id":"1200000000000000001","type":0,"content":"","components":[{"type":99}]}`

	// Replies as Discord's reference shows them.
	answered = `{"id":"1300000000000000001","channel_id":"1200000000000000001","type":19,"content":"",` +
		`"message_reference":{"type":0,"channel_id":"1200000000000000001","message_id":"1300000000000000009","guild_id":"1100000000000000001"},` +
		`"referenced_message":{"id":"1300000000000000009","channel_id":"1200000000000000001","type":0,"content":"first"}}`
	unknownReply = `{"message":"Invalid Form Body","code":50035,"errors":{"message_reference":{"_errors":[` +
		`{"code":"REPLIES_UNKNOWN_MESSAGE","message":"Unknown message"}]}}}`
)

func bot() Options {
	return Options{Token: relay.NewSecret(botToken), ChannelID: "1200000000000000001"}
}

func webhook() Options { return Options{WebhookURL: relay.NewSecret(webhookURL)} }

func globals() any {
	return []any{
		discordgo.APIVersion, discordgo.EndpointDiscord, discordgo.EndpointAPI, discordgo.EndpointChannels,
		discordgo.EndpointWebhooks, discordgo.Logger == nil, discordgo.Marshal == nil, discordgo.Unmarshal == nil,
	}
}

func TestBotConforms(t *testing.T) {
	sinktest.Run(t, sinktest.Case{
		Open:    func(cfg transport.Config) (relay.Sink, error) { return Open(bot(), cfg) },
		Secrets: []string{botToken},
		Good:    sinktest.Answer{Status: 200, Type: "application/json", Body: created},
		ID:      "1200000000000000001/1300000000000000001",
		Replies: &sinktest.Replies{
			To:       "1200000000000000001/1300000000000000009",
			Answered: sinktest.Answer{Status: 200, Type: "application/json", Body: answered},
			Alone:    sinktest.Answer{Status: 200, Type: "application/json", Body: created},
			Refused: []sinktest.Answer{
				{Status: 400, Type: "application/json", Body: unknownReply},
				{Status: 403, Type: "application/json", Body: `{"message":"Cannot reply without permission to read message history","code":160002}`},
			},
		},
		Alive: sinktest.Answer{Status: 200, Type: "application/json", Body: `{"id":"1200000000000000001","type":0,"guild_id":"1","name":"leads","last_message_id":null}`},
		Gone: []sinktest.Answer{
			{Status: 401, Type: "application/json", Body: `{"message":"401: Unauthorized","code":0}`},
			{Status: 403, Type: "application/json", Body: `{"message":"Missing Access","code":50001}`},
			{Status: 404, Type: "application/json", Body: `{"message":"Unknown Channel","code":10003}`},
		},
		CheckProbe: checkProbe("/api/v10/channels/1200000000000000001", "Bot "+botToken),
		Globals:    globals,
		Check: func(r sinktest.Request) error {
			return checkRequest(r, "/api/v10/channels/1200000000000000001/messages")
		},
	})
}

func TestWebhookConforms(t *testing.T) {
	sinktest.Run(t, sinktest.Case{
		Open:    func(cfg transport.Config) (relay.Sink, error) { return Open(webhook(), cfg) },
		Secrets: []string{hookToken},
		Good:    sinktest.Answer{Status: 200, Type: "application/json", Body: created},
		ID:      "1200000000000000001/1300000000000000001",
		Alive:   sinktest.Answer{Status: 200, Type: "application/json", Body: `{"id":"123456789012345678","type":1,"channel_id":"1200000000000000001","token":"` + hookToken + `","application_id":null}`},
		Gone: []sinktest.Answer{
			{Status: 401, Type: "application/json", Body: `{"message":"Invalid Webhook Token","code":50027}`},
			{Status: 404, Type: "application/json", Body: `{"message":"Unknown Webhook","code":10015}`},
		},
		CheckProbe: checkProbe("/api/webhooks/123456789012345678/"+hookToken, ""),
		Globals:    globals,
		Check: func(r sinktest.Request) error {
			return checkRequest(r, "/api/webhooks/123456789012345678/"+hookToken+"?wait=true")
		},
	})
}

// checkProbe returns a check that a probe asks for url as auth.
func checkProbe(url, auth string) func(sinktest.Request) error {
	return func(r sinktest.Request) error {
		if r.Method != http.MethodGet || r.URL != url || r.Header.Get("Authorization") != auth || len(r.Body) > 0 {
			return fmt.Errorf("%s %s as %q: %s", r.Method, r.URL, r.Header.Get("Authorization"), r.Body)
		}
		return nil
	}
}

// posted is what of a request the tests look at.
type posted struct {
	url    string
	header http.Header
	body   map[string]any
}

// post sends p and returns what arrived.
func post(t *testing.T, o Options, p relay.Post) posted {
	t.Helper()
	var got posted
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = posted{url: r.URL.RequestURI(), header: r.Header}
		if err := json.NewDecoder(r.Body).Decode(&got.body); err != nil {
			t.Error(err)
		}
		_, _ = w.Write([]byte(created))
	}))
	defer s.Close()
	base, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	sink, err := Open(o, transport.Config{Base: base})
	if err != nil {
		t.Fatal(err)
	}
	if v := sink.Send(t.Context(), p); v.Outcome != relay.Sent {
		t.Fatalf("got %+v", v)
	}
	return got
}

func TestWhereAndWho(t *testing.T) {
	p := relay.Post{Messages: []relay.Message{{Title: "a"}}, Form: relay.Rich}
	thread := func(o Options) Options { o.ThreadID = "1250000000000000001"; return o }
	named := bot()
	named.Token = relay.NewSecret("Bot " + botToken)
	for _, test := range []struct {
		name      string
		options   Options
		url, auth string
	}{
		{"bot", bot(), "/api/v10/channels/1200000000000000001/messages", "Bot " + botToken},
		{"bot whose token says so", named, "/api/v10/channels/1200000000000000001/messages", "Bot " + botToken},
		{"bot in a thread", thread(bot()), "/api/v10/channels/1250000000000000001/messages", "Bot " + botToken},
		{"webhook", webhook(), "/api/webhooks/123456789012345678/" + hookToken + "?wait=true", ""},
		{"webhook in a thread", thread(webhook()), "/api/webhooks/123456789012345678/" + hookToken + "?thread_id=1250000000000000001&wait=true", ""},
	} {
		got := post(t, test.options, p)
		if got.url != test.url || got.header.Get("Authorization") != test.auth {
			t.Errorf("%s: posted to %s as %q", test.name, got.url, got.header.Get("Authorization"))
		}
		if !strings.HasPrefix(got.header.Get("User-Agent"), "DiscordBot (") { // Discord refuses others
			t.Errorf("%s: posted by %q", test.name, got.header.Get("User-Agent"))
		}
	}
}

func TestNonceAndReply(t *testing.T) {
	p := relay.Post{Messages: []relay.Message{{Title: "a"}}, Form: relay.Rich, Nonce: "n-1", Reply: "1200000000000000001/1300000000000000009"}
	got := post(t, bot(), p).body
	reference, _ := got["message_reference"].(map[string]any)
	if got["nonce"] != "n-1" || got["enforce_nonce"] != true {
		t.Errorf("nonce %v, enforced %v", got["nonce"], got["enforce_nonce"])
	}
	if reference["message_id"] != "1300000000000000009" || reference["fail_if_not_exists"] != false {
		t.Errorf("the reference is %v", reference)
	}

	for name, p := range map[string]relay.Post{
		"plain text":      {Messages: p.Messages, Form: relay.Text, Reply: p.Reply},
		"another channel": {Messages: p.Messages, Form: relay.Rich, Reply: "1200000000000000002/1300000000000000009"},
		"no ID":           {Messages: p.Messages, Form: relay.Rich, Reply: "1200000000000000001/x"},
	} {
		if got := post(t, bot(), p).body; got["message_reference"] != nil || got["nonce"] != nil || got["enforce_nonce"] != nil {
			t.Errorf("%s: got %v", name, got)
		}
	}
	if got := post(t, webhook(), p).body; got["message_reference"] != nil || got["nonce"] != nil {
		t.Errorf("a webhook's request has %v", got)
	}
}

func TestNonceFits(t *testing.T) {
	a, b := nonce(strings.Repeat("a", 36)), nonce(strings.Repeat("a", 35)+"b")
	if len(a) != 25 || a == b || a != nonce(strings.Repeat("a", 36)) || nonce("1234567890123456789012345") != "1234567890123456789012345" {
		t.Errorf("got %q and %q", a, b)
	}
}
