package condition_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"botrelay/relay"
	"botrelay/relay/condition"
)

// large is an event as large as a request may be without further ado.
func large() relay.Event {
	e := sample()
	e.Text = strings.Repeat("abc ", 1<<18)
	e.Payload = fmt.Appendf(nil, `{"items":[%s{}],"deep":%s%s}`,
		strings.Repeat(`{"a":[1,2],"b":"x"},`, 50_000), strings.Repeat("[", 4000), strings.Repeat("]", 4000))
	return e
}

func tooMuch(err error) bool {
	fault, ok := errors.AsType[*condition.Error](err)
	return ok && fault.TooMuch
}

// TestTooMuchAnyway: what is too much work for every event is refused before
// there is one.
func TestTooMuchAnyway(t *testing.T) {
	doubled := "let a0 = [1, 1]; "
	for i := range 40 {
		doubled += fmt.Sprintf("let a%d = [a%d, a%d]; ", i+1, i, i)
	}
	for when, at := range map[string]int{
		`any(1..1000000000, # == 7)`:                               4,
		`kind == "x" or len(1..1000000000) > 0`:                    19,
		`any(1..3000, any(1..3000, # == 0))`:                       18,
		`reduce(1..1000, #acc + #acc, "aaaa") == ""`:               16,
		`repeat("a", 1000000000) == text`:                          0,
		`len(join(map(1..100000, "abc"), repeat("x", 9999))) == 0`: 4,
		`sum(-9223372036854775807..9223372036854775807) == 0`:      24,
		doubled + `string(a40) == ""`:                              len(doubled),
		doubled + `a40 == [a39, a38]`:                              len(doubled),
	} {
		_, err := condition.Parse(when)
		fault, _ := errors.AsType[*condition.Error](err)
		if !tooMuch(err) || fault.Offset < at-1 || fault.Offset > at+6 || fault.Error() != "is too much work: it would hold up every event" {
			t.Errorf("%.60s: %#v, want it to be too much at %d", when, err, at)
		}
	}
}

// TestTooMuch: what is too much work for an event is given up before it has taken
// much, and then counts like any other condition that cannot be told.
func TestTooMuch(t *testing.T) {
	e := large()
	for _, when := range []string{
		`len(join(map(1..1000, text))) > 3`,
		`replace(text, "", text) == ""`,
		`replace(text, " ", text) == ""`,
		`repeat(text, len(text)) == ""`,
		`repeat(text, 900) == ""`,
		`len(join(split(text, ""), text)) > 3`,
		`reduce(1..100, #acc + text, "") == ""`,
		`let a = text + text; let b = a + a; let c = b + b; let d = c + c; let f = d + d; len(f + f) == 3`,
		`any(payload.items, any(payload.items, #.b == "y"))`,
		`any(payload.items, any(payload.items, # == "y"))`,
		`all(payload.items, payload.items != [#])`,
		`len(uniq(payload.items)) == 3`,
		`len(sort(map(1..1000, text))) == 3`,
		`len(sortBy(1..1000, text)) == 3`,
		`len(groupBy(1..1000, text + string(#))) == 3`,
		`len(toJSON(toJSON(toJSON(toJSON(text))))) == 3`,
		`len(toJSON(map(1..1000, payload))) == 3`,
		`len(toJSON(payload.deep)) == 3`,
		`any(1..1000, text contains string(#) + "q")`,
		`text matches "(x{0,900}y){1}z"`,
		`text matches text`,
		`any(split(text, ""), text matches #)`,
		`any(1..1000, received_at.Format(text) == "")`,
		`any(1..1000, len(text) == #)`,
		`len(concat(map(1..1000, payload.items))) == 0 or len(flatten(map(1..1000, payload.items))) == 3`,
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := holds(t, when, &e)
		runtime.ReadMemStats(&after)
		if !tooMuch(err) || !strings.HasPrefix(err.Error(), "is too much work for this event, at character ") {
			t.Errorf("%s: %v", when, err)
		}
		if mib := (after.TotalAlloc - before.TotalAlloc) >> 20; mib > 160 {
			t.Errorf("%s: took %d MiB", when, mib)
		}
	}
}

// TestNotTooMuch: what people write is told of the largest event too.
func TestNotTooMuch(t *testing.T) {
	e := large()
	for when, want := range map[string]bool{
		`lower(text) contains "urgent"`:                                                                            false,
		`any(["urgent", "refund", "abc"], lower(text) contains #)`:                                                 true,
		`text matches "(?i)refund"`:                                                                                false,
		`text in ["a", "b"] or text == answer`:                                                                     false,
		`replace(text, " ", "") contains "cabcab"`:                                                                 true,
		`len(split(text, " ")) > 100`:                                                                              true,
		`any(payload.items, .b == "y" or .a == [2, 1])`:                                                            false,
		`len(filter(payload.items, .b == "x")) == 50000`:                                                           true,
		`join(map(filter(transcript, .role == "user"), .text), " ") contains "Hi"`:                                 true,
		`sum(map(filter(payload.items, .a != nil), .a[1])) == 100000`:                                              true,
		`transcript | map(.text) | filter(len(#) > 2) | len() > 0 and count(1..9, # > 3) == 6`:                     true,
		`let mail = lower(contact.email); mail endsWith "@example.com" and any(["ada", "bob"], mail startsWith #)`: true,
		`any(["plan: .ro", "p.o"], payload.items[0].b + "pro" matches #)`:                                          true,
	} {
		if got, err := holds(t, when, &e); got != want || err != nil {
			t.Errorf("%s: %v, %v, want %v", when, got, err, want)
		}
	}
}

// TestTogether: many that are much work each are too much together, and from then
// on none is told; another event pays for itself.
func TestTogether(t *testing.T) {
	c, err := condition.Parse(`len(split(text, " ")) == 0`)
	if err != nil {
		t.Fatal(err)
	}
	e := large()
	v := condition.NewView(&e, condition.Names{})
	told := 0
	for range 100 {
		switch _, err := c.Holds(v); {
		case err == nil && told >= 0:
			told++
		case tooMuch(err):
			told = min(told, -told)
		default:
			t.Fatalf("after %d: %v", told, err)
		}
	}
	if told > -20 {
		t.Errorf("%d are told before it is too much", -told)
	}
	e = sample()
	if _, err := c.Holds(condition.NewView(&e, condition.Names{})); err != nil {
		t.Errorf("the next event pays for the one before it: %v", err)
	}
}

// TestReservedNames: what a condition uses can be seen in it.
func TestReservedNames(t *testing.T) {
	for when, name := range map[string]string{
		`$env.text == ""`: "$env", `$env["text"] == ""`: "$env", `$spend("turn")`: "$spend", `let $1 = 3; $1 == 3`: "$1",
	} {
		_, err := condition.Parse(when)
		if fault, _ := errors.AsType[*condition.Error](err); fault == nil || fault.Unknown != name {
			t.Errorf("%s: %v, want an unknown name", when, err)
		}
	}
}
