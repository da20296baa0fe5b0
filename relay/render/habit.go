package render

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"text/template/parse"
)

// foreign warns of what is an action in another language of templates, and only
// text here.
func foreign(list *parse.ListNode) *Fault {
	for _, n := range list.Nodes {
		text, ok := n.(*parse.TextNode)
		if !ok {
			continue
		}
		for _, form := range []string{
			`\{%-?\s*(\w*).*?%\}`, `<%[=-]?\s*([\w.]*).*?%>`, `\{\s*(\.[A-Z][\w.]*)\s*\}`, `[#$]?\{\s*(\.?\w[\w.]*)\s*\}`, `\[\[\s*(\.?\w[\w.]*)\s*\]\]`, `%\((\w+)\)s`, `%s()`,
		} {
			found := regexp.MustCompile(form).FindStringSubmatchIndex(string(text.Text))
			if found == nil {
				continue
			}
			if instead := insteadOf(form, string(text.Text[found[2]:found[3]])); instead != "" {
				shown := string(text.Text[found[0]:min(found[1], found[0]+maxQuoted)])
				return &Fault{Offset: int(text.Pos) + found[0], Text: fmt.Sprintf("%s is sent as it stands: write %s", shown, instead), Warning: true}
			}
		}
	}
	return nil
}

const maxQuoted = 40 // bytes of a template in what is said of it

// insteadOf returns what to write for word in another language's form, or "" if it may
// well be text.
func insteadOf(form, word string) string {
	path := pathOf(word)
	switch {
	case strings.HasPrefix(form, `\{%`) && actionOf(word) != "":
		return "{{ " + actionOf(word) + " }}"
	case path != "":
		return "{{ " + path + " }}"
	case form == `%s()`, strings.HasPrefix(form, `\{%`), strings.HasPrefix(form, `<%`):
		return "{{ .Contact.Name }}, or another name of the event"
	}
	return ""
}

// actionOf returns an action for a word that begins one in another language, or "".
func actionOf(word string) string {
	switch word {
	case "if":
		return "if .Text"
	case "elif", "elseif", "elsif":
		return "else if .Text"
	case "else":
		return "else"
	case "endif", "endfor", "endeach", "endunless", "fi", "done":
		return "end"
	case "for", "foreach", "each":
		return "range .Transcript"
	case "unless":
		return "if not .Text"
	}
	return ""
}

// pathOf returns the name of an event that a word means, however it is written:
// bot_id is .BotID, and email is .Contact.Email. It returns "" for any other.
func pathOf(word string) string {
	plain := func(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }
	word = strings.TrimPrefix(word, ".")
	word = regexp.MustCompile(`(?i)^(?:event|message|lead)\.`).ReplaceAllString(word, "")
	first, rest, nested := strings.Cut(word, ".")
	for _, name := range namesOf(eventType().Elem()) {
		if plain(name) != plain(first) || name == "Payload" {
			continue
		}
		for _, inner := range namesOf(reflect.TypeFor[person]()) {
			if nested && name == "Contact" && plain(inner) == plain(rest) {
				return ".Contact." + inner
			}
		}
		if !nested {
			return "." + name
		}
	}
	if nested {
		return ""
	}
	for _, name := range namesOf(reflect.TypeFor[person]()) {
		if plain(name) == plain(word) {
			return ".Contact." + name
		}
	}
	return nickname(plain(word))
}

// nickname returns the name of an event that others call as word does, or "".
func nickname(word string) string {
	for name, words := range map[string]string{
		".Text": "message question content body msg", ".Answer": "reply response", ".Payload": "fields data raw json custom customfields", ".Contact.Name": "customer user visitor username customername fullname",
		".Contact.Email": "mail emailaddress", ".PageURL": "url page link", ".CreatedAt": "date time timestamp created", ".Bot": "botname agent chatbot", ".Kind": "type",
		".ConversationID": "conversation sessionid threadid", ".Transcript": "history messages", ".Channel": "platform",
	} {
		if slices.Contains(strings.Fields(words), word) {
			return name
		}
	}
	return ""
}

