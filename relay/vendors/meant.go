package vendors

import (
	"fmt"
	"regexp"
	"strings"
)

// meant returns what "signed" would be in our words, if it is written in those of
// a programming language or of a vendor's page: ${timestamp}.${body}, %s.%s,
// timestamp + "." + body. It returns "" for one that is good, and for one that
// cannot be understood.
func meant(signed string) string {
	if strings.Contains(signed, "{body}") && !strings.Contains(signed, "{{") && !strings.Contains(signed, "${") && len(strange(signed)) == 0 {
		return ""
	}
	like := joined(signed)
	for _, verbs := range []string{"", "{body}", "{timestamp} {body}", "{id} {timestamp} {body}"} {
		if words := strings.Fields(verbs); len(words) == strings.Count(like, "%s") {
			for _, word := range words {
				like = strings.Replace(like, "%s", word, 1)
			}
		}
	}
	like = wordsOf().ReplaceAllStringFunc(like, func(word string) string {
		switch letters := strings.ToLower(strings.Trim(strings.TrimSuffix(word, ")s"), "${}<>%(). ")); {
		case word == "{body}", word == "{timestamp}", word == "{id}":
			return word
		case strings.HasSuffix(letters, "body"), strings.HasSuffix(letters, "payload"):
			return "{body}"
		case strings.HasSuffix(letters, "id"):
			return "{id}"
		default:
			return "{timestamp}"
		}
	})
	bare := strings.NewReplacer("{body}", "", "{timestamp}", "", "{id}", "").Replace(like)
	if like == signed || strings.Count(like, "{body}") != 1 || strings.ContainsAny(bare, "{}$%") {
		return ""
	}
	return like
}

// wordsOf finds the words for what is signed, with whatever stands around them to
// say that they are placeholders.
func wordsOf() *regexp.Regexp {
	const words = `(?:(?:raw|req|request|webhook|msg|message|svix)[-_.]?)?(?:rawbody|raw_body|body|payload|timestamp|time|ts|t|id)`
	wraps := []string{`\$?\{\{ *\.?%s *\}\}`, `\$?\{ *%s *\}`, `<%s>`, `\$%s\b`, `%%\(%s\)s`, `\b%s\b`}
	for i, wrap := range wraps {
		wraps[i] = fmt.Sprintf(wrap, words)
	}
	return regexp.MustCompile(`(?i)` + strings.Join(wraps, "|"))
}

// joined puts together what is written as a sum: timestamp + "." + body.
func joined(sum string) string {
	if !strings.Contains(sum, "+") {
		return sum
	}
	var b strings.Builder
	for part := range strings.SplitSeq(sum, "+") {
		part = strings.TrimSpace(part)
		if n := len(part); n > 1 && strings.Contains("\"'`", part[:1]) && part[n-1] == part[0] {
			b.WriteString(part[1 : n-1])
		} else if part != "" {
			b.WriteString("{" + strings.Trim(part, "{}$") + "}")
		}
	}
	return b.String()
}

// strange returns the words in braces that stand for nothing.
func strange(signed string) []string {
	var words []string
	for _, word := range placeholders(signed) {
		if word != "body" && word != "timestamp" && word != "id" {
			words = append(words, word)
		}
	}
	return words
}
