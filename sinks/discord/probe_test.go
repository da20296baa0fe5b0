package discord

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
	const page = "<html><body>Just a moment...</body></html>"
	sent, later := sinktest.Judged{Outcome: relay.Sent}, sinktest.Judged{Outcome: relay.Later}
	strange := sinktest.Judged{Outcome: relay.Sent, Doubtful: true}
	block := sinktest.Judged{Outcome: relay.Later, Scope: relay.ScopePlatform, After: 15 * time.Minute}
	for _, test := range []struct {
		name   string
		answer transport.Answer
		want   sinktest.Judged
	}{
		{"well", sinktest.Answered(200, `{"id":"1200000000000000001","type":0,"name":"leads"}`), sent},
		{"no such channel", sinktest.Answered(404, `{"message":"Unknown Channel","code":10003}`), sent},
		{"no access", sinktest.Answered(403, `{"message":"Missing Access","code":50001}`), sent},
		{"no token", sinktest.Answered(401, `{"message":"401: Unauthorized","code":0}`), sent},
		{"trouble", sinktest.Answered(400, `{"message":"API resource is currently overloaded","code":130000}`), later},
		{"trouble for a while", sinktest.Answered(400, `{"message":"Service resource is being rate limited","code":40062,"retry_after":2}`), sinktest.Judged{Outcome: relay.Later, After: 2*time.Second + pad}},
		{"too fast", sinktest.Answered(429, `{"retry_after":2,"global":false}`), sinktest.Judged{Outcome: relay.Later, After: 2*time.Second + pad}},
		{"too fast for all", sinktest.Answered(429, `{"retry_after":2,"global":true}`), sinktest.Judged{Outcome: relay.Later, Scope: relay.ScopePlatform, After: 2*time.Second + pad}},
		{"blocked", sinktest.Answered(429, `error code: 1015`), block},
		{"blocked with a page", sinktest.Answered(429, page), block},
		{"nothing in it", sinktest.Answered(200, `{}`), strange},
		{"no body", sinktest.Answered(200, ``), strange},
		{"no JSON", sinktest.Answered(404, `404 page not found`), strange},
		{"a page", sinktest.Answered(403, page), strange},
		{"a redirect", sinktest.Answered(301, ``), strange},
		{"a server's error", sinktest.Answered(500, `{"message":"500: Internal Server Error","code":0}`), later},
		{"no answer", transport.Answer{Err: errors.New("reset"), Written: true}, later},
	} {
		v := judgeProbe(test.answer, sinktest.Now())
		if sinktest.JudgedOf(v) != test.want || v.Status != test.answer.Status || (v.Outcome == relay.Sent) != (v.Reason == "") || v.Reason != "" && !strings.HasPrefix(v.Reason, "Discord: ") {
			t.Errorf("%s: got %+v, want %+v", test.name, v, test.want)
		}
	}
}

// A thread is asked for by a bot as a channel, and not at all by a webhook.
func TestProbeAddress(t *testing.T) {
	thread := func(o Options) Options { o.ThreadID = "1250000000000000001"; return o }
	for _, test := range []struct {
		options Options
		want    string
	}{
		{bot(), apiURL + "/channels/1200000000000000001"},
		{thread(bot()), apiURL + "/channels/1250000000000000001"},
		{thread(webhook()), webhookURL},
		{Options{WebhookURL: relay.NewSecret(webhookURL + "?wait=true&thread_id=5")}, webhookURL},
	} {
		if got := test.options.about(); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}
