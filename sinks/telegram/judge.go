package telegram

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"botrelay/relay"
	"botrelay/sinks/transport"
)

// noHint is how long to wait when Telegram says "too fast" without saying for
// how long, which it does not do itself.
const noHint = 30 * time.Second

// answer is what a method answers.
type answer struct {
	OK          bool   `json:"ok"`
	ErrorCode   int    `json:"error_code"`
	Description string `json:"description"`
	Parameters  struct {
		RetryAfter float64 `json:"retry_after"` // seconds
		MigratedTo int64   `json:"migrate_to_chat_id"`
	} `json:"parameters"`
	Result struct {
		MessageID int64 `json:"message_id"` // 0 for a message that is yet to be sent
		Chat      struct {
			ID int64 `json:"id"`
		} `json:"chat"`
	} `json:"result"`
}

// code returns the code to judge by: the HTTP status, or the answer's own
// where it came through a proxy that has a status of its own.
func (a answer) code(status int) int {
	if status/100 == 2 && !a.OK && a.ErrorCode != 0 {
		return a.ErrorCode
	}
	return status
}

// tooFast reports whether the answer asks to wait, whatever its code: 420 is
// what Telegram's inner protocol calls it.
func (a answer) tooFast(code int) bool {
	return code == http.StatusTooManyRequests || !a.OK && a.Parameters.RetryAfter > 0
}

// judge judges the answer to sendMessage: by the code first, then by the
// description. The library does not look at the HTTP status. The way tells
// where the message went.
func judge(a transport.Answer, w way, now time.Time) relay.Verdict {
	if v, done := a.Judge("Telegram", now); done {
		return v
	}
	var body answer
	err := json.Unmarshal(a.Body, &body)
	code := body.code(a.Status)
	v := relay.Verdict{Status: a.Status, Reason: reason(a, body)}
	switch {
	case !body.OK && body.Parameters.MigratedTo != 0:
		return moved(v, body.Parameters.MigratedTo, w)
	case body.tooFast(code):
		return tooFast(a, body, now)
	case code/100 == 2:
		return success(a, body, err)
	case code >= 500:
		v.Outcome, v.Doubtful, v.After = relay.Later, true, a.RetryAfter(now)
	case err != nil || body.Description == "": // a proxy's refusal says nothing about the token
		return a.JudgeForeign("Telegram", v.Reason, now)
	default:
		v.Outcome, v.Scope = refusal(code, strings.ToLower(body.Description))
	}
	return v
}

// moved judges the refusal of a group that has become a supergroup. It is held
// if following leads in a circle or nowhere, so that the relay does not go
// round for ever.
func moved(v relay.Verdict, id int64, w way) relay.Verdict {
	to := strconv.FormatInt(id, 10)
	switch {
	case !isGroup(to):
		v.Outcome, v.Reason = relay.Held, fmt.Sprintf("%s: but %s is no group's: check chat_id", v.Reason, to)
	case to == normalChat(w.to), to == normalChat(w.configured):
		v.Outcome, v.Reason = relay.Held, fmt.Sprintf("%s: but %s is where it came from: check chat_id", v.Reason, to)
	default:
		v.Outcome, v.After, v.MovedTo = relay.Later, time.Millisecond, to // that is, at once
	}
	return v
}

// tooFast judges a 429. It does not say whether the chat or the bot has sent
// too much, so the whole bot waits.
func tooFast(a transport.Answer, body answer, now time.Time) relay.Verdict {
	v := relay.Verdict{Outcome: relay.Later, Scope: relay.ScopeToken, Status: a.Status}
	v.After = max(transport.Seconds(body.Parameters.RetryAfter), a.RetryAfter(now))
	if v.After <= 0 {
		v.After = noHint
	}
	v.Reason = fmt.Sprintf("%s: it asks to wait %s", reason(a, body), v.After)
	return v
}

