package config

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// badLine is a line that is no TOML, and where in it the parser stopped.
type badLine struct {
	start int    // of the line in the file
	text  string // without what ends it
	at    int    // in text
}

func lineAt(data []byte, offset int) badLine {
	start := lineStart(data, offset)
	text := strings.TrimRight(string(data[start:nextLine(data, start)]), "\r\n")
	return badLine{start, text, min(offset-start, len(text))}
}

// isStatement reports whether the line looks like one that stands by itself.
func (l badLine) isStatement() bool {
	return regexp.MustCompile(`^\s*([\w.-]+\s*=|\[)`).MatchString(l.text)
}

// known says what is wrong with a line that is written as in another language, or
// as people often do, and where; "" if it is none of these.
func (l badLine) known(message string) (offset int, text string) {
	trimmed := strings.TrimLeft(l.text, " \t")
	indent := len(l.text) - len(trimmed)
	first := func(text string) (int, string) { return l.start + indent, text }
	has := func(pattern string) bool { return regexp.MustCompile(pattern).MatchString(trimmed) }
	switch {
	case has(`^(//|/\*|;|<!--|--([^-]|$))`), has(`^("""|''')`):
		return first(`a comment begins with "#"`)
	case has("^```"):
		return first("this is of Markdown: take the line out")
	case has(`^-\s`):
		return first(noItems)
	case has(`^(<<<<<<<|=======|>>>>>>>)`):
		return first("git left a conflict here: keep one of the two sides")
	case has(`^export\s`):
		return first("this is a shell's: variables of the environment are set outside this file")
	case has(`^\[\s*\]|^\[[\w. -]*\.\s*\]`):
		return first("the name of the table is missing, as in [server] or [sources.website]")
	case has(`^\[[^\[\]]+\]\]\s*$`), has(`^\[\[[^\[\]]+\]\s*$`):
		return first("a list of tables has two brackets on both sides, as in [[routes]]")
	case has(`^\[{1,2}[^\]"'=#]*\]`) && strings.Contains(message, "to close"):
		return l.start + l.at, `a name in brackets has letters, digits, "-" and "_" only`
	}
	if key, value, found := strings.Cut(l.text, "="); found && len(key) < l.at+1 {
		return l.badValue(len(key)+1+len(value)-len(strings.TrimLeft(value, " \t")), message)
	}
	return l.badKey(message)
}

// badKey is known for what stands where a key should, or "=" behind it.
func (l badLine) badKey(message string) (offset int, text string) {
	rest := l.text[l.at:]
	c, _ := utf8.DecodeRuneInString(rest)
	switch {
	case strings.Contains(message, "expected '='") && c == ':':
		return l.start + l.at, l.colon()
	case isSpaceLike(c):
		return l.start + l.at, "this only looks like a space: type it anew"
	case isSmartQuote(c):
		return l.start + l.at, straight
	case strings.Contains(message, "expected '='") && regexp.MustCompile(`^\s*[A-Za-z]\w*\s+\w+\s*=`).MatchString(l.text):
		return l.start + len(l.text) - len(strings.TrimLeft(l.text, " \t")), `a key has no spaces: write "_" in place of one, as in event_type`
	case strings.Contains(message, "start of key") && c >= utf8.RuneSelf:
		return l.start + l.at, `a key with other characters than letters, digits, "-" and "_" stands in quotes`
	}
	return 0, ""
}

// badValue is known for the value that begins at from, in the line.
func (l badLine) badValue(from int, message string) (offset int, text string) {
	value := l.text[from:]
	stopped := l.text[l.at:]
	has := func(pattern string) bool { return regexp.MustCompile(pattern).MatchString(value) }
	c, _ := utf8.DecodeRuneInString(stopped)
	place := l.start + from
	switch {
	case value == "":
		return l.start + l.at, "the value is missing"
	case strings.HasPrefix(value, "="):
		return place, `one "=" is enough`
	case regexp.MustCompile(`^#\w`).MatchString(stopped) && strings.HasSuffix(strings.TrimRight(l.text[:l.at], " \t"), "="):
		return l.start + l.at, noHash
	case strings.HasPrefix(value, "#") && has(`^#\w`):
		return place, noHash
	case value[0] == '#':
		return place, "the value is missing"
	case isSpaceLike(c):
		return l.start + l.at, "this only looks like a space: type it anew"
	case isSmartQuote(c):
		return l.start + l.at, straight
	case c == '`':
		return l.start + l.at, `text stands in other quotes: write " or '`
	case c == ':' && strings.Contains(message, "expected '='"):
		return l.start + l.at, l.colon()
	case has(`^[\w.]+\s*=[^=]`):
		return place, `the table has no opening "{", as in { kind = "lead" }`
	case strings.HasPrefix(value, ">"):
		return place - 1, `write "=" in place of "=>"`
	case has(`^\$`):
		return place, `a variable stands in quotes too, as in "${NAME}"`
	case has(`(?i)^(true|yes|on)\s*(#.*)?$`):
		return place, "not a value: write true, in lower case"
	case has(`(?i)^(false|no|off)\s*(#.*)?$`):
		return place, "not a value: write false, in lower case"
	case has(`(?i)^(null|nil|none)\s*(#.*)?$`):
		return place, "there is no such value in TOML: leave the key out"
	case has(`^0\d+\s*(#.*)?$`):
		return place, "a number begins with another digit than 0: text stands in quotes"
	case has(`^\d[\d.]*(ms|s|m|h|d|w)\b`):
		return place, fmt.Sprintf("a duration stands in quotes, as in %q", "30d")
	case has(`^\d[\d.]*[kKMG]i?B?\b`):
		return place, fmt.Sprintf("a size stands in quotes, as in %q", "1MiB")
	case strings.Contains(message, "newline"), strings.Contains(message, "expected ',' or "):
		if at, text := l.early(from); text != "" {
			return at, text
		}
	}
	return l.unquoted(from, message)
}

