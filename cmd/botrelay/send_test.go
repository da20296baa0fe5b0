package main

import (
	"testing"

	"botrelay/relay/vendors"
)

// TestSamplesAreNew: however fast samples are sent, none is taken for a vendor's
// retry of another.
func TestSamplesAreNew(t *testing.T) {
	for _, v := range vendors.Builtin() {
		for _, s := range v.Samples {
			if v.IsTest != nil && v.IsTest(s.Body) {
				continue
			}
			keys := make(map[string]bool)
			for range 1000 {
				keys[v.Decode(s.Header, renewed(v, s)).DedupKey] = true
			}
			if len(keys) != 1000 && !keys[""] { // without a key, nothing is taken for a retry
				t.Errorf("%s %s: %d of 1000 are told apart", v.Name, s.Name, len(keys))
			}
		}
	}
}
