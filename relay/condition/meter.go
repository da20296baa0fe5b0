package condition

import (
	"errors"
	"math"
	"reflect"
	"strings"
)

// Conditions run before the vendor is answered, so what one may do is limited, in
// units of about a nanosecond and a byte. Usual conditions take some hundred.
const (
	conditionBudget = 32 << 20 // of one condition on one event
	eventBudget     = 8 * conditionBudget

	turnPrice    = 32   // of one turn of a loop, and of one item of a list
	jsonPrice    = 16   // of one unit of what JSON is read from or written of
	sortPrice    = 20   // as often is an item compared, about
	matchPrice   = 2    // of one byte in one state of a pattern
	patternPrice = 2000 // of one byte of a pattern that is not written out and has to be compiled
	maxDepth     = 10_000
)

// errTooMuch is why a condition is given up: it is too much work for an event.
var errTooMuch = errors.New("it is too much work")

// meter counts what the conditions of routes do for one event. The zero value has
// everything left. It is not safe for several goroutines.
type meter struct {
	spent int // by conditions that are done
	now   int // by the one that runs
}

// begin starts the count of another condition.
func (m *meter) begin() {
	m.spent += m.now
	m.now = 0
}

// pay counts n units. It panics with errTooMuch, which the language returns as
// an error, if that is more than is left.
func (m *meter) pay(n int) {
	if left := min(conditionBudget, eventBudget-m.spent) - m.now; n > left {
		panic(errTooMuch)
	}
	m.now += n
}

// spend is what a priced part of a condition calls before it is done, with its
// name and its arguments.
func (m *meter) spend(args ...any) any {
	name, _ := args[0].(string)
	args = args[1:]
	switch name {
	case "turn":
		m.pay(turnPrice)
	case "..":
		m.pay(times(times(1, length(args)), turnPrice))
	case "matches":
		m.pay(times(times(1+size(args[0]), matchPrice), m.patternStates(args[1])))
	case "startsWith", "endsWith":
		m.pay(1)
	case "sort", "sortBy":
		m.weigh(args, sortPrice)
	case "toJSON", "fromJSON":
		m.weigh(args, jsonPrice)
	case "uniq":
		m.weigh(args, 1+size(args[0])) // it compares all with all
	default:
		m.weigh(args, 1)
		m.pay(grown(name, args))
	}
	return true
}

// patternStates is what one character costs that a pattern looks at. A pattern
// that is not written out is paid for, since it is compiled for each text.
func (m *meter) patternStates(pattern any) int {
	text, made := pattern.(string)
	if !made {
		return whole(pattern)
	}
	m.pay(times(1+len(text), patternPrice))
	return states(text)
}

// grown is how much more than its arguments a part makes.
func grown(name string, args []any) int {
	switch name {
	case "repeat":
		return times(size(args[0]), whole(args[1]))
	case "split", "splitAfter":
		return times(1+count(args[0], args[1]), turnPrice)
	case "replace":
		return times(1+count(args[0], args[1]), size(args[2]))
	case "join":
		if len(args) > 1 {
			return times(size(args[0]), size(args[1]))
		}
	}
	return 0
}

// weigh pays for all that is in values, each unit at a price. It looks at no more
// than can be paid.
func (m *meter) weigh(values []any, price int) {
	for _, v := range values {
		m.weighOne(v, price, 0)
	}
}

func (m *meter) weighOne(v any, price, depth int) {
	switch v := v.(type) {
	case nil, bool, int, float64:
		m.pay(price)
	case string:
		m.pay(times(len(v)+1, price))
	case []any:
		m.pay(times(turnPrice+depth, price))
		for _, item := range v {
			m.weighOne(item, price, depth+1)
		}
	case map[string]any:
		m.pay(times(turnPrice+depth, price))
		for key, item := range v {
			m.pay(times(len(key)+turnPrice, price))
			m.weighOne(item, price, depth+1)
		}
	default:
		m.weighOther(reflect.ValueOf(v), price, depth)
	}
}

// weighOther does so for what is rare: lists of texts or numbers, turns of a
// transcript, groups.
func (m *meter) weighOther(v reflect.Value, price, depth int) {
	if depth > maxDepth {
		panic(errTooMuch)
	}
	m.pay(times(turnPrice+depth, price))
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			m.weighOne(v.Index(i).Interface(), price, depth+1)
		}
	case reflect.Map:
		for key, item := range v.Seq2() {
			m.weighOne(key.Interface(), price, depth+1)
			m.weighOne(item.Interface(), price, depth+1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				m.weighOne(v.Field(i).Interface(), price, depth+1)
			}
		}
	default:
	}
}

// size is how long a text or a list is; that of anything else is 1.
func size(v any) int {
	if text, ok := v.(string); ok {
		return len(text)
	}
	switch v := reflect.ValueOf(v); v.Kind() {
	case reflect.Slice, reflect.Array, reflect.Map:
		return v.Len()
	default:
		return 1
	}
}

// count is how often a part stands in a text.
func count(text, part any) int {
	s, _ := text.(string)
	sep, _ := part.(string)
	return strings.Count(s, sep)
}

// length is how many numbers a range from args[0] to args[1] has.
func length(args []any) int {
	from, to := whole(args[0]), whole(args[1])
	if to < from {
		return 0
	}
	if n := to - from; n >= 0 && n < math.MaxInt {
		return n + 1
	}
	return math.MaxInt
}

// whole is a whole number, as far as v is one; without sense it is 1, and the
// language refuses it.
func whole(v any) int {
	switch v := reflect.ValueOf(v); {
	case v.CanInt():
		return int(v.Int())
	case v.CanUint():
		return int(min(v.Uint(), math.MaxInt))
	case v.CanFloat():
		return int(v.Float())
	default:
		return 1
	}
}

// times multiplies, and stays at what nobody can pay instead of going round.
func times(a, b int) int {
	if a <= 0 || b <= 0 {
		return 0
	}
	if a > math.MaxInt/b {
		return math.MaxInt
	}
	return a * b
}