// functionLike returns the function that others call as name does, or "".
func functionLike(name string) string {
	name = strings.ToLower(strings.ReplaceAll(name, "_", ""))
	for function, words := range map[string]string{
		"upper": "uppercase toupper touppercase ucase strtoupper upcase", "lower": "lowercase tolower tolowercase lcase downcase", "truncate": "trunc cut substr substring limit ellipsis shorten abbrev",
		"date": "formatdate dateformat strftime format time datetime formattime", "default": "fallback coalesce ifempty", "len": "length size count", "print": "concat join", "json": "tojson jsonencode",
		"md": "markdown markdownify", "eq": "equals equal is", "host": "domain hostname", "phone": "tel telephone", "index": "get lookup",
	} {
		if slices.Contains(strings.Fields(words), name) {
			return function
		}
	}
	return ""
}

// foreignAction says what to write for an action of another language, which the
// parser refuses somewhere, and where; nil if there is none.
func foreignAction(text string, all []action) *Fault {
	for _, a := range all {
		inside := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(text[a.begin:a.end], "{{"), "}}"))
		word := regexp.MustCompile(`^[#/]?\s*(\w*)`).FindStringSubmatch(inside)[1]
		switch {
		case strings.HasPrefix(inside, "/") && !strings.HasPrefix(inside, "/*") && word != "":
			return &Fault{Offset: a.begin, Text: "this is of another language of templates: write {{ end }}"}
		case strings.HasPrefix(inside, "#") && word != "":
			return &Fault{Offset: a.begin, Text: "this is of another language of templates: write {{ " + orElse(actionOf(word), "if .Text") + " }}"}
		case word != "if" && word != "else" && actionOf(word) != "" && !strings.HasPrefix(inside, "."):
			return &Fault{Offset: a.begin, Text: "there is no {{ " + word + " }}: write {{ " + actionOf(word) + " }}"}
		}
		if strings.HasPrefix(strings.TrimLeft(inside, "- "), "/*") {
			continue
		}
		if f := foreignOperator(text, a); f != nil {
			return f
		}
	}
	return nil
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// foreignOperator says what to write for an operator between two values, and for a
// text between single quotes.
func foreignOperator(text string, a action) *Fault {
	inside := text[a.begin:a.end]
	bare := regexp.MustCompile("\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`").ReplaceAllStringFunc(inside, func(quoted string) string { return strings.Repeat("_", len(quoted)) })
	for _, operator := range [][2]string{
		{"==", `eq, as in eq .Channel "whatsapp"`},
		{"!=", `ne, as in ne .Channel "whatsapp"`},
		{"||", "or, as in or .Contact.Name .Contact.Email"},
		{"&&", "and, as in and .Contact.Name .Contact.Email"},
		{">=", "ge, as in ge (len .Text) 10"},
		{"<=", "le, as in le (len .Text) 10"},
		{">", "gt, as in gt (len .Text) 10"},
		{"<", "lt, as in lt (len .Text) 10"},
		{"+", "the two next to each other, as in {{ .Contact.Name }} {{ .Contact.Email }}"},
		{"?", "{{ if .Text }}…{{ else }}…{{ end }}"},
		{"!", "not, as in not .Text"},
	} {
		if at := strings.Index(bare, operator[0]); at >= 0 {
			return &Fault{Offset: a.begin + at, Text: fmt.Sprintf("there is no %s here: write %s", operator[0], operator[1])}
		}
	}
	if at := regexp.MustCompile(`'[^']{2,}'|'[^']'`).FindStringIndex(bare); at != nil {
		return &Fault{Offset: a.begin + at[0], Text: "a text within {{ }} stands between \" or `"}
	}
	return nil
}
