package sandbox

import (
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// maxTelegramText is how long a text may be without the space around it, in
// code points; a longer one than maxTelegramBytes is not even looked at
// (tdlib/td and tdlib/telegram-bot-api).
const (
	maxTelegramText  = 4096
	maxTelegramBytes = 1 << 15
)

// telegramError is Telegram's way to refuse.
func telegramError(status int, description string) answer {
	return jsonAnswer(status, description, map[string]any{"ok": false, "error_code": status, "description": description})
}

func telegramOK(result any) answer {
	return jsonAnswer(http.StatusOK, "", map[string]any{"ok": true, "result": result})
}

// badRequest is a refusal with Telegram's usual prefix.
func badRequest(reason string) answer {
	return telegramError(http.StatusBadRequest, "Bad Request: "+reason)
}

// telegram answers /bot<token>/<method>. Methods are case-insensitive and take
// GET and POST alike.
func (s *Sandbox) telegram(c call) answer {
	path, ok := strings.CutPrefix(c.URL.Path, "/bot")
	token, method, cut := strings.Cut(path, "/")
	if !ok || !cut || !telegramToken(token) {
		return telegramError(http.StatusNotFound, "Not Found")
	}
	if strings.Contains(token, "revoked") {
		return telegramError(http.StatusUnauthorized, "Unauthorized")
	}
	params, request, ok := telegramParams(c)
	if !ok {
		return badRequest("can't parse the request")
	}
	switch strings.ToLower(method) {
	case "getme":
		return telegramOK(telegramUser(token))
	case "getchat":
		return s.telegramChat(params["chat_id"])
	case "getchatmember":
		return s.telegramMember(token, params["chat_id"])
	case "sendmessage":
		return s.telegramSend(token, params, request)
	}
	return telegramError(http.StatusNotFound, "Not Found: method not found")
}

// telegramToken reports whether a token is well formed: the bot's ID, a colon
// and letters, digits, - and _.
func telegramToken(token string) bool {
	id, secret, ok := strings.Cut(token, ":")
	if !ok || !number(id) || secret == "" {
		return false
	}
	return strings.IndexFunc(secret, func(r rune) bool {
		return r != '_' && r != '-' && (r > 'z' || punctuation(byte(r)) || r <= ' ')
	}) < 0
}

// telegramParams returns a method's parameters as texts, and as one JSON
// object for people to look at.
func telegramParams(c call) (params map[string]string, request json.RawMessage, ok bool) {
	params = map[string]string{}
	form := c.URL.Query()
	switch kind, _, _ := mime.ParseMediaType(c.Header.Get("Content-Type")); kind {
	case "application/json":
		var object map[string]json.RawMessage
		if json.Unmarshal(c.body, &object) != nil {
			return nil, nil, false
		}
		for key, raw := range object {
			form.Set(key, jsonText(raw))
		}
	case "application/x-www-form-urlencoded":
		body, err := url.ParseQuery(string(c.body))
		if err != nil {
			return nil, nil, false
		}
		maps.Copy(form, body)
	}
	for key := range form {
		params[key] = form.Get(key)
	}
	request, _ = json.Marshal(formObject(form, "entities", "link_preview_options", "reply_parameters", "reply_markup"))
	return params, request, true
}

// jsonText is a JSON string's text, or any other value as it is written.
func jsonText(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}

func telegramUser(token string) map[string]any {
	id, _, _ := strings.Cut(token, ":")
	n, _ := strconv.ParseInt(id, 10, 64) // telegramToken has seen digits
	return map[string]any{"id": n, "is_bot": true, "first_name": "botrelay", "username": "botrelay_bot"}
}

// telegramPost is a message that passed the check.
type telegramPost struct {
	text     string
	entities []entity
	keys     [][]telegramKey
	topic    int
	reply    int // message_id
	must     bool
}

func (s *Sandbox) telegramSend(token string, params map[string]string, request json.RawMessage) answer {
	id, place, fault := s.resolveChat(params["chat_id"])
	if fault.status != 0 {
		return fault
	}
	if wait := s.telegramRate(token, id); wait > 0 {
		return telegramLate(wait)
	}
	post, fault := checkTelegram(params)
	if fault.status != 0 {
		return fault
	}
	m, fault := s.keepTelegram(post, place, request)
	if fault.status != 0 {
		return fault
	}
	n, _ := strconv.Atoi(m.ID) // made from a number
	result := map[string]any{
		"message_id": n, "from": telegramUser(token), "chat": s.chatInfo(id, place),
		"date": m.Time.Unix(), "text": post.text,
	}
	if len(post.entities) > 0 {
		result["entities"] = post.entities
	}
	if post.topic != 0 {
		result["message_thread_id"], result["is_topic_message"] = post.topic, true
	}
	switch {
	case m.ReplyTo != "":
		result["reply_to_message"] = map[string]any{
			"message_id": post.reply, "chat": s.chatInfo(id, place), "date": m.Time.Unix(), "text": m.quoted,
		}
	case post.topic != 0: // whatever answers nothing in a topic answers the message that made it
		result["reply_to_message"] = map[string]any{
			"message_id": post.topic, "chat": s.chatInfo(id, place), "date": m.Time.Unix(),
			"forum_topic_created": map[string]any{"name": "topic", "icon_color": 0x6FB9F0},
		}
	}
	return telegramOK(result)
}

// checkTelegram reads a message and returns why Telegram would refuse it.
func checkTelegram(params map[string]string) (telegramPost, answer) {
	var post telegramPost
	post.topic, _ = strconv.Atoi(params["message_thread_id"]) // what is no number is no topic, as with Telegram
	switch post.topic {
	case 1, 404: // 1 is the general topic, which has no thread
		return post, badRequest("message thread not found")
	}
	if preview := params["link_preview_options"]; preview != "" && !json.Valid([]byte(preview)) {
		return post, badRequest("can't parse link preview options JSON object")
	}
	if fault := post.readReply(params); fault.status != 0 {
		return post, fault
	}
	body := params["text"]
	switch {
	case body == "":
		return post, badRequest("message text is empty")
	case len(body) > maxTelegramBytes:
		return post, badRequest("text is too long")
	case !utf8.ValidString(body):
		return post, badRequest("strings must be encoded in UTF-8")
	}
	text, entities, fault := parseText(body, params["parse_mode"], params["entities"])
	if fault != "" {
		return post, badRequest(fault)
	}
	switch n := utf8.RuneCountInString(strings.Trim(text, " \n")); {
	case n == 0:
		return post, badRequest("text must be non-empty")
	case n > maxTelegramText:
		return post, badRequest("message is too long")
	}
	if post.keys, fault = parseKeys(params["reply_markup"]); fault != "" {
		return post, badRequest(fault)
	}
	post.text, post.entities = text, entities
	return post, answer{}
}

// readReply reads which message is answered, in the new and in the old way.
func (p *telegramPost) readReply(params map[string]string) answer {
	var reply struct {
		MessageID int  `json:"message_id"`
		Allow     bool `json:"allow_sending_without_reply"`
	}
	raw := params["reply_parameters"]
	if raw == "" {
		p.reply, _ = strconv.Atoi(params["reply_to_message_id"]) // what is no number is no reply, as with Telegram
		p.must = params["allow_sending_without_reply"] != "true"
		return answer{}
	}
	if json.Unmarshal([]byte(raw), &reply) != nil {
		return badRequest("can't parse reply parameters JSON object")
	}
	p.reply, p.must = reply.MessageID, !reply.Allow
	return answer{}
}

// keepTelegram finds the message that is answered and keeps the new one.
func (s *Sandbox) keepTelegram(post telegramPost, place string, request json.RawMessage) (Message, answer) {
	view := append(telegramView(post.text, post.entities), keysView(post.keys)...)
	s.accept.Lock()
	defer s.accept.Unlock()
	m := Message{
		Platform: Telegram, Place: place, Time: s.cfg.Now(), Request: request,
		Text: strings.Trim(post.text, " \n"), view: view,
	}
	if post.topic != 0 {
		m.Topic = strconv.Itoa(post.topic)
	}
	if post.reply > 0 {
		parent, found, forgotten := s.store.find(Telegram, place, strconv.Itoa(post.reply))
		if !found && !forgotten && post.must {
			return Message{}, badRequest("message to be replied not found")
		}
		if found || forgotten {
			m.ReplyTo, m.quoted = strconv.Itoa(post.reply), quote(parent.Text)
		}
	}
	m.ID = strconv.Itoa(s.ids.messageID())
	s.store.add(m)
	return m, answer{}
}

// telegramRate counts a message and returns how long to wait if there were too
// many.
func (s *Sandbox) telegramRate(token string, chat int64) time.Duration {
	if !s.cfg.Rates {
		return 0
	}
	key := "telegram " + strconv.FormatInt(chat, 10)
	bot, _, _ := strings.Cut(token, ":")
	windows := []window{{key, telegramChat()}, {"telegram bot " + bot, telegramBot()}}
	if chat < 0 {
		windows = append(windows, window{key, telegramGroup()})
	}
	return s.pace.take(windows...)
}

// telegramLate is the answer to one message too many.
func telegramLate(wait time.Duration) answer {
	n := seconds(wait)
	return jsonAnswer(http.StatusTooManyRequests, "rate limited", map[string]any{
		"ok": false, "error_code": http.StatusTooManyRequests,
		"description": fmt.Sprintf("Too Many Requests: retry after %d", n),
		"parameters":  map[string]any{"retry_after": n},
	}).with("Retry-After", strconv.Itoa(n))
}
