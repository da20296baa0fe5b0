package sinks_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/wording"
	"botrelay/sinks"
	"botrelay/sinks/slack"
	"botrelay/sinks/transport"
)

// answers answers every request alike.
type answers struct {
	status int
	body   string
	err    error
}

func (a answers) RoundTrip(*http.Request) (*http.Response, error) {
	if a.err != nil {
		return nil, a.err
	}
	return &http.Response{StatusCode: a.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(a.body))}, nil
}

// sendTo sends a message by a sink of that kind, and returns the verdict on the answer.
func sendTo(t *testing.T, kind string, a answers) relay.Verdict {
	t.Helper()
	options := good(kind)
	if kind == "slack webhook" {
		kind, options = "slack", &slack.Options{WebhookURL: relay.NewSecret("https://hooks.slack.com/services/T0/B0/x")}
	}
	for _, k := range sinks.Kinds() {
		if k.Name == kind {
			sink, err := k.Open(options, transport.Config{RoundTripper: a})
			if err != nil {
				t.Fatal(err)
			}
			return sink.Send(t.Context(), relay.Post{Messages: []relay.Message{{Title: "a"}}, Form: relay.Rich})
		}
	}
	t.Fatalf("no kind %s", kind)
	return relay.Verdict{}
}

func slackSays(code string) answers {
	return answers{status: 200, body: fmt.Sprintf(`{"ok":false,"error":%q}`, code)}
}

func discordSays(status, code int, message string) answers {
	return answers{status: status, body: fmt.Sprintf(`{"message":%q,"code":%d}`, message, code)}
}

func telegramSays(status int, description string) answers {
	return answers{status: status, body: fmt.Sprintf(`{"ok":false,"error_code":%d,"description":%q}`, status, description)}
}

// TestAdvise: what a platform answers, judged by the sink itself, is explained.
func TestAdvise(t *testing.T) {
	for _, c := range []struct {
		kind          string
		answer        answers
		meaning, cure string // parts of them
	}{
		{"slack", slackSays("not_in_channel"), "not in the channel", "/invite @"},
		{"slack", slackSays("channel_not_found"), "no such channel", "/invite @"},
		{"slack", slackSays("is_archived"), "archived", "out of the archive"},
		{"slack", slackSays("invalid_auth"), "does not accept the bot's token", "OAuth & Permissions"},
		{"slack", slackSays("token_expired"), "expired", "OAuth & Permissions"},
		{"slack", slackSays("account_inactive"), "removed from the workspace", "Install the app again"},
		{"slack", slackSays("missing_scope"), "does not allow it to write", "chat:write"},
		{"slack", slackSays("restricted_action_read_only_channel"), "administrator", "Ask an administrator"},
		{"slack", slackSays("message_limit_exceeded"), "used up the messages", "administers the workspace"},
		{"slack", slackSays("service_unavailable"), "trouble of its own", "Nothing."},
		{"slack", slackSays("invalid_blocks"), "fault with the form", "Look at the message"},
		{
			"slack",
			answers{status: 200, body: `{"ok":false,"error":"invalid_blocks","response_metadata":{"messages":["no more than 50: items allowed"]}}`},
			"fault with the form", "Look at the message",
		},
		{"slack", slackSays("ratelimited"), "no more messages for the moment", "Nothing."},
		{"slack webhook", answers{status: 404, body: "no_service"}, "webhook was removed", "Incoming Webhooks"},
		{"slack webhook", answers{status: 403, body: "invalid_token"}, "webhook's URL", "Incoming Webhooks"},
		{"slack webhook", answers{status: 410, body: "channel_is_archived"}, "archived", "archive"},
		{"slack webhook", answers{status: 404, body: "channel_not_found"}, "no such channel", "webhook whose channel is gone"},
		{"slack webhook", answers{status: 200, body: "<html>Please log in"}, "login page", "let the relay through"},
		{"discord", discordSays(404, 10015, "Unknown Webhook"), "webhook was deleted", "Integrations"},
		{"discord", discordSays(404, 10003, "Unknown Channel"), "channel or the thread does not exist", "channel_id"},
		{"discord", discordSays(403, 50001, "Missing Access"), "does not see the channel", "Invite the bot"},
		{"discord", discordSays(403, 50013, "Missing Permissions"), "may not write", "Send Messages"},
		{"discord", discordSays(401, 0, "401: Unauthorized"), "does not accept the token", "Reset the bot's token"},
		{"discord", discordSays(400, 220001, "Webhooks posted to forum channels must have a thread_name or thread_id"), "forum", "thread_id"},
		{"discord", discordSays(400, 50083, "Thread is archived"), "archived", "Open it again"},
		{"discord", answers{status: 429, body: "error code: 1015"}, "blocked this machine's address", "Nothing at once"},
		{"discord", answers{status: 429, body: `{"message":"You are being rate limited.","retry_after":1.2,"global":false}`}, "no more messages for the moment", "Nothing."},
		{"telegram", telegramSays(401, "Unauthorized"), "does not accept the bot's token", "@BotFather"},
		{"telegram", telegramSays(404, "Not Found"), "No bot has this token", "@BotFather"},
		{"telegram", telegramSays(400, "Bad Request: chat not found"), "no such chat", "chat_id"},
		{"telegram", telegramSays(403, "Forbidden: bot was kicked from the supergroup chat"), "removed from the chat", "Add the bot"},
		{"telegram", telegramSays(403, "Forbidden: bot was blocked by the user"), "blocked the bot", "unblock"},
		{"telegram", telegramSays(403, "Forbidden: bot is not a member of the channel chat"), "not in the chat", "administrator"},
		{"telegram", telegramSays(400, "Bad Request: not enough rights to send text messages to the chat"), "may not write", "administrator"},
		{"telegram", telegramSays(400, "Bad Request: message thread not found"), "topic is closed", "topic_id"},
		{"telegram", telegramSays(400, "Bad Request: group chat was upgraded to a supergroup chat"), "new ID", "chat_id"},
		{"telegram", telegramSays(429, "Too Many Requests: retry after 3"), "no more messages for the moment", "Nothing."},
		{"slack", answers{status: 502, body: "<html>"}, "trouble of its own", "Nothing."},
		{"discord", answers{status: 302}, "leads elsewhere", "webhook_url"},
		{"telegram", answers{status: 407, body: "who are you?"}, "Something between this machine and Telegram", "network"},
		{"slack", answers{err: errors.New("dial tcp: lookup slack.com on 10.0.0.1:53: no such host")}, "DNS", "name server"},
		{"discord", answers{err: errors.New("dial tcp 1.2.3.4:443: connect: connection refused")}, "Nothing takes connections", "firewall"},
		{"telegram", answers{err: errors.New("tls: failed to verify certificate: x509: certificate signed by unknown authority")}, "not trust the certificate", "clock"},
		{"telegram", answers{err: errors.New("write tcp 10.0.0.2:1->1.2.3.4:443: write: connection reset by peer")}, "broke off", "Nothing"},
		{"telegram", answers{err: errors.New("dial tcp 1.2.3.4:443: connect: network is unreachable")}, "no way to Telegram", "internet"},
	} {
		v := sendTo(t, c.kind, c.answer)
		got := sinks.Advise(v.Reason)
		if !strings.Contains(got.Meaning, c.meaning) || !strings.Contains(got.Cure, c.cure) {
			t.Errorf("%s\n got %+v\nwant %q, %q", v.Reason, got, c.meaning, c.cure)
		}
		for _, text := range []string{got.Meaning, got.Cure} {
			if !strings.HasSuffix(text, ".") || text[0] < 'A' || text[0] > 'Z' {
				t.Errorf("%s: not a sentence: %q", v.Reason, text)
			}
		}
	}
}

