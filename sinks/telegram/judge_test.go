package telegram

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/sinks/sinktest"
	"botrelay/sinks/transport"
)

// here is the way of a message to a group that has not moved.
func here() way { return way{"-5", "-5"} }

func TestJudgeDescriptions(t *testing.T) {
	held, token, refused := sinktest.Judged{Outcome: relay.Held}, sinktest.Judged{Outcome: relay.Held, Scope: relay.ScopeToken}, sinktest.Judged{Outcome: relay.Refused}
	for _, test := range []struct {
		status      int
		description string
		want        sinktest.Judged
	}{
		{400, "Bad Request: can't parse entities: entity beginning at byte 3", refused},
		{400, "Bad Request: message is too long", refused},
		{400, "Bad Request: text must be non-empty", refused},
		{400, "Bad Request: message text is empty", refused},
		{400, "Bad Request: entity URL 'x' is invalid: URL host is empty", refused},
		{400, "Bad Request: message thread not found", held},
		{400, "Bad Request: TOPIC_CLOSED", held},
		{400, "Bad Request: message to be replied not found", refused},
		{400, "Bad Request: chat not found", held},
		{400, "Bad Request: not enough rights to send text messages to the chat", held},
		{400, "Bad Request: need administrator rights in the channel chat", held},
		{400, "Bad Request: have no write access to the chat", held},
		{400, "Bad Request: CHAT_WRITE_FORBIDDEN", held},
		{400, "Bad Request: group chat was upgraded to a supergroup chat", held},
		{400, "Bad Request: have no rights to send a message", held},
		{400, "Bad Request: TOPIC_DELETED", held},
		{400, "Bad Request: CHAT_RESTRICTED", held},
		{400, "Bad Request: PEER_ID_INVALID", held},
		{400, "Bad Request: group chat was deactivated", held},
		{400, "Bad Request: something new", refused},
		{403, "Forbidden: bot was blocked by the user", held},
		{403, "Forbidden: bot was kicked from the supergroup chat", held},
		{403, "Forbidden: bot is not a member of the channel chat", held},
		{403, "Forbidden: user is deactivated", held},
		{401, "Unauthorized", token},
		{404, "Not Found", token},
		{409, "Conflict: terminated by other getUpdates request", sinktest.Judged{Outcome: relay.Later}},
		{413, "Request Entity Too Large", refused},
		{500, "Internal Server Error", sinktest.Judged{Outcome: relay.Later, Doubtful: true}},
	} {
		v := judge(sinktest.Answered(test.status, fmt.Sprintf(`{"ok":false,"error_code":%d,"description":%q}`, test.status, test.description)), here(), sinktest.Now())
		if sinktest.JudgedOf(v) != test.want || v.Status != test.status {
			t.Errorf("%s: got %+v, want %+v", test.description, sinktest.JudgedOf(v), test.want)
		}
		if !strings.HasPrefix(v.Reason, "Telegram: ") || test.status < 500 && !strings.Contains(v.Reason, test.description) {
			t.Errorf("%s: the reason is %q", test.description, v.Reason)
		}
	}
}

