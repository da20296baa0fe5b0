package config

import (
	"fmt"
	"slices"
	"strings"
)

// remedy says what to do about a key that the table does not have, and which key
// of its was meant, if that is one, for what people expect to find there.
func (t *table) remedy(name string) (text, meant string) {
	low := strings.ToLower(name)
	if base, isEnv := strings.CutSuffix(low, "_env"); isEnv {
		if secret := secretKey(t.fields, base); secret != "" {
			return fmt.Sprintf(`a variable of the environment is written %s = "${NAME}"`, secret), secret
		}
	}
	text = map[string]map[string]string{
		ofFile: {
			"admin": `write admin_listen and admin_token into [server]`, "tls": `write tls_cert and tls_key into [server]`,
			"global": `write these keys into [server]`, "log": noLog, "logging": noLog, "logs": noLog, "include": `there is one file only`,
		},
		ofServer: {
			"tls": `write tls_cert = "cert.pem" and tls_key = "key.pem"`, "ssl": `write tls_cert = "cert.pem" and tls_key = "key.pem"`,
			"https": `write tls_cert = "cert.pem" and tls_key = "key.pem"`, "admin": `write admin_listen = "127.0.0.1:8081" and admin_token`,
			"log_level": noLog, "loglevel": noLog, "log": noLog,
		},
		ofStore: {"type": storeType, "driver": storeType, "kind": storeType, "engine": storeType},
		ofSource: {
			"path": hookPath, "endpoint": hookPath, "route": hookPath, "webhook_url": hookPath, "webhook": hookPath, "name": sourceName,
		},
		ofSink: {
			"channels": `one sink has one channel: make a sink for each`, "chat_ids": `one sink has one chat: make a sink for each`,
			"username": ownLook, "icon_emoji": ownLook, "icon_url": ownLook, "avatar_url": ownLook, "guild_id": `the channel's ID is enough`, "server_id": `the channel's ID is enough`,
			"parse_mode": `messages are rendered for the platform as it is`, "name": sinkName, "title": inMessage, "body": inMessage, "text": inMessage, "color": inMessage,
		},
		ofRoute: {
			"continue": `later routes see an event anyway, unless final = true`, "stop_on_match": `write final = true`, "enabled": `put # in front of its lines to leave a route out`,
			"disabled": `put # in front of its lines to leave a route out`, "priority": `routes apply from top to bottom, as they stand`, "order": `routes apply from top to bottom, as they stand`,
			"not": `a ! in front negates, as in match = { kind = "!lead" }`, "exclude": `a ! in front negates, as in match = { kind = "!lead" }`,
			"channel_id": `the channel is the sink's: to names sinks`, "from": `write match = { source = "website" }`,
		},
		ofMatch: {"any": `match = {} takes every event`, "all": `match = {} takes every event`, "not": `a ! in front negates, as in kind = "!lead"`},
	}[t.of][low]
	if text == "" && t.of == ofMatch && slices.Contains(asked(), strings.TrimSuffix(low, "s")) {
		text = `a condition can ask for that, as in when = 'text contains "urgent"'`
	}
	if t.of == ofSink && slices.Contains(strings.Fields("channel channel_id channelid chat chat_id chatid group group_id room to"), low) {
		for _, key := range []string{"chat_id", "channel_id", "channel"} {
			if slices.Contains(t.keys(), key) {
				return fmt.Sprintf("did you mean %q?", key), key
			}
		}
	}
	if t.of == ofMessage && slices.Contains([]string{"text", "message", "content", "description"}, low) {
		return `did you mean "body"?`, "body"
	}
	return text, ""
}

const (
	noLog      = `nothing is set for the log: it goes to standard error, as JSON unless that is a terminal`
	storeType  = `the url says it, as in url = "sqlite:data/botrelay.db"`
	hookPath   = `a source named website is found at /hooks/website`
	sourceName = `the name stands in the brackets, as in [sources.website]`
	sinkName   = `the name stands in the brackets, as in [sinks.sales]`
	ownLook    = `that is set at the platform, where the bot or the webhook was made`
	inMessage  = `how messages look stands in tables of their own, as in [messages.lead]`
)

// asked are what conditions can ask for and patterns cannot.
func asked() []string {
	return strings.Fields("text subject contact email phone name handle answer page_url conversation_id payload transcript message content body")
}

// secretKey returns the key of a secret that a name means, or "".
func secretKey(fields []field, name string) string {
	for _, f := range fields {
		if f.isSecret() && (f.key == name || strings.HasSuffix(f.key, "_"+name)) {
			return f.key
		}
	}
	return ""
}
