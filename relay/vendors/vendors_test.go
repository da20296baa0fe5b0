package vendors_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/vendors"
)

func lookup(t testing.TB, name string) *vendors.Vendor {
	t.Helper()
	v, ok := vendors.Lookup(name)
	if !ok {
		t.Fatalf("no vendor %s", name)
	}
	return v
}

func decode(t testing.TB, name, body string) relay.Event {
	t.Helper()
	return lookup(t, name).Decode(http.Header{}, []byte(body))
}

// expect compares an event, but for its key, which is random to look at.
func expect(t *testing.T, got, want relay.Event) {
	t.Helper()
	got.DedupKey = ""
	if !reflect.DeepEqual(got, want) {
		gotText, _ := json.MarshalIndent(got, "", "  ")
		wantText, _ := json.MarshalIndent(want, "", "  ")
		t.Errorf("got  %s\nwant %s", gotText, wantText)
	}
}

func TestLookup(t *testing.T) {
	var names []string
	for _, v := range vendors.Builtin() {
		names = append(names, v.Name)
	}
	if want := []string{"chatbase", "chatdata", "chatzuri", "newoaks"}; !slices.Equal(names, want) {
		t.Errorf("built in: %q, want %q", names, want)
	}
	if _, ok := vendors.Lookup("Chatbase"); ok {
		t.Error("a name is found in capitals")
	}
}

// TestReplies: the vendors' own words, to the byte. NewOaks sends again unless
// it reads exactly this.
func TestReplies(t *testing.T) {
	for name, want := range map[string]struct{ accepted, refused vendors.Reply }{
		"chatbase": {vendors.Reply{Status: 200, Body: `OK`}, vendors.Reply{Status: 400, Body: `{"message":"Signature didn't match"}`}},
		"chatdata": {vendors.Reply{Status: 200, Body: `{"message":"Webhook event received successfully"}`}, vendors.Reply{Status: 403, Body: `{"error":"invalid signature"}`}},
		"chatzuri": {vendors.Reply{Status: 200, Body: `{"status":"accepted"}`}, vendors.Reply{Status: 400, Body: `{"message":"Signature didn't match"}`}},
		"newoaks":  {vendors.Reply{Status: 200, Body: `{"status":"success"}`}, vendors.Reply{Status: 401, Body: `{"status":"error","message":"invalid signature"}`}},
	} {
		v := lookup(t, name)
		if v.Accepted != want.accepted || v.Refused != want.refused {
			t.Errorf("%s: %+v, %+v", name, v.Accepted, v.Refused)
		}
	}
}

// TestSamples: every sample can be sent, and shows all that it should.
func TestSamples(t *testing.T) {
	want := map[string]string{
		"chatbase": "lead:lead",
		"chatdata": "chat:chat lead:lead escalation:escalation",
		"chatzuri": "lead:lead lead-v1:lead lead-v3:lead whatsapp:message telegram:message facebook:message instagram:message email:message web:message escalation:escalation",
		"newoaks":  "lead:lead appointment:appointment conversation:chat test:chat",
	}
	for _, v := range vendors.Builtin() {
		var got []string
		for _, s := range v.Samples {
			e := v.Decode(s.Header, s.Body)
			got = append(got, s.Name+":"+string(e.Kind))
			checkSample(t, v, s, e)
		}
		if strings.Join(got, " ") != want[v.Name] {
			t.Errorf("%s: %s\nwant %s", v.Name, got, want[v.Name])
		}
	}
}

func checkSample(t *testing.T, v *vendors.Vendor, s vendors.Sample, e relay.Event) {
	t.Helper()
	name := v.Name + "/" + s.Name
	now := time.Unix(1772000000, 0)
	if _, err := v.Verify(v.Sign(s.Body, relay.NewSecret("s"), now), s.Body, secrets("s"), vendors.Options{}, now); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	isTest := v.IsTest != nil && v.IsTest(s.Body)
	if isTest != (s.Name == "test") {
		t.Errorf("%s: taken for a test: %v", name, isTest)
	}
	if isTest {
		return
	}
	if e.BotID == "" || e.EventType == "" {
		t.Errorf("%s: no bot or no type: %+v", name, e)
	}
	if e.Kind == relay.Lead && (e.Contact.Name == "" || e.Contact.Email == "") || e.Kind == relay.Inbound && (e.Text == "" || e.Channel == "") {
		t.Errorf("%s: incomplete: %+v", name, e)
	}
	if (e.DedupKey == "") != (e.Kind == relay.Inbound) {
		t.Errorf("%s: key %q", name, e.DedupKey)
	}
}

