package sinktest

import (
	"reflect"
	"strings"
	"testing"

	"botrelay/relay"
	"botrelay/sinks/transport"
)

// Budgets fails t unless the sink that open opens has exactly these budgets.
// The name is the sink's in what t is told.
func Budgets(t *testing.T, name string, open func(transport.Config) (relay.Sink, error), want ...relay.Budget) {
	t.Helper()
	sink, err := open(transport.Config{})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if got := sink.Budgets(); !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\ngot  %+v\nwant %+v", name, got, want)
	}
}

// budgets: they are always the same, the destination's first, and tell no
// secret.
func (c Case) budgets(t *testing.T) {
	sink := c.open(t, nowhere(t), enough)
	got := sink.Budgets()
	if len(got) == 0 || got[0].Scope != relay.ScopeDestination || len(got[0].Limits) == 0 {
		t.Fatalf("the first is not a destination's that has limits: %+v", got)
	}
	seen := map[string]bool{}
	for i, b := range got {
		if i > 0 && b.Scope == relay.ScopeDestination {
			t.Errorf("a second destination: %+v", b)
		}
		if b.Key == "" || seen[b.Key] || strings.ContainsAny(b.Key, "\n\t") {
			t.Errorf("the key is bad, or there twice: %+v", b)
		}
		seen[b.Key] = true
		if c.tells(b.Key) {
			t.Errorf("the key tells a secret: %q", b.Key)
		}
		for _, l := range b.Limits {
			if l.Count <= 0 || l.Per <= 0 {
				t.Errorf("a limit that nothing passes: %+v", b)
			}
		}
	}
	if got[len(got)-1].Scope != relay.ScopePlatform {
		t.Errorf("the last is not the platform's: %+v", got)
	}
	got[0].Key = "changed" // whoever has it may do so
	if again := sink.Budgets(); again[0].Key == "changed" || !reflect.DeepEqual(again[1:], got[1:]) {
		t.Errorf("they were %+v and are %+v", got, again)
	}
}
