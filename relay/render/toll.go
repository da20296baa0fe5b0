package render

import (
	"fmt"
	"text/template"
)

// tollBytes is how many bytes of a text that a function goes through, or makes, count
// as much as one round of a loop.
const tollBytes = 256

// through counts a text that a function goes through.
func (x *execution) through(text string) error { return x.took(len(text) / tollBytes) }

// over is a function of templates that goes through a text once.
func over[T ~string](x *execution, f func(string) T) func(any) (T, error) {
	return func(v any) (T, error) {
		text := textOf(v)
		return f(text), x.through(text)
	}
}

// defaultTo is defaultTo, and counts the text.
func (x *execution) defaultTo(instead, v any) (any, error) {
	return defaultTo(instead, v), x.through(textOf(v))
}

// truncate is truncate, and counts the text.
func (x *execution) truncate(number, v any) (any, error) {
	if err := x.through(textOf(v)); err != nil {
		return nil, err
	}
	return truncate(number, v)
}

// builtins are those of Go's own functions that make texts. They do what Go's do, and
// count what they make: a loop around printf "%999999d" would go on for minutes
// otherwise.
func (x *execution) builtins() template.FuncMap {
	counted := func(f func(...any) string) func(...any) (string, error) {
		return func(args ...any) (string, error) {
			text := f(args...)
			return text, x.through(text)
		}
	}
	return template.FuncMap{
		"html":     counted(template.HTMLEscaper),
		"js":       counted(template.JSEscaper),
		"print":    counted(fmt.Sprint),
		"println":  counted(fmt.Sprintln),
		"urlquery": counted(template.URLQueryEscaper),
		"printf": func(format string, args ...any) (string, error) {
			text := fmt.Sprintf(format, args...)
			return text, x.through(text)
		},
	}
}
