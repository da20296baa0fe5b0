package vendors_test

import (
	"net/http"
	"testing"
	"time"

	"botrelay/relay"
)

func TestChatdata(t *testing.T) {
	dialog := []relay.Turn{{Role: "assistant", Text: "Hello"}, {Role: "user", Text: "What is it?"}}
	chat := relay.Event{
		EventType: "chat", Kind: relay.Chat, Channel: "widget", BotID: "b", ConversationID: "c",
		Text: "What is it?", Answer: "A **shop**.", Transcript: dialog,
		Details: []relay.Detail{{Label: "Score", Text: "0.87"}, {Label: "Credits", Text: "20"}},
	}
	const messages = `[{"role":"assistant","content":"Hello"},{"role":"user","content":"What is it?"}]`
	const rest = `"client_ip":"203.0.113.7","chatbot_id":"b","source":"Widget","conversation_id":"c","cost_credits":20`
	for name, tt := range map[string]struct {
		topic, body string
		want        relay.Event
	}{
		"documented":           {"chat", `{"messages":` + messages + `,"answer":{"role":"assistant","content":"A **shop**.","score":0.87},` + rest + `}`, chat},
		"no topic":             {"", `{"messages":` + messages + `,"answer":{"content":"A **shop**.","score":0.87},` + rest + `}`, chat},
		"another topic":        {"lead-submission", `{"messages":` + messages + `,"answer":{"content":"A **shop**.","score":0.87},` + rest + `}`, chat},
		"client_id has the IP": {"chat", `{"messages":` + messages + `,"answer":{"content":"A **shop**.","score":0.87},"client_id":"2001:db8::7","chatbot_id":"b","source":"widget","conversation_id":"c","cost_credits":20}`, chat},
		"JSON inside strings": {
			"chat",
			`{"messages":"[{\"role\":\"assistant\",\"content\":\"Hello\"},{\"role\":\"user\",\"content\":\"What is it?\"}]","answer":"{\"role\":\"assistant\",\"content\":\"A **shop**.\",\"score\":0.87}",` + rest + `}`, chat,
		},
		"all in one string": {
			"", `"{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"answer\":\"Hello\",\"chatbot_id\":\"b\"}"`,
			relay.Event{EventType: "chat", Kind: relay.Chat, BotID: "b", Text: "Hi", Answer: "Hello", Transcript: []relay.Turn{{Role: "user", Text: "Hi"}}},
		},
		"a lead beside the chat": {
			"chat", `{"messages":[{"role":"user","content":"Hi"}],"answer":{"content":"Yo"},"lead":{"name":"Ada","email":"ada@example.com","phone":"+49 1","company":"Engines"},"chatbot_id":"b"}`,
			relay.Event{
				EventType: "chat", Kind: relay.Chat, BotID: "b", Text: "Hi", Answer: "Yo", Transcript: []relay.Turn{{Role: "user", Text: "Hi"}},
				Contact: relay.Contact{Name: "Ada", Email: "ada@example.com", Phone: "+49 1"}, Details: []relay.Detail{{Label: "Company", Text: "Engines"}},
			},
		},
		"a lead in a string": {
			"chat", `{"messages":[{"role":"user","content":"Hi"}],"answer":{"content":"Yo"},"lead":"{\"name\":\"Ada\"}"}`,
			relay.Event{EventType: "chat", Kind: relay.Chat, Text: "Hi", Answer: "Yo", Transcript: []relay.Turn{{Role: "user", Text: "Hi"}}, Contact: relay.Contact{Name: "Ada"}},
		},
		"content in parts": {
			"chat", `{"messages":[{"role":"user","content":[{"type":"text","text":"one"},{"type":"image","url":"x"},"two"]},{"role":"system","content":""},7,null],"answer":{"content":[{"text":"yes"}]}}`,
			relay.Event{EventType: "chat", Kind: relay.Chat, Text: "one\ntwo", Answer: "yes", Transcript: []relay.Turn{{Role: "user", Text: "one\ntwo"}, {Text: "7"}}},
		},
		"no answer yet": {
			"chat", `{"messages":[{"role":"user","content":"Hi"}],"answer":null}`,
			relay.Event{EventType: "chat", Kind: relay.Chat, Text: "Hi", Transcript: []relay.Turn{{Role: "user", Text: "Hi"}}},
		},
		"lead": {
			"lead-submission", `{"chatbot_id":"b","conversation_id":"c","name":"Ada","email":"ada@example.com","phone":"1","message":"Call me","client_ip":"203.0.113.7"}`,
			relay.Event{EventType: "lead-submission", Kind: relay.Lead, BotID: "b", ConversationID: "c", Text: "Call me", Contact: relay.Contact{Name: "Ada", Email: "ada@example.com", Phone: "1"}},
		},
		"lead, type in the body": {
			"", `{"event":"lead-submission","chatbotId":"b","data":{"customer":{"fullName":"Ada","emailAddress":"ada@example.com"},"budget":500}}`,
			relay.Event{EventType: "lead-submission", Kind: relay.Lead, BotID: "b", Contact: relay.Contact{Name: "Ada", Email: "ada@example.com"}, Details: []relay.Detail{{Label: "Budget", Text: "500"}}},
		},
		"escalation": {
			"live-chat-escalation", `{"chatbot_id":"b","conversationId":"c","user":{"email":"ada@example.com"},"messages":[{"role":"user","content":"A person, please"}],"createdAt":1772000000000}`,
			relay.Event{
				EventType: "live-chat-escalation", Kind: relay.Escalation, BotID: "b", ConversationID: "c", Text: "A person, please", Contact: relay.Contact{Email: "ada@example.com"},
				Transcript: []relay.Turn{{Role: "user", Text: "A person, please"}}, CreatedAt: time.Unix(1772000000, 0).UTC(),
			},
		},
		"unknown topic": {"minimize-widget", `{"chatbot_id":"b","x":{"y":true}}`, relay.Event{EventType: "minimize-widget", Kind: relay.Other, BotID: "b", Details: []relay.Detail{{Label: "X › Y", Text: "yes"}}}},
		"nothing":       {"", `{}`, relay.Event{Kind: relay.Other}},
		"wrong types":   {"chat", `{"messages":{"a":1},"answer":5,"chatbot_id":["b"]}`, relay.Event{EventType: "chat", Kind: relay.Chat, Answer: "5", Details: []relay.Detail{{Label: "Messages › A", Text: "1"}, {Label: "Chatbot ID", Text: "b"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			h := http.Header{}
			if tt.topic != "" {
				h.Set("x-chat-data-topic", tt.topic)
			}
			expect(t, lookup(t, "chatdata").Decode(h, []byte(tt.body)), tt.want)
		})
	}
}

func TestNewoaks(t *testing.T) {
	lead := relay.Event{
		EventType: "Lead", Kind: relay.Lead, BotID: "n1", ConversationID: "s1", Text: "Flowers", PageURL: "https://x.example/?a=1&b=2",
		Contact: relay.Contact{Name: "Ada", Email: "ada@example.com", Phone: "1"}, CreatedAt: time.Unix(1772000000, 0).UTC(),
	}
	const fields = `"Name":"Ada","Email":"ada@example.com","Phone":"1","Content":"Flowers","URI":"https://x.example/?a=1\u0026b=2","SessionID":"s1"`
	for name, tt := range map[string]struct {
		body string
		want relay.Event
	}{
		"lead":               {`{"SerialNumber":"n1","Type":"Lead",` + fields + `,"CreateTime":1772000000}`, lead},
		"milliseconds":       {`{"SerialNumber":"n1","Type":"Lead",` + fields + `,"CreateTime":"1772000000000"}`, lead},
		"a time with a zone": {`{"SerialNumber":"n1","Type":"Lead",` + fields + `,"CreateTime":"2026-02-25 07:13:20 +0100"}`, lead},
		"other spelling":     {`{"serial_number":"n1","type":"Lead","name":"Ada","EMAIL":"ada@example.com","phone":1,"content":"Flowers","uri":"https://x.example/?a=1&b=2","sessionId":"s1","createTime":1772000000}`, lead},
		"a time without a zone": {
			`{"SerialNumber":"n1","Type":"Lead","CreateTime":"2026-02-25 06:13:20"}`,
			relay.Event{EventType: "Lead", Kind: relay.Lead, BotID: "n1", Details: []relay.Detail{{Label: "Create time", Text: "2026-02-25 06:13:20"}}},
		},
		"a time that is none": {
			`{"Type":"Lead","CreateTime":-5}`, relay.Event{EventType: "Lead", Kind: relay.Lead, Details: []relay.Detail{{Label: "Create time", Text: "-5"}}},
		},
		"appointment": {
			`{"SerialNumber":"n1","Type":"Appointment","Content":"Fitting","Date":"2026-03-14","Time":"10:30"}`,
			relay.Event{EventType: "Appointment", Kind: relay.Appointment, BotID: "n1", Text: "Fitting", Scheduled: "2026-03-14 10:30"},
		},
		"appointment, one time": {
			`{"SerialNumber":"n1","Type":"Appointment","Date":"2026-03-14","StartTime":"2026-03-14T10:30","EndTime":"11:00"}`,
			relay.Event{EventType: "Appointment", Kind: relay.Appointment, BotID: "n1", Scheduled: "2026-03-14T10:30", Details: []relay.Detail{{Label: "End time", Text: "11:00"}}},
		},
		"conversation": {
			`{"SerialNumber":"n1","SessionID":"s1","ChatHistory":[{"Question":"Open?","Answer":"**Yes**"},{"role":"Human","text":"Thanks"}]}`,
			relay.Event{
				EventType: "Conversation", Kind: relay.Chat, BotID: "n1", ConversationID: "s1", Text: "Thanks", Answer: "**Yes**",
				Transcript: []relay.Turn{{Role: "user", Text: "Open?"}, {Role: "assistant", Text: "**Yes**"}, {Role: "user", Text: "Thanks"}},
			},
		},
		"one question": {
			`{"SerialNumber":"n1","Question":"Open?","Answer":"Yes"}`,
			relay.Event{EventType: "Conversation", Kind: relay.Chat, BotID: "n1", Text: "Open?", Answer: "Yes", Transcript: []relay.Turn{{Role: "user", Text: "Open?"}, {Role: "assistant", Text: "Yes"}}},
		},
		"a list of turns": {
			`[{"role":"user","content":"Open?"},{"role":"bot","content":"Yes"}]`,
			relay.Event{
				EventType: "Conversation", Kind: relay.Chat, Text: "Open?", Answer: "Yes", Transcript: []relay.Turn{{Role: "user", Text: "Open?"}, {Role: "assistant", Text: "Yes"}},
			},
		},
		"a list of records": {
			`[{"SerialNumber":"n1","SessionID":"s1","Messages":["a"]},{"SerialNumber":"n1","SessionID":"s2","Messages":["b"]}]`,
			relay.Event{
				EventType: "Conversation", Kind: relay.Chat, BotID: "n1", ConversationID: "s1", Transcript: []relay.Turn{{Text: "a"}, {Text: "b"}},
				Details: []relay.Detail{{Label: "Record 2 › Serial number", Text: "n1"}, {Label: "Record 2 › Session ID", Text: "s2"}},
			},
		},
		"a list of leads": {
			`[{"SerialNumber":"n1","Type":"Lead","Name":"Ada"},{"Type":"Lead","Name":"Bob"}]`,
			relay.Event{
				EventType: "Lead", Kind: relay.Lead, BotID: "n1", Contact: relay.Contact{Name: "Ada"},
				Details: []relay.Detail{{Label: "Record 2 › Type", Text: "Lead"}, {Label: "Record 2 › Name", Text: "Bob"}},
			},
		},
		"unknown type":  {`{"SerialNumber":"n1","Type":"Payment","Amount":12.50}`, relay.Event{EventType: "Payment", Kind: relay.Other, BotID: "n1", Details: []relay.Detail{{Label: "Amount", Text: "12.5"}}}},
		"type in small": {`{"Type":"lead"}`, relay.Event{EventType: "lead", Kind: relay.Lead}},
		"a list":        {`[1,"a"]`, relay.Event{EventType: "Conversation", Kind: relay.Chat, Details: []relay.Detail{{Label: "Body", Text: "1, a"}}}},
	} {
		t.Run(name, func(t *testing.T) { expect(t, decode(t, "newoaks", tt.body), tt.want) })
	}
}

func TestNewoaksTestRequest(t *testing.T) {
	isTest := lookup(t, "newoaks").IsTest
	for _, body := range []string{
		`{}`, `[]`, `null`, `""`, `"test"`, `1`, `true`, `{"test":true}`, `{"message":"test"}`, `{"Type":"Test"}`, `{"Type":""}`,
		`{"event":"ping","data":{"ok":true}}`, `{"SerialNumber":"","Name":null,"Content":""}`, `[{}]`, `{"list":[1,2]}`,
	} {
		if !isTest([]byte(body)) {
			t.Errorf("an event: %s", body)
		}
	}
	for _, body := range []string{
		`{"Event":"call_finished","CallID":"c9","Summary":"wants a quote"}`, `{"message":"hello"}`, `["hello"]`,
		`{"SerialNumber":"n1"}`, `{"Type":"Lead"}`, `{"Type":"Payment"}`, `{"SessionID":"s"}`, `{"Content":"x"}`, `{"Email":"a@example.com"}`, `{"phone":123456}`,
		`{"data":{"name":"Ada"}}`, `"{\"SerialNumber\":\"n1\"}"`, `[{"SessionID":"s"}]`, `{"unheard":[{"q":"hi"}]}`, `{"Type":"Test","SerialNumber":"n1"}`,
		`{"a":{"b":{"c":{"d":{"e":{"f":"deep"}}}}}}`, `{"Messages":["hi"]}`, `{"data":{"x":1},"more":{"Name":"Ada"}}`, `{"more":{"Name":"Ada"},"z":{}}`,
	} {
		if isTest([]byte(body)) {
			t.Errorf("taken for a test: %s", body)
		}
	}
}

// TestChatdataTopicIsNotInTheKey: the header is not signed, so a captured request
// with another topic must still be recognised.
func TestChatdataTopicIsNotInTheKey(t *testing.T) {
	body := []byte(`{"chatbot_id":"b","conversation_id":"c","note":"call me"}`)
	v := lookup(t, "chatdata")
	keys := make(map[string]bool)
	for _, topic := range []string{"live-chat-escalation", "minimize-widget", "anything", ""} {
		h := http.Header{}
		h.Set("x-chat-data-topic", topic)
		keys[v.Decode(h, body).DedupKey] = true
	}
	if len(keys) != 1 || keys[""] {
		t.Errorf("%d keys for one body", len(keys))
	}
}
