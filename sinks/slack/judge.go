package slack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"botrelay/relay"
	"botrelay/sinks/transport"
)

// noHint is how long to wait when Slack says "too fast" without saying for how
// long.
const noHint = 30 * time.Second

// answer is what a method answers. Errors come with status 200.
type answer struct {
	OK       bool   `json:"ok"`
	Error    string `json:"error"`
	Channel  string `json:"channel"`
	TS       string `json:"ts"`
	Needed   string `json:"needed"` // the scope that is missing
	Metadata struct {
		Messages []string `json:"messages"` // which block is wrong, and why
	} `json:"response_metadata"`
}

// judgeAPI judges the answer to chat.postMessage. The library takes
// {"ok":false} and {} for success; only a ts proves that a message was posted.
func judgeAPI(a transport.Answer, now time.Time) relay.Verdict {
	if v, done := a.Judge("Slack", now); done {
		return v
	}
	var body answer
	err := json.Unmarshal(a.Body, &body)
	switch {
	case a.Status == http.StatusTooManyRequests:
		return tooFast(a, now)
	case err == nil && body.Error != "" && (a.Status/100 == 2 || isWord(body.Error)):
		return byError(a, body, now)
	case a.Status == http.StatusRequestEntityTooLarge:
		return foreign(a, now)
	case a.HTML():
		return page(a)
	case a.Status/100 != 2:
		return foreign(a, now)
	case err == nil && body.OK && body.TS != "":
		return relay.Verdict{Outcome: relay.Sent, Status: a.Status, ID: id(body)}
	case err != nil && bytes.HasPrefix(bytes.TrimSpace(a.Body), []byte(`{"ok":true`)):
		return relay.Verdict{Outcome: relay.Sent, Status: a.Status} // posted, but the answer broke off
	}
	return unclear(a)
}

// id is the message's name for replies.
func id(body answer) string {
	if !isTS(body.TS) || body.Channel == "" || strings.ContainsFunc(body.Channel, notPrintable) {
		return ""
	}
	return body.Channel + "/" + body.TS
}

// judgeWebhook judges the answer to an incoming webhook: a status, and a word
// as text. Success is the text "ok"; a login page has status 200 too.
func judgeWebhook(a transport.Answer, now time.Time) relay.Verdict {
	word := string(bytes.TrimSpace(a.Body))
	if a.Status == http.StatusInternalServerError && word == "rollup_error" {
		return relay.Verdict{Outcome: relay.Later, Status: a.Status, Doubtful: true, Reason: reason(word, "")}
	}
	if v, done := a.Judge("Slack", now); done {
		return v
	}
	switch {
	case a.Status == http.StatusOK && word == "ok":
		return relay.Verdict{Outcome: relay.Sent, Status: a.Status}
	case a.Status == http.StatusTooManyRequests:
		return tooFast(a, now)
	case a.Status == http.StatusRequestEntityTooLarge:
		return foreign(a, now)
	case a.HTML():
		return page(a)
	case a.Status/100 == 2:
		return unclear(a)
	}
	return byWord(a, word, now)
}

// byWord judges a webhook's refusal.
func byWord(a transport.Answer, word string, now time.Time) relay.Verdict {
	switch word {
	case "no_service", "no_service_id", "no_team", "team_disabled", "invalid_token", "no_active_hooks", "action_prohibited",
		"posting_to_general_channel_denied", "channel_not_found", "channel_is_archived", "user_not_found":
		return relay.Verdict{Outcome: relay.Held, Status: a.Status, Reason: reason(word, "")}
	case "invalid_payload", "invalid_blocks", "invalid_blocks_format", "no_text", "too_many_attachments":
		return relay.Verdict{Outcome: relay.Refused, Status: a.Status, Reason: reason(word, "")}
	}
	v := foreign(a, now)
	if v.Outcome == relay.Later && isWord(word) { // Slack's own, about this message for all we know
		return relay.Verdict{Outcome: relay.Refused, Status: a.Status, Reason: refused(a)}
	}
	return v
}