func TestJudge(t *testing.T) {
	const page = "<html><body>502 Bad Gateway</body></html>"
	doubt := sinktest.Judged{Outcome: relay.Later, Doubtful: true}
	bot := func(d time.Duration) sinktest.Judged {
		return sinktest.Judged{Outcome: relay.Later, Scope: relay.ScopeToken, After: d}
	}
	for _, test := range []struct {
		name   string
		answer transport.Answer
		want   sinktest.Judged
		reason string
	}{
		{"posted", sinktest.Answered(200, `{"ok":true,"result":{"message_id":7,"chat":{"id":-100}}}`), sinktest.Judged{Outcome: relay.Sent, ID: "-100/7"}, ""},
		{"yet to be sent by the server", sinktest.Answered(200, `{"ok":true,"result":{"message_id":0,"chat":{"id":-100}}}`), sinktest.Judged{Outcome: relay.Sent}, ""},
		{"posted, of a kind we do not know", sinktest.Answered(200, `{"ok":true,"result":true}`), sinktest.Judged{Outcome: relay.Sent}, ""},
		{"an answer that broke off", sinktest.Answered(200, `{"ok":true,"result":{"mess`), sinktest.Judged{Outcome: relay.Sent}, ""},
		{"no body", sinktest.Answered(200, ``), doubt, "does not say"},
		{"a page", sinktest.Answered(200, page), doubt, "does not say"},
		{"502 page", sinktest.Answered(502, page), doubt, "502"},
		{"500 that says ok", sinktest.Answered(500, `{"ok":true}`), doubt, "500"},
		{"400 that is not Telegram's", sinktest.Answered(400, page), sinktest.Judged{Outcome: relay.Later}, "400"},
		{"400 of a stranger", sinktest.Answered(400, `malformed Host header`), sinktest.Judged{Outcome: relay.Later}, "in the way: 400 Bad Request: malformed Host header"},
		{"400 without a description", sinktest.Answered(400, `{"ok":false,"error_code":400}`), sinktest.Judged{Outcome: relay.Later}, "not its own"},
		{"400 that broke off", sinktest.Answered(400, `{"ok":false,"error_code":400,"descr`), sinktest.Judged{Outcome: relay.Later}, "not its own"},
		{"401 of another service", sinktest.Answered(401, `{"detail":"who are you?"}`), sinktest.Judged{Outcome: relay.Held}, "401"},
		{"405 of a stranger", sinktest.Answered(405, ``), sinktest.Judged{Outcome: relay.Held}, "405"},
		{"407", sinktest.Answered(407, page), sinktest.Judged{Outcome: relay.Later}, "407 Proxy Authentication Required"},
		{"410 of a stranger", sinktest.Answered(410, ``), sinktest.Judged{Outcome: relay.Held}, "410"},
		{"413 page", sinktest.Answered(413, page), sinktest.Judged{Outcome: relay.Refused}, "413"},
		{"421", sinktest.Answered(421, ``), sinktest.Judged{Outcome: relay.Later}, "421"},
		{"422 of a stranger", sinktest.Answered(422, `{}`), sinktest.Judged{Outcome: relay.Later}, "not its own"},
		{"425", sinktest.Answered(425, ``), sinktest.Judged{Outcome: relay.Later}, "425"},
		{"451", sinktest.Answered(451, page, "Retry-After", "60"), sinktest.Judged{Outcome: relay.Later, After: time.Minute}, "451"},
		{"101", sinktest.Answered(101, ``), sinktest.Judged{Outcome: relay.Later}, "did not get through to it"},
		{"404 page", sinktest.Answered(404, page), sinktest.Judged{Outcome: relay.Held}, "404"},
		{"403 page", sinktest.Answered(403, page), sinktest.Judged{Outcome: relay.Held}, "403"},
		{"429", sinktest.Answered(429, `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 35","parameters":{"retry_after":35}}`), bot(35 * time.Second), "retry after 35"},
		{"429 by the header", sinktest.Answered(429, page, "Retry-After", "4"), bot(4 * time.Second), "429"},
		{"429 by both", sinktest.Answered(429, `{"ok":false,"parameters":{"retry_after":3}}`, "Retry-After", "4"), bot(4 * time.Second), ""},
		{"429 without a wait", sinktest.Answered(429, ``), bot(30 * time.Second), "429"},
		{"429 until a date", sinktest.Answered(429, `{"ok":false}`, "Retry-After", "Fri, 20 Nov 2026 12:01:00 GMT"), bot(time.Minute), "1m0s"},
		{"429 with a fraction", sinktest.Answered(429, `{"ok":false,"parameters":{"retry_after":1.5}}`), bot(1500 * time.Millisecond), "1.5s"},
		{"429 with status 200", sinktest.Answered(200, `{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":2}}`), bot(2 * time.Second), "2s"},
		{"420 flood", sinktest.Answered(420, `{"ok":false,"error_code":420,"description":"FLOOD_WAIT","parameters":{"retry_after":9}}`), bot(9 * time.Second), "FLOOD_WAIT"},
		{
			"moved", sinktest.Answered(400, `{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-1001234567890}}`),
			sinktest.Judged{Outcome: relay.Later, After: time.Millisecond, MovedTo: "-1001234567890"},
			"new ID",
		},
		{"400 without a body", sinktest.Answered(400, ``), sinktest.Judged{Outcome: relay.Later}, "400"},
		{"401 page", sinktest.Answered(401, page), sinktest.Judged{Outcome: relay.Held}, "401"},
		{"408", sinktest.Answered(408, ``), sinktest.Judged{Outcome: relay.Later}, "too long"},
		{"500 without a body", sinktest.Answered(500, ``), doubt, "500"},
		{"posted, whatever it says of a wait", sinktest.Answered(200, `{"ok":true,"result":{"message_id":7,"chat":{"id":-100}},"parameters":{"retry_after":3,"migrate_to_chat_id":-9}}`), sinktest.Judged{Outcome: relay.Sent, ID: "-100/7"}, ""},
		{"an error with status 200", sinktest.Answered(200, `{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}`), sinktest.Judged{Outcome: relay.Held}, "blocked"},
		{"a failure with status 200", sinktest.Answered(200, `{"ok":false,"error_code":500,"description":"Internal"}`), doubt, "Internal"},
		{"a redirect", sinktest.Answered(302, ``), sinktest.Judged{Outcome: relay.Held}, "redirect"},
		{"no answer", transport.Answer{Err: errors.New("no such host")}, sinktest.Judged{Outcome: relay.Later}, "no such host"},
		{"no answer in time", transport.Answer{Err: context.DeadlineExceeded, Written: true}, doubt, "in time"},
	} {
		v := judge(test.answer, here(), sinktest.Now())
		if sinktest.JudgedOf(v) != test.want || v.Status != test.answer.Status || !strings.Contains(v.Reason, test.reason) || (v.Outcome == relay.Sent) != (v.Reason == "") {
			t.Errorf("%s: got %+v, %q, want %+v", test.name, sinktest.JudgedOf(v), v.Reason, test.want)
		}
	}
}

