package slack

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/sinks/sinktest"
	"botrelay/sinks/transport"
)

const loginPage = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>"

func TestJudgeErrors(t *testing.T) {
	held, token := sinktest.Judged{Outcome: relay.Held}, sinktest.Judged{Outcome: relay.Held, Scope: relay.ScopeToken}
	refused, later := sinktest.Judged{Outcome: relay.Refused}, sinktest.Judged{Outcome: relay.Later}
	doubt := sinktest.Judged{Outcome: relay.Later, Doubtful: true}
	wait := sinktest.Judged{Outcome: relay.Later, After: 30 * time.Second}
	for codes, want := range map[string]sinktest.Judged{
		"invalid_auth not_authed account_inactive token_revoked token_expired missing_scope not_allowed_token_type ekm_access_denied": token,
		"accesslimited enterprise_is_restricted two_factor_setup_required org_login_required method_deprecated deprecated_endpoint":   token,
		"message_limit_exceeded": token, // the whole workspace has used up its messages
		"channel_not_found not_in_channel is_archived restricted_action restricted_action_read_only_channel restricted_action_thread_only_channel": held,
		// "Make sure your app is a member of the conversation": other channels may go on.
		"no_permission access_denied team_access_not_granted team_not_found external_channel_migrating": held,
		// Plain text goes without the thread, which is the one more try that these want.
		"cannot_reply_to_message restricted_action_thread_locked thread_locked restricted_action_non_threadable_channel": refused,
		"msg_too_long msg_blocks_too_long invalid_blocks invalid_blocks_format attachment_payload_limit_exceeded":        refused,
		"invalid_metadata_format invalid_metadata_schema metadata_too_large metadata_must_be_sent_from_app":              refused,
		"no_text invalid_arguments invalid_arg_name invalid_charset invalid_form_data":                                   refused,
		// Of chat.update, which is not used: to post anew is what is left.
		"message_not_found cant_update_message edit_window_closed": refused,
		"something_new":            refused,
		"ratelimited rate_limited": wait,
		"service_unavailable request_timeout team_added_to_org": later,
		"internal_error fatal_error":                            doubt,
	} {
		for code := range strings.FieldsSeq(codes) {
			v := judgeAPI(sinktest.Answered(200, `{"ok":false,"error":"`+code+`"}`), sinktest.Now())
			if sinktest.JudgedOf(v) != want || v.Status != 200 {
				t.Errorf("%s: got %+v, want %+v", code, sinktest.JudgedOf(v), want)
			}
			if !strings.HasPrefix(v.Reason, "Slack: ") || want != wait && !strings.Contains(v.Reason, code) {
				t.Errorf("%s: the reason is %q", code, v.Reason)
			}
		}
	}
}

