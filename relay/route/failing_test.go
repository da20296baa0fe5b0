package route_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"botrelay/relay"
	"botrelay/relay/condition"
	"botrelay/relay/route"
)

// TestConditionFails holds that what cannot be told counts as true, is never
// final, is told of, and harms nothing else.
func TestConditionFails(t *testing.T) {
	e := sample()
	for _, when := range []string{`payload.data.plan > 3`, `transcript[7].text == ""`, `payload.data`, `len(1..len(text) * 100000000) > 0`} {
		var failed []error
		table, err := route.New(route.Config{
			Rules:  []route.Rule{{Name: "r", When: parse(t, when), To: []string{"s"}, Final: true}, {Name: "rest", To: []string{"t"}}},
			Failed: func(_ *relay.Event, _ string, err error) { failed = append(failed, err) },
		})
		if err != nil {
			t.Fatal(err)
		}
		owed := table.Route(&e)
		if len(owed) != 2 || owed[0] != (relay.Owed{Sink: "s", Route: "r"}) || owed[1].Sink != "t" || len(failed) != 1 {
			t.Errorf("%s: %v %v", when, owed, failed)
		}
	}
}

// TestManyConditions: many that are much work each are too much together. From
// then on they all count as true, and what has none is as ever.
func TestManyConditions(t *testing.T) {
	c := parse(t, `len(split(text, " ")) == 0`)
	var rules []route.Rule
	for i := range 100 {
		rules = append(rules, route.Rule{Name: fmt.Sprint(i), When: c, To: []string{fmt.Sprint("s", i)}, Final: true})
	}
	rules = append(rules, route.Rule{Name: "last", To: []string{"last"}})
	failed := make(map[string]error)
	table, err := route.New(route.Config{Rules: rules, Failed: func(_ *relay.Event, name string, err error) { failed[name] = err }})
	if err != nil {
		t.Fatal(err)
	}
	e := sample()
	e.Text = strings.Repeat("abc ", 1<<18)
	owed := table.Route(&e)
	if failed["20"] != nil || !tooMuch(failed["99"]) || len(owed) != len(failed)+1 || owed[len(owed)-1].Sink != "last" {
		t.Fatalf("%d failed, %v", len(failed), owed)
	}
	for i := range 99 {
		if failed[fmt.Sprint(i)] != nil && failed[fmt.Sprint(i+1)] == nil {
			t.Errorf("%d is too much, and then %d is not", i, i+1)
		}
	}
	if again := len(failed); len(table.Explain(&e).Owed) != len(owed) || len(failed) != again {
		t.Error("an explanation says otherwise")
	}
	e = sample()
	clear(failed)
	if owed := table.Route(&e); len(owed) != 1 || len(failed) != 0 {
		t.Errorf("the next event pays for the one before it: %v", failed)
	}
}

func tooMuch(err error) bool {
	fault, ok := errors.AsType[*condition.Error](err)
	return ok && fault.TooMuch
}
