package config

import (
	"fmt"
	"slices"
	"strings"
)

// Where a table's keys are known from, for what is said of a key that is not.
const (
	ofFile   = "file"
	ofServer = "server"
	ofSource = "sources"
	ofSink   = "sinks"
	ofRoute  = "routes"
	ofMatch  = "match"
	ofActive = "active"
	ofEvent  = "event"

	ofStore   = "store"
	ofDefault = "default"
	ofMessage = "messages"
)

// alias returns the key that is called something else elsewhere: in the files of
// other programs, in the platforms' own words, or in another table of ours.
func alias(of, name string) string {
	return map[string]map[string]string{
		ofFile: {
			"database": "store", "db": "store", "storage": "store", "destinations": "sinks", "outputs": "sinks",
			"receivers": "sinks", "channels": "sinks", "inputs": "sources", "webhooks": "sources", "hooks": "sources",
			"rules": "routes", "templates": "messages", "http": "server", "fallback": "default", "otherwise": "default",
		},
		ofServer: {
			"port": "listen", "addr": "listen", "address": "listen", "bind": "listen", "host": "listen", "url": "public_url",
			"base_url": "public_url", "tz": "timezone", "time_zone": "timezone", "cert": "tls_cert", "key": "tls_key",
			"admin": "admin_listen", "token": "admin_token", "max_size": "max_body", "proxies": "trusted_proxies", "alerts": "notify",
		},
		ofStore: {
			"path": "url", "file": "url", "dsn": "url", "database": "url", "db": "url", "connection": "url", "address": "url",
			"retention": "retain", "keep": "retain", "ttl": "retain", "max_age": "retain", "dead": "retain_dead",
		},
		ofDefault: {"sinks": "to", "sink": "to", "target": "to", "receiver": "to", "route": "to", "send_to": "to"},
		ofMessage: {"colour": "color", "url": "link", "heading": "title", "header": "title", "subject": "title", "facts": "fields", "small": "footer"},
		ofSource: {
			"type": "vendor", "platform": "vendor", "provider": "vendor", "kind": "vendor", "token": "secret", "key": "secret",
			"signing_secret": "secret", "webhook_secret": "secret", "secrets": "secret", "sign_key": "secret",
			"ips": "allow_ips", "allowed_ips": "allow_ips", "url": "conversation_url", "link": "conversation_url",
		},
		ofSink: {
			"kind": "type", "platform": "type", "vendor": "type", "url": "webhook_url", "webhook": "webhook_url", "hook": "webhook_url",
			"chat": "chat_id", "channel_id": "channel", "channel": "channel_id", "bot_token": "token", "secret": "token",
			"topic": "topic_id", "thread_ts": "thread", "threads": "thread", "limit": "rate", "rate_limit": "rate",
			"timeout": "give_up_after", "message_thread_id": "topic_id", "disable_notification": "silent", "base_url": "api_url",
		},
		ofRoute: {
			"sinks": "to", "sink": "to", "send_to": "to", "target": "to", "filter": "match", "matches": "match", "if": "when",
			"condition": "when", "schedule": "active", "hours": "active", "days": "active", "stop": "final", "last": "final",
			"event": "match", "events": "match", "on": "match", "where": "when", "template": "message", "title": "name", "id": "name", "receiver": "to", "outputs": "to",
		},
		ofMatch: {
			"event": "event_type", "type": "event_type", "bot": "bot_id", "agent": "bot_id", "platform": "vendor", "via": "channel",
		},
		ofEvent: {
			"event_type": "type", "event": "type", "topic": "type", "bot": "bot_id", "agent": "bot_id", "agent_id": "bot_id", "event_id": "id",
			"contact": "name", "full_name": "name", "fullname": "name", "first_name": "name", "mobile": "phone", "tel": "phone", "message": "text",
			"content": "text", "body": "text", "url": "page_url", "page": "page_url", "conversation": "conversation_id", "session_id": "conversation_id",
			"timestamp": "created_at", "time": "created_at", "date": "created_at", "title": "subject", "reply": "answer", "history": "transcript", "messages": "transcript",
		},
		ofActive: {"timezone": "tz", "zone": "tz", "time_zone": "tz", "location": "tz", "time": "hours", "times": "hours", "weekdays": "days"},
	}[of][strings.ToLower(name)]
}

// stray says what is wrong with a key that the table does not have, and which key
// was meant, if that can be told.
func (t *table) stray(item *node) (text, meant string) {
	known, name := t.keys(), quote(item.name)
	if like := alias(t.of, item.name); slices.Contains(known, like) {
		return fmt.Sprintf("unknown key %s: did you mean %q?", name, like), like
	}
	if cure, meant := t.remedy(item.name); cure != "" {
		return fmt.Sprintf("unknown key %s: %s", name, cure), meant
	}
	if like := closest(item.name, known); like != "" {
		return unknownKey(item.name, known), like
	}
	switch {
	case t.of == ofMatch && named(keysIn(Route{}), item.name) != nil:
		where := "above [routes.match]"
		if at := t.node.at.start; at < len(t.r.data) && t.r.data[at] == '{' {
			where = "on a line of its own, outside the braces of match"
		}
		return fmt.Sprintf("the key %s is the route's, not its match's: write it %s", name, where), ""
	}
	if homes := t.r.homes(item.name, t.of); len(homes) > 0 {
		return fmt.Sprintf("unknown key %s: it belongs to %s", name, strings.Join(homes, " or ")), ""
	}
	return unknownKey(item.name, known), ""
}

// reference is Reference, made once: a broken file may ask for it at every key.
func (r *reader) reference() []Table {
	if r.tables == nil {
		r.tables = Reference(r.env)
	}
	return r.tables
}

// homes returns the tables that have a key, but for the one that it was found in.
func (r *reader) homes(name, but string) []string {
	var homes []string
	for _, table := range r.reference() {
		switch {
		case table.Free:
		case table.Key != but && named(table.Keys, name) != nil:
			homes = append(homes, table.Head)
		default:
			for _, kind := range table.Types {
				if named(kind.Keys, name) != nil {
					homes = append(homes, fmt.Sprintf("a %s sink", kind.Name))
				}
			}
		}
	}
	return homes
}

// namesOf returns the names of the tables within a table.
func (r *reader) namesOf(n *node) []string {
	if n == nil || r.nameless(n) {
		return nil
	}
	return keysOf(n)
}

// nameless reports whether a table such as [sources] has the keys that one with a
// name has.
func (r *reader) nameless(n *node) bool {
	for _, table := range r.reference() {
		if table.Key != n.name {
			continue
		}
		keys := table.Keys
		for _, kind := range table.Types {
			keys = append(keys, kind.Keys...)
		}
		for _, item := range n.items {
			if item.kind != tableKind && named(keys, item.name) != nil {
				return true
			}
		}
	}
	return false
}
