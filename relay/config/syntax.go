package config

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/pelletier/go-toml/v2/unstable"
)

// refused says why the decoder does not take a file of good syntax.
func (w *walk) refused(err error) *finding {
	if m := w.mixed; m != nil && (w.twice == nil || m.second.start < w.twice.second.start) {
		return &finding{offset: m.second.start, text: brackets(m.name)}
	}
	if w.twice != nil {
		line, _ := position(w.data, w.twice.first.start)
		text := fmt.Sprintf("%q is defined twice: first on line %d", cut(w.twice.name), line)
		if w.twice.name == "routes" {
			text += "; write [[routes]] above each route"
		}
		return &finding{offset: w.twice.second.start, text: text}
	}
	parse, ok := errors.AsType[toml.ParseError](err)
	if !ok {
		return &finding{text: "not valid TOML"}
	}
	return &finding{
		offset: offsetOf(w.data, parse.Position.Line, parse.Position.Col),
		text:   refusal(parse.Message),
	}
}

// brackets says how the headers of a table are written which stands in the file
// with both single and double brackets.
func brackets(name string) string {
	switch name {
	case "routes":
		return "write two brackets on both sides, as in [[routes]]: each route has its own"
	case "sources", "sinks", "vendors", "messages":
		return fmt.Sprintf("write one bracket on both sides, and a name, as in [%s.NAME]", name)
	}
	return "this stands here in single brackets and in double ones: it is one table, or a list of them"
}

// refusal puts one of the decoder's messages in our words.
func refusal(message string) string {
	switch {
	case strings.Contains(message, "out of range"), strings.Contains(message, "out of the safe"):
		return "the number is too large"
	case strings.HasPrefix(message, "invalid datetime"):
		return "not a date: text stands in quotes, " + anyText
	case strings.Contains(message, "already"), strings.Contains(message, "not a table"):
		return "this is defined twice, or once as a table and once as a value"
	case strings.HasPrefix(message, "Invalid"), strings.HasPrefix(message, "invalid"):
		return "not a number: text stands in quotes, " + anyText
	}
	return "not valid TOML"
}

// maxSyntax is how many errors of syntax are told at once.
const maxSyntax = 10

// badSyntax returns what is wrong with the syntax: the first error, and further
// ones as long as each is confined to its line, so that none is a consequence.
func badSyntax(data []byte) []finding {
	if f := otherFormat(data); f != nil {
		return []finding{*f}
	}
	rest := bytes.Clone(data)
	var found []finding
	for len(found) < maxSyntax {
		w, err := newWalk(rest)
		if err == nil {
			break
		}
		f, confined := w.syntax(err)
		end := foreignEnd(rest, f.offset)
		if end > nextLine(rest, f.offset) && hasItems(rest, f.offset) {
			f.text = noItems
		}
		found = append(found, f)
		if !confined {
			break
		}
		blank(rest, lineStart(rest, f.offset), end)
	}
	return found
}

// syntax says what is wrong with the syntax, and whether that is confined to its
// line. An error at the end of the file stands where the statement begins that
// does not end.
func (w *walk) syntax(err error) (f finding, confined bool) {
	parse, ok := errors.AsType[*unstable.ParserError](err)
	if !ok {
		return finding{text: "not valid TOML"}, false
	}
	offset := int(w.parser.Range(parse.Highlight).Offset)
	text, open := complaint(parse.Message)
	begin := w.statement()
	if open {
		return finding{offset: begin, text: text}, false
	}
	l := lineAt(w.data, offset)
	if lineStart(w.data, begin) == l.start {
		if at, said := l.known(parse.Message); said != "" {
			return finding{offset: at, text: said}, !strings.Contains(said, "git") && !strings.Contains(said, "Markdown")
		}
		return finding{offset: offset, text: text}, true
	}
	if at, said := l.nested(parse.Message); said != "" {
		return finding{offset: at, text: said}, false
	}
	if strings.Contains(parse.Message, "expected ',' or ") && l.isStatement() {
		closing := "]"
		if strings.Contains(parse.Message, "'}'") {
			closing = "}"
		}
		return finding{offset: begin, text: fmt.Sprintf("what begins here has no closing %q", closing)}, false
	}
	return finding{offset: offset, text: text}, false
}

// complaint puts one of the walk's messages in our words, and says whether
// something was left open until the end of the file.
func complaint(message string) (text string, open bool) {
	has := func(part string) bool { return strings.Contains(message, part) }
	switch {
	case has("array is incomplete"):
		return `the list has no closing "]"`, true
	case has("inline table is incomplete"):
		return `the table has no closing "}"`, true
	case has("not terminated by"):
		return "the text has no closing quotes", true
	case has("unterminated"), has("cannot have new lines"):
		return "the text has no closing quote on its line", false
	case has("expected ',' or ']'"):
		return `a comma or the closing "]" is missing`, false
	case has("expected ',' or '}'"):
		return `a comma or the closing "}" is missing`, false
	case has("unexpected comma"), has("expected value but got"):
		return "a comma too many", false
	case has("to close"):
		return "the name of the table has no closing bracket", false
	case has("expected '=' after key"):
		return `"=" is missing after the key`, false
	case has("end of input"):
		return "the value is missing", false
	case has("start of key"):
		return `a line begins with a key, a table such as [server], or "#"`, false
	case has("expected newline"):
		return "nothing but a comment may stand behind this on the line", false
	case has("escape"), has(`after \`):
		return `"\" begins an escape: write "\\" for a backslash, or put the text in single quotes`, false
	case has("control characters"), has("carriage return"):
		return "a control character: write it as an escape", false
	case has("nested more than"):
		return "lists and tables are nested too deeply", false
	case has("too many quotes"):
		return "a quote too many", false
	}
	return unquoted, false
}

// statement returns where the statement behind the last good one begins.
func (w *walk) statement() int {
	offset := w.end
	if offset > 0 {
		offset = nextLine(w.data, offset)
	}
	for offset < len(w.data) {
		line := bytes.TrimLeft(w.data[offset:nextLine(w.data, offset)], " \t\r\n")
		if len(line) > 0 && line[0] != '#' {
			return w.lineIndent(nextLine(w.data, offset) - len(line))
		}
		offset = nextLine(w.data, offset)
	}
	return max(0, len(w.data)-1)
}

// nextLine returns the offset of the line after the one of offset.
func nextLine(data []byte, offset int) int {
	i := bytes.IndexByte(data[offset:], '\n')
	if i < 0 {
		return len(data)
	}
	return offset + i + 1
}