// success judges an answer without an error.
func success(a transport.Answer, body answer, err error) relay.Verdict {
	v := relay.Verdict{Outcome: relay.Sent, Status: a.Status}
	switch {
	case err == nil && body.OK:
		if body.Result.MessageID > 0 && body.Result.Chat.ID != 0 {
			v.ID = fmt.Sprintf("%d/%d", body.Result.Chat.ID, body.Result.MessageID)
		}
		return v
	case err != nil && bytes.HasPrefix(bytes.TrimSpace(a.Body), []byte(`{"ok":true`)):
		return v // posted, but the answer broke off or is of a kind we do not know
	}
	v.Outcome, v.Doubtful = relay.Later, true
	v.Reason = fmt.Sprintf("Telegram: the answer does not say that the message was posted (%s)", a.Summary())
	return v
}

// judgeReply completes the verdict on a post that was to answer the message of
// this number. With allow_sending_without_reply, an answer to one that was
// deleted is sent as a message like any other. In a topic that one seems to
// answer the topic's first message.
func judgeReply(a transport.Answer, v relay.Verdict, number int64) relay.Verdict {
	var body struct {
		Description string `json:"description"`
		Result      struct {
			MessageID int64 `json:"message_id"`
			ReplyTo   struct {
				MessageID int64 `json:"message_id"`
			} `json:"reply_to_message"`
		} `json:"result"`
	}
	switch err := json.Unmarshal(a.Body, &body); {
	case err != nil: // of a kind we do not know
	case v.Outcome == relay.Sent:
		v.ReplyGone = body.Result.MessageID > 0 && body.Result.ReplyTo.MessageID != number
	case v.Outcome == relay.Refused && aboutReply(strings.ToLower(body.Description)):
		v.Outcome, v.ReplyGone = relay.Later, true
	}
	return v
}

// aboutReply reports whether a description, in lower case, says that there is no
// such message to answer: a server that does not know what is allowed says so.
func aboutReply(text string) bool {
	for _, known := range []string{
		"message to be replied not found", "message to reply not found", "replied message not found", "reply_message_id_invalid",
	} {
		if strings.Contains(text, known) {
			return true
		}
	}
	return false
}

// refusal sorts a refusal by its code and its description in lower case.
func refusal(code int, text string) (relay.Outcome, relay.Scope) {
	switch code {
	case http.StatusUnauthorized, http.StatusNotFound: // 404: there is no such bot
		return relay.Held, relay.ScopeToken
	case http.StatusForbidden, http.StatusMethodNotAllowed:
		return relay.Held, ""
	case http.StatusConflict:
		return relay.Later, ""
	}
	if code == http.StatusBadRequest && aboutChat(text) {
		return relay.Held, ""
	}
	return relay.Refused, ""
}

// aboutChat reports whether a description, in lower case, says that the chat
// or topic takes no message at all. The upper-case ones are Telegram's own
// codes, which its Bot API passes on.
func aboutChat(text string) bool {
	for _, known := range []string{
		"chat not found", "chat_id is empty", "chat_id_invalid", "peer_id_invalid", "channel_private", "channel_invalid",
		"not enough rights", "need administrator rights", "have no write access", "chat_admin_required", "have no rights",
		"chat_write_forbidden", "chat_restricted", "chat_send_plain_forbidden", "chat_forbidden",
		"group chat was deactivated", "group chat was upgraded", "user_is_blocked", "user is deactivated", "bot was kicked",
		"message thread not found", "topic_closed", "topic_deleted", "topic_id_invalid", "the chat is not a forum",
	} {
		if strings.Contains(text, known) {
			return true
		}
	}
	return false
}

// reason is what Telegram said, and what to do about it.
func reason(a transport.Answer, body answer) string {
	said := body.Description
	if said == "" {
		said = a.Summary()
	}
	if advice := advice(a.Status, strings.ToLower(said)); advice != "" {
		return "Telegram: " + said + ": " + advice
	}
	return "Telegram: " + said
}
