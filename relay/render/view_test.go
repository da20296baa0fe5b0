package render

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"botrelay/relay/condition"
)

// TestNamesOfConditions: templates and conditions name an event alike, but for
// capitals and what only a reader needs.
func TestNamesOfConditions(t *testing.T) {
	var want []string
	for _, name := range namesOf(eventType().Elem()) {
		field, isField := eventType().Elem().FieldByName(name)
		small := strings.ToLower(name)
		if isField {
			small, _, _ = strings.Cut(field.Tag.Get("json"), ",")
		}
		if strings.ReplaceAll(small, "_", "") != strings.ToLower(name) {
			t.Errorf("%s in small letters is %s", name, small)
		}
		if name != "ChannelName" {
			want = append(want, small)
		}
	}
	got := slices.Clone(condition.FieldNames())
	// Parts of a name: contact.name.
	got = slices.DeleteFunc(got, func(name string) bool { return strings.Contains(name, ".") })
	slices.Sort(got)
	slices.Sort(want)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("conditions have %q, templates %q", got, want)
	}
}