func TestJudgeAPI(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer transport.Answer
		want   sinktest.Judged
		reason string // part of it
	}{
		{"posted", sinktest.Answered(200, `{"ok":true,"channel":"C1","ts":"1700000000.000100"}`), sinktest.Judged{Outcome: relay.Sent, ID: "C1/1700000000.000100"}, ""},
		{"posted under an ID we do not know", sinktest.Answered(200, `{"ok":true,"channel":"C1","ts":"soon"}`), sinktest.Judged{Outcome: relay.Sent}, ""},
		{"posted, with a warning", sinktest.Answered(200, `{"ok":true,"channel":"C1","ts":"1.2","warning":"missing_charset"}`), sinktest.Judged{Outcome: relay.Sent, ID: "C1/1.2"}, ""},
		{"ok without ts", sinktest.Answered(200, `{"ok":true}`), sinktest.Judged{Outcome: relay.Later, Doubtful: true}, "does not say"},
		{"not ok without an error", sinktest.Answered(200, `{"ok":false}`), sinktest.Judged{Outcome: relay.Later, Doubtful: true}, "does not say"},
		{"nothing in it", sinktest.Answered(200, `{}`), sinktest.Judged{Outcome: relay.Later, Doubtful: true}, "does not say"},
		{"no body", sinktest.Answered(200, ``), sinktest.Judged{Outcome: relay.Later, Doubtful: true}, "does not say"},
		{"an answer that broke off", sinktest.Answered(200, `{"ok":true,"channel":"C1","ts":"17`), sinktest.Judged{Outcome: relay.Sent}, ""},
		{"an answer that broke off too soon", sinktest.Answered(200, `{"ok":`), sinktest.Judged{Outcome: relay.Later, Doubtful: true}, "does not say"},
		{"a login page", sinktest.Answered(200, loginPage), sinktest.Judged{Outcome: relay.Held}, "web page"},
		{"a redirect", sinktest.Answered(302, loginPage, "Location", "https://sso.example/"), sinktest.Judged{Outcome: relay.Held}, "redirect (302)"},
		{"429", sinktest.Answered(429, `{"ok":false,"error":"ratelimited"}`, "Retry-After", "17"), sinktest.Judged{Outcome: relay.Later, After: 17 * time.Second}, "17s"},
		{"429 without a wait", sinktest.Answered(429, ``), sinktest.Judged{Outcome: relay.Later, After: 30 * time.Second}, "30s"},
		{"429 until a date", sinktest.Answered(429, ``, "Retry-After", "Fri, 20 Nov 2026 12:01:00 GMT"), sinktest.Judged{Outcome: relay.Later, After: time.Minute}, "1m0s"},
		{"429 with a fraction", sinktest.Answered(429, ``, "Retry-After", "1.5"), sinktest.Judged{Outcome: relay.Later, After: 1500 * time.Millisecond}, "1.5s"},
		{"200 too fast", sinktest.Answered(200, `{"ok":false,"error":"ratelimited"}`, "Retry-After", "3"), sinktest.Judged{Outcome: relay.Later, After: 3 * time.Second}, "3s"},
		{"429 with a page", sinktest.Answered(429, loginPage, "Retry-After", "5"), sinktest.Judged{Outcome: relay.Later, After: 5 * time.Second}, "5s"},
		{"429 of nothing", sinktest.Answered(429, ``, "Retry-After", "0"), sinktest.Judged{Outcome: relay.Later, After: 30 * time.Second}, "30s"},
		{"429 with nonsense", sinktest.Answered(429, ``, "Retry-After", "soon"), sinktest.Judged{Outcome: relay.Later, After: 30 * time.Second}, "30s"},
		{"500 that says ok", sinktest.Answered(500, `{"ok":true,"channel":"C1","ts":"1.2"}`), sinktest.Judged{Outcome: relay.Later, Doubtful: true}, "500"},
		{"408", sinktest.Answered(408, ``), sinktest.Judged{Outcome: relay.Later}, "too long to arrive"},
		{"400 page", sinktest.Answered(400, loginPage), sinktest.Judged{Outcome: relay.Held}, "web page"},
		{"in trouble for a while", sinktest.Answered(200, `{"ok":false,"error":"service_unavailable"}`, "Retry-After", "6"), sinktest.Judged{Outcome: relay.Later, After: 6 * time.Second}, "trouble of its own"},
		{"500", sinktest.Answered(500, `{"ok":false,"error":"invalid_auth"}`), sinktest.Judged{Outcome: relay.Later, Doubtful: true}, "500"},
		{"502 page", sinktest.Answered(502, loginPage), sinktest.Judged{Outcome: relay.Later, Doubtful: true}, "502 Bad Gateway"},
		{"503 with a wait", sinktest.Answered(503, `down`, "Retry-After", "9"), sinktest.Judged{Outcome: relay.Later, After: 9 * time.Second, Doubtful: true}, "down"},
		{"403 page", sinktest.Answered(403, loginPage), sinktest.Judged{Outcome: relay.Held}, "web page"},
		{"404", sinktest.Answered(404, `not found`), sinktest.Judged{Outcome: relay.Held}, "404 Not Found: not found"},
		{"400 of a stranger", sinktest.Answered(400, `what?`), sinktest.Judged{Outcome: relay.Later}, "in the way: 400 Bad Request: what?"},
		{"400 with a webhook's word", sinktest.Answered(400, `invalid_payload`), sinktest.Judged{Outcome: relay.Later}, "not its own"},
		{"400 without a body", sinktest.Answered(400, ``), sinktest.Judged{Outcome: relay.Later}, "not its own"},
		{"400 that broke off", sinktest.Answered(400, `{"ok":false,"error":"invalid_bl`), sinktest.Judged{Outcome: relay.Later}, "not its own"},
		{"400 with another service's error", sinktest.Answered(400, `{"status":400,"error":"Bad Request"}`), sinktest.Judged{Outcome: relay.Later}, "not its own"},
		{"400 without an error", sinktest.Answered(400, `{"ok":false}`), sinktest.Judged{Outcome: relay.Later}, "not its own"},
		{"400 with an error nobody knows", sinktest.Answered(400, `{"ok":false,"error":"something_new2"}`), sinktest.Judged{Outcome: relay.Refused}, "something_new2"},
		{"407", sinktest.Answered(407, `{"error":"proxy"}`), sinktest.Judged{Outcome: relay.Later}, "407 Proxy Authentication Required"},
		{"413 page", sinktest.Answered(413, loginPage), sinktest.Judged{Outcome: relay.Refused}, "413"},
		{"413 with an error", sinktest.Answered(413, `{"ok":false,"error":"msg_too_long"}`), sinktest.Judged{Outcome: relay.Refused}, "msg_too_long"},
		{"421", sinktest.Answered(421, ``), sinktest.Judged{Outcome: relay.Later}, "421"},
		{"425", sinktest.Answered(425, ``, "Retry-After", "3"), sinktest.Judged{Outcome: relay.Later, After: 3 * time.Second}, "425"},
		{"451", sinktest.Answered(451, `blocked`), sinktest.Judged{Outcome: relay.Later}, "blocked"},
		{"451 page", sinktest.Answered(451, loginPage), sinktest.Judged{Outcome: relay.Held}, "web page"},
		{"401 of a stranger", sinktest.Answered(401, `who?`), sinktest.Judged{Outcome: relay.Held}, "who?"},
		{"410 of a stranger", sinktest.Answered(410, `gone`), sinktest.Judged{Outcome: relay.Held}, "gone"},
		{"101", sinktest.Answered(101, ``), sinktest.Judged{Outcome: relay.Later}, "did not get through to it"},
		{"400 with an error", sinktest.Answered(400, `{"ok":false,"error":"invalid_auth"}`), sinktest.Judged{Outcome: relay.Held, Scope: relay.ScopeToken}, "invalid_auth"},
		{"no answer", transport.Answer{Err: errors.New("connection refused"), Library: errors.New("x")}, sinktest.Judged{Outcome: relay.Later}, "connection refused"},
		{"no answer after writing", transport.Answer{Err: errors.New("reset"), Written: true}, sinktest.Judged{Outcome: relay.Later, Doubtful: true}, "reset"},
		{"no answer in time", transport.Answer{Err: context.DeadlineExceeded, Written: true}, sinktest.Judged{Outcome: relay.Later, Doubtful: true}, "no answer in time"},
		{"our own end", transport.Answer{Err: context.Canceled}, sinktest.Judged{Outcome: relay.Later}, "stopped"},
		{"no request", transport.Answer{Library: errors.New("bad block")}, sinktest.Judged{Outcome: relay.Refused}, "bad block"},
	} {
		v := judgeAPI(test.answer, sinktest.Now())
		if sinktest.JudgedOf(v) != test.want || v.Status != test.answer.Status || !strings.Contains(v.Reason, test.reason) || (v.Outcome == relay.Sent) != (v.Reason == "") {
			t.Errorf("%s: got %+v, %q, want %+v", test.name, sinktest.JudgedOf(v), v.Reason, test.want)
		}
	}
}

