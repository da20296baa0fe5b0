package vendors

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"botrelay/relay"

	"github.com/tidwall/gjson"
)

// conversationType is what an event is called that says no type of its own.
const conversationType = "Conversation"

// newoaks is NewOaks AI, https://www.newoaks.ai/guides/developer/webhook/lead,
// also sold under other names. It judges an answer by its body, and sends again
// after 1 and 3 minutes. The tolerance is ours: a second try may carry the time
// of the first.
func newoaks() *Vendor {
	return &Vendor{
		Name:  "newoaks",
		Title: "NewOaks",
		Schemes: []Scheme{{
			Header: "X-Webhook-Signature", Format: Pairs, SignatureKey: "v1", TimestampKey: "t",
			Algorithm: SHA256, Signed: "{timestamp}.{body}", Tolerance: 5 * time.Minute, Stringify: true,
		}},
		Decode:   decodeNewoaks,
		IsTest:   isNewoaksTest,
		Accepted: Reply{http.StatusOK, `{"status":"success"}`},
		Refused:  Reply{http.StatusUnauthorized, `{"status":"error","message":"invalid signature"}`},
		Sends:    Sends{Kinds: [][2]string{{"Lead", "lead"}, {"Appointment", "appointment"}, {conversationType, "chat"}}, Fold: true, No: []string{"channel"}},
		Guide: Guide{
			Place: "the workspace's Webhook tab", Paste: "Give it this URL and save it.",
			Secret: "The sign key appears once the URL is saved.", Late: true,
		},
		Samples: samples("newoaks", "lead", "appointment", "conversation", "test"),
	}
}

func decodeNewoaks(_ http.Header, body []byte) relay.Event {
	records := newoaksRecords(body)
	top := &fields{}
	if len(records) > 0 {
		top = records[0]
	}
	all := record{top, top.open(true, "data", "payload"), top.open(false, "appointment")}
	e := relay.Event{EventType: all.text("type", "eventtype")}
	if e.EventType == "" {
		e.EventType = conversationType
	}
	e.Kind = newoaksKind(e.EventType)
	e.BotID = all.text("serialnumber")
	e.ConversationID = all.text("sessionid")
	e.Contact = all.contact()
	e.PageURL = all.text("uri", "url", "pageurl")
	e.Transcript = newoaksTurns(records, all)
	e.Answer = lastOf(e.Transcript, "assistant")
	e.Text = all.words("content", "remarks", "remark", "message")
	created, parts := newoaksParts(all, e)
	e.CreatedAt = created
	if e.Kind == relay.Appointment {
		e.Scheduled = scheduled(all)
	}
	if e.Text == "" {
		e.Text = lastOf(e.Transcript, "user")
	}
	e.DedupKey = newoaksKey(parts, e)
	e.Details = newoaksDetails(records, top, body)
	return e
}

func newoaksKind(eventType string) relay.Kind {
	switch lower(eventType) {
	case "lead":
		return relay.Lead
	case "appointment":
		return relay.Appointment
	case "conversation":
		return relay.Chat
	default:
		return relay.Other
	}
}

// newoaksRecords returns the objects of a body: itself, or those of a list.
func newoaksRecords(body []byte) []*fields {
	whole := unwrap(gjson.ParseBytes(body))
	if whole.IsObject() {
		return []*fields{readFields(whole)}
	}
	var records []*fields
	whole.ForEach(func(_, item gjson.Result) bool {
		if item = unwrap(item); item.IsObject() {
			records = append(records, readFields(item))
		}
		return true
	})
	return records
}

// newoaksTurns reads a conversation, whose shape is not documented: each record
// may have it in a field, or each record may be one turn of it.
func newoaksTurns(records []*fields, first record) []relay.Turn {
	var list []relay.Turn
	for i, r := range records {
		o := record{r}
		if i == 0 {
			o = first
		}
		list = append(list, history(o)...)
	}
	if len(list) > 0 {
		return list
	}
	for _, r := range records {
		if r.has("role", "sender", "speaker", "question", "answer") {
			list = append(list, utterances(record{r})...)
		}
	}
	return list
}