// unquoted is known for a text without quotes, and for what stands behind a value.
func (l badLine) unquoted(from int, message string) (offset int, text string) {
	value := l.text[from:]
	has := func(pattern string) bool { return regexp.MustCompile(pattern).MatchString(value) }
	switch {
	case has(`^[\w.+/:@-]`) && !has(`^("|'|\[|\{)`) && strings.Contains(message, "newline"):
		return l.start + from, unquoted
	case strings.Contains(message, "newline"):
		return l.behind(l.text[l.at:])
	}
	return 0, ""
}

const (
	noHash   = `the value is missing, as "#" begins a comment: text stands in quotes, as in "#sales"`
	anyText  = `as in "text"`
	unquoted = "not a value: text stands in quotes, " + anyText
)

// behind says what stands behind a good value.
func (l badLine) behind(rest string) (offset int, text string) {
	rest = strings.TrimLeft(rest, " \t")
	place := l.start + len(l.text) - len(rest)
	switch {
	case regexp.MustCompile(`^[,;]\s*(#.*)?$`).MatchString(rest):
		return place, fmt.Sprintf("take the %q out: nothing stands at the end of a line", rest[:1])
	case strings.HasPrefix(rest, "//"), strings.HasPrefix(rest, ";"), strings.HasPrefix(rest, "/*"):
		return place, `a comment begins with "#"`
	case regexp.MustCompile(`^[\w.-]+\s*=`).MatchString(rest):
		return place, "each key has a line of its own"
	}
	return 0, ""
}

// colon says what to write in place of one behind a key.
func (l badLine) colon() string {
	value := strings.TrimLeft(l.text[l.at+1:], " \t")
	switch {
	case strings.HasPrefix(value, "="):
		return `write "=" in place of ":="`
	case value == "":
		return `write "=" in place of ":", and the value behind it: text in quotes, a table as in { kind = "lead" }`
	case regexp.MustCompile(`^[\pL<*&|>]`).MatchString(value) && !regexp.MustCompile(`^(true|false)\b`).MatchString(value):
		return `write "=" in place of ":", and quotes around the text`
	}
	return `write "=" in place of ":"`
}

// isSpaceLike reports whether c is shown as a space, and is none to TOML.
func isSpaceLike(c rune) bool {
	return c == '\u00a0' || c >= '\u2000' && c <= '\u200b' || c == '\u202f' || c == '\u205f' || c == '\u3000' || c == '\ufeff'
}

func isSmartQuote(c rune) bool { return strings.ContainsRune("“”„‟‘’‚‛«»″′", c) }

// otherFormat tells of a file that is in another language altogether.
func otherFormat(data []byte) *finding {
	offset := 0
	for offset < len(data) {
		line := bytes.TrimSpace(data[offset:nextLine(data, offset)])
		if len(line) > 0 && line[0] != '#' {
			break
		}
		offset = nextLine(data, offset)
	}
	if offset >= len(data) {
		return nil
	}
	start := lineAt(data, offset)
	text := strings.ToLower(strings.TrimSpace(start.text))
	has := func(pattern string) bool { return regexp.MustCompile(pattern).MatchString(text) }
	cure := `: a routes.toml is TOML, with tables such as [sources.website] and keys such as vendor = "chatbase"`
	switch {
	case has(`^\{("|$|\s)`), text == "[" || has(`^\[\s*\{`):
		return &finding{offset: offset, text: "this looks like JSON" + cure}
	case has(`^<(!doctype|html|\?xml)`):
		return &finding{offset: offset, text: "this is a page of the web, not a routes.toml"}
	case text == "---", has(`^[a-z_]+:$`):
		return &finding{offset: offset, text: "this looks like YAML" + cure}
	case regexp.MustCompile(`^[A-Z][A-Z0-9_]+=`).MatchString(start.text):
		return &finding{offset: offset, text: "this looks like a file of environment variables, which are set outside" + cure}
	}
	return nil
}
