package vendors

import (
	"net/http"

	"botrelay/relay"

	"github.com/tidwall/gjson"
)

// chatbase is Chatbase, https://chatbase.co/docs/developer-guides/webhooks: one
// event, and an HMAC that its samples check over the raw body and over
// JSON.stringify of it.
func chatbase() *Vendor {
	return &Vendor{
		Name:     "chatbase",
		Title:    "Chatbase",
		Schemes:  []Scheme{{Header: "X-Chatbase-Signature", Algorithm: SHA1, Stringify: true}},
		Decode:   decodeChatbase,
		Accepted: Reply{http.StatusOK, `OK`},
		Refused:  Reply{http.StatusBadRequest, `{"message":"Signature didn't match"}`},
		Sends:    Sends{Kinds: [][2]string{{"leads.submit", "lead"}}, No: []string{"channel"}},
		Guide: Guide{
			Place: "the chatbot's Settings → Webhooks", Paste: "Add a webhook with this URL.", Events: []string{"leads.submit"},
			Secret: "It shows a secret for the webhook.",
		},
		Samples: samples("chatbase", "lead"),
	}
}

func decodeChatbase(_ http.Header, body []byte) relay.Event {
	top, data := envelope(body)
	all := record{data, top}
	e := relay.Event{
		EventType: record{top}.text("eventtype", "event"),
		Kind:      relay.Other,
		BotID:     all.text("chatbotid", "agentid", "botid"),
	}
	if e.EventType == "leads.submit" {
		e.Kind = relay.Lead
	}
	e.ConversationID = all.text("conversationid")
	e.Contact = all.contact()
	e.Text = all.words("message", "text")
	from := origin{vendor: "chatbase", id: all.text("eventid")}
	e.CreatedAt, from.created = all.created("timestamp", "createdat")
	if e.Kind == relay.Lead {
		e.DedupKey = leadKey(from, e)
	} else {
		e.DedupKey = bodyKey(from, e, body)
	}
	e.Details = leftOver(top, body)
	return e
}

// envelope reads a body of the shape {"eventType":…,"payload":{…}}.
func envelope(body []byte) (top, data *fields) {
	top = readFields(unwrap(gjson.ParseBytes(body)))
	return top, top.open(true, "payload", "data")
}

// leftOver shows what nothing else took of a body, whatever it is.
func leftOver(top *fields, body []byte) []relay.Detail {
	var d details
	if v := unwrap(gjson.ParseBytes(body)); !v.IsObject() {
		d.value("Body", v, 1)
	}
	d.rest(top, "")
	return d
}
