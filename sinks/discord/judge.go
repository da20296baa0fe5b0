package discord

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"botrelay/relay"
	"botrelay/sinks/transport"
)

const (
	// pad is what is added to the wait that Discord asks for: its clock and
	// ours are not the same.
	pad = 250 * time.Millisecond
	// blockWait is the least wait when Discord refuses without saying for how
	// long: it has blocked this address for thousands of bad requests, and
	// each more prolongs it.
	blockWait = 15 * time.Minute
)

// answer is a message, or an error.
type answer struct {
	ID         string          `json:"id"`
	ChannelID  string          `json:"channel_id"`
	Code       int             `json:"code"`
	Message    string          `json:"message"`
	RetryAfter *float64        `json:"retry_after"` // seconds
	Global     bool            `json:"global"`
	Errors     json.RawMessage `json:"errors"` // a tree: which part of the message is wrong
}

// typeReply is the type of a message that answers another:
// https://discord.com/developers/docs/resources/message#message-object-message-types
const typeReply = 19

// read returns what Discord says; nothing if it cannot be read as a whole.
func read(a transport.Answer) (answer, error) {
	var body answer
	if err := json.Unmarshal(a.Body, &body); err != nil {
		return answer{}, fmt.Errorf("reading the answer: %w", err) // a number that is none would be 0
	}
	return body, nil
}

// judge judges the answer to a message that was posted with wait=true, by a
// webhook or by a bot.
func judge(a transport.Answer, webhook bool, now time.Time) relay.Verdict {
	if v, done := a.Judge("Discord", now); done {
		return v
	}
	body, err := read(a)
	v := relay.Verdict{Status: a.Status, Reason: reason(a, body)}
	switch {
	case a.Status/100 == 2 && a.HTML():
		v.Outcome, v.Doubtful = relay.Later, true
		v.Reason = "Discord: a web page came instead of an answer: something between the relay and Discord answers"
	case a.Status/100 == 2:
		return success(a, body, err)
	case a.Status == http.StatusTooManyRequests:
		return tooFast(a, body, now)
	case !refuses(a.Body, err):
		return a.JudgeForeign("Discord", v.Reason, now)
	case body.Code == 0:
		v.Outcome, v.Scope = byStatus(a.Status, err == nil)
	default:
		v.Outcome, v.Scope = byCode(a.Status, body.Code)
		if v.Outcome == relay.Later {
			v.After = wait(a, body, now)
		}
	}
	if webhook && v.Scope == relay.ScopeToken {
		v.Scope = "" // a webhook's token is its own
	}
	return v
}

// success judges an answer without an error: a message proves that it was
// posted, and so does the beginning of one.
func success(a transport.Answer, body answer, err error) relay.Verdict {
	v := relay.Verdict{Outcome: relay.Sent, Status: a.Status}
	switch {
	case err == nil && isID(body.ID) && isID(body.ChannelID):
		v.ID = body.ChannelID + "/" + body.ID
		return v
	case a.Status == http.StatusNoContent:
		return v // what Discord documents for wait=false: a proxy may have dropped our wait=true
	case err == nil && body.ID != "", beginsLikeMessage(a.Body):
		return v
	}
	v.Outcome, v.Doubtful = relay.Later, true
	v.Reason = fmt.Sprintf("Discord: the answer does not say that the message was posted (%s)", a.Summary())
	return v
}

// judgeReply completes the verdict on a post that was to answer a message. With
// fail_if_not_exists off, an answer to one that was deleted is posted as a
// message like any other, which its type tells.
func judgeReply(a transport.Answer, v relay.Verdict) relay.Verdict {
	if v.Outcome == relay.Refused {
		if body, err := read(a); err == nil && aboutReply(body) {
			v.Outcome, v.ReplyGone = relay.Later, true
		}
		return v
	}
	var body struct {
		Type       *int            `json:"type"`
		Reference  *struct{}       `json:"message_reference"`
		Referenced json.RawMessage `json:"referenced_message"` // null: it was deleted
	}
	if v.Outcome == relay.Sent && json.Unmarshal(a.Body, &body) == nil && body.Type != nil {
		v.ReplyGone = *body.Type != typeReply || body.Reference == nil || string(body.Referenced) == "null"
	}
	return v
}

// aboutReply reports whether an error is about a reply, not about the message
// itself: there is no such message, the bot may not see it, or the form's
// message_reference is at fault.
func aboutReply(body answer) bool {
	var wrong map[string]json.RawMessage
	_ = json.Unmarshal(body.Errors, &wrong) // no tree, nothing wrong in it
	return body.Code == 10008 || body.Code == 160002 || len(wrong) == 1 && wrong["message_reference"] != nil
}

// beginsLikeMessage reports whether body is an object that broke off, or one
// with an ID of a kind we do not know.
func beginsLikeMessage(body []byte) bool {
	var object map[string]json.RawMessage
	err := json.NewDecoder(bytes.NewReader(body)).Decode(&object)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return bytes.HasPrefix(bytes.TrimSpace(body), []byte(`{"`))
	}
	id := string(object["id"])
	return err == nil && id != "" && id != "null" && id != `""`
}