func TestReasons(t *testing.T) {
	for body, want := range map[string]string{
		`{"ok":false,"error":"channel_not_found"}`:                                      "Slack: channel_not_found: the channel does not exist or the app was not invited to it",
		`{"ok":false,"error":"missing_scope","needed":"chat:write:bot","provided":"x"}`: "Slack: missing_scope: give the app's bot token the scope chat:write and install it again (needed scope: chat:write:bot)",
		`{"ok":false,"error":"invalid_blocks","response_metadata":{"messages":["[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text]"]}}`: "Slack: invalid_blocks ([ERROR] must be more than 0 characters [json-pointer:/blocks/0/text])",
	} {
		if got := judgeAPI(sinktest.Answered(200, body), sinktest.Now()).Reason; got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}

func TestJudgeWebhook(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer transport.Answer
		want   sinktest.Judged
		reason string
	}{
		{"posted", sinktest.Answered(200, "ok", "Content-Type", "text/html"), sinktest.Judged{Outcome: relay.Sent}, ""},
		{"posted, with a line break", sinktest.Answered(200, "ok\n"), sinktest.Judged{Outcome: relay.Sent}, ""},
		{"a login page", sinktest.Answered(200, loginPage), sinktest.Judged{Outcome: relay.Held}, "web page"},
		{"no body", sinktest.Answered(200, ""), sinktest.Judged{Outcome: relay.Later, Doubtful: true}, "does not say"},
		{"another word", sinktest.Answered(200, "okay"), sinktest.Judged{Outcome: relay.Later, Doubtful: true}, "okay"},
		{"a redirect", sinktest.Answered(302, ""), sinktest.Judged{Outcome: relay.Held}, "redirect"},
		{"no_service", sinktest.Answered(404, "no_service"), sinktest.Judged{Outcome: relay.Held}, "make a new one"},
		{"no_team", sinktest.Answered(404, "no_team"), sinktest.Judged{Outcome: relay.Held}, "no_team"},
		{"channel_not_found", sinktest.Answered(404, "channel_not_found"), sinktest.Judged{Outcome: relay.Held}, "channel_not_found"},
		{"invalid_token", sinktest.Answered(403, "invalid_token"), sinktest.Judged{Outcome: relay.Held}, "invalid_token"},
		{"action_prohibited", sinktest.Answered(403, "action_prohibited"), sinktest.Judged{Outcome: relay.Held}, "administrator"},
		{"channel_is_archived", sinktest.Answered(410, "channel_is_archived"), sinktest.Judged{Outcome: relay.Held}, "archived"},
		{"no_active_hooks", sinktest.Answered(404, "no_active_hooks"), sinktest.Judged{Outcome: relay.Held}, "make a new one"},
		{"user_not_found", sinktest.Answered(400, "user_not_found"), sinktest.Judged{Outcome: relay.Held}, "user_not_found"},
		{"another 403", sinktest.Answered(403, "whatever"), sinktest.Judged{Outcome: relay.Held}, "whatever"},
		{"another 404", sinktest.Answered(404, ""), sinktest.Judged{Outcome: relay.Held}, "404 Not Found"},
		{"another 410", sinktest.Answered(410, "gone"), sinktest.Judged{Outcome: relay.Held}, "gone"},
		{"invalid_payload", sinktest.Answered(400, "invalid_payload"), sinktest.Judged{Outcome: relay.Refused}, "invalid_payload"},
		{"invalid_blocks", sinktest.Answered(400, "invalid_blocks"), sinktest.Judged{Outcome: relay.Refused}, "invalid_blocks"},
		{"no_text", sinktest.Answered(400, "no_text"), sinktest.Judged{Outcome: relay.Refused}, "no_text"},
		{"a word nobody knows", sinktest.Answered(400, "missing_text_or_v2\n"), sinktest.Judged{Outcome: relay.Refused}, "400 Bad Request: missing_text_or_v2"},
		{"400 of a stranger", sinktest.Answered(400, "Bad"), sinktest.Judged{Outcome: relay.Later}, "in the way: 400 Bad Request: Bad"},
		{"400 in two words", sinktest.Answered(400, "bad request"), sinktest.Judged{Outcome: relay.Later}, "not its own"},
		{"400 without a body", sinktest.Answered(400, " "), sinktest.Judged{Outcome: relay.Later}, "not its own"},
		{"400 JSON", sinktest.Answered(400, `{"error":"bad_request"}`), sinktest.Judged{Outcome: relay.Later}, "not its own"},
		{"400 page", sinktest.Answered(400, loginPage), sinktest.Judged{Outcome: relay.Held}, "web page"},
		{"another 401", sinktest.Answered(401, "Unauthorized"), sinktest.Judged{Outcome: relay.Held}, "Unauthorized"},
		{"another 405", sinktest.Answered(405, ""), sinktest.Judged{Outcome: relay.Held}, "405"},
		{"407", sinktest.Answered(407, "denied"), sinktest.Judged{Outcome: relay.Later}, "407"},
		{"421", sinktest.Answered(421, "misdirected"), sinktest.Judged{Outcome: relay.Later}, "421"},
		{"425", sinktest.Answered(425, "early"), sinktest.Judged{Outcome: relay.Later}, "425"},
		{"451", sinktest.Answered(451, "", "Retry-After", "60"), sinktest.Judged{Outcome: relay.Later, After: time.Minute}, "451"},
		{"413 page", sinktest.Answered(413, loginPage), sinktest.Judged{Outcome: relay.Refused}, "413"},
		{"413", sinktest.Answered(413, ""), sinktest.Judged{Outcome: relay.Refused}, "413"},
		{"429", sinktest.Answered(429, "", "Retry-After", "2"), sinktest.Judged{Outcome: relay.Later, After: 2 * time.Second}, "2s"},
		{"429 without a wait", sinktest.Answered(429, "rate_limited"), sinktest.Judged{Outcome: relay.Later, After: 30 * time.Second}, "30s"},
		{"429 until a date", sinktest.Answered(429, "", "Retry-After", "Fri, 20 Nov 2026 12:01:00 GMT"), sinktest.Judged{Outcome: relay.Later, After: time.Minute}, "1m0s"},
		{"429 with a fraction", sinktest.Answered(429, "", "Retry-After", "1.5"), sinktest.Judged{Outcome: relay.Later, After: 1500 * time.Millisecond}, "1.5s"},
		{"rollup_error", sinktest.Answered(500, "rollup_error"), sinktest.Judged{Outcome: relay.Later, Doubtful: true}, "rollup_error"},
		{"503", sinktest.Answered(503, loginPage), sinktest.Judged{Outcome: relay.Later, Doubtful: true}, "503"},
		{"408", sinktest.Answered(408, ""), sinktest.Judged{Outcome: relay.Later}, "too long to arrive"},
		{"no answer", transport.Answer{Err: errors.New("no such host")}, sinktest.Judged{Outcome: relay.Later}, "no such host"},
	} {
		v := judgeWebhook(test.answer, sinktest.Now())
		if sinktest.JudgedOf(v) != test.want || !strings.Contains(v.Reason, test.reason) || (v.Outcome == relay.Sent) != (v.Reason == "") {
			t.Errorf("%s: got %+v, %q, want %+v", test.name, sinktest.JudgedOf(v), v.Reason, test.want)
		}
	}
}

