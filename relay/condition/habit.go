package condition

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// unexpected is for what cannot stand where it does: mostly the operators of
// another language.
func unexpected(text string, at int) (place int, told string) {
	before, rest := strings.TrimRight(text[:at], " "), text[at:]
	word := wordOf(rest)
	write := func(said, instead string) (int, string) {
		return at, fmt.Sprintf("unexpected %q: write %s", said, instead)
	}
	switch {
	case capitals(word) != "":
		return at, capitals(word)
	case strings.HasPrefix(word, ".") && nameOf(word) != "":
		return write(word, nameOf(word)+", since names have no point before them here")
	case slices.Contains([]string{"contains", "startsWith", "endsWith", "matches"}, word):
		return write(word, `it between the two, as in text `+word+` "urgent"`)
	case strings.HasPrefix(rest, ">") && strings.HasSuffix(before, "<"):
		return at - 1, `unexpected "<>": write !=`
	case strings.HasPrefix(rest, "=~"), strings.HasPrefix(rest, "~"):
		return write(rest[:strings.Index(rest, "~")+1], "matches")
	case strings.HasPrefix(rest, "="):
		return at, `unexpected "=": write == to compare`
	case strings.HasPrefix(rest, "/"):
		return at, `a pattern stands in quotes, as in text matches "(?i)urgent"`
	case strings.HasPrefix(rest, ",") && regexp.MustCompile(`\bin\s*\([^()]*$`).MatchString(before):
		return strings.LastIndex(before, "("), `a list stands in square brackets, as in kind in ["lead", "chat"]`
	}
	if r, _ := utf8.DecodeRuneInString(rest); strings.ContainsRune("“”„‘’", r) {
		return at, fmt.Sprintf(`unexpected %q: write straight quotes, " or '`, r)
	}
	if strings.HasPrefix(rest, ")") || strings.HasPrefix(rest, "]") {
		return at, fmt.Sprintf("this %q closes nothing: take it out, or open it before", rest[:1])
	}
	if instead := operator(rest); instead != "" {
		return write(word, instead)
	}
	if _, closed := strings.CutPrefix(rest, `"`); closed || strings.HasPrefix(rest, "'") {
		return at, `something is missing before this text, such as == or contains`
	}
	return at, ""
}

// operator returns what to write for an operator of another language that rest
// begins with, or "".
func operator(rest string) string {
	word := strings.ToLower(wordOf(rest))
	next := ""
	if fields := strings.Fields(strings.ToLower(rest)); len(fields) > 1 {
		next = fields[1]
	}
	switch {
	case word == "is" && next == "not":
		return "!="
	case strings.HasPrefix(word, "does"):
		return "not contains"
	}
	for instead, words := range map[string]string{
		"contains": "like ilike contain contains include includes including has have containing", "==": "is equal equals eq are",
		"!=": "isnt ne neq", "startsWith": "start starts startswith starts_with begins beginswith begins_with",
		"endsWith": "end ends endswith ends_with", "matches": "match matching regex regexp rlike", "and": "plus also but", "or": "otherwise",
	} {
		if slices.Contains(strings.Fields(words), word) {
			return instead
		}
	}
	return ""
}

// stranger is for a name that nothing has. before is what stands before it, and
// rest begins with it.
func stranger(before, word, rest string) string {
	first, inner, _ := strings.Cut(word, ".")
	if inner != "" && nameOf(inner) != "" && slices.Contains(strings.Fields("event e evt msg this data"), first) {
		return fmt.Sprintf("unknown name %q: write %s alone", first, nameOf(inner))
	}
	if slices.Contains(strings.Fields("now hour hours minute time weekday day today"), first) {
		return fmt.Sprintf(`unknown name %q: a condition knows no clock, but active does, as in active = { hours = "18:00-08:00" }`, first)
	}
	operand := regexp.MustCompile(`(==|!=|\b(contains|startsWith|endsWith|matches)|\bin\s*\[([^\]]*,)?)\s*$`).MatchString(before)
	if called := strings.HasPrefix(rest[len(word):], "("); operand && inner == "" && !called && likely(first) == "" {
		return fmt.Sprintf("unknown name %q: a text stands in quotes, as in %q", first, first)
	}
	return ""
}

// likely returns the name that is meant by a word which vendors, or people, have
// for it, or "".
func likely(word string) string {
	word = strings.ToLower(word)
	for name, words := range map[string]string{
		"contact.email": "email mail e_mail", "contact.name": "name customer user visitor", "contact.phone": "phone tel telephone mobile",
		"contact.handle": "handle username from sender", "text": "message msg body content question", "answer": "reply response",
		"bot": "bot_name botname agent chatbot", "bot_id": "agent_id chatbot_id", "event_type": "type event", "vendor": "platform provider",
		"page_url": "url page", "transcript": "history messages", "conversation_id": "conversation session thread",
	} {
		if slices.Contains(strings.Fields(words), word) {
			return name
		}
	}
	return ""
}

// member is for what is asked of a text as other languages ask it. before ends in
// the text's name and a point.
func member(before, word string) string {
	name := regexp.MustCompile(`[\w.\[\]]*$`).FindString(strings.TrimSuffix(before, "."))
	if name == "" || slices.Contains([]string{"contact", "payload"}, name) {
		return ""
	}
	word, _, _ = strings.Cut(word, ".")
	for instead, words := range map[string]string{
		"lower(%s)": "lower tolower tolowercase to_lower downcase", "upper(%s)": "upper toupper touppercase to_upper upcase",
		"len(%s)": "len length size count", "trim(%s)": "trim strip",
		`%s matches "(?i)urgent"`: "match matches test",
	} {
		if slices.Contains(strings.Fields(words), strings.ToLower(word)) {
			return fmt.Sprintf("a text has no %s of its own: write "+instead, word, name)
		}
	}
	if instead := operator(word); instead != "" {
		return fmt.Sprintf(`a text has no %s of its own: write %s %s "urgent"`, word, name, instead)
	}
	return ""
}
