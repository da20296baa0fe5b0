package config

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
	"github.com/pelletier/go-toml/v2/unstable"
)

// finding is a problem whose place is still an offset.
type finding struct {
	offset  int
	text    string
	warning bool
}

// parseTOML decodes data. The finding, if there is one, says why it cannot; it
// is put in words of our own, since the libraries' show parts of the file.
func parseTOML(data []byte) (*node, *source, *finding) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	src := &source{data: data}
	if f := unreadable(data); f != nil {
		src.data = nil // nothing of it can be shown
		return nil, src, f
	}
	if at := invalidUTF8(data); at >= 0 {
		return nil, src, &finding{offset: at, text: "not UTF-8: save the file in this encoding"}
	}
	w, err := newWalk(data)
	src.tokens = w.tokens
	if err != nil {
		return nil, src, w.syntax(err)
	}
	if w.deep != nil {
		return nil, src, &finding{offset: w.deep.start, text: "this is nested too deeply, or within too long a name"}
	}
	values, err := decode(data)
	if err != nil {
		return nil, src, w.refused(err)
	}
	file := span{0, 0}
	return w.tree("", "", place{key: file, at: file}, values), src, nil
}

// unreadable tells of data that is no text at all.
func unreadable(data []byte) *finding {
	switch {
	case len(data) > maxFile:
		return &finding{text: "the file is larger than 1 MiB: this cannot be a routes.toml"}
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")),
		bytes.IndexByte(data, 0) >= 0:
		return &finding{text: "not a text in UTF-8, perhaps one in UTF-16: save the file as UTF-8"}
	}
	return nil
}

// invalidUTF8 returns the offset of the first byte that is not UTF-8, or -1.
func invalidUTF8(data []byte) int {
	for i := 0; i < len(data); {
		c, size := utf8.DecodeRune(data[i:])
		if c == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// decode decodes data, whose syntax the walk has found to be good. The decoder
// panics on some input that it did not foresee; that is an error too.
func decode(data []byte) (values map[string]any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errors.New("the decoder failed")
		}
	}()
	return values, toml.Unmarshal(data, &values)
}

// refused says why the decoder does not take a file of good syntax.
func (w *walk) refused(err error) *finding {
	if w.twice != nil {
		line, _ := position(w.data, w.twice.first.start)
		return &finding{
			offset: w.twice.second.start,
			text:   fmt.Sprintf("%q is defined twice: first on line %d", cut(w.twice.name), line),
		}
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

// refusal puts one of the decoder's messages in our words.
func refusal(message string) string {
	switch {
	case strings.Contains(message, "out of range"), strings.Contains(message, "out of the safe"):
		return "the number is too large"
	case strings.HasPrefix(message, "invalid datetime"):
		return `not a date: text stands in quotes, as in "text"`
	case strings.Contains(message, "already"), strings.Contains(message, "not a table"):
		return "this is defined twice, or once as a table and once as a value"
	case strings.HasPrefix(message, "Invalid"), strings.HasPrefix(message, "invalid"):
		return `not a number: text stands in quotes, as in "text"`
	}
	return "not valid TOML"
}

// syntax says what is wrong with the syntax. An error at the end of the file
// stands where the statement begins that does not end.
func (w *walk) syntax(err error) *finding {
	parse, ok := errors.AsType[*unstable.ParserError](err)
	if !ok {
		return &finding{text: "not valid TOML"}
	}
	offset := int(w.parser.Range(parse.Highlight).Offset)
	text, open := complaint(parse.Message)
	switch {
	case offset >= len(w.data):
	case strings.Contains(parse.Message, "start of value") && bytes.IndexByte([]byte("\r\n#"), w.data[offset]) >= 0:
		text = "the value is missing"
	case strings.Contains(parse.Message, "start of key") && w.data[offset] >= utf8.RuneSelf:
		text = `a key with other characters than letters, digits, "-" and "_" stands in quotes`
	}
	if open {
		offset = w.statement()
	}
	return &finding{offset: offset, text: text}
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
	return `not a value: text stands in quotes, as in "text"`, false
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
