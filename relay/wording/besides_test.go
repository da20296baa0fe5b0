package wording_test

import (
	"testing"

	"botrelay/relay"
	"botrelay/relay/wording"
)

// TestBesides: what a text says already is not said once more, and what to do is.
func TestBesides(t *testing.T) {
	const cure = "Make another one."
	for _, one := range []struct{ text, meaning, want string }{
		{"It refuses everything: Slack: no_service: the webhook was removed or disabled: make a new one.", "The webhook was removed or disabled.", ""},
		{"It refuses everything: Slack: no_service.", "The webhook was removed or disabled.", "The webhook was removed or disabled."},
		{"", "It is gone.", "It is gone."},
		{"It is gone.", "", ""},
	} {
		if got := wording.Besides(one.text, relay.Advice{Meaning: one.meaning, Cure: cure}); got.Meaning != one.want || got.Cure != cure {
			t.Errorf("%q below %q: %+v", one.meaning, one.text, got)
		}
	}
}
