package condition

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// noCondition is for a text that stands where true or false has to come out.
func noCondition(text string) string {
	text = strings.TrimSpace(text)
	switch {
	case wordOf(text) == text:
		return fmt.Sprintf(`is a text, not a condition: say what it has to be, as in %s != ""`, text)
	case text[0] == '"' || text[0] == '\'':
		return fmt.Sprintf(`is a text, not a condition: say what has to hold it, as in text contains %.40s`, text)
	}
	return ""
}

// mismatch is for an operator between values that it cannot be between.
func mismatch(said string) string {
	parts := regexp.MustCompile(`^invalid operation: (.+) \(mismatched types? (.*)\)$`).FindStringSubmatch(said)
	if parts == nil {
		return ""
	}
	operator := parts[1]
	left, right, _ := strings.Cut(parts[2], " and ")
	isText := left == "string" && right == "string"
	switch {
	case operator == "not" || operator == "!":
		return operator + ` takes the next word alone: write ` + operator + ` (text contains "urgent")`
	case slices.Contains([]string{"and", "or", "&&", "||"}, operator):
		return fmt.Sprintf(`both sides of %s are conditions: write out each, as in text contains "a" %s text contains "b"`, operator, operator)
	case operator == "in" && isText:
		return `in wants a list, as in kind in ["lead", "chat"]; within a text it is text contains "urgent"`
	case operator == "contains" && strings.HasPrefix(right, "["):
		return `contains wants one text: write text contains "a" or text contains "b"`
	case left == "time.Time" && right == "string":
		return `a time is compared with a time: put date( ) around the text, as in date("2026-01-31")`
	case plain(left) == "a number" && right == "string":
		return "a number is compared with a number: take the quotes away"
	}
	return fmt.Sprintf("%s and %s do not go together with %s", plain(left), plain(right), operator)
}

// plain returns a type in plain words.
func plain(kind string) string {
	switch {
	case kind == "string":
		return "a text"
	case kind == "bool":
		return "true or false"
	case kind == "time.Time":
		return "a time"
	case strings.HasPrefix(kind, "["):
		return "a list"
	case kind == "nil", kind == "<nil>":
		return "nil"
	case strings.HasPrefix(kind, "int"), strings.HasPrefix(kind, "float"):
		return "a number"
	case strings.HasPrefix(kind, "func"):
		return "a function"
	case strings.HasPrefix(kind, "map"):
		return "an object"
	}
	return "a " + kind[strings.LastIndex(kind, ".")+1:]
}
