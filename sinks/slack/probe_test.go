package slack

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
	sent, later := sinktest.Judged{Outcome: relay.Sent}, sinktest.Judged{Outcome: relay.Later}
	strange := sinktest.Judged{Outcome: relay.Sent, Doubtful: true}
	wait := func(d time.Duration) sinktest.Judged { return sinktest.Judged{Outcome: relay.Later, After: d} }
	for _, test := range []struct {
		name     string
		answer   transport.Answer
		api, web sinktest.Judged // of auth.test, and of a webhook
	}{
		{"well", sinktest.Answered(200, `{"ok":true,"user":"botrelay"}`), sent, sent},
		{"a token that is gone", sinktest.Answered(200, `{"ok":false,"error":"token_revoked"}`), sent, sent},
		{"an error nobody knows", sinktest.Answered(200, `{"ok":false,"error":"something_new"}`), sent, sent},
		{"not well, and nothing more", sinktest.Answered(200, `{"ok":false}`), strange, sent},
		{"nothing in it", sinktest.Answered(200, `{}`), strange, sent},
		{"no body", sinktest.Answered(200, ``), strange, sent},
		{"no JSON", sinktest.Answered(404, `404 page not found`), strange, sent},
		{"a word", sinktest.Answered(400, `invalid_payload`), strange, sent},
		{"too fast", sinktest.Answered(429, `{"ok":false,"error":"ratelimited"}`, "Retry-After", "17"), wait(17 * time.Second), wait(17 * time.Second)},
		{"too fast, without a wait", sinktest.Answered(429, loginPage), wait(30 * time.Second), wait(30 * time.Second)},
		{"too fast, with status 200", sinktest.Answered(200, `{"ok":false,"error":"ratelimited"}`, "Retry-After", "3"), wait(3 * time.Second), sent},
		{"trouble", sinktest.Answered(200, `{"ok":false,"error":"internal_error"}`), later, sent},
		{"more trouble", sinktest.Answered(200, `{"ok":false,"error":"service_unavailable"}`, "Retry-After", "3"), wait(3 * time.Second), sent},
		{"a server's error", sinktest.Answered(503, `{"ok":true}`), later, later},
		{"a login page", sinktest.Answered(200, loginPage), strange, strange},
		{"a redirect", sinktest.Answered(302, ``), strange, strange},
		{"no answer", transport.Answer{Err: errors.New("reset"), Written: true}, later, later},
		{"no request", transport.Answer{Library: errors.New("bad URL")}, later, later},
	} {
		for way, v := range map[string]relay.Verdict{
			"auth.test": judgeAPIProbe(test.answer, sinktest.Now()), "webhook": judgeWebhookProbe(test.answer, sinktest.Now()),
		} {
			want := test.api
			if way == "webhook" {
				want = test.web
			}
			if sinktest.JudgedOf(v) != want || v.Status != test.answer.Status || (v.Outcome == relay.Sent) != (v.Reason == "") || v.Reason != "" && !strings.HasPrefix(v.Reason, "Slack: ") {
				t.Errorf("%s, %s: got %+v, want %+v", test.name, way, v, want)
			}
		}
	}
}
