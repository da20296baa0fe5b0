package sandbox

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

func (s *Sandbox) discordRoutes(mux *http.ServeMux) {
	for _, version := range []string{"", "/v9", "/v10"} {
		base := "/api" + version
		mux.HandleFunc("POST "+base+"/webhooks/{id}/{token}", s.api(s.discordHook))
		mux.HandleFunc("GET "+base+"/webhooks/{id}/{token}", s.api(s.discordHookInfo))
		mux.HandleFunc("POST "+base+"/channels/{id}/messages", s.api(s.discordPost))
		mux.HandleFunc("GET "+base+"/channels/{id}", s.api(s.discordChannel))
		mux.HandleFunc("GET "+base+"/users/@me", s.api(s.discordMe))
	}
}

// unknownMethod answers what is below /api and nobody's: Slack's methods have
// a dot in their names.
func unknownMethod(c call) answer {
	if strings.Contains(strings.TrimPrefix(c.URL.Path, "/api/"), ".") {
		return slackError("unknown_method")
	}
	return discordError(http.StatusNotFound, 0, "404: Not Found")
}

// discordError is Discord's way to refuse.
func discordError(status, code int, message string) answer {
	return jsonAnswer(status, message, map[string]any{"message": message, "code": code})
}

// discordIDFault returns why an ID is refused: it is no snowflake, or the
// number of an error.
func discordIDFault(name, id string) (fault answer) {
	if !number(id) || len(id) > 20 {
		f := form{}
		f.fail(name, "NUMBER_TYPE_COERCE", fmt.Sprintf("Value %q is not snowflake.", id))
		return f.answer()
	}
	switch id {
	case "10003":
		return discordError(http.StatusNotFound, 10003, "Unknown Channel")
	case "10015":
		return discordError(http.StatusNotFound, 10015, "Unknown Webhook")
	case "50001":
		return discordError(http.StatusForbidden, 50001, "Missing Access")
	case "50013":
		return discordError(http.StatusForbidden, 50013, "Missing Permissions")
	}
	return answer{}
}

// discordHookFault returns why a webhook's address is refused.
func discordHookFault(c call) answer {
	if fault := discordIDFault("webhook_id", c.PathValue("id")); fault.status != 0 {
		return fault
	}
	if strings.Contains(c.PathValue("token"), "revoked") {
		return discordError(http.StatusUnauthorized, 50027, "Invalid Webhook Token")
	}
	return answer{}
}

// discordBotFault returns why a bot is refused.
func discordBotFault(c call) answer {
	token, ok := strings.CutPrefix(c.Header.Get("Authorization"), "Bot ")
	if !ok || token == "" || strings.Contains(token, "revoked") {
		return discordError(http.StatusUnauthorized, 0, "401: Unauthorized")
	}
	return answer{}
}

func (s *Sandbox) discordHookInfo(c call) answer {
	if fault := discordHookFault(c); fault.status != 0 {
		return fault
	}
	id := c.PathValue("id")
	return jsonAnswer(http.StatusOK, "", map[string]any{
		"id": id, "type": 1, "channel_id": id, "guild_id": "1", "name": "botrelay",
		"avatar": nil, "application_id": nil, "token": c.PathValue("token"),
	})
}

func (s *Sandbox) discordChannel(c call) answer {
	if fault := discordBotFault(c); fault.status != 0 {
		return fault
	}
	if fault := discordIDFault("channel_id", c.PathValue("id")); fault.status != 0 {
		return fault
	}
	id := c.PathValue("id")
	return jsonAnswer(http.StatusOK, "", map[string]any{"id": id, "type": 0, "guild_id": "1", "name": s.label(id)})
}

func (s *Sandbox) discordMe(c call) answer {
	if fault := discordBotFault(c); fault.status != 0 {
		return fault
	}
	return jsonAnswer(http.StatusOK, "", discordAuthor("botrelay"))
}

func discordAuthor(name string) map[string]any {
	return map[string]any{
		"id": "1", "username": name, "bot": true, "discriminator": "0000", "avatar": nil, "global_name": nil,
	}
}

// discordHook posts by webhook.
func (s *Sandbox) discordHook(c call) answer {
	if fault := discordHookFault(c); fault.status != 0 {
		return fault
	}
	topic := c.URL.Query().Get("thread_id")
	if topic != "" {
		if fault := discordIDFault("thread_id", topic); fault.status != 0 {
			return fault
		}
	}
	post := discordTarget{place: c.PathValue("id"), topic: topic, hook: true}
	post.components = c.URL.Query().Get("with_components") == "true"
	a := s.discordSend(c, post)
	if wait, _ := strconv.ParseBool(c.URL.Query().Get("wait")); a.status == http.StatusOK && !wait {
		a.status, a.body = http.StatusNoContent, nil
		a.header.Del("Content-Type")
	}
	return a
}

// discordPost posts as a bot.
func (s *Sandbox) discordPost(c call) answer {
	if fault := discordBotFault(c); fault.status != 0 {
		return fault
	}
	if fault := discordIDFault("channel_id", c.PathValue("id")); fault.status != 0 {
		return fault
	}
	return s.discordSend(c, discordTarget{place: c.PathValue("id"), components: true})
}

// discordTarget is where a message goes, and how.
type discordTarget struct {
	place, topic string
	hook         bool // by webhook
	components   bool // components are looked at; Discord ignores those of most webhooks
}

