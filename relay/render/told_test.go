package render

import (
	"slices"
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
		"handle that leads":   {relay.Event{Kind: relay.Inbound, Channel: "telegram", Contact: relay.Contact{Handle: "@ada_l"}}, "", "Telegram={@:@ada_l → https://t.me/ada_l}", "(no text)"},
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

// TestVisitors: who writes on a web page has a name, or is a visitor. The handle
// that the page gave to a browser stands among the IDs.
func TestVisitors(t *testing.T) {
	for _, tc := range []struct {
		event         relay.Event
		title, footer string
	}{
		{relay.Event{Kind: relay.Inbound, Contact: relay.Contact{Handle: "sess_20f4"}}, "🌐 Web chat message from a visitor", "🌐 Web chat · s · Visitor {m:sess_20f4} · {m:c_1}"},
		{relay.Event{Kind: relay.Inbound, Contact: relay.Contact{Handle: "c_1"}}, "🌐 Web chat message from a visitor", "🌐 Web chat · s · {m:c_1}"},
		{relay.Event{Kind: relay.Inbound}, "🌐 Web chat message from a visitor", "🌐 Web chat · s · {m:c_1}"},
		{relay.Event{Kind: relay.Lead, Contact: relay.Contact{Phone: "+33612345678", Handle: "v"}}, "🎯 New lead: +33 6 12 34 56 78", "🌐 Web chat · s · Visitor {m:v} · {m:c_1}"},
		{relay.Event{Kind: relay.Chat, Contact: relay.Contact{Handle: "v"}}, "🤖 Chat with a visitor", "🌐 Web chat · s · Visitor {m:v} · {m:c_1}"},
		{relay.Event{Kind: relay.Chat, Text: "Hi", Contact: relay.Contact{Handle: "v"}}, "🤖 Chat: “Hi”", "🌐 Web chat · s · Visitor {m:v} · {m:c_1}"},
	} {
		tc.event.Channel, tc.event.Source, tc.event.ConversationID = "widget", "s", "c_1"
		m := New(Config{}).Message(tc.event)
		handle := slices.ContainsFunc(m.Fields, func(f relay.Field) bool { return f.Name == "Handle" })
		if got := dumpSpans(m.Footer); m.Title != tc.title || got != tc.footer || handle {
			t.Errorf("got %q, %q, fields %v; want %q, %q", m.Title, got, m.Fields, tc.title, tc.footer)
		}
	}
	other := New(Config{}).Message(relay.Event{Channel: "web", Kind: relay.Other, Contact: relay.Contact{Handle: "v"}})
	if len(other.Fields) != 1 || other.Fields[0].Name != "Handle" {
		t.Errorf("of an unknown kind: %v", other.Fields)
	}
}

// TestNoText: a message of nothing but a picture says so.
func TestNoText(t *testing.T) {
	for text, want := range map[string]string{
		"": "para      (no text)\n", " \u200B\n": "para      (no text)\n", "(no text)": "para    > (no text)\n",
	} {
		m := New(Config{}).Message(relay.Event{Kind: relay.Inbound, Text: text, Contact: relay.Contact{Email: "a@example.com"}})
		if got := dumpBlocks(m.Body); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	if m := New(Config{}).Message(relay.Event{Kind: relay.Lead, Contact: relay.Contact{Email: "a@example.com"}}); len(m.Body) > 0 {
		t.Errorf("a lead: %v", m.Body)
	}
}

// TestReasons: what a program says becomes words, but nobody's own text does.
func TestReasons(t *testing.T) {
	for text, want := range map[string]string{
		"customer_request": "customer request", "timeout": "timeout", "a_b_c": "a b c", "Customer_request": "Customer_request",
		"_x_": "_x_", "a__b": "a__b", "see my_file please": "see my_file please", "error_42": "error_42",
	} {
		for _, k := range relay.Kinds() {
			said := want
			if k == relay.Other {
				said = text
			}
			m := New(Config{}).Message(relay.Event{Kind: k, Details: []relay.Detail{{Label: "Reason", Text: text}, {Label: "Plan", Text: "free_trial"}}})
			if got := relay.Plain(m.Fields[0].Value); got != said || relay.Plain(m.Fields[1].Value) != "free_trial" {
				t.Errorf("%s, %q: got %v, want %q", k, text, m.Fields, said)
			}
		}
	}
}
