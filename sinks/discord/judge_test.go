package discord

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

func TestJudgeCodes(t *testing.T) {
	held, token := sinktest.Judged{Outcome: relay.Held}, sinktest.Judged{Outcome: relay.Held, Scope: relay.ScopeToken}
	refused, later := sinktest.Judged{Outcome: relay.Refused}, sinktest.Judged{Outcome: relay.Later}
	for _, test := range []struct {
		status, code int
		want         sinktest.Judged
	}{
		{404, 10015, held},
		{401, 50027, held},
		{404, 10016, held}, // a webhook that is gone
		{404, 10003, held},
		{401, 40001, token},
		{401, 50014, token},
		{403, 50001, held},
		{403, 50013, held},
		{404, 10004, held},
		{403, 50007, held},
		{400, 50008, held},
		{403, 50024, held},
		{403, 40333, held}, // what is in one message may be why: the others go on
		{400, 50035, refused},
		{400, 50006, refused},
		{400, 50109, refused},
		{400, 40005, refused},
		{413, 40005, refused},
		{400, 240000, refused},
		{400, 50083, held},
		{400, 160005, held},
		{400, 220001, held},
		{400, 220002, held},
		{400, 220003, held},
		{400, 40058, held},
		{400, 40067, held},
		{400, 20016, later},
		{400, 20028, later},
		{400, 20029, later},
		{400, 40062, later},
		{400, 40004, later},
		{400, 40006, later},
		{400, 130000, later},
		{429, 20028, sinktest.Judged{Outcome: relay.Later, Scope: relay.ScopePlatform, After: 15 * time.Minute}}, // it says for how long when it is about a channel
		{400, 200000, refused},
		{400, 200001, refused},
		{400, 160002, refused},
		{400, 10008, refused},
		{400, 99999, refused},
		{403, 99999, held},
		{404, 99999, held},
	} {
		v := judge(sinktest.Answered(test.status, fmt.Sprintf(`{"message":"It says so","code":%d}`, test.code)), false, sinktest.Now())
		if sinktest.JudgedOf(v) != test.want || v.Status != test.status {
			t.Errorf("%d/%d: got %+v, want %+v", test.status, test.code, sinktest.JudgedOf(v), test.want)
		}
		if test.status != 429 && !strings.HasPrefix(v.Reason, fmt.Sprintf("Discord: It says so (%d)", test.code)) {
			t.Errorf("%d/%d: the reason is %q", test.status, test.code, v.Reason)
		}
	}
}