// channel is the channel that the message says it is in.
func (t discordTarget) channel() string {
	return pick(t.topic != "", t.topic, t.place)
}

func (s *Sandbox) discordSend(c call, to discordTarget) answer {
	short := window{"discord " + to.place, discordShort()}
	if s.cfg.Rates {
		// Every request counts here, also one that is refused below.
		if wait := s.pace.take(window{"discord of " + c.Header.Get("Authorization"), discordGlobal()}); wait > 0 {
			return discordAllLate(wait)
		}
		if wait := s.pace.take(short, window{short.key, discordLong()}); wait > 0 {
			return discordLate(wait).bucket(s.pace, short)
		}
	}
	return s.discordAccept(c, to).bucket(s.pace, short)
}

// discordAccept checks a message and keeps it.
func (s *Sandbox) discordAccept(c call, to discordTarget) answer {
	if kind, _, _ := mime.ParseMediaType(c.Header.Get("Content-Type")); kind != "application/json" {
		return discordError(http.StatusBadRequest, 50035,
			`Expected "Content-Type" header to be one of {'application/json'}.`) // files, which come as multipart, are not for the sandbox
	}
	if !json.Valid(c.body) {
		return discordError(http.StatusBadRequest, 50109, "The request body contains invalid JSON.")
	}
	post, bad := checkDiscord(c.body, to)
	if bad.status != 0 {
		return bad
	}
	view := post.view()

	s.accept.Lock()
	defer s.accept.Unlock()
	now := s.cfg.Now()
	nonce := pick(post.EnforceNonce && post.nonce != "", c.Header.Get("Authorization")+" "+post.nonce, "")
	if past, found := s.nonces.find(nonce, now); found && nonce != "" {
		return past
	}
	m := Message{
		ID: s.ids.snowflake(now), Platform: Discord, Place: to.place, Topic: to.topic, Time: now,
		Request: c.body, Text: plain(view...), author: post.Username, view: view,
	}
	if ref := post.Reference; ref != nil && !to.hook {
		m.ReplyTo = string(ref.MessageID)
		parent, found, forgotten := s.store.find(Discord, to.place, m.ReplyTo)
		switch {
		case found || forgotten:
			m.quoted = quote(parent.Text)
		case ref.FailIfNotExists == nil || *ref.FailIfNotExists:
			f := form{}
			f.fail("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
			return f.answer()
		default:
			m.ReplyTo = ""
		}
	}
	s.store.add(m)
	a := jsonAnswer(http.StatusOK, "", post.echo(m, to))
	if nonce != "" {
		s.nonces = s.nonces.add(nonce, now, a)
	}
	return a
}

// echo is the message as Discord returns it.
func (p discordMessage) echo(m Message, to discordTarget) map[string]any {
	echo := map[string]any{
		"id": m.ID, "type": 0, "channel_id": to.channel(), "content": p.Content,
		"author": discordAuthor(pick(p.Username != "", p.Username, "botrelay")), "embeds": p.embeds(),
		"timestamp": m.Time.UTC().Format(time.RFC3339Nano), "edited_timestamp": nil,
		"attachments": []any{}, "components": []any{}, "mentions": []any{}, "mention_roles": []any{},
		"mention_everyone": false, "pinned": false, "tts": false, "flags": p.Flags,
	}
	if to.hook {
		echo["webhook_id"] = to.place
	}
	if p.nonce != "" {
		echo["nonce"] = p.Nonce
	}
	if m.ReplyTo != "" {
		echo["type"] = 19
		echo["message_reference"] = map[string]any{"type": 0, "message_id": m.ReplyTo, "channel_id": to.channel(), "guild_id": "1"}
	}
	return echo
}

// discordLate is the answer to one message too many.
func discordLate(wait time.Duration) answer {
	a := jsonAnswer(http.StatusTooManyRequests, "rate limited", map[string]any{
		"message": "You are being rate limited.", "retry_after": millis(wait), "global": false,
	})
	return a.with("Retry-After", strconv.Itoa(seconds(wait))).with("X-RateLimit-Scope", "user")
}

// discordAllLate is the answer to one request too many of a bot, or of all who
// say nothing of who they are.
func discordAllLate(wait time.Duration) answer {
	a := jsonAnswer(http.StatusTooManyRequests, "rate limited", map[string]any{
		"message": "You are being rate limited.", "retry_after": millis(wait), "global": true,
	})
	return a.with("Retry-After", strconv.Itoa(seconds(wait))).
		with("X-RateLimit-Global", "true").with("X-RateLimit-Scope", "global")
}

// bucket adds the headers that tell how much room there is. Without rates the
// pacer counts nothing, and there is always room.
func (a answer) bucket(p *pacer, w window) answer {
	left, reset := p.room(w)
	at := strconv.FormatFloat(float64(p.now().Add(reset).UnixMilli())/1000, 'f', 3, 64)
	return a.with("X-RateLimit-Limit", strconv.Itoa(w.count)).
		with("X-RateLimit-Remaining", strconv.Itoa(left)).
		with("X-RateLimit-Reset", at).
		with("X-RateLimit-Reset-After", strconv.FormatFloat(millis(reset), 'f', 3, 64)).
		with("X-RateLimit-Bucket", slackID("", w.key))
}

// millis is d in seconds, to the millisecond, rounded up.
func millis(d time.Duration) float64 {
	return float64((d+time.Millisecond-1)/time.Millisecond) / 1000
}