// refuses reports whether body is a refusal in Discord's words: a code, a
// message or a tree of errors (err is that of reading them), or the older form,
// which has a list for every part of the message that is wrong.
func refuses(body []byte, err error) bool {
	var object map[string]json.RawMessage
	if json.Unmarshal(body, &object) != nil || len(object) == 0 {
		return false
	}
	if err == nil {
		for _, key := range []string{"code", "message", "errors"} {
			if value, ok := object[key]; ok && string(value) != "null" {
				return true
			}
		}
	}
	for _, value := range object {
		if value[0] != '[' {
			return false
		}
	}
	return true
}

// tooFast judges a 429.
//
// One that is "global" is about the bot, or, for webhooks, about the address
// (https://discord.com/developers/docs/topics/rate-limits). All of Discord
// rests in both cases: it is a matter of seconds, the answer does not tell the
// two apart, and each further 429 brings the address nearer to its block, which
// is for all. Any other is about the webhook or the channel, also one of scope
// "shared".
func tooFast(a transport.Answer, body answer, now time.Time) relay.Verdict {
	v := relay.Verdict{Outcome: relay.Later, Status: a.Status, After: wait(a, body, now)}
	if body.RetryAfter == nil || *body.RetryAfter < 0 {
		v.Scope, v.After = relay.ScopePlatform, max(a.RetryAfter(now), blockWait)
		v.Reason = fmt.Sprintf("Discord: "+saidBlocked+" (%s): no request goes to Discord for %s", a.Summary(), v.After)
		return v
	}
	if body.Global || strings.EqualFold(a.Header.Get("X-RateLimit-Global"), "true") ||
		strings.EqualFold(a.Header.Get("X-RateLimit-Scope"), "global") {
		v.Scope = relay.ScopePlatform
	}
	v.Reason = fmt.Sprintf("Discord: too many messages: it asks to wait %s", v.After)
	return v
}

// wait returns how long Discord asks to wait, with a pad; 0 if it does not say.
func wait(a transport.Answer, body answer, now time.Time) time.Duration {
	if body.RetryAfter != nil {
		return transport.Seconds(*body.RetryAfter) + pad
	}
	if d := a.RetryAfter(now); d > 0 {
		return d + pad
	}
	return 0
}

// byStatus judges a refusal without a code we know.
func byStatus(status int, ours bool) (relay.Outcome, relay.Scope) {
	switch status {
	case http.StatusUnauthorized:
		if ours {
			return relay.Held, relay.ScopeToken
		}
		return relay.Held, ""
	case http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone:
		return relay.Held, ""
	}
	return relay.Refused, ""
}

// byCode sorts Discord's error codes:
// https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
func byCode(status, code int) (relay.Outcome, relay.Scope) {
	switch code {
	case 40001, 50014: // unauthorized, invalid token
		return relay.Held, relay.ScopeToken
	case 10003, 10004, 10015, 10016, 50027, // unknown channel, server, webhook; invalid webhook token
		40333,               // blocked on the way; perhaps for what is in this message, so the others go on
		50001, 50013, 50007, // no access, no permission, takes no messages
		50008, 50024, // no text channel
		50083, 160005, // archived or locked thread
		220001, 220002, 220003, 40058, 40067: // a forum wants a thread, or a tag
		return relay.Held, ""
	case 20016, 20028, 20029, 40062, // slow mode and write limits
		40004, 40006, 130000: // sending is off for a while, API overloaded
		return relay.Later, ""
	case 10008, 40005, 50006, 50035, 50109, 160002, 200000, 200001, 240000:
		// no message to answer, too large, empty, bad form, blocked words or links
		return relay.Refused, ""
	}
	return byStatus(status, false)
}

// reason is what Discord said, and what to do about it.
func reason(a transport.Answer, body answer) string {
	text := "Discord: " + a.Summary()
	if body.Message != "" {
		text = "Discord: " + body.Message
	}
	if body.Code != 0 {
		text += fmt.Sprintf(" (%d)", body.Code)
	}
	if wrong := wrongParts(body.Errors, nil); len(wrong) > 0 {
		text += ": " + strings.Join(wrong, "; ")
	}
	if advice := advice(a.Status, body.Code); advice != "" {
		text += ": " + advice
	}
	return text
}

// wrongParts reads the tree of errors below path: where something is wrong,
// and what.
func wrongParts(tree json.RawMessage, path []string) []string {
	const deepest = 10 // embeds.0.fields.0.value is five
	var node map[string]json.RawMessage
	if len(path) > deepest || json.Unmarshal(tree, &node) != nil {
		return nil
	}
	var found []string
	for _, key := range slices.Sorted(maps.Keys(node)) {
		var leaves []struct {
			Message string `json:"message"`
		}
		if key != "_errors" || json.Unmarshal(node[key], &leaves) != nil {
			found = append(found, wrongParts(node[key], append(slices.Clone(path), key))...)
			continue
		}
		for _, leaf := range leaves {
			found = append(found, strings.Join(path, ".")+": "+leaf.Message)
		}
	}
	return found
}
