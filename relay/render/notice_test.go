package render

import (
	"strings"
	"testing"

	"botrelay/relay"
)

// TestNotice holds that a notice cannot be taken for what a customer wrote, nor
// the other way round.
func TestNotice(t *testing.T) {
	r := New(Config{ConversationURL: func(relay.Event) string { return "https://crm.example/c/" }})
	ours := r.Message(noticeEvent(relay.Trouble))
	if !ours.Loud || ours.Thread != "" || ours.Link != "" || len(ours.Fields) != 0 {
		t.Errorf("%+v", ours)
	}
	if over := r.Message(noticeEvent(relay.Over)); over.Color == ours.Color || over.Title == ours.Title {
		t.Errorf("trouble and its end look alike: %q and %q", ours.Title, over.Title)
	}
	for _, b := range ours.Body {
		if b.Quote {
			t.Errorf("our own words are quoted: %+v", b)
		}
	}
	e := noticeEvent(relay.Trouble)
	for _, e.Kind = range relay.Kinds() {
		theirs := r.Message(e)
		if strings.HasPrefix(theirs.Title, "⚠") || strings.HasPrefix(theirs.Title, "✅") {
			t.Errorf("%s looks like a notice: %q", e.Kind, theirs.Title)
		}
		for _, b := range theirs.Body {
			if !b.Quote {
				t.Errorf("%s: a stranger's words pass for ours: %+v", e.Kind, b)
			}
		}
	}
}