func TestJudge(t *testing.T) {
	const page = "<html><body>Just a moment...</body></html>"
	sent, later := sinktest.Judged{Outcome: relay.Sent}, sinktest.Judged{Outcome: relay.Later}
	doubt, refused := sinktest.Judged{Outcome: relay.Later, Doubtful: true}, sinktest.Judged{Outcome: relay.Refused}
	block := sinktest.Judged{Outcome: relay.Later, Scope: relay.ScopePlatform, After: 15 * time.Minute}
	for _, test := range []struct {
		name   string
		answer transport.Answer
		want   sinktest.Judged
		reason string
	}{
		{"posted", sinktest.Answered(200, `{"id":"2","channel_id":"1"}`), sinktest.Judged{Outcome: relay.Sent, ID: "1/2"}, ""},
		{"posted, with parts we do not know", sinktest.Answered(200, `{"id":"2","channel_id":"1","components":[{"type":99}]}`), sinktest.Judged{Outcome: relay.Sent, ID: "1/2"}, ""},
		{"posted under an ID we do not know", sinktest.Answered(200, `{"id":"x","channel_id":"1"}`), sent, ""},
		{"posted without an answer", sinktest.Answered(204, ``), sent, ""},
		{"an answer that cannot be read", sinktest.Answered(200, `{"id":["2"]}`), sent, ""},
		{"an answer that broke off", sinktest.Answered(200, `{"id":"2","chan`), sent, ""},
		{"an answer that broke off before its ID", sinktest.Answered(200, ` {"type":0,"content":"\u00`), sent, ""},
		{"200 without a body", sinktest.Answered(200, ``), doubt, "does not say"},
		{"201 without a body", sinktest.Answered(201, ``), doubt, "does not say"},
		{"200 of another service", sinktest.Answered(200, `{"status":"up"}`), doubt, "does not say"},
		{"200 of another service, in other types", sinktest.Answered(200, `{"message":{"text":"up"},"code":"x"}`), doubt, "does not say"},
		{"an ID that is none", sinktest.Answered(200, `{"id":null,"channel_id":"1"}`), doubt, "does not say"},
		{"an empty ID", sinktest.Answered(200, `{"id":"","channel_id":"1"}`), doubt, "does not say"},
		{"a list", sinktest.Answered(200, `[{"id":"2"`), doubt, "does not say"},
		{"an object that breaks off at once", sinktest.Answered(200, `{`), doubt, "does not say"},
		{"no JSON", sinktest.Answered(200, `{"id": garbage}`), doubt, "does not say"},
		{"garbage", sinktest.Answered(200, "\x00\xff"), doubt, "does not say"},
		{"a word", sinktest.Answered(200, `ok`), doubt, "does not say that the message was posted (200 OK: ok)"},
		{"a page", sinktest.Answered(200, page), doubt, "web page"},
		{"400 page", sinktest.Answered(400, page), later, "in the way: 400 Bad Request"},
		{"400 without a body", sinktest.Answered(400, ``), later, "not its own"},
		{"400 of a stranger", sinktest.Answered(400, `malformed Host header`), later, "malformed Host header"},
		{"400 that broke off", sinktest.Answered(400, `{"message":"Invalid Form Body","code":50035,`), later, "not its own"},
		{"400 of another service", sinktest.Answered(400, `{"status":"error"}`), later, "not its own"},
		{"400 of another service, in other types", sinktest.Answered(400, `{"message":"Bad Request","code":"E1"}`), later, "not its own"},
		{"400 with nothing in it", sinktest.Answered(400, `{}`), later, "not its own"},
		{"400 with a list", sinktest.Answered(400, `["0"]`), later, "not its own"},
		{"400 with nulls", sinktest.Answered(400, `{"code":null,"message":null}`), later, "not its own"},
		{"400 with a message", sinktest.Answered(400, `{"message":"400: Bad Request","code":0}`), refused, "400: Bad Request"},
		{"400 with errors", sinktest.Answered(400, `{"errors":{"content":{"_errors":[{"code":"X","message":"Too long."}]}}}`), refused, "content: Too long."},
		{"legacy bad form, in words", sinktest.Answered(400, `{"content":["Must be 2000 or fewer in length."],"message": []}`), refused, "400 Bad Request"},
		{"not quite the legacy form", sinktest.Answered(400, `{"embeds":["0"],"status":"x"}`), later, "not its own"},
		{"401 of another service", sinktest.Answered(401, `{"detail":"who are you?"}`), sinktest.Judged{Outcome: relay.Held}, "401"},
		{"405 of a stranger", sinktest.Answered(405, ``), sinktest.Judged{Outcome: relay.Held}, "405"},
		{"410 of a stranger", sinktest.Answered(410, ``), sinktest.Judged{Outcome: relay.Held}, "410"},
		{"407", sinktest.Answered(407, page), later, "407 Proxy Authentication Required"},
		{"421", sinktest.Answered(421, ``), later, "421"},
		{"425", sinktest.Answered(425, ``, "Retry-After", "3"), sinktest.Judged{Outcome: relay.Later, After: 3 * time.Second}, "425"},
		{"451 page", sinktest.Answered(451, page), later, "451"},
		{"101", sinktest.Answered(101, ``), later, "did not get through to it"},
		{"413 without a body", sinktest.Answered(413, ``), refused, "413"},
		{"a redirect", sinktest.Answered(301, ``), sinktest.Judged{Outcome: relay.Held}, "redirect"},
		{"429", sinktest.Answered(429, `{"message":"You are being rate limited.","retry_after":1.337,"global":false}`), sinktest.Judged{Outcome: relay.Later, After: 1337*time.Millisecond + pad}, "1.587s"},
		{"429 rounded up", sinktest.Answered(429, `{"retry_after":0.0001}`), sinktest.Judged{Outcome: relay.Later, After: time.Millisecond + pad}, ""},
		{"429 of now", sinktest.Answered(429, `{"retry_after":0}`), sinktest.Judged{Outcome: relay.Later, After: pad}, ""},
		{"429 for all", sinktest.Answered(429, `{"retry_after":64.57,"global":true}`), sinktest.Judged{Outcome: relay.Later, Scope: relay.ScopePlatform, After: 64570*time.Millisecond + pad}, ""},
		{"429 for all, by the header", sinktest.Answered(429, `{"retry_after":1}`, "X-RateLimit-Global", "true"), sinktest.Judged{Outcome: relay.Later, Scope: relay.ScopePlatform, After: time.Second + pad}, ""},
		{"429 for all, by the scope", sinktest.Answered(429, `{"retry_after":1}`, "X-RateLimit-Scope", "global"), sinktest.Judged{Outcome: relay.Later, Scope: relay.ScopePlatform, After: time.Second + pad}, ""},
		{"429 of a shared channel", sinktest.Answered(429, `{"retry_after":2,"global":false}`, "X-RateLimit-Scope", "shared"), sinktest.Judged{Outcome: relay.Later, After: 2*time.Second + pad}, ""},
		{"429 of a slow channel", sinktest.Answered(429, `{"code":20016,"message":"slow","retry_after":2,"global":false}`), sinktest.Judged{Outcome: relay.Later, After: 2*time.Second + pad}, "2.25s"},
		{"429 for longer than we believe", sinktest.Answered(429, `{"retry_after":1e300}`), sinktest.Judged{Outcome: relay.Later, After: 7*24*time.Hour + pad}, ""},
		{"blocked", sinktest.Answered(429, `{"code":0,"message":"You are being blocked from accessing our API temporarily due to exceeding global rate limits."}`), block, "15m0s"},
		{"blocked, less than nothing", sinktest.Answered(429, `{"retry_after":-1}`), block, ""},
		{"blocked by Cloudflare", sinktest.Answered(429, `error code: 1015`), block, "error code: 1015"},
		{"blocked by Cloudflare for an hour", sinktest.Answered(429, `error code: 1015`, "Retry-After", "3600"), sinktest.Judged{Outcome: relay.Later, Scope: relay.ScopePlatform, After: time.Hour}, "1h0m0s"},
		{"blocked by Cloudflare with a page", sinktest.Answered(429, page, "Retry-After", "1"), block, ""},
		{"blocked without a body", sinktest.Answered(429, ``), block, "429"},
		{"blocked until a date", sinktest.Answered(429, page, "Retry-After", "Fri, 20 Nov 2026 12:30:00 GMT"), sinktest.Judged{Outcome: relay.Later, Scope: relay.ScopePlatform, After: 30 * time.Minute}, "30m0s"},
		{"blocked for a number that is none", sinktest.Answered(429, `{"retry_after":"5"}`), block, ""},
		{"a slow channel", sinktest.Answered(400, `{"message":"slow","code":20016,"retry_after":5}`), sinktest.Judged{Outcome: relay.Later, After: 5*time.Second + pad}, "slow"},
		{"a slow channel, by the header", sinktest.Answered(400, `{"message":"slow","code":20028}`, "Retry-After", "5"), sinktest.Judged{Outcome: relay.Later, After: 5*time.Second + pad}, "slow"},
		{"401", sinktest.Answered(401, `{"message":"401: Unauthorized","code":0}`), sinktest.Judged{Outcome: relay.Held, Scope: relay.ScopeToken}, "401: Unauthorized: the token"},
		{"401 page", sinktest.Answered(401, page), sinktest.Judged{Outcome: relay.Held}, "401"},
		{"404 without a code", sinktest.Answered(404, `{"message":"404: Not Found","code":0}`), sinktest.Judged{Outcome: relay.Held}, "404: Not Found"},
		{"403 page", sinktest.Answered(403, page), sinktest.Judged{Outcome: relay.Held}, "403 Forbidden"},
		{"legacy bad form", sinktest.Answered(400, `{"embeds":["0"]}`), sinktest.Judged{Outcome: relay.Refused}, "400 Bad Request"},
		{"413", sinktest.Answered(413, page), sinktest.Judged{Outcome: relay.Refused}, "413"},
		{"413 with a code", sinktest.Answered(413, `{"message":"Request entity too large","code":40005}`), sinktest.Judged{Outcome: relay.Refused}, "40005"},
		{"408", sinktest.Answered(408, ``), sinktest.Judged{Outcome: relay.Later}, "too long"},
		{"a login page elsewhere", sinktest.Answered(302, page, "Location", "https://sso.example/"), sinktest.Judged{Outcome: relay.Held}, "redirect (302)"},
		{"500 that says it is posted", sinktest.Answered(500, `{"id":"2","channel_id":"1"}`), sinktest.Judged{Outcome: relay.Later, Doubtful: true}, "500"},
		{"503 overloaded", sinktest.Answered(503, `{"code":130000,"message":"overloaded"}`, "Retry-After", "4"), sinktest.Judged{Outcome: relay.Later, After: 4 * time.Second, Doubtful: true}, "503"},
		{"500", sinktest.Answered(500, `{"message":"500: Internal Server Error","code":0}`), sinktest.Judged{Outcome: relay.Later, Doubtful: true}, "500"},
		{"502", sinktest.Answered(502, page), sinktest.Judged{Outcome: relay.Later, Doubtful: true}, "502"},
		{"503", sinktest.Answered(503, `upstream connect error`), sinktest.Judged{Outcome: relay.Later, Doubtful: true}, "upstream"},
		{"no answer", transport.Answer{Err: errors.New("connection refused")}, sinktest.Judged{Outcome: relay.Later}, "refused"},
		{"no answer in time", transport.Answer{Err: context.DeadlineExceeded, Written: true}, sinktest.Judged{Outcome: relay.Later, Doubtful: true}, "in time"},
	} {
		v := judge(test.answer, false, sinktest.Now())
		if sinktest.JudgedOf(v) != test.want || v.Status != test.answer.Status || !strings.Contains(v.Reason, test.reason) || (v.Outcome == relay.Sent) != (v.Reason == "") {
			t.Errorf("%s: got %+v, %q, want %+v", test.name, sinktest.JudgedOf(v), v.Reason, test.want)
		}
	}
}

