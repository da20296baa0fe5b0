package slack

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	slackapi "github.com/slack-go/slack"

	"botrelay/relay"
	"botrelay/sinks/sinktest"
	"botrelay/sinks/transport"
)

const (
	botToken   = "xoxb-1234567890-AbCdEfGhIj"
	webhookURL = "https://hooks.slack.com/services/T00000000/B00000000/SeCrEtSeCrEtSeCrEt"
)

func bot() Options { return Options{Token: relay.NewSecret(botToken), Channel: "#sales"} }

func webhook() Options { return Options{WebhookURL: relay.NewSecret(webhookURL)} }

func globals() any { return []any{slackapi.APIURL, slackapi.AuditAPIURL, slackapi.WEBAPIURLFormat} }

func TestBotConforms(t *testing.T) {
	sinktest.Run(t, sinktest.Case{
		Open:    func(cfg transport.Config) (relay.Sink, error) { return Open(bot(), cfg) },
		Secrets: []string{"AbCdEfGhIj"}, // what stands before it is the workspace's number
		Good:    sinktest.Answer{Status: 200, Type: "application/json", Body: `{"ok":true,"channel":"C024BE91L","ts":"1700000000.000100","message":{"text":"x","type":"message"}}`},
		ID:      "C024BE91L/1700000000.000100",
		Replies: &sinktest.Replies{
			To:       "C024BE91L/1690000000.000200",
			Answered: sinktest.Answer{Status: 200, Type: "application/json", Body: `{"ok":true,"channel":"C024BE91L","ts":"1700000000.000100","message":{"text":"x","type":"message","team":"T024BE7LD","ts":"1700000000.000100","thread_ts":"1690000000.000200"}}`},
			Alone:    sinktest.Answer{Status: 200, Type: "application/json", Body: `{"ok":true,"channel":"C024BE91L","ts":"1700000000.000100","message":{"text":"x","type":"message","ts":"1700000000.000100"}}`},
			Refused: []sinktest.Answer{
				{Status: 200, Type: "application/json", Body: `{"ok":false,"error":"cannot_reply_to_message"}`},
				{Status: 200, Type: "application/json", Body: `{"ok":false,"error":"restricted_action_thread_locked"}`},
				{Status: 200, Type: "application/json", Body: `{"ok":false,"error":"restricted_action_non_threadable_channel"}`},
				{Status: 200, Type: "application/json", Body: `{"ok":false,"error":"thread_not_found"}`},
			},
		},
		Alive: sinktest.Answer{Status: 200, Type: "application/json", Body: `{"ok":true,"url":"https://example.slack.com/","team":"Example","user":"botrelay","team_id":"T1","user_id":"U1"}`},
		Gone: []sinktest.Answer{
			{Status: 200, Type: "application/json", Body: `{"ok":false,"error":"token_revoked"}`},
			{Status: 401, Type: "application/json", Body: `{"ok":false,"error":"invalid_auth"}`},
		},
		CheckProbe: func(r sinktest.Request) error {
			if r.Method != http.MethodPost || r.URL != "/api/auth.test" || string(r.Body) != "token="+botToken {
				return fmt.Errorf("%s %s: %s", r.Method, r.URL, r.Body)
			}
			return nil
		},
		Globals: globals,
		Check: func(r sinktest.Request) error {
			form, err := url.ParseQuery(string(r.Body))
			if err != nil {
				return err
			}
			return checkForm(r, form)
		},
	})
}

func TestWebhookConforms(t *testing.T) {
	sinktest.Run(t, sinktest.Case{
		Open:    func(cfg transport.Config) (relay.Sink, error) { return Open(webhook(), cfg) },
		Secrets: []string{"SeCrEtSeCrEtSeCrEt"},
		Good:    sinktest.Answer{Status: 200, Type: "text/html", Body: "ok"}, // that is what Slack calls it
		Alive:   sinktest.Answer{Status: 400, Type: "text/html", Body: "invalid_payload"},
		Gone:    []sinktest.Answer{{Status: 404, Body: "no_service"}, {Status: 403, Body: "invalid_token"}, {Status: 410, Body: "channel_is_archived"}, {Status: 405}},
		CheckProbe: func(r sinktest.Request) error {
			if r.Method != http.MethodGet || r.URL != "/services/T00000000/B00000000/SeCrEtSeCrEtSeCrEt" || len(r.Body) > 0 {
				return fmt.Errorf("%s %s: %s", r.Method, r.URL, r.Body)
			}
			return nil
		},
		Globals: globals,
		Check:   checkWebhookRequest,
	})
}

func TestThreads(t *testing.T) {
	quiet, loud := []relay.Message{{Title: "a"}}, []relay.Message{{Title: "b", Loud: true}}
	const root = "C1/1700000000.000100"
	for _, test := range []struct {
		name              string
		post              relay.Post
		thread, broadcast string
	}{
		{"alone", relay.Post{Messages: loud, Form: relay.Rich}, "", ""},
		{"nothing to be in the channel too", relay.Post{Messages: loud, Form: relay.Rich, Broadcast: true}, "", ""},
		{"reply", relay.Post{Messages: quiet, Form: relay.Rich, Reply: root}, "1700000000.000100", ""},
		{"reply in the channel too", relay.Post{Messages: quiet, Form: relay.Rich, Reply: root, Broadcast: true}, "1700000000.000100", "true"},
		{"whether that is so is not for the sink to say", relay.Post{Messages: loud, Form: relay.Rich, Reply: root}, "1700000000.000100", ""},
		{"plain text", relay.Post{Messages: loud, Form: relay.Text, Reply: root, Broadcast: true}, "", ""},
		{"no ts", relay.Post{Messages: quiet, Form: relay.Rich, Reply: "C1/x", Broadcast: true}, "", ""},
	} {
		_, form, err := slackapi.UnsafeApplyMsgOptions("", "C1", apiURL, messageOptions(test.post, nil)...)
		if err != nil {
			t.Fatal(err)
		}
		if form.Get("thread_ts") != test.thread || form.Get("reply_broadcast") != test.broadcast {
			t.Errorf("%s: thread_ts %q, reply_broadcast %q", test.name, form.Get("thread_ts"), form.Get("reply_broadcast"))
		}
	}
}

func TestOpenRefusesWhatCheckRefuses(t *testing.T) {
	if _, err := Open(Options{}, transport.Config{}); err == nil || !strings.Contains(err.Error(), "webhook_url") {
		t.Errorf("got %v", err)
	}
}