func TestChatbase(t *testing.T) {
	for name, tt := range map[string]struct {
		body string
		want relay.Event
	}{
		"documented": {
			`{"eventType":"leads.submit","chatbotId":"bot_1","payload":{"conversationId":"c1","customerEmail":"ada@example.com","customerName":"Ada","customerPhone":"+1 2"}}`,
			relay.Event{EventType: "leads.submit", Kind: relay.Lead, BotID: "bot_1", ConversationID: "c1", Contact: relay.Contact{Name: "Ada", Email: "ada@example.com", Phone: "+1 2"}},
		},
		"nulls": {
			`{"eventType":"leads.submit","chatbotId":"bot_1","payload":{"conversationId":null,"customerEmail":"ada@example.com","customerName":null,"customerPhone":null}}`,
			relay.Event{EventType: "leads.submit", Kind: relay.Lead, BotID: "bot_1", Contact: relay.Contact{Email: "ada@example.com"}},
		},
		"numbers and other types": {
			`{"eventType":"leads.submit","chatbotId":12345678901234567890,"payload":{"conversationId":7.0,"customerPhone":491701234567,"customerName":{"first":"Ada"},"customerEmail":false}}`,
			relay.Event{
				EventType: "leads.submit", Kind: relay.Lead, BotID: "12345678901234567890", ConversationID: "7", Contact: relay.Contact{Phone: "491701234567"},
				Details: []relay.Detail{{Label: "Customer name › First", Text: "Ada"}, {Label: "Customer email", Text: "no"}},
			},
		},
		"no payload":        {`{"eventType":"leads.submit"}`, relay.Event{EventType: "leads.submit", Kind: relay.Lead}},
		"payload as string": {`{"eventType":"leads.submit","payload":"{\"customerName\":\"Ada\"}"}`, relay.Event{EventType: "leads.submit", Kind: relay.Lead, Contact: relay.Contact{Name: "Ada"}}},
		"unknown type": {
			`{"eventType":"message.created","chatbotId":"b","payload":{"message":"hi","sessionCount":3,"tags":["a","b",null],"page":{"pageURL":"https://x.example"},"none":null,"empty":""}}`,
			relay.Event{EventType: "message.created", Kind: relay.Other, BotID: "b", Text: "hi", Details: []relay.Detail{
				{Label: "Session count", Text: "3"}, {Label: "Tags", Text: "a, b"}, {Label: "Page › Page URL", Text: "https://x.example"},
			}},
		},
		"key twice":   {`{"eventType":"x","eventType":"leads.submit","payload":{"customerName":"A","customerName":"B"}}`, relay.Event{EventType: "leads.submit", Kind: relay.Lead, Contact: relay.Contact{Name: "B"}}},
		"empty":       {`{}`, relay.Event{Kind: relay.Other}},
		"list":        {`["a",1]`, relay.Event{Kind: relay.Other, Details: []relay.Detail{{Label: "Body", Text: "a, 1"}}}},
		"text":        {`"hello"`, relay.Event{Kind: relay.Other, Details: []relay.Detail{{Label: "Body", Text: "hello"}}}},
		"null":        {`null`, relay.Event{Kind: relay.Other}},
		"not UTF-8":   {"{\"eventType\":\"leads.submit\",\"payload\":{\"customerName\":\"A\xffB\"}}", relay.Event{EventType: "leads.submit", Kind: relay.Lead, Contact: relay.Contact{Name: "A\uFFFDB"}}},
		"other types": {`{"eventType":["leads.submit"],"chatbotId":{},"payload":[1]}`, relay.Event{Kind: relay.Other, Details: []relay.Detail{{Label: "Event type", Text: "leads.submit"}, {Label: "Payload", Text: "1"}}}},
	} {
		t.Run(name, func(t *testing.T) { expect(t, decode(t, "chatbase", tt.body), tt.want) })
	}
}