// TestAdviseOnUnknown: nothing is invented, and a cure is there all the same.
func TestAdviseOnUnknown(t *testing.T) {
	for _, reason := range []string{
		sendTo(t, "slack", slackSays("something_new")).Reason,
		sendTo(t, "discord", discordSays(400, 99999, "Something (10015) new")).Reason,
		sendTo(t, "telegram", telegramSays(400, "Bad Request: something new")).Reason,
		"Slack: ", "not_in_channel", "\x00", strings.Repeat("(", 1<<20),
	} {
		if got := sinks.Advise(reason); got.Meaning != "" || !strings.Contains(got.Cure, "what the platform says") {
			t.Errorf("%.100q: %+v", reason, got)
		}
	}
	if got := sinks.Advise(""); got != (relay.Advice{}) {
		t.Errorf("of nothing: %+v", got)
	}
}

// TestAdviseOnDead: what the relay itself has put before a reason is told too.
func TestAdviseOnDead(t *testing.T) {
	said := sendTo(t, "slack", slackSays("not_in_channel")).Reason
	for reason, want := range map[string]relay.Advice{
		wording.GaveUp(72*time.Hour, said): {
			Meaning: "It could not be delivered for 3 days, and was given up on. The app is not in the channel.", Cure: "Write in the channel: /invite @ and the app's name.",
		},
		wording.GaveUp(time.Hour, "Slack: no answer in time"): {
			Meaning: "It could not be delivered for 60 minutes, and was given up on. Slack did not answer in time.", Cure: "Deliver it again, once that is over.",
		},
		wording.Blamed(10, "Slack: it has trouble of its own (500 Internal Server Error)"): {
			Meaning: "It failed 10 times while its destination answered other requests, so that something in this message may be the cause. Slack has trouble of its own.",
			Cure:    "Deliver it again, once that is over.",
		},
		wording.Blamed(10, "Slack: what is this"): {
			Meaning: "It failed 10 times while its destination answered other requests, so that something in this message may be the cause.",
			Cure:    "Look at the message, and deliver it again: the platform may have been at fault.",
		},
	} {
		if got := sinks.Advise(reason); got != want {
			t.Errorf("%s\n got %+v\nwant %+v", reason, got, want)
		}
	}
}
