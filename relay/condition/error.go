package condition

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/expr-lang/expr/file"
)

// Error is what is wrong with a condition, and where.
type Error struct {
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

func (e *Error) Error() string {
	if e.Unknown != "" {
		return "unknown name " + e.Unknown
	}
	return e.Text
}

// wrong takes what the library says apart.
func wrong(text string, err error) *Error {
	located, ok := errors.AsType[*file.Error](err)
	if !ok {
		first, _, _ := strings.Cut(err.Error(), "\n")
		if _, told := cure(text, 0, first); told != "" {
			return &Error{Text: told}
		}
		return &Error{Text: inOurWords(first)}
	}
	said, _, _ := strings.Cut(located.Message, "\n")
	e := &Error{Offset: offsetOf(text, located.From), Text: inOurWords(said)}
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
	for _, of := range []reflect.Type{reflect.TypeFor[contact](), reflect.TypeFor[turn]()} {
		if field, found := strings.CutPrefix(said, fmt.Sprintf("type %s has no field ", of)); found {
			return fmt.Sprintf("%s has no field %q: it has %s", of.Name(), field, strings.Join(namesOf(of), ", "))
		}
	}
	return said
}

// Detail is why a condition cannot be told, with what the language says of the
// event, if err has that: it is for who may see the event. Any other error is as
// it says itself.
func Detail(err error) string {
	if fault, ok := errors.AsType[*Error](err); ok && fault.Detail != "" {
		return fault.Detail
	}
	return err.Error()
}