func TestChatzuri(t *testing.T) {
	message := func(channel, payload string) string {
		return `{"eventType":"message.received","agentId":"agent_1","channel":"` + channel + `","payload":` + payload + `}`
	}
	event := func(channel string) relay.Event {
		return relay.Event{EventType: "message.received", Kind: relay.Inbound, BotID: "agent_1", Channel: channel, ConversationID: "c1", Text: "hi"}
	}
	with := func(e relay.Event, change func(*relay.Event)) relay.Event { change(&e); return e }
	for name, tt := range map[string]struct {
		body string
		want relay.Event
	}{
		"first generation": {
			`{"eventType":"leads.submit","chatbotId":"b","payload":{"conversationId":"c","customerEmail":"a@example.com","customerName":"A","customerPhone":"1"}}`,
			relay.Event{EventType: "leads.submit", Kind: relay.Lead, BotID: "b", ConversationID: "c", Contact: relay.Contact{Name: "A", Email: "a@example.com", Phone: "1"}},
		},
		"second generation": {
			`{"eventType":"lead.submit","agentId":"agent_1","channel":"Web","payload":{"conversationId":"c","customerName":"A"}}`,
			relay.Event{EventType: "lead.submit", Kind: relay.Lead, BotID: "agent_1", Channel: "web", ConversationID: "c", Contact: relay.Contact{Name: "A"}},
		},
		"third generation": {
			`{"event":"lead.submit","timestamp":"2026-04-26T08:30:14Z","agent_id":"agt_abc123","data":{"name":"A","email":"a@example.com","phone":"1","channel":"Website"}}`,
			relay.Event{
				EventType: "lead.submit", Kind: relay.Lead, BotID: "agt_abc123", Channel: "website", Contact: relay.Contact{Name: "A", Email: "a@example.com", Phone: "1"},
				CreatedAt: time.Date(2026, 4, 26, 8, 30, 14, 0, time.UTC),
			},
		},
		"whatsapp": {
			message("WhatsApp", `{"from":"+1234567890","message":"hi","conversationId":"c1"}`),
			with(event("whatsapp"), func(e *relay.Event) { e.Contact = relay.Contact{Phone: "+1234567890", Handle: "+1234567890"} }),
		},
		"whatsapp, a number": {
			message("whatsapp", `{"from":1234567890,"message":"hi","conversationId":"c1"}`),
			with(event("whatsapp"), func(e *relay.Event) { e.Contact = relay.Contact{Phone: "1234567890", Handle: "1234567890"} }),
		},
		"whatsapp, no number": {
			message("whatsapp", `{"from":"Ada","message":{"text":"hi"},"conversationId":"c1"}`),
			with(event("whatsapp"), func(e *relay.Event) { e.Contact = relay.Contact{Handle: "Ada"} }),
		},
		"telegram": {
			message("telegram", `{"chatId":123456789,"username":"john_doe","message":"hi","conversationId":"c1"}`),
			with(event("telegram"), func(e *relay.Event) {
				e.Contact.Handle = "@john_doe"
				e.Details = []relay.Detail{{Label: "Chat ID", Text: "123456789"}}
			}),
		},
		"telegram, no username": {
			message("telegram", `{"chatId":123456789,"username":null,"first_name":"John","lastName":"Doe","message":"hi","conversationId":"c1"}`),
			with(event("telegram"), func(e *relay.Event) {
				e.Contact = relay.Contact{Name: "John Doe", Handle: "123456789"}
				e.Details = []relay.Detail{{Label: "Chat ID", Text: "123456789"}}
			}),
		},
		"telegram, written with @": {
			message("telegram", `{"username":"@john_doe","text":"hi","conversation_id":"c1"}`),
			with(event("telegram"), func(e *relay.Event) { e.Contact.Handle = "@john_doe" }),
		},
		"facebook": {
			message("facebook", `{"senderId":"fb_user_123","pageId":"fb_page_456","message":"hi","conversationId":"c1"}`),
			with(event("facebook"), func(e *relay.Event) {
				e.Contact.Handle = "fb_user_123"
				e.Details = []relay.Detail{{Label: "Page ID", Text: "fb_page_456"}}
			}),
		},
		"instagram": {
			message("instagram", `{"senderId":"ig_user_1","businessId":"ig_2","message":"hi","conversationId":"c1"}`),
			with(event("instagram"), func(e *relay.Event) {
				e.Contact.Handle = "ig_user_1"
				e.Details = []relay.Detail{{Label: "Business ID", Text: "ig_2"}}
			}),
		},
		"instagram, username": {
			message("instagram", `{"igId":"17841","username":"lena.rides","message":"hi","conversationId":"c1"}`),
			with(event("instagram"), func(e *relay.Event) {
				e.Contact.Handle = "@lena.rides"
				e.Details = []relay.Detail{{Label: "Ig ID", Text: "17841"}}
			}),
		},
		"email": {
			message("email", `{"from":"customer@example.com","to":"shop@example.com","subject":"Pedals","body":"hi","conversationId":"c1"}`),
			with(event("email"), func(e *relay.Event) {
				e.Contact.Email, e.Subject = "customer@example.com", "Pedals"
				e.Details = []relay.Detail{{Label: "To", Text: "shop@example.com"}}
			}),
		},
		"email, with a name": {
			message("email", `{"from":"\"Ada L.\" <ada@example.com>","text":"hi","html":"<b>hi</b>","conversationId":"c1"}`),
			with(event("email"), func(e *relay.Event) {
				e.Contact = relay.Contact{Name: "Ada L.", Email: "ada@example.com"}
				e.Details = []relay.Detail{{Label: "Html", Text: "<b>hi</b>"}}
			}),
		},
		"email, no address": {
			message("email", `{"from":"nobody at all","content":"hi","conversationId":"c1"}`),
			with(event("email"), func(e *relay.Event) { e.Contact.Handle = "nobody at all" }),
		},
		"web": {
			message("web", `{"message":"hi","conversationId":"c1","page_url":"https://x.example/p?a=1&b=2","visitorId":"v1","sessionId":"s1"}`),
			with(event("web"), func(e *relay.Event) {
				e.PageURL, e.Contact.Handle = "https://x.example/p?a=1&b=2", "s1"
				e.Details = []relay.Detail{{Label: "Visitor ID", Text: "v1"}}
			}),
		},
		"web, a page that is none": {
			message("web", `{"message":"hi","conversationId":"c1","page":"17","url":"https://x.example","visitor":{"name":"Ada","ip":"203.0.113.7","lang":"en"}}`),
			with(event("web"), func(e *relay.Event) {
				e.PageURL, e.Contact.Name = "https://x.example", "Ada"
				e.Details = []relay.Detail{{Label: "Page", Text: "17"}, {Label: "Visitor › Lang", Text: "en"}}
			}),
		},
		"two texts": {
			message("web", `{"text":"other","message":"hi","conversationId":"c1"}`),
			with(event("web"), func(e *relay.Event) { e.Details = []relay.Detail{{Label: "Text", Text: "other"}} }),
		},
		"third generation, message": {
			`{"event":"message.received","timestamp":"2026-04-26T10:30:14.5+02:00","agent_id":"agent_1","data":{"message":{"content":"hi"},"channel":"whatsapp","customer":{"name":"Ada","phone":"+4930901820"},"conversation_id":"c1"}}`,
			with(event("whatsapp"), func(e *relay.Event) {
				e.Contact = relay.Contact{Name: "Ada", Phone: "+4930901820", Handle: "+4930901820"}
				e.CreatedAt = time.Date(2026, 4, 26, 8, 30, 14, 5e8, time.UTC)
			}),
		},
		"message that we sent": {
			`{"event":"message.sent","agent_id":"a","data":{"message":"**yes**"}}`,
			relay.Event{EventType: "message.sent", Kind: relay.Other, BotID: "a", Answer: "**yes**"},
		},
		"feedback": {
			`{"event":"feedback.submitted","agent_id":"a","data":{"rating":4,"comment":"good"}}`,
			relay.Event{EventType: "feedback.submitted", Kind: relay.Other, BotID: "a", Text: "good", Details: []relay.Detail{{Label: "Rating", Text: "4"}}},
		},
		"escalation": {
			`{"event":"escalation.triggered","agent_id":"a","data":{"conversation_id":"c","reason":"asked for a person","email":"a@example.com"}}`,
			relay.Event{EventType: "escalation.triggered", Kind: relay.Escalation, BotID: "a", ConversationID: "c", Text: "asked for a person", Contact: relay.Contact{Email: "a@example.com"}},
		},
		"case counts in a type": {`{"event":"Lead.Submit"}`, relay.Event{EventType: "Lead.Submit", Kind: relay.Other}},
		"all nulls":             {message("", `{"from":null,"message":null,"conversationId":null}`), relay.Event{EventType: "message.received", Kind: relay.Inbound, BotID: "agent_1"}},
	} {
		t.Run(name, func(t *testing.T) { expect(t, decode(t, "chatzuri", tt.body), tt.want) })
	}
}