func FuzzJudge(f *testing.F) {
	f.Add(200, `{"ok":true,"channel":"C1","ts":"1.2"}`, "1")
	f.Add(200, `{"ok":false,"error":"x"}`, "1.5")
	f.Add(429, loginPage, "Fri, 20 Nov 2026 12:01:00 GMT")
	f.Fuzz(func(t *testing.T, status int, body, retryAfter string) {
		for _, v := range []relay.Verdict{
			judgeAPI(sinktest.Answered(status, body, "Retry-After", retryAfter), sinktest.Now()),
			judgeWebhook(sinktest.Answered(status, body, "Retry-After", retryAfter), sinktest.Now()),
		} {
			if v.Outcome == "" || v.After < 0 || (v.Outcome == relay.Sent) != (v.Reason == "") {
				t.Errorf("got %+v", v)
			}
			if v.Outcome == relay.Refused && status/100 == 4 && status != 413 && !strings.ContainsAny(body, "abcdefghijklmnopqrstuvwxyz0123456789_") {
				t.Errorf("refused without a word: %d %q", status, body)
			}
			if v.Outcome == relay.Sent && (status/100 != 2 || !strings.Contains(strings.ToLower(body), "ok")) {
				t.Errorf("sent: %d %q", status, body)
			}
		}
	})
}
