package trial_test

import (
	"slices"
	"strings"
	"testing"

	"botrelay/relay"
	"botrelay/relay/compose"
	"botrelay/relay/config"
	"botrelay/sinks/trial"
)

// message renders an event as a routes file wants it.
func message(t *testing.T, file string, e relay.Event) relay.Message {
	t.Helper()
	cfg, problems := config.Parse(config.File{Name: "routes.toml", Data: []byte(file)}, compose.Env(trial.SinkOptions()))
	if cfg == nil {
		t.Fatalf("%v", problems)
	}
	for _, p := range problems {
		if strings.Contains(p.Text, "{{") || strings.Contains(p.Text, "template") {
			t.Error(p)
		}
	}
	var failed error
	r, err := compose.Renderer(cfg, func(_ relay.Event, _ string, err error) { failed = err })
	if err != nil {
		t.Fatal(err)
	}
	m := r.MessageFor(e, "")
	if failed != nil {
		t.Errorf("%s: %v", e.Kind, failed)
	}
	return m
}

// words are those of a text, without its icon and its form.
func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(c rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789@.", c) })
}

// TestStarters: there is one of every kind of a customer's event; of each sample it makes
// a message that names the same person and says the same as the default one, and nothing
// of what is left out changes.
func TestStarters(t *testing.T) {
	const file = "[sources.a]\nvendor = 'chatbase'\npending = true\n[sinks.s]\ntype = 'slack'\ntoken = 'xoxb-x'\nchannel = '#x'\n[[routes]]\nmatch = {}\nto = ['s']\n"
	tried := make(map[relay.Kind]bool)
	for _, e := range compose.SampleEvents() {
		i := slices.IndexFunc(compose.Starters(), func(s compose.Starter) bool { return s.Kind == e.Kind })
		if i < 0 {
			if e.Kind != relay.Notice {
				t.Errorf("there is none of the kind %s", e.Kind)
			}
			continue
		}
		tried[e.Kind] = true
		was, is := message(t, file, e), message(t, file+compose.Starters()[i].Text, e)
		switch e.Kind {
		case relay.Lead, relay.Appointment, relay.Escalation:
			if was.Title != is.Title {
				t.Errorf("the title is %q, by default %q", is.Title, was.Title)
			}
		default:
			if e.Contact.Name != "" && !strings.Contains(is.Title, e.Contact.Name) || len(is.Title) < 8 {
				t.Errorf("the title is %q, by default %q", is.Title, was.Title)
			}
		}
		text := ""
		for _, block := range is.Body {
			text += relay.Plain(block.Spans) + "\n"
		}
		if e.Text != "" && !strings.Contains(strings.Join(words(text), " "), strings.Join(words(e.Text), " ")) {
			t.Errorf("%s: the body is %q, and the customer wrote %q", e.Kind, text, e.Text)
		}
		if a, b := relay.Plain(was.Footer), relay.Plain(is.Footer); a != b || was.Link != is.Link || was.Color != is.Color {
			t.Errorf("%s: the footer is %q, by default %q", e.Kind, b, a)
		}
	}
	if len(tried) != len(relay.Kinds()) {
		t.Errorf("tried %v", tried)
	}
}
