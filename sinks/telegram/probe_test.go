package telegram

import (
	"errors"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/sinks/sinktest"
	"botrelay/sinks/transport"
)

func TestJudgeProbe(t *testing.T) {
	const page = "<html><body>502 Bad Gateway</body></html>"
	sent, later := sinktest.Judged{Outcome: relay.Sent}, sinktest.Judged{Outcome: relay.Later}
	strange := sinktest.Judged{Outcome: relay.Sent, Doubtful: true}
	wait := func(d time.Duration) sinktest.Judged {
		return sinktest.Judged{Outcome: relay.Later, Scope: relay.ScopeToken, After: d}
	}
	for _, test := range []struct {
		name   string
		answer transport.Answer
		want   sinktest.Judged
	}{
		{"well", sinktest.Answered(200, `{"ok":true,"result":{"id":-100,"type":"supergroup"}}`), sent},
		{"no such chat", sinktest.Answered(400, `{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}`), sent},
		{"a chat that has moved", sinktest.Answered(400, `{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-1001}}`), sent},
		{"no such bot", sinktest.Answered(404, `{"ok":false,"error_code":404,"description":"Not Found"}`), sent},
		{"a refusal with status 200", sinktest.Answered(200, `{"ok":false,"error_code":403,"description":"Forbidden"}`), sent},
		{"trouble with status 200", sinktest.Answered(200, `{"ok":false,"error_code":502,"description":"Bad Gateway"}`), later},
		{"too fast", sinktest.Answered(429, `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 5","parameters":{"retry_after":5}}`), wait(5 * time.Second)},
		{"too fast, with status 200", sinktest.Answered(200, `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 5","parameters":{"retry_after":5}}`), wait(5 * time.Second)},
		{"too fast, without a wait", sinktest.Answered(429, page), wait(30 * time.Second)},
		{"nothing in it", sinktest.Answered(200, `{}`), strange},
		{"no body", sinktest.Answered(200, ``), strange},
		{"no JSON", sinktest.Answered(404, `404 page not found`), strange},
		{"a page", sinktest.Answered(200, page), strange},
		{"a redirect", sinktest.Answered(302, ``), strange},
		{"a server's error", sinktest.Answered(500, `{"ok":true}`), later},
		{"no answer", transport.Answer{Err: errors.New("reset"), Written: true}, later},
	} {
		v := judgeProbe(test.answer, sinktest.Now())
		if sinktest.JudgedOf(v) != test.want || v.Status != test.answer.Status || (v.Outcome == relay.Sent) != (v.Reason == "") || v.Reason != "" && !strings.HasPrefix(v.Reason, "Telegram: ") {
			t.Errorf("%s: got %+v, want %+v", test.name, v, test.want)
		}
	}
}
