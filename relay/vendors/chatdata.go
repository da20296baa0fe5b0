package vendors

import (
	"net/http"

	"botrelay/relay"

	"github.com/tidwall/gjson"
)

// topicHeader names the event. It is not signed, so it is believed only where
// the body is not plainly that of a chat.
const topicHeader = "X-Chat-Data-Topic"

// The events of Chat Data.
const (
	chatTopic       = "chat"
	leadTopic       = "lead-submission"
	escalationTopic = "live-chat-escalation"
)

// chatdata is Chat Data, https://cookbook.chat-data.com/docs/webhooks-setup and
// https://github.com/chat-data-llc/chat-data-webhooks-example. Only the fields
// of chat are documented. Its samples sign the body as it comes.
func chatdata() *Vendor {
	v := &Vendor{
		Name:     "chatdata",
		Title:    "Chat Data",
		Schemes:  []Scheme{{Header: "X-Chat-Data-Hmac-Sha256", Algorithm: SHA256, Encoding: Base64}},
		Decode:   decodeChatdata,
		Accepted: Reply{http.StatusOK, `{"message":"Webhook event received successfully"}`},
		Refused:  Reply{http.StatusForbidden, `{"error":"invalid signature"}`},
		Sends:    Sends{Kinds: [][2]string{{chatTopic, "chat"}, {leadTopic, "lead"}, {escalationTopic, "escalation"}}},
		Guide: Guide{
			Place: "the chatbot's Settings → Webhooks", Paste: "Add an endpoint with this URL for each event; it takes three.", Events: []string{"chat", "lead-submission", "live-chat-escalation"},
			Secret: "The signing secret stands on the same page.",
		},
		Samples: samples("chatdata", "chat", "lead", "escalation"),

		TopicHeader: topicHeader,
	}
	for i, topic := range []string{chatTopic, leadTopic, escalationTopic} {
		v.Samples[i].Header.Set(topicHeader, topic)
	}
	return v
}

func decodeChatdata(header http.Header, body []byte) relay.Event {
	top := readFields(unwrap(gjson.ParseBytes(body)))
	data := top.open(true, "data", "payload")
	all := record{top, data}
	e := relay.Event{Kind: relay.Other}
	e.EventType = chatdataType(header, all)
	e.Kind = chatdataKind(e.EventType)
	e.BotID = all.text("chatbotid", "botid")
	e.Channel = lower(all.text("source", "channel"))
	e.ConversationID = all.text("conversationid", "chatid", "sessionid")
	from := origin{vendor: "chatdata", id: all.text("eventid", "messageid")}
	e.CreatedAt, from.created = all.created("timestamp", "createdat", "submittedat")
	e.Contact = chatdataPeople(top, data).contact()
	e.PageURL = all.pageURL()
	chatdataWords(&e, all)
	e.DedupKey = chatdataKey(from, e, body)

	var d details
	d.add("Score", chatdataScore(top))
	d.add("Credits", all.text("costcredits"))
	e.Details = append(d, leftOver(top, body)...)
	return e
}

// chatdataType knows a chat by its messages and answer. Any other event is
// what the header says, or the body where it does.
func chatdataType(header http.Header, all record) string {
	inBody := all.text("event", "eventtype", "topic")
	for _, o := range all {
		if o.has("messages") && o.has("answer") {
			return chatTopic
		}
	}
	if topic := header.Get(topicHeader); topic != "" {
		return valid(topic)
	}
	return inBody
}

func chatdataKind(eventType string) relay.Kind {
	switch eventType {
	case chatTopic:
		return relay.Chat
	case leadTopic:
		return relay.Lead
	case escalationTopic:
		return relay.Escalation
	default:
		return relay.Other
	}
}

// chatdataPeople returns the objects that may tell of the customer.
func chatdataPeople(top, data *fields) record {
	var people record
	for _, o := range []*fields{top, data} {
		people = append(people, o.open(false, "lead", "customer", "contact", "user", "visitor"))
	}
	return append(people, top, data)
}

// chatdataWords reads what was said.
func chatdataWords(e *relay.Event, all record) {
	for _, o := range all {
		if list, ok := o.array("messages", "transcript", "history", "conversation"); ok && e.Transcript == nil {
			e.Transcript = turns(list)
		}
		if e.Answer == "" {
			e.Answer = said(record{o.open(false, "answer")})
		}
	}
	if e.Answer == "" {
		e.Answer = all.text("answer")
	}
	e.Text = lastOf(e.Transcript, "user")
	if e.Text == "" {
		e.Text = all.words("message", "text", "question", "content", "body", "reason", "note")
	}
}

// chatdataScore takes the score that an answer was given with.
func chatdataScore(top *fields) string {
	for _, f := range top.list {
		if f.plain == "answer" && f.inner != nil {
			_ = record{f.inner}.text("role") // always the assistant
			return record{f.inner}.text("score")
		}
	}
	return ""
}

// chatdataKey tells chats apart by all that was said in a conversation. The
// header, which is not signed, has no part in it: with another one, whoever has
// captured a request could have it delivered again.
func chatdataKey(from origin, e relay.Event, body []byte) string {
	e.EventType = ""
	switch {
	case e.Kind == relay.Lead:
		return leadKey(from, e)
	case e.Kind != relay.Chat:
		return bodyKey(from, e, body)
	case e.ConversationID == "":
		return ""
	}
	parts := []string{from.vendor, "chat", e.BotID, e.ConversationID, e.Answer}
	for _, turn := range e.Transcript {
		parts = append(parts, turn.Role, turn.Text)
	}
	return key(parts...)
}
