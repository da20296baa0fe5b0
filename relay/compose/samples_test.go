package compose_test

import (
	"testing"

	"botrelay/relay"
	"botrelay/relay/compose"
)

// TestSamplesOfEveryKind: templates are tried on every kind of event.
func TestSamplesOfEveryKind(t *testing.T) {
	seen := make(map[relay.Kind]bool)
	for _, e := range compose.SampleEvents() {
		seen[e.Kind] = true
	}
	for _, k := range relay.Kinds() {
		if !seen[k] {
			t.Errorf("no sample of kind %s", k)
		}
	}
}