// history reads the conversations that a record has.
func history(r record) []relay.Turn {
	var list []relay.Turn
	for _, o := range r {
		if found, ok := o.array(historyNames()...); ok {
			list = append(list, turns(found)...)
		}
	}
	return list
}

func historyNames() []string {
	return []string{"messages", "chathistory", "history", "conversation", "conversations", "chatlog", "chatlogs", "logs", "transcript", "chat", "records"}
}

// scheduled reads an appointment's time as it is written.
func scheduled(all record) string {
	date := all.text("appointmentdate", "date", "startdate")
	clock := all.text("appointmenttime", "appointmentdatetime", "scheduledat", "scheduledtime", "starttime", "datetime", "time", "start")
	if strings.Contains(clock, date) {
		return clock
	}
	return strings.TrimSpace(date + " " + clock)
}

// newoaksParts reads the creation time, and returns what tells one record from
// another; nothing if no session and no time is known.
func newoaksParts(all record, e relay.Event) (time.Time, []string) {
	created, written := all.created("createtime", "createdat", "timestamp")
	if e.ConversationID == "" && written == "" {
		return created, nil
	}
	return created, []string{"newoaks", e.EventType, e.BotID, e.ConversationID, written, e.Text}
}

// newoaksKey adds what a later version of the same record may have changed: a
// corrected lead is a new one, and a conversation grows.
func newoaksKey(parts []string, e relay.Event) string {
	if parts == nil {
		return ""
	}
	c := e.Contact
	parts = append(parts, c.Name, c.Email, c.Phone, e.Scheduled)
	for _, turn := range e.Transcript {
		parts = append(parts, turn.Role, turn.Text)
	}
	return key(parts...)
}

// newoaksDetails shows the rest of the first record, and the others as they are.
func newoaksDetails(records []*fields, top *fields, body []byte) []relay.Detail {
	if len(records) == 0 {
		return leftOver(top, body)
	}
	var d details
	d.rest(top, "")
	for i, r := range records[1:] {
		d.rest(r, "Record "+strconv.Itoa(i+2))
	}
	return d
}

// isNewoaksTest: what the test request holds is not documented. It is JSON with
// nothing of an event in it that holds no text, or says that it is a test.
// Anything else is kept as an event of a type that nobody has heard of.
func isNewoaksTest(body []byte) bool {
	v := gjson.ParseBytes(body)
	if holdsEvent(v, 0) {
		return false
	}
	text := strings.ToLower(texts(v))
	return text == "" || text == "ping" || strings.Contains(strings.ToLower(v.Raw), "test")
}

// texts returns all the text in v's values.
func texts(v gjson.Result) string {
	if v.Type == gjson.String {
		return strings.TrimSpace(v.Str)
	}
	var all strings.Builder
	if v.IsObject() || v.IsArray() {
		v.ForEach(func(_, item gjson.Result) bool {
			all.WriteString(texts(item))
			return true
		})
	}
	return all.String()
}

func holdsEvent(v gjson.Result, depth int) bool {
	v = unwrap(v)
	if depth > maxNesting {
		return !blank(v)
	}
	if v.IsObject() {
		o := readFields(v)
		names := append(historyNames(), "serialnumber", "sessionid", "content", "remarks", "uri", "question", "answer",
			"name", "firstname", "lastname", "fullname", "customername", "email", "customeremail", "phone", "phonenumber", "customerphone")
		kind := lower(record{o}.peek("type", "eventtype"))
		if o.has(names...) || kind != "" && kind != "test" {
			return true
		}
	}
	found := false
	list := v.IsArray()
	v.ForEach(func(_, item gjson.Result) bool {
		item = unwrap(item)
		if item.IsObject() || item.IsArray() {
			// Tests hold no lists of objects, and of an event in a shape that
			// nobody has described that is what can be seen.
			found = list && item.IsObject() && !blank(item) || holdsEvent(item, depth+1)
		}
		return !found
	})
	return found
}
