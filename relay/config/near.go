package config

import (
	"fmt"
	"slices"
	"strings"

	"botrelay/relay/glob"
)

// nearChannels warns of patterns that are for one channel which is not known, and
// is near to one that is: others may be new, and are nobody's mistake.
func (r *reader) nearChannels(list *node) (said bool) {
	for _, item := range itemsOf(list) {
		value, _, isExact := exact(item.text())
		if !isExact || value == "" || strings.Contains(value, "$") || slices.Contains(r.env.Channels, strings.ToLower(value)) { // capitals are reported already
			continue
		}
		if like := closest(value, r.env.Channels); like != "" {
			r.warnf(item.at, "%s is no channel that is known: did you mean %q?", quoted(item), like)
			said = true
		}
	}
	return said
}

// nearTypes does so for types of events, and for patterns of them, where it is
// known what all the vendors send.
func (r *reader) nearTypes(list *node, cfg *Config, vendors []string) (said bool) {
	var known []kindOf
	for _, name := range vendors {
		v := cfg.sent[name]
		if v == nil || len(v.kinds) == 0 {
			return false
		}
		known = append(known, v.kinds...)
	}
	for _, item := range itemsOf(list) {
		text := strings.TrimPrefix(item.text(), "!")
		p, err := glob.Parse(text)
		if err != nil || text == "" || strings.Contains(text, "$") || slices.ContainsFunc(known, func(k kindOf) bool { return k.pattern.Negated || p.Meets(k.pattern, false) }) {
			continue
		}
		if like := nearType(text, known); like != "" {
			r.warnf(item.at, "%s is no type of event that %s sends: did you mean %q?", quoted(item), listedShort(vendors), like)
			said = true
		}
	}
	return said
}

// nearType returns what a type, or a pattern such as lead.*, was probably meant to
// be, or "".
func nearType(text string, known []kindOf) string {
	var types, groups []string
	for _, k := range known {
		if k.isExact {
			types = append(types, k.value)
		}
		if group, wide := groupOf(k.text); group != "" && (wide || strings.HasSuffix(text, "*")) {
			groups = append(groups, group)
		}
	}
	value, _, isExact := exact(text)
	if like := closest(value, types); isExact && like != "" {
		return like
	}
	group, wide := groupOf(text)
	if like := closest(group, groups); like != "" && (isExact || wide) {
		return like + strings.TrimPrefix(text, group)
	}
	return ""
}

// groupOf returns what stands in a type before its last sign between words, with
// that sign, and whether any may follow: "lead.", true of "lead.*".
func groupOf(text string) (group string, wide bool) {
	end := strings.LastIndexAny(text, "._-/:") + 1
	if strings.ContainsAny(text[:end], `*?\!`) {
		return "", false
	}
	return text[:end], text[end:] == "*"
}

// itemsOf returns the items of a list, or what stands in its place.
func itemsOf(list *node) []*node {
	switch {
	case list == nil:
		return nil
	case list.kind == textKind:
		return []*node{list}
	}
	return list.items
}

// listedShort names vendors, each once.
func listedShort(vendors []string) string {
	vendors = slices.Clone(vendors)
	slices.Sort(vendors)
	return strings.Join(slices.Compact(vendors), " or ")
}

// expressions warns of patterns that are written as regular expressions.
func (r *reader) expressions(match *node) (said bool) {
	for _, list := range match.items {
		for _, item := range itemsOf(list) {
			text := item.text()
			if !isExpression(text) {
				continue
			}
			cure := ""
			if like := globOf(text); len(like) == 1 {
				cure = fmt.Sprintf(": write %q", like[0])
			} else if len(like) > 1 {
				cure = fmt.Sprintf(": write [%s]", quotedList(like))
			}
			r.warnf(item.at, "%s looks like a regular expression, and is none: * is any run of characters, ? is one%s", quoted(item), cure)
			said = true
		}
	}
	return said
}

func quotedList(texts []string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = fmt.Sprintf("%q", text)
	}
	return strings.Join(quoted, ", ")
}

// isExpression reports whether a pattern is surely meant as a regular expression.
func isExpression(text string) bool {
	text = strings.TrimPrefix(text, "!")
	return strings.HasPrefix(text, "^") || strings.HasSuffix(text, "$") || strings.HasPrefix(text, ".*") || strings.Contains(text, ".+") || strings.Contains(text, `\..*`) ||
		len(text) > 2 && strings.HasPrefix(text, "/") && strings.HasSuffix(text, "/") ||
		strings.Contains(text, "(") && strings.Contains(text, "|") && strings.Contains(text, ")") || strings.Contains(text, `\d`) || strings.Contains(text, `\w`)
}

// globOf returns the patterns that say what a regular expression does, or nil if
// none do.
func globOf(expression string) []string {
	text, negated := strings.CutPrefix(expression, "!")
	text = strings.Trim(text, "/")
	text = strings.TrimSuffix(strings.TrimPrefix(text, "^"), "$")
	text = strings.TrimSuffix(strings.TrimPrefix(text, "("), ")")
	parts := strings.Split(text, "|")
	for i, part := range parts {
		part = strings.NewReplacer(`.*`, "*", `.+`, "?*", `\.`, ".", `\d+`, "?*", `\w+`, "?*").Replace(part)
		if strings.ContainsAny(part, `()[]{}+^$\`) || part == "" {
			return nil
		}
		if negated {
			part = "!" + part
		}
		parts[i] = part
	}
	return parts
}
