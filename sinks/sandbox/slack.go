package sandbox

import (
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxSlackText is where Slack cuts a text, in characters; the sandbox refuses
// instead, since a cut text is a lost one.
const maxSlackText = 40_000

// slackPost is what chat.postMessage and a webhook's payload have in common.
type slackPost struct {
	Token       string          `json:"token"`
	Channel     string          `json:"channel"`
	Text        string          `json:"text"`
	Blocks      json.RawMessage `json:"blocks"`
	Attachments json.RawMessage `json:"attachments"`
	ThreadTS    string          `json:"thread_ts"`
	Broadcast   flag            `json:"reply_broadcast"`
	Username    string          `json:"username"`
	Mrkdwn      json.RawMessage `json:"mrkdwn"`
}

// unmarked reports whether the text is to be shown without its styles, which
// only bots can ask for (https://docs.slack.dev/reference/methods/chat.postMessage).
func (p slackPost) unmarked() bool {
	off := strings.Trim(string(p.Mrkdwn), `"`)
	return p.Token != "" && (off == "false" || off == "0")
}

// flag is a boolean that may be written as a string, as in a form.
type flag bool

// UnmarshalJSON takes true, "true" and "1" for true, and anything else for false.
func (f *flag) UnmarshalJSON(b []byte) error {
	s := strings.Trim(string(b), `"`)
	*f = s == "true" || s == "1"
	return nil
}

func (s *Sandbox) slackRoutes(mux *http.ServeMux) {
	mux.HandleFunc("/api/chat.postMessage", s.api(s.slackPostMessage))
	mux.HandleFunc("/api/auth.test", s.api(s.slackAuthTest))
	mux.HandleFunc("/api/conversations.info", s.api(s.slackInfo))
	mux.HandleFunc("/services/", s.api(s.slackHook))
}

// slackError is Slack's way to refuse: HTTP 200 and the reason.
func slackError(code string) answer {
	return jsonAnswer(http.StatusOK, code, map[string]any{"ok": false, "error": code})
}

// slackParams returns the arguments of a Web API call as one JSON object
// without the token, and the token.
func slackParams(c call) (request json.RawMessage, token, fault string) {
	token = strings.TrimPrefix(c.Header.Get("Authorization"), "Bearer ")
	kind, _, _ := mime.ParseMediaType(c.Header.Get("Content-Type"))
	object := map[string]json.RawMessage{}
	switch kind {
	case "application/json":
		if !json.Valid(c.body) {
			return nil, "", "invalid_json"
		}
		if json.Unmarshal(c.body, &object) != nil || object == nil {
			return nil, "", "json_not_object"
		}
	case "application/x-www-form-urlencoded", "":
		form, err := url.ParseQuery(string(c.body))
		if err != nil {
			return nil, "", "invalid_form_data"
		}
		object = formObject(form, "blocks", "attachments", "metadata")
	default:
		return nil, "", "invalid_post_type"
	}
	var given string
	if json.Unmarshal(object["token"], &given) == nil {
		token = given
	}
	delete(object, "token")
	request, _ = json.Marshal(object) // RawMessages that were parsed before
	return request, token, ""
}

// formObject makes a JSON object of a form. Those of its fields that hold JSON
// are parsed; if they cannot be, they stay strings.
func formObject(form url.Values, parsed ...string) map[string]json.RawMessage {
	object := map[string]json.RawMessage{}
	for key, values := range form {
		last := values[len(values)-1]
		object[key], _ = json.Marshal(last) // a string
		for _, name := range parsed {
			if key == name && json.Valid([]byte(last)) {
				object[key] = json.RawMessage(last)
			}
		}
	}
	return object
}

// slackCall reads an authorised call.
func slackCall(c call) (post slackPost, request json.RawMessage, fault string) {
	request, token, fault := slackParams(c)
	if fault == "" {
		fault = slackTokenFault(token)
	}
	if fault != "" {
		return slackPost{}, nil, fault
	}
	if err := json.Unmarshal(request, &post); err != nil {
		return slackPost{}, nil, "invalid_arguments"
	}
	post.Token = token
	return post, request, ""
}

func (s *Sandbox) slackPostMessage(c call) answer {
	post, request, fault := slackCall(c)
	if fault == "missing_scope" {
		return jsonAnswer(http.StatusOK, fault, map[string]any{
			"ok": false, "error": fault, "needed": "chat:write", "provided": "channels:read",
		})
	}
	if fault == "" {
		fault = slackChannelFault(post.Channel)
	}
	if fault != "" {
		return slackError(fault)
	}
	id, place := s.slackChannel(post.Channel)
	if a, late := s.slackRate("api", slackWorkspace(post.Token)+" "+place); late {
		return a
	}
	view, bad := slackView(post)
	if bad.code != "" {
		return bad.answer()
	}
	m, fault := s.keepSlack(post, place, request, view)
	if fault != "" {
		return slackError(fault)
	}
	return jsonAnswer(http.StatusOK, "", map[string]any{
		"ok": true, "channel": id, "ts": m.ID, "message": slackEcho(post, m),
	})
}

// slackEcho is the message as chat.postMessage returns it.
func slackEcho(post slackPost, m Message) map[string]any {
	echo := map[string]any{
		"type": "message", "subtype": "bot_message", "ts": m.ID, "text": post.Text,
		"bot_id": "B0SANDBOX", "app_id": "A0SANDBOX", "user": "U0SANDBOX", "team": "T0SANDBOX",
	}
	if m.ReplyTo != "" {
		echo["thread_ts"] = m.ReplyTo
	}
	if len(post.Blocks) > 0 {
		echo["blocks"] = post.Blocks
	}
	return echo
}

// slackChannel returns a channel's ID and the name under which it is shown.
// A name without # is the same channel as one with it.
func (s *Sandbox) slackChannel(channel string) (id, place string) {
	s.accept.Lock()
	defer s.accept.Unlock()
	if slackIDLike(channel) {
		return channel, s.slack.name(channel)
	}
	place = "#" + strings.TrimPrefix(channel, "#")
	id = slackID("C", place)
	s.slack.remember(id, place)
	return id, place
}

// slackIDLike reports whether channel is an ID: C, G, D or U and then capital
// letters and digits.
func slackIDLike(channel string) bool {
	if len(channel) < 8 || !strings.ContainsRune("CGDU", rune(channel[0])) {
		return false
	}
	return strings.Trim(channel, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// slackWorkspace returns the number of the workspace in a token like
// xoxb-1234-…, since channels of one name in two workspaces are two.
func slackWorkspace(token string) string {
	_, rest, _ := strings.Cut(token, "-")
	workspace, _, _ := strings.Cut(rest, "-")
	if !number(workspace) {
		return token
	}
	return workspace
}

// slackRate counts a message against its channel; late tells that there were
// too many.
func (s *Sandbox) slackRate(way, place string) (a answer, late bool) {
	if !s.cfg.Rates {
		return answer{}, false
	}
	wait := s.pace.take(window{"slack " + place, slackLimit()})
	if wait == 0 {
		return answer{}, false
	}
	code, body := "ratelimited", map[string]any{"ok": false, "error": "ratelimited"}
	if way == "hook" {
		code, body = "rate_limited", map[string]any{"ok": false, "error": "rate_limited", "retry_after": seconds(wait)}
	}
	return jsonAnswer(http.StatusTooManyRequests, code, body).with("Retry-After", strconv.Itoa(seconds(wait))), true
}

// keepSlack finds the thread and keeps the message.
func (s *Sandbox) keepSlack(post slackPost, place string, request json.RawMessage, view []node) (Message, string) {
	s.accept.Lock()
	defer s.accept.Unlock()
	m := Message{
		Platform: Slack, Place: place, ReplyTo: post.ThreadTS, Time: s.cfg.Now(), Request: request,
		Text: plain(view...), loud: bool(post.Broadcast), author: post.Username, view: view,
	}
	if post.ThreadTS != "" {
		if !slackTS(post.ThreadTS) {
			return Message{}, "invalid_thread_ts"
		}
		parent, found, forgotten := s.store.find(Slack, place, post.ThreadTS)
		switch {
		case found || forgotten:
		case s.store.removed(Slack, place, post.ThreadTS): // Slack posts it to the channel without a word
			m.ReplyTo, m.loud = "", false
		default:
			return Message{}, "thread_not_found"
		}
		if parent.ReplyTo != "" { // a reply to a reply goes to the thread
			m.ReplyTo = parent.ReplyTo
			parent, _, _ = s.store.find(Slack, place, parent.ReplyTo)
		}
		m.quoted = quote(parent.Text)
	}
	m.ID = s.ids.ts(m.Time)
	s.store.add(m)
	return m, ""
}

// slackTS reports whether ts has the form of a message's ID.
func slackTS(ts string) bool {
	whole, part, ok := strings.Cut(ts, ".")
	return ok && len(whole) == 10 && len(part) == 6 && strings.Trim(whole+part, "0123456789") == ""
}

// slackTextFault returns why a text is refused.
func slackTextFault(post slackPost) string {
	switch {
	case utf8.RuneCountInString(post.Text) > maxSlackText:
		return "msg_too_long"
	case strings.TrimSpace(post.Text) == "" && empty(post.Blocks) && empty(post.Attachments):
		return "no_text"
	}
	return ""
}

// empty reports whether a JSON value is absent, null or an empty list.
func empty(raw json.RawMessage) bool {
	switch string(raw) {
	case "", "null", "[]", `""`:
		return true
	}
	return false
}