// A webhook's refusals concern no other webhook; that it is blocked does.
func TestJudgeWebhook(t *testing.T) {
	for _, test := range []struct {
		answer transport.Answer
		want   sinktest.Judged
	}{
		{sinktest.Answered(401, `{"message":"401: Unauthorized","code":0}`), sinktest.Judged{Outcome: relay.Held}},
		{sinktest.Answered(401, `{"message":"Unauthorized","code":40001}`), sinktest.Judged{Outcome: relay.Held}},
		{sinktest.Answered(401, `{"message":"Invalid authentication token provided","code":50014}`), sinktest.Judged{Outcome: relay.Held}},
		{sinktest.Answered(401, `{"message":"Invalid Webhook Token","code":50027}`), sinktest.Judged{Outcome: relay.Held}},
		{sinktest.Answered(429, `{"retry_after":1,"global":true}`), sinktest.Judged{Outcome: relay.Later, Scope: relay.ScopePlatform, After: time.Second + pad}},
	} {
		if v := judge(test.answer, true, sinktest.Now()); sinktest.JudgedOf(v) != test.want {
			t.Errorf("%s: got %+v, want %+v", test.answer.Body, sinktest.JudgedOf(v), test.want)
		}
	}
}

func TestReasonNamesWhatIsWrong(t *testing.T) {
	const body = `{"code":50035,"message":"Invalid Form Body","errors":{"embeds":{"0":{"description":{"_errors":[{"code":"BASE_TYPE_MAX_LENGTH","message":"Must be 4096 or fewer in length."}]},"url":{"_errors":[{"code":"X","message":"Not a well formed URL."}]}}}}}`
	want := "Discord: Invalid Form Body (50035): embeds.0.description.Must be 4096 or fewer in length.; embeds.0.url.Not a well formed URL."
	want = strings.NewReplacer("description.Must", "description: Must", "url.Not", "url: Not").Replace(want)
	if got := judge(sinktest.Answered(400, body), false, sinktest.Now()).Reason; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	deep := strings.Repeat(`{"a":`, 5000) + `{"_errors":[{"message":"deep"}]}` + strings.Repeat("}", 5000)
	if got := judge(sinktest.Answered(400, `{"code":50035,"message":"x","errors":`+deep+`}`), false, sinktest.Now()).Reason; got != "Discord: x (50035)" {
		t.Errorf("got %q", got)
	}
}

func FuzzJudge(f *testing.F) {
	f.Add(200, `{"id":"2","channel_id":"1"}`, "1")
	f.Add(429, `{"retry_after":1.5}`, "1.5")
	f.Add(400, `{"code":50035,"errors":{"a":{"_errors":[{"message":"b"}]}}}`, "")
	f.Fuzz(func(t *testing.T, status int, body, retryAfter string) {
		v := judge(sinktest.Answered(status, body, "Retry-After", retryAfter), false, sinktest.Now())
		if v.Outcome == "" || v.After < 0 || (v.Outcome == relay.Sent) != (v.Reason == "") || (v.Outcome == relay.Sent) && status/100 != 2 {
			t.Errorf("got %+v", v)
		}
		if (v.Outcome == relay.Sent && status != 204 || v.Outcome == relay.Refused && status != 0 && status != 413) && (!strings.Contains(body, "{") || !strings.Contains(body, `"`)) {
			t.Errorf("%s by no words of Discord's: %d %q", v.Outcome, status, body)
		}
		if status == 429 && v.After < pad {
			t.Errorf("got %+v", v)
		}
	})
}
