package vendors

import (
	"slices"
	"strings"

	"botrelay/relay"

	"github.com/tidwall/gjson"
)

// turns reads a conversation, oldest first: an array of objects with a role and
// a text, or with a question and an answer, or of plain texts.
func turns(list gjson.Result) []relay.Turn {
	var all []relay.Turn
	list.ForEach(func(_, item gjson.Result) bool {
		all = append(all, turn(item)...)
		return true
	})
	return all
}

// turn reads one item of a conversation: none, one or two turns.
func turn(item gjson.Result) []relay.Turn {
	item = unwrap(item)
	if !item.IsObject() {
		return spoken(nil, "", scalar(item))
	}
	return utterances(record{readFields(item)})
}

// utterances takes the turns of one object.
func utterances(o record) []relay.Turn {
	list := spoken(nil, "user", o.text("question", "query", "prompt"))
	list = spoken(list, "assistant", o.text("answer", "reply", "response"))
	if len(list) > 0 {
		return list
	}
	who := role(o.text("role", "sender", "author", "from", "speaker"))
	if who == "" {
		who = role(o.textIf(func(text string) bool { return role(text) == "user" || role(text) == "assistant" }, "type"))
	}
	return spoken(nil, who, said(o))
}

// spoken adds a turn, if something was said in it.
func spoken(list []relay.Turn, role, text string) []relay.Turn {
	if strings.TrimSpace(text) == "" {
		return list
	}
	return append(list, relay.Turn{Role: role, Text: text})
}

// said returns the text of one utterance: a string, or an array of parts.
func said(o record) string {
	if text := o.text("content", "text", "message", "body", "value"); text != "" {
		return text
	}
	parts, ok := o[0].array("content", "parts")
	if !ok {
		return o.words("content", "text", "message")
	}
	var texts []string
	parts.ForEach(func(_, part gjson.Result) bool {
		text := scalar(part)
		if part.IsObject() {
			text = record{readFields(part)}.text("text", "content")
		}
		if text != "" {
			texts = append(texts, text)
		}
		return true
	})
	return strings.Join(texts, "\n")
}

// role names the two usual speakers in one way, and leaves others as they are.
func role(name string) string {
	switch strings.ToLower(name) {
	case "user", "human", "customer", "visitor", "client", "guest":
		return "user"
	case "assistant", "bot", "chatbot", "ai":
		return "assistant"
	}
	return name
}

// lastOf returns what a speaker said last.
func lastOf(list []relay.Turn, role string) string {
	for _, turn := range slices.Backward(list) {
		if turn.Role == role {
			return turn.Text
		}
	}
	return ""
}
