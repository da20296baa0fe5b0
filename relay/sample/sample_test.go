package sample_test

import (
	"testing"

	"botrelay/relay/sample"
	"botrelay/relay/vendors"
)

// TestSamplesAreNew: however fast samples are sent, none is taken for a vendor's
// retry of another.
func TestSamplesAreNew(t *testing.T) {
	all := vendors.Builtin()
	for _, event := range []vendors.EventPaths{
		{ID: []string{"id"}},
		{ID: []string{"header:X-Acme-Delivery"}},
		{ID: []string{"header:X-Acme-Delivery"}, ConversationID: []string{"conversation"}},
		{ConversationID: []string{"conversation"}, CreatedAt: []string{"at"}},
		{CreatedAt: []string{"at"}},
	} {
		v, err := vendors.Describe("acme", vendors.Description{Signature: vendors.Scheme{Header: "S"}, Event: event})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	for _, v := range all {
		for _, s := range v.Samples {
			if v.IsTest != nil && v.IsTest(s.Body) {
				continue
			}
			keys := make(map[string]bool)
			for range 1000 {
				own := sample.Renewed(v, s)
				keys[v.Decode(own.Header, own.Body).DedupKey] = true
			}
			if len(keys) != 1000 && !keys[""] { // without a key, nothing is taken for a retry
				t.Errorf("%s %s: %d of 1000 are told apart", v.Name, s.Name, len(keys))
			}
		}
	}
}
