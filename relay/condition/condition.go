// Package condition holds the language of "when": expressions over an event that
// are checked as the file is read, and that never hold up an event for long. It is
// pure: no I/O, no clock, no state.
package condition

import (
	"errors"
	"fmt"
	"strings"

	"botrelay/relay"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
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

// Parse compiles a condition and checks its types. The error is a
// *Error. What a field of payload is shows only with an event.
func Parse(text string) (c *Condition, err error) {
	defer func() {
		if p := recover(); p != nil { // a mistake must not end who reads the file
			c, err = nil, &Error{Text: "cannot be understood"}
		}
	}()
	if len(text) > maxCondition {
		return nil, &Error{Text: fmt.Sprintf("is longer than %d bytes", maxCondition)}
	}
	if strings.TrimSpace(text) == "" {
		return nil, &Error{Text: `is empty: leave it out, or write what is to hold, such as text contains "urgent"`}
	}
	prices := &pricing{}
	program, err := expr.Compile(text, expr.Env(fields{}), expr.AsBool(), expr.Patch(prices),
		expr.DisableBuiltin("now")) // an event's fate must not depend on when it is asked for
	if prices.err != nil {
		prices.err.Offset = offsetOf(text, prices.at)
		return nil, prices.err
	}
	if err != nil {
		return nil, wrong(text, err)
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
	_, err := c.Holds(NewView(&relay.Event{}, Names{}))
	if fault, ok := errors.AsType[*Error](err); ok && fault.TooMuch {
		return &Error{Offset: fault.Offset, Text: "is too much work: it would hold up every event", TooMuch: true}
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

// Holds reports whether the condition holds for an event. It does no more work
// than the event allows all its conditions together. The error, an *Error, says
// why it could not be told, without what is in the event.
func (c *Condition) Holds(v *View) (holds bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &Error{Text: "panics"}
		}
	}()
	v.work.begin()
	result, err := v.machine.Run(c.program, v.fields(c))
	if err != nil {
		v.machine = vm.VM{} // it has stopped in the middle of something
		told := wrong(c.text, err)
		if errors.Is(err, errTooMuch) || told.Text == memoryExceeded {
			return false, &Error{Offset: told.Offset, Text: fmt.Sprintf("is too much work for this event, at character %d", told.Offset+1), TooMuch: true}
		}
		return false, &Error{Offset: told.Offset, Text: fmt.Sprintf("cannot be told, at character %d", told.Offset+1), Detail: told.Text}
	}
	holds, ok := result.(bool)
	if !ok {
		return false, &Error{Text: fmt.Sprintf("comes out as %T instead of true or false", result)}
	}
	return holds, nil
}