func TestJudgeMoved(t *testing.T) {
	for _, test := range []struct {
		name string
		way  way
		to   string
		want relay.Outcome
	}{
		{"a group", here(), "-1001234567890", relay.Later},
		{"a channel that is known by its name", way{"@sales", "@sales"}, "-1001234567890", relay.Later},
		{"moved on", way{"-5", "-1001234567890"}, "-1009876543210", relay.Later},
		{"to where it is", here(), "-5", relay.Held},
		{"to where it has moved", way{"-5", "-1001234567890"}, "-1001234567890", relay.Held},
		{"back again", way{"-5", "-1001234567890"}, "-5", relay.Held},
		{"back again, written in another way", way{"-005", "-1001234567890"}, "-5", relay.Held},
		{"to a person", here(), "5", relay.Held},
		{"beyond what IDs may be", here(), "-4503599627370496", relay.Held},
	} {
		body := `{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":` + test.to + `}}`
		v := judge(sinktest.Answered(400, body), test.way, sinktest.Now())
		if v.Outcome != test.want || (v.MovedTo == test.to) != (test.want == relay.Later) || v.Doubtful || v.Scope != "" || !strings.Contains(v.Reason, "upgraded") {
			t.Errorf("%s: got %+v", test.name, v)
		}
	}
	for _, id := range []string{`"-1001234567890"`, `-1e30`, `-1.5`, `null`, `0`} {
		body := `{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":` + id + `}}`
		if v := judge(sinktest.Answered(400, body), here(), sinktest.Now()); v.MovedTo != "" || v.Outcome == relay.Sent || v.Outcome == relay.Refused {
			t.Errorf("%s: got %+v", id, v)
		}
	}
}

func TestReason(t *testing.T) {
	got := judge(sinktest.Answered(400, `{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}`), here(), sinktest.Now()).Reason
	if want := "Telegram: Bad Request: chat not found: check chat_id, and that the bot was added to the chat"; got != want {
		t.Errorf("got %q", got)
	}
}

func FuzzJudge(f *testing.F) {
	f.Add(200, `{"ok":true,"result":{"message_id":7,"chat":{"id":-100}}}`, "1")
	f.Add(429, `{"ok":false,"parameters":{"retry_after":3}}`, "1.5")
	f.Fuzz(func(t *testing.T, status int, body, retryAfter string) {
		v := judge(sinktest.Answered(status, body, "Retry-After", retryAfter), here(), sinktest.Now())
		if v.Outcome == "" || v.After < 0 || (v.Outcome == relay.Sent) != (v.Reason == "") {
			t.Errorf("got %+v", v)
		}
		if v.Outcome == relay.Refused && status != 0 && status != 413 && !strings.Contains(strings.ToLower(body), "desc") && !strings.Contains(body, `\u`) {
			t.Errorf("refused without a description: %d %q", status, body)
		}
		if v.Outcome == relay.Sent && (status/100 != 2 || !strings.Contains(strings.ToLower(body), `"ok"`)) {
			t.Errorf("sent: %d %q", status, body)
		}
	})
}
