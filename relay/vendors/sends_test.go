package vendors_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"botrelay/relay"
	"botrelay/relay/vendors"
)

// TestSends: what is said to be certain of a vendor's events is what Decode makes
// of its samples, and of bodies that it is not known to send.
func TestSends(t *testing.T) {
	for _, v := range vendors.Builtin() {
		kindOf := func(eventType string) relay.Kind {
			for _, pair := range v.Sends.Kinds {
				if pair[0] == eventType || v.Sends.Fold && strings.EqualFold(pair[0], eventType) {
					return relay.Kind(pair[1])
				}
			}
			return relay.Other
		}
		look := func(h http.Header, body string) {
			e := v.Decode(h, []byte(body))
			if e.Kind != kindOf(e.EventType) {
				t.Errorf("%s: %s: %q has the kind %s", v.Name, body, e.EventType, e.Kind)
			}
			for key, value := range map[string]string{"event_type": e.EventType, "channel": e.Channel, "bot_id": e.BotID} {
				if value != "" && slices.Contains(v.Sends.No, key) {
					t.Errorf("%s: %s: %s is %q", v.Name, body, key, value)
				}
			}
		}
		for _, s := range v.Samples {
			look(s.Header, string(s.Body))
		}
		types := []string{"", "lead.new", "Leads.Submit", "LEAD", "Chat", "conversation", "message", "escalation"}
		for _, pair := range v.Sends.Kinds {
			types = append(types, pair[0], strings.ToUpper(pair[0]))
		}
		for _, name := range types {
			for _, key := range []string{"eventType", "event", "type", "Type", "topic"} {
				look(http.Header{}, fmt.Sprintf(`{%q:%q,"channel":"web","source":"x","platform":"y","data":{"channel":"web"}}`, key, name))
			}
			look(http.Header{"X-Chat-Data-Topic": {name}}, `{"lead":{}}`)
		}
	}
	v := fromTOML(t, acme+"[vendors.bare]\nsignature = { header = 'S' }\n")
	if s := v["acme"].Sends; len(s.Kinds) != 2 || s.Kinds[1] != [2]string{"message.*", "message"} || s.No != nil {
		t.Errorf("got %+v", s)
	}
	if no := slices.Sorted(slices.Values(v["bare"].Sends.No)); !slices.Equal(no, []string{"bot_id", "channel", "event_type"}) {
		t.Errorf("got %q", no)
	}
	for name, want := range map[string]bool{"chatbase": false, "newoaks": true} {
		if v, _ := vendors.Lookup(name); v.Timed() != want {
			t.Errorf("%s: %t", name, v.Timed())
		}
	}
	if !v["acme"].Timed() || v["bare"].Timed() {
		t.Error("acme signs a time, and bare does not")
	}
}
