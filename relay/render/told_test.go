package render

import (
	"strings"
	"testing"

	"botrelay/relay"
)

// TestTold holds that what the title tells is not told again, but for what is
// longer there or leads somewhere.
func TestTold(t *testing.T) {
	long := strings.Repeat("x", 200)
	title := "{{ .Contact.Name }} asks"
	for name, tc := range map[string]struct {
		e      relay.Event
		title  string // a template; empty: the default
		fields string
		body   string
	}{
		"name":                {relay.Event{Kind: relay.Lead, Contact: relay.Contact{Name: " Ada ", Phone: "1"}}, "", "Phone=1", ""},
		"name alone":          {relay.Event{Kind: relay.Lead, Contact: relay.Contact{Name: "Ada"}}, "", "", "Nothing more was sent with it."},
		"long name":           {relay.Event{Kind: relay.Lead, Contact: relay.Contact{Name: long}}, "", "Name=" + long, ""},
		"name of lines":       {relay.Event{Kind: relay.Lead, Contact: relay.Contact{Name: "Ada\nL"}}, "", "Name=Ada L", ""},
		"mail":                {relay.Event{Kind: relay.Lead, Contact: relay.Contact{Email: "a@example.com"}}, "", "Email={@:a@example.com → mailto:a@example.com}", ""},
		"name is the handle":  {relay.Event{Kind: relay.Inbound, Channel: "instagram", Contact: relay.Contact{Handle: "ada.l"}, Text: "Hi"}, "", "", "> Hi"},
		"handle that leads":   {relay.Event{Kind: relay.Inbound, Channel: "telegram", Contact: relay.Contact{Handle: "@ada_l"}}, "", "Telegram={@:@ada_l → https://t.me/ada_l}", ""},
		"subject":             {relay.Event{Kind: relay.Inbound, Channel: "email", Subject: "Hi", Text: "x"}, "", "", "> x"},
		"subject elsewhere":   {relay.Event{Kind: relay.Lead, Subject: "Hi"}, "", "Subject=Hi", ""},
		"question":            {relay.Event{Kind: relay.Chat, Text: "Is it?", Answer: "Yes."}, "", "", "Answer Yes."},
		"question, no answer": {relay.Event{Kind: relay.Chat, Text: "Is it?"}, "", "", "> Is it?"},
		"question in lines":   {relay.Event{Kind: relay.Chat, Text: "Is\nit?", Answer: "Yes."}, "", "", "> Is\nit? Answer Yes."},
		"question with URL":   {relay.Event{Kind: relay.Chat, Text: "See https://a.example", Answer: "Yes."}, "", "", "> See {@:https://a.example → https://a.example} Answer Yes."},
		"question is a URL":   {relay.Event{Kind: relay.Chat, Text: "https://a.example", Answer: "Yes."}, "", "", "> {@:https://a.example → https://a.example} Answer Yes."},
		"long question":       {relay.Event{Kind: relay.Chat, Text: long, Answer: "Yes."}, "", "", "> " + long + " Answer Yes."},
		"title of a template": {relay.Event{Kind: relay.Lead, Contact: relay.Contact{Name: "Ada"}, Text: "Hi"}, title, "", "> Hi"},
		"other title":         {relay.Event{Kind: relay.Lead, Contact: relay.Contact{Name: "Ada"}, Text: "Hi"}, "Lead", "Name=Ada", "> Hi"},
		"part of a word":      {relay.Event{Kind: relay.Lead, Contact: relay.Contact{Name: "Al"}, Text: "Hi"}, "Also", "Name=Al", "> Hi"},
		"end of a word":       {relay.Event{Kind: relay.Lead, Contact: relay.Contact{Name: "al"}, Text: "Hi"}, "Hal", "Name=al", "> Hi"},
		"alone, other title":  {relay.Event{Kind: relay.Lead}, "Lead", "", "Nothing more was sent with it."},
	} {
		cfg := Config{}
		if tc.title != "" {
			cfg.Messages = map[string]*Custom{string(tc.e.Kind): {Title: parsed(t, tc.title)}}
		}
		m := New(cfg).Message(tc.e)
		var facts, body []string
		for _, f := range m.Fields {
			facts = append(facts, f.Name+"="+dumpSpans(f.Value))
		}
		for _, b := range m.Body {
			mark := ""
			if b.Quote {
				mark = "> "
			}
			body = append(body, mark+dumpSpans(b.Spans))
		}
		if got := strings.Join(facts, " "); got != tc.fields {
			t.Errorf("%s: fields %q, want %q", name, got, tc.fields)
		}
		if got := strings.Join(body, " "); got != tc.body {
			t.Errorf("%s: body %q, want %q", name, got, tc.body)
		}
	}
}

// TestAsides holds that scores, costs and IDs stand in the small print, unless
// the event may be about them.
func TestAsides(t *testing.T) {
	e := relay.Event{Kind: relay.Chat, Vendor: "chatdata", Source: "s", ConversationID: "c_1", Details: []relay.Detail{
		{Label: "Visitor ID", Text: "v_9"},
		{Label: "Score", Text: "0.87"},
		{Label: "Credits", Text: "20"},
		{Label: "Reason", Text: "asked"},
		{Label: "Valid", Text: "yes"},
		{Label: "Client ID", Text: "203.0.113.9"},
	}}
	m := New(Config{}).Message(e)
	if got, want := dumpSpans(m.Footer), "Score 87 % · Credits 20 · s · Visitor ID {m:v_9} · {m:c_1}"; got != want {
		t.Errorf("footer %s, want %s", got, want)
	}
	if len(m.Fields) != 2 || m.Fields[0].Name != "Reason" || m.Fields[1].Name != "Valid" {
		t.Errorf("fields %v", m.Fields)
	}
	if m := New(Config{}).Message(relay.Event{ConversationID: "c_1"}); dumpSpans(m.Footer) != "{m:c_1}" {
		t.Errorf("of nothing but a conversation: %s", dumpSpans(m.Footer))
	}
	if m := New(Config{}).Message(relay.Event{}); m.Footer != nil || len(m.Origin) > 0 {
		t.Errorf("of nothing: %q, %q", m.Footer, m.Origin)
	}
	e.Kind = relay.Other
	if m := New(Config{}).Message(e); len(m.Fields) != 5 || dumpSpans(m.Footer) != "s · {m:c_1}" {
		t.Errorf("of another kind: %s", dump(m))
	}
}
