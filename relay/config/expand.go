package config

import (
	"fmt"
	"strings"
)

// envProblem begins what is wrong with a variable that has no value.
const envProblem = "the environment variable "

// expansion is a string with its variables put in.
type expansion struct {
	text   string   // one that has no value stays as it is written
	values []string // of the variables that were found
	// sheer: it consists of variables without a default and nothing else, so
	// that as it is written it holds no secret.
	sheer bool
	// any: there is at least one variable in it.
	any  bool
	errs []string // what is wrong with a variable
}

// expand puts variables in: ${NAME} is the variable's value, ${NAME:-text} has
// a default for one that is not set or empty, $$ is a dollar sign, and so is a
// $ before anything else. What was put in is not looked at again. A variable
// that has neither value nor default is an error.
func expand(text string, getenv func(string) (string, bool)) expansion {
	e := expansion{sheer: true}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "$")
		b.WriteString(before)
		e.sheer = e.sheer && before == ""
		if !found {
			break
		}
		inner, isVariable := strings.CutPrefix(rest, "{")
		switch {
		case isVariable:
			inner, rest, found = strings.Cut(inner, "}")
			if !found {
				e.errs = append(e.errs, `"${" has no closing "}": write ${NAME}, or "$${" if no variable is meant`)
			} else {
				b.WriteString(e.variable(inner, getenv))
			}
		default:
			rest = strings.TrimPrefix(rest, "$")
			b.WriteByte('$')
			e.sheer = false
		}
		text = rest
	}
	e.text = b.String()
	e.sheer = e.sheer && e.any
	return e
}

// lacks reports whether a variable has no value, and nothing else is wrong.
func (e expansion) lacks() bool {
	for _, text := range e.errs {
		if !strings.HasPrefix(text, envProblem) {
			return false
		}
	}
	return len(e.errs) > 0
}

// variable returns the value of what stands between ${ and }.
func (e *expansion) variable(inner string, getenv func(string) (string, bool)) string {
	e.any = true
	name, fallback, hasDefault := strings.Cut(inner, ":-")
	e.sheer = e.sheer && !hasDefault
	switch {
	case !isVariableName(name):
		e.sheer = false
		e.errs = append(e.errs, `"${…}" does not hold the name of a variable: write ${NAME} or ${NAME:-text}, and "$${" if no variable is meant`)
		return ""
	case strings.Contains(fallback, "${"):
		e.errs = append(e.errs, fmt.Sprintf("the default of ${%s} cannot hold a variable itself", name))
		return ""
	}
	value, set := getenv(name)
	switch {
	case set && value != "":
		e.values = append(e.values, value)
		return value
	case hasDefault:
		return strings.ReplaceAll(fallback, "$$", "$")
	case set:
		e.errs = append(e.errs, fmt.Sprintf(envProblem+"%s is empty", name))
	default:
		e.errs = append(e.errs, fmt.Sprintf(envProblem+"%s is not set%s", name, otherCase(name, getenv)))
	}
	return "${" + inner + "}"
}

// otherCase says that a variable is set whose name is in capitals.
func otherCase(name string, getenv func(string) (string, bool)) string {
	if value, set := getenv(strings.ToUpper(name)); !set || value == "" || strings.ToUpper(name) == name {
		return ""
	}
	return fmt.Sprintf(": did you mean ${%s}?", strings.ToUpper(name))
}

// isVariableName reports whether name is one that a shell would take.
func isVariableName(name string) bool {
	for i := range len(name) {
		c := name[i]
		letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		digit := '0' <= c && c <= '9'
		if !letter && (!digit || i == 0) {
			return false
		}
	}
	return name != ""
}
