package render

import (
	"strconv"
	"strings"
	"text/template/parse"
)

// action is what stands between {{ and }}.
type action struct {
	begin, end int
	word       string // that it begins with: if, end, …
	closed     bool
}

// actions finds the actions of a template that the parser refuses: what comes
// after one that is not closed is not looked at.
func actions(text string) []action {
	var all []action
	for at := 0; ; {
		i := strings.Index(text[at:], "{{")
		if i < 0 {
			return all
		}
		a := action{begin: at + i}
		a.end, a.closed = actionEnd(text, a.begin+len("{{"))
		inside := strings.TrimLeft(strings.TrimPrefix(text[a.begin+len("{{"):a.end], "-"), " \t\r\n")
		a.word = inside[:len(inside)-len(strings.TrimLeft(inside, "abcdefghijklmnopqrstuvwxyz"))]
		all = append(all, a)
		if !a.closed {
			return all
		}
		at = a.end
	}
}

// actionEnd returns where an action ends whose inside begins at at, and whether
// it is closed there.
func actionEnd(text string, at int) (end int, closed bool) {
	if inside := strings.TrimLeft(strings.TrimPrefix(text[at:], "-"), " "); strings.HasPrefix(inside, "/*") {
		i := strings.Index(text[at:], "*/")
		if i < 0 {
			return len(text), false
		}
		at += i + len("*/")
	}
	for at < len(text) {
		switch c := text[at]; {
		case strings.HasPrefix(text[at:], "}}"):
			return at + len("}}"), true
		case c == '}', strings.HasPrefix(text[at:], "{{"):
			return at, false
		case c == '"', c == '`', c == '\'':
			at += quotedLength(text[at:])
		default:
			at++
		}
	}
	return at, false
}

// quotedLength returns the length of the quoted text that s begins with, and 1
// if it does not end.
func quotedLength(s string) int {
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == s[0]:
			return i + 1
		case s[i] == '\\' && s[0] != '`':
			i++
		case s[i] == '\n' && s[0] != '`':
			return 1
		}
	}
	return 1
}

// syntaxFault says what the parser's error means, and where.
func syntaxFault(text string, err error) *Fault {
	message, found := strings.CutPrefix(err.Error(), "template: "+templateName+":")
	if !found {
		return &Fault{Text: err.Error()}
	}
	number, message, _ := strings.Cut(message, ": ")
	all := actions(text)
	if n := len(all); n > 0 && !all[n-1].closed {
		return &Fault{Offset: all[n-1].begin, Text: "this {{ is not closed by }}"}
	}
	if f := foreignAction(text, all); f != nil {
		return f
	}
	switch {
	case message == "unexpected EOF", strings.HasPrefix(message, "unexpected {{e"), strings.HasPrefix(message, "expected end"):
		if f := pairFault(all); f != nil {
			return f
		}
	}
	for _, a := range all {
		if refusal(text[a.begin:a.end], a.word) == message {
			return &Fault{Offset: a.begin, Text: plainly(message)}
		}
	}
	line, _ := strconv.Atoi(number)
	return &Fault{Offset: lineOffset(text, line), Text: plainly(message)}
}

// pairFault finds an action that lacks its end, or an end that ends nothing.
func pairFault(all []action) *Fault {
	var open []action
	for _, a := range all {
		switch a.word {
		case "if", "range", "with":
			open = append(open, a)
		case "else", "end":
			if len(open) == 0 {
				return &Fault{Offset: a.begin, Text: "this {{ " + a.word + " }} has no {{ if }}, {{ range }} or {{ with }}"}
			}
			if a.word == "end" {
				open = open[:len(open)-1]
			}
		}
	}
	if n := len(open); n > 0 {
		return &Fault{Offset: open[n-1].begin, Text: "this {{ " + open[n-1].word + " }} has no {{ end }}"}
	}
	return nil
}

// refusal returns what the parser says of one action alone.
func refusal(text, word string) string {
	switch word {
	case "if", "range", "with":
		text += "{{ end }}"
	}
	tree := parse.New(templateName)
	tree.Mode = parse.SkipFuncCheck
	_, err := tree.Parse(text, "", "", make(map[string]*parse.Tree))
	if err == nil {
		return ""
	}
	_, message, _ := strings.Cut(strings.TrimPrefix(err.Error(), "template: "+templateName+":"), ": ")
	return message
}

// plainly returns a parser's message in words of those who write templates.
func plainly(message string) string {
	switch {
	case message == "missing value for command":
		return "there is nothing between {{ and }}"
	case strings.HasPrefix(message, "missing value for "):
		return "this {{ " + strings.TrimPrefix(message, "missing value for ") + " }} wants a value"
	case strings.HasPrefix(message, "unrecognized character in action: ") && strings.ContainsAny(message, "“”„«»‘’"):
		return "a text within {{ }} stands between \" or `"
	case strings.HasPrefix(message, "bad character U+002D"):
		return `a name with "-" is told by index: index .Payload "first-name"`
	case message == "unterminated quoted string":
		return "a text within {{ }} does not end: a \" is missing"
	}
	return message
}

// lineOffset returns where a line begins, counted from 1.
func lineOffset(text string, line int) int {
	offset := 0
	for ; line > 1; line-- {
		i := strings.IndexByte(text[offset:], '\n')
		if i < 0 {
			return offset
		}
		offset += i + 1
	}
	return offset
}