// isWord reports whether text has the form of all that Slack calls its errors.
func isWord(text string) bool {
	return text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// foreign judges a refusal that has no word of Slack's, or none that we know.
func foreign(a transport.Answer, now time.Time) relay.Verdict {
	return a.JudgeForeign("Slack", refused(a), now)
}

func refused(a transport.Answer) string { return "Slack: refused: " + a.Summary() }

// byError judges a method's error.
func byError(a transport.Answer, body answer, now time.Time) relay.Verdict {
	if body.Error == "ratelimited" || body.Error == "rate_limited" {
		return tooFast(a, now)
	}
	outcome, scope := outcomeOf(body.Error)
	v := relay.Verdict{Outcome: outcome, Scope: scope, Status: a.Status, Reason: reason(body.Error, detail(body))}
	if outcome == relay.Later {
		v.After = a.RetryAfter(now)
		// "Some aspect of the operation succeeded": it may have been posted.
		v.Doubtful = body.Error == "internal_error" || body.Error == "fatal_error"
	}
	return v
}

// outcomeOf sorts the errors of chat.postMessage, as its reference lists them
// (https://api.slack.com/methods/chat.postMessage). What may be about this
// channel alone holds no other one: if it is about them too, they find out.
func outcomeOf(code string) (relay.Outcome, relay.Scope) {
	switch code {
	case "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope",
		"not_allowed_token_type", "ekm_access_denied", "accesslimited", "enterprise_is_restricted",
		"two_factor_setup_required", "org_login_required", "method_deprecated", "deprecated_endpoint",
		"message_limit_exceeded": // of the whole workspace
		return relay.Held, relay.ScopeToken
	case "channel_not_found", "not_in_channel", "is_archived", "team_not_found", "as_user_not_supported", "external_channel_migrating",
		"no_permission", "access_denied", "team_access_not_granted": // to this channel, or its workspace
		return relay.Held, ""
	case "service_unavailable", "request_timeout", "team_added_to_org", "internal_error", "fatal_error":
		return relay.Later, ""
	}
	if strings.HasPrefix(code, "restricted_action") && !aboutThread(code) {
		return relay.Held, ""
	}
	// What is wrong is this message, or nobody knows: its form, its length, or
	// something about its thread. As plain text it goes without all that.
	return relay.Refused, ""
}

// aboutThread reports whether an error is about a reply, not about the channel.
func aboutThread(code string) bool {
	switch code {
	case "cannot_reply_to_message", "thread_not_found", "invalid_thread_ts", "message_not_found", "thread_locked":
		return true
	}
	return strings.HasSuffix(code, "_thread_locked") || strings.HasSuffix(code, "_non_threadable_channel")
}

// judgeReply completes the verdict on a post that was to answer a message. One
// that was deleted is answered all the same, but the answer stands in the
// channel, and says so by naming no thread.
func judgeReply(a transport.Answer, v relay.Verdict) relay.Verdict {
	var body struct {
		Error   string `json:"error"`
		TS      string `json:"ts"`
		Message *struct {
			ThreadTS string `json:"thread_ts"`
		} `json:"message"`
	}
	switch err := json.Unmarshal(a.Body, &body); {
	case err != nil: // of a kind we do not know
	case v.Outcome == relay.Sent:
		v.ReplyGone = body.Message != nil && (body.Message.ThreadTS == "" || body.Message.ThreadTS == body.TS)
	case v.Outcome == relay.Refused && aboutThread(body.Error):
		v.Outcome, v.ReplyGone = relay.Later, true
	}
	return v
}

// detail is what Slack adds to an error's name.
func detail(body answer) string {
	var parts []string
	if body.Needed != "" {
		parts = append(parts, "needed scope: "+body.Needed)
	}
	return strings.Join(append(parts, body.Metadata.Messages...), "; ")
}

// reason puts an error, what to do and what else Slack said in one line.
func reason(code, detail string) string {
	text := "Slack: " + code
	if brief := trouble(code).Brief; brief != "" {
		text += ": " + brief
	}
	if detail != "" {
		text += " (" + detail + ")"
	}
	return text
}

// tooFast judges a 429. It concerns the channel, or the webhook: Slack limits
// each, and beside that a workspace at "several hundred messages per minute",
// which it does not tell apart, and which other channels find out for
// themselves.
func tooFast(a transport.Answer, now time.Time) relay.Verdict {
	v := relay.Verdict{Outcome: relay.Later, Status: a.Status, After: a.RetryAfter(now)}
	if v.After <= 0 {
		v.After = noHint
	}
	v.Reason = fmt.Sprintf("Slack: too many messages: it asks to wait %s", v.After)
	return v
}

// page judges a web page that came where Slack's answer should be.
func page(a transport.Answer) relay.Verdict {
	return relay.Verdict{Outcome: relay.Held, Status: a.Status, Reason: fmt.Sprintf(
		"Slack: a web page came instead of an answer (%s): something between the relay and Slack answers, or the URL is wrong", a.Summary())}
}

// unclear judges an answer that is no refusal, and no proof either.
func unclear(a transport.Answer) relay.Verdict {
	return relay.Verdict{Outcome: relay.Later, Doubtful: true, Status: a.Status, Reason: fmt.Sprintf(
		"Slack: the answer does not say that the message was posted (%s)", a.Summary())}
}
