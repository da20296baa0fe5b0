package route

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unicode"

	"botrelay/relay"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"
)

// maxCondition is how long a condition may be, in bytes. People write it by
// hand.
const maxCondition = 10_000

// memoryExceeded is what the language says when lists grow beyond its own limit.
const memoryExceeded = "memory budget exceeded"

// Condition is a compiled expression over an event, in the language of
// https://expr-lang.org/docs/language-definition. It may be used from several
// goroutines.
type Condition struct {
	text    string
	program *vm.Program
	uses    map[string]bool // names that it has
}

// ConditionError is what is wrong with a condition, and where.
type ConditionError struct {
	Offset  int // in bytes
	Text    string
	Unknown string // the name that nothing has, if that is what is wrong
	Like    string // the name that is probably meant by it, if that is plain
	// Detail is what the language says of an event for which the condition cannot
	// be told. It may hold a customer's words, so it is not part of the error's text.
	Detail string
	// TooMuch says that it was given up since it would have held up the event.
	TooMuch bool
}

func (e *ConditionError) Error() string {
	if e.Unknown != "" {
		return "unknown name " + e.Unknown
	}
	return e.Text
}

// ParseCondition compiles a condition and checks its types. The error is a
// *ConditionError. What a field of payload is shows only with an event.
func ParseCondition(text string) (c *Condition, err error) {
	defer func() {
		if p := recover(); p != nil { // a mistake must not end who reads the file
			c, err = nil, &ConditionError{Text: "cannot be understood"}
		}
	}()
	if len(text) > maxCondition {
		return nil, &ConditionError{Text: fmt.Sprintf("is longer than %d bytes", maxCondition)}
	}
	if strings.TrimSpace(text) == "" {
		return nil, &ConditionError{Text: `is empty: leave it out, or write what is to hold, such as text contains "urgent"`}
	}
	prices := &pricing{}
	program, err := expr.Compile(text, expr.Env(fields{}), expr.AsBool(), expr.Patch(prices),
		expr.DisableBuiltin("now")) // an event's fate must not depend on when it is asked for
	if prices.err != nil {
		prices.err.Offset = offsetOf(text, prices.at)
		return nil, prices.err
	}
	if err != nil {
		return nil, conditionError(text, err)
	}
	c = &Condition{text: text, program: program, uses: make(map[string]bool)}
	node := program.Node()
	ast.Walk(&node, c)
	if err := c.try(); err != nil {
		return nil, err
	}
	return c, nil
}

// try returns what is wrong with a condition that is too much work even for an
// event with nothing in it, such as any(1..1000000000, # == 7).
func (c *Condition) try() error {
	_, err := c.holds(&view{event: &relay.Event{}})
	if fault, ok := errors.AsType[*ConditionError](err); ok && fault.TooMuch {
		return &ConditionError{Offset: fault.Offset, Text: "is too much work: it would hold up every event", TooMuch: true}
	}
	return nil
}

// Visit implements ast.Visitor: it notes the names that the condition has.
func (c *Condition) Visit(node *ast.Node) {
	if name, ok := (*node).(*ast.IdentifierNode); ok {
		c.uses[name.Value] = true
	}
}

// String returns the condition as it was written.
func (c *Condition) String() string { return c.text }

// holds runs the condition. The error says why it could not be told, without
// what is in the event. It does no more than the event's meter allows.
func (c *Condition) holds(v *view) (holds bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errors.New("the condition panics")
		}
	}()
	v.work.begin()
	result, err := v.machine.Run(c.program, v.fields(c))
	if err != nil {
		v.machine = vm.VM{} // it has stopped in the middle of something
		told := conditionError(c.text, err)
		if errors.Is(err, errTooMuch) || told.Text == memoryExceeded {
			return false, &ConditionError{Offset: told.Offset, Text: fmt.Sprintf("is too much work for this event, at character %d", told.Offset+1), TooMuch: true}
		}
		return false, &ConditionError{Offset: told.Offset, Text: fmt.Sprintf("cannot be told, at character %d", told.Offset+1), Detail: told.Text}
	}
	holds, ok := result.(bool)
	if !ok {
		return false, &ConditionError{Text: fmt.Sprintf("comes out as %T instead of true or false", result)}
	}
	return holds, nil
}

// conditionError takes what the library says apart.
func conditionError(text string, err error) *ConditionError {
	located, ok := errors.AsType[*file.Error](err)
	if !ok {
		first, _, _ := strings.Cut(err.Error(), "\n")
		if _, told := cure(text, 0, first); told != "" {
			return &ConditionError{Text: told}
		}
		return &ConditionError{Text: inOurWords(first)}
	}
	said, _, _ := strings.Cut(located.Message, "\n")
	e := &ConditionError{Offset: offsetOf(text, located.From), Text: inOurWords(said)}
	if name, found := strings.CutPrefix(said, "unknown name "); found {
		e.Unknown = name
	}
	if at, told := cure(text, e.Offset, said); told != "" {
		e.Offset, e.Unknown, e.Text = at, "", told
	}
	if e.Like = likely(e.Unknown); strings.HasPrefix(text[e.Offset+len(e.Unknown):], ".") {
		e.Like, _, _ = strings.Cut(e.Like, ".") // which has others below it
	}
	return e
}

// offsetOf is where a character of a text is, in bytes.
func offsetOf(text string, character int) int {
	runes := []rune(text)
	return len(string(runes[:min(max(character, 0), len(runes))]))
}

// snake writes a name of templates as conditions have it: BotID is bot_id.
func snake(name string) string {
	var b strings.Builder
	var last rune
	for _, r := range name {
		if unicode.IsUpper(r) && unicode.IsLower(last) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
		last = r
	}
	return b.String()
}

// inOurWords says what the library says to people who do not know its insides.
func inOurWords(said string) string {
	if token, found := strings.CutPrefix(said, "unexpected token "); found {
		_, value, hasValue := strings.Cut(strings.TrimSuffix(token, ")"), "(")
		switch {
		case value == `"&"`, value == `"|"`:
			return "unexpected " + value + ": write and, or"
		case hasValue:
			return "unexpected " + value
		case token == "EOF":
			return "ends too early"
		}
		return said
	}
	if got, found := strings.CutPrefix(said, "expected bool, but got "); found {
		return fmt.Sprintf("comes out as %s instead of true or false", got)
	}
	if why, found := strings.CutPrefix(said, "error parsing regexp: "); found {
		return "the pattern is no regular expression: " + why
	}
	for name, of := range map[string]any{"contact": contact{}, "turn": turn{}} {
		if field, found := strings.CutPrefix(said, "type route."+name+" has no field "); found {
			return fmt.Sprintf("%s has no field %q: it has %s", name, field, strings.Join(namesOf(reflect.TypeOf(of)), ", "))
		}
	}
	return said
}

// FieldNames returns the names that a condition may have, in the order in which
// documentation shows them.
func FieldNames() []string { return namesOf(reflect.TypeFor[fields]()) }

func namesOf(t reflect.Type) []string {
	var names []string
	for field := range t.Fields() {
		if name := field.Tag.Get("expr"); name != meterName {
			names = append(names, name)
		}
	}
	return names
}
