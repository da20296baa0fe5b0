package vendors_test

import (
	"net/http"
	"strings"
	"testing"

	"botrelay/relay/vendors"
)

// TestSentAgain: one event sent twice has one key, whatever the form of its
// JSON, and what differs in what counts has another.
func TestSentAgain(t *testing.T) {
	const (
		chatbase = `{"eventType":"leads.submit","chatbotId":"b","payload":{"conversationId":"c","customerEmail":"a@example.com","customerName":"Ada","customerPhone":"1"}}`
		chat     = `{"messages":[{"role":"user","content":"Hi"}],"answer":{"role":"assistant","content":"Yo","score":0.5},"chatbot_id":"b","conversation_id":"c"}`
		chatzuri = `{"event":"lead.submit","timestamp":"2026-04-26T08:30:14Z","agent_id":"a","data":{"name":"Ada","email":"a@example.com","phone":"1"}}`
		talked   = `{"event":"lead.submit","timestamp":"2026-04-26T08:30:14Z","agent_id":"a","data":{"conversation_id":"c","name":"Ada"}}`
		ended    = `{"event":"conversation.ended","agent_id":"a","timestamp":"2026-04-26T08:30:14Z","data":{"conversation_id":"c","rating":1}}`
		message  = `{"eventType":"message.received","agentId":"a","channel":"web","payload":{"messageId":"m1","message":"Hi","conversationId":"c"}}`
		newoaks  = `{"SerialNumber":"n","Type":"Lead","Name":"Ada","Content":"x","SessionID":"s","CreateTime":1772000000}`
		talk     = `{"SerialNumber":"n","SessionID":"s","Messages":[{"role":"user","content":"Hi"}]}`
	)
	for _, tt := range []struct {
		vendor, body, old, new string
		same                   bool
	}{
		{"chatbase", chatbase, `"b"`, ` "\u0062" `, true},
		{"chatbase", chatbase, `"Ada"`, `"Ada L."`, false},
		{"chatbase", chatbase, `a@example.com`, `b@example.com`, false},
		{"chatbase", chatbase, `"customerPhone":"1"`, `"customerPhone":null`, false},
		{"chatbase", chatbase, `"conversationId":"c"`, `"conversationId":"d"`, false},
		{"chatbase", chatbase, `"chatbotId":"b"`, `"chatbotId":"d"`, false},
		{"chatbase", chatbase, `"customerName":"Ada","customerPhone":"1"`, `"customerName":"Ada1","customerPhone":""`, false},
		{"chatbase", chatbase, `"leads.submit"`, `"leads.update"`, false},
		{"chatdata", chat, `"score":0.5`, `"score":0.50`, true},
		{"chatdata", chat, `"Hi"`, `"Ho"`, false},
		{"chatdata", chat, `"Yo"`, `"No"`, false},
		{"chatdata", chat, `"conversation_id":"c"`, `"conversation_id":"d"`, false},
		{"chatdata", chat, `{"role":"user","content":"Hi"}`, `{"role":"user","content":"Hi"},{"role":"user","content":"Hi"}`, false},
		{"chatzuri", chatzuri, `"phone":"1"`, `"phone":1`, true},
		{"chatzuri", chatzuri, `08:30:14Z`, `08:30:15Z`, false},
		{"chatzuri", chatzuri, `"Ada"`, `"Bob"`, false},
		{"chatzuri", talked, `08:30:14Z`, `08:30:15Z`, true},
		{"chatzuri", talked, `"Ada"`, `"Bob"`, false},
		{"chatzuri", ended, `"rating":1`, `"rating":1.0`, true},
		{"chatzuri", ended, `"rating":1`, `"rating":2`, false},
		{"chatzuri", message, `"Hi"`, `"\u0048i"`, true},
		{"chatzuri", message, `"m1"`, `"m2"`, false},
		{"newoaks", newoaks, `"x"`, ` "x" `, true},
		{"newoaks", newoaks, `"SerialNumber":"n"`, `"SerialNumber":"m"`, false},
		{"newoaks", newoaks, `"Lead"`, `"Appointment"`, false},
		{"newoaks", newoaks, `"s"`, `"s2"`, false},
		{"newoaks", newoaks, `1772000000`, `1772000001`, false},
		{"newoaks", newoaks, `"x"`, `"y"`, false},
		{"newoaks", newoaks, `"Ada","Content":"x"`, `"da","Content":"xA"`, false},
		{"newoaks", newoaks, `"Ada"`, `"Ada L."`, false},
		{"newoaks", talk, `"Hi"}`, `"Hi"},{"role":"user","content":"Bye"}`, false},
	} {
		v := lookup(t, tt.vendor)
		changed := strings.Replace(tt.body, tt.old, tt.new, 1)
		if changed == tt.body {
			t.Fatalf("%s: nothing was changed by %s", tt.body, tt.old)
		}
		before, after := v.Decode(http.Header{}, []byte(tt.body)).DedupKey, v.Decode(http.Header{}, []byte(changed)).DedupKey
		if before == "" || after == "" || (before == after) != tt.same {
			t.Errorf("%s: %s instead of %s: keys %q, %q", tt.vendor, tt.new, tt.old, before, after)
		}
		// Signed in its other form, it is the same event still.
		again, err := vendors.Stringify([]byte(changed))
		if err != nil {
			t.Fatal(err)
		}
		if key := v.Decode(http.Header{}, again).DedupKey; key != after {
			t.Errorf("%s: %s: the re-serialised form has another key", tt.vendor, changed)
		}
	}
}

// TestNoKey: where nothing tells whether it was sent again, it is always new.
func TestNoKey(t *testing.T) {
	for _, tt := range []struct{ vendor, body string }{
		{"chatbase", `{"eventType":"leads.submit","chatbotId":"b","payload":{"customerName":"Ada"}}`},
		{"chatbase", `{"eventType":"other","chatbotId":"b"}`},
		{"chatdata", `{"messages":[{"role":"user","content":"Hi"}],"answer":{"content":"Yo"},"chatbot_id":"b"}`},
		{"chatdata", `{"event":"live-chat-escalation","chatbot_id":"b"}`},
		{"chatzuri", `{"eventType":"message.received","agentId":"a","channel":"web","payload":{"message":"Hi","conversationId":"c"}}`},
		{"chatzuri", `{"event":"message.received","timestamp":"2026-04-26T08:30:14Z","agent_id":"a","data":{"message":"Hi","conversation_id":"c"}}`},
		{"newoaks", `{"SerialNumber":"n","Type":"Lead","Name":"Ada"}`},
		{"newoaks", `[1]`},
	} {
		if key := decode(t, tt.vendor, tt.body).DedupKey; key != "" {
			t.Errorf("%s: %s: key %s", tt.vendor, tt.body, key)
		}
	}
}

// TestKeysOfVendors: the same words from two vendors are two events.
func TestKeysOfVendors(t *testing.T) {
	const lead = `{"eventType":"leads.submit","chatbotId":"b","payload":{"conversationId":"c","customerName":"Ada"}}`
	if decode(t, "chatbase", lead).DedupKey == decode(t, "chatzuri", lead).DedupKey {
		t.Error("one key")
	}
}
