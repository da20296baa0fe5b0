package render

import (
	"testing"

	"botrelay/relay"
)

// TestPhones: each number is grouped as its country's regulator or telephone
// company writes it; what nobody can be called by stays as it was written.
func TestPhones(t *testing.T) {
	for _, tc := range []struct{ number, channel, want string }{
		{"+390612345678", "", "+39 06 1234 5678"},
		{"+442079460321", "", "+44 20 7946 0321"},
		{"+44 (0)20 7946-0321", "", "+44 20 7946 0321"},
		{"0033612345678", "", "+33 6 12 34 56 78"},
		{"+35312345678", "", "+353 1 234 5678"},
		{"+491701234567", "whatsapp", "+49 170 1234567"},
		{"491701234567", "whatsapp", "+49 170 1234567"},
		{"491701234567", "", "491701234567"},
		{"491701234567", "sms", "491701234567"},
		{"0170 1234567", "whatsapp", "0170 1234567"},
		{"+1 234 567 8901", "", "+1 234-567-8901"},
		{"+1234567890", "", "+1234567890"},
		{"+1 (555) 123-4567", "", "+1 (555) 123-4567"},
		{"+49 30 1;ext=2", "", "+49 30 1;ext=2"},
		{"+999123456789", "", "+999123456789"},
		{"+", "", "+"},
		{"call me", "", "call me"},
		{"", "", ""},
	} {
		if got := grouped(tc.number, tc.channel); got != tc.want {
			t.Errorf("%q on %q: got %q, want %q", tc.number, tc.channel, got, tc.want)
		}
	}
}

// TestPhoneInMessage: people read the groups, and the link has the digits.
func TestPhoneInMessage(t *testing.T) {
	r := New(Config{})
	for _, tc := range []struct {
		event              relay.Event
		title, field, link string
	}{
		{
			relay.Event{Kind: relay.Inbound, Channel: "whatsapp", Contact: relay.Contact{Phone: "447400123456", Handle: "447400123456"}},
			"💬 WhatsApp message from +44 7400 123456", "+44 7400 123456", "https://wa.me/447400123456",
		},
		{
			relay.Event{Kind: relay.Inbound, Channel: "sms", Contact: relay.Contact{Handle: "+33612345678"}},
			"📱 Text message from +33 6 12 34 56 78", "+33 6 12 34 56 78", "tel:+33612345678",
		},
		{
			relay.Event{Kind: relay.Lead, Contact: relay.Contact{Phone: "+390612345678"}},
			"🎯 New lead: +39 06 1234 5678", "+39 06 1234 5678", "tel:+390612345678",
		},
	} {
		m := r.Message(tc.event)
		if got := m.Fields[0].Value[0]; m.Title != tc.title || got.Text != tc.field || got.Link != tc.link || len(m.Fields) != 1 {
			t.Errorf("got %q, %+v", m.Title, m.Fields)
		}
	}
}
