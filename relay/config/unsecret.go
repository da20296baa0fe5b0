package config

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"botrelay/relay"
)

// NotShown is what Unsecret puts in a secret's place: a variable of a name that
// nobody sets, so that a file with it is read as one is that lacks its secrets.
const NotShown = "${NOT_SHOWN}"

// Unsecret returns the text of a routes file for who may see it without its secrets:
// in place of what is written out for a key that has a secret, and of what looks like
// one elsewhere, it has NotShown, and *** in comments. Variables and the names of files
// are no secrets. Nothing else differs, unless a secret had several lines. ok is false
// if the file is no TOML: then nothing of it can be shown.
func Unsecret(file File, env Env) (text []byte, ok bool) {
	root, src, refused := parseTOML(file.Data)
	if refused != nil {
		return nil, false
	}
	h := hiding{keys: vocabularyOf(env).secret}
	for _, section := range []string{"server", "store", "sources", "sinks"} {
		h.keyed(root.get(section))
	}
	h.guess(root)
	slices.SortFunc(h.spans, func(a, b span) int { return a.start - b.start })
	return h.apply(src.data, src.tokens), true
}

// Unsecret returns the file that the configuration was read from, without its secrets:
// see there. It is for one that Parse has returned.
func (c *Config) Unsecret(env Env) File {
	file := c.read()
	file.Data, _ = Unsecret(file, env) // what could be parsed is TOML
	return file
}

// hiding is what is to be hidden of a file.
type hiding struct {
	keys    map[string]bool // those that have secrets
	spans   []span          // values
	secrets []relay.Secret  // what they hold
	instead map[int]piece   // what stands in the place of other parts, by their start
}

// piece is what stands in the place of a part of a text.
type piece struct {
	end  int // of the part
	text string
}

// keyed hides the values of keys that have secrets.
func (h *hiding) keyed(n *node) {
	if n == nil {
		return
	}
	for _, item := range n.items {
		h.keyed(item)
	}
	switch {
	case n.kind == listKind || n.kind == tableKind || !h.keys[n.name]:
	case n.kind != textKind, !isOpen(n.text()):
		h.hide(n)
	}
}

// isOpen reports whether the value of a key that has a secret holds none: a variable,
// or a store that is a file.
func isOpen(text string) bool {
	e := expand(text, func(string) (string, bool) { return "", false })
	return e.sheer || text == "" || strings.HasPrefix(text, "sqlite:")
}

// guess hides what looks like a secret, wherever it stands.
func (h *hiding) guess(n *node) {
	for _, item := range n.items {
		h.guess(item)
	}
	if text := n.text(); text != "" && !slices.Contains(h.spans, n.at) && looksSecret(text) {
		h.hide(n)
	}
}

func (h *hiding) hide(n *node) {
	h.spans = append(h.spans, n.at)
	if text := n.text(); utf8.RuneCountInString(text) >= minHidden {
		h.secrets = append(h.secrets, relay.NewSecret(text))
	}
}

// minHidden is how long a secret must be, in characters, to be looked for in comments
// too: what is shorter may be a word.
const minHidden = 6

// apply returns the text with what is hidden.
func (h *hiding) apply(data []byte, tokens []token) []byte {
	var b bytes.Buffer
	spans := h.spans
	at, next := 0, 0
	for at < len(data) {
		p, replaced := h.instead[at]
		switch {
		case replaced && p.end > at:
			b.WriteString(p.text)
			at = p.end
		case len(spans) > 0 && at >= spans[0].start:
			if at == spans[0].start {
				b.WriteString(`"` + NotShown + `"`)
				at = spans[0].end
			}
			spans = spans[1:]
		case next < len(tokens) && at >= tokens[next].end:
			next++
		case next < len(tokens) && at >= tokens[next].start:
			b.Write(data[at:tokens[next].end])
			at = tokens[next].end
		case data[at] == '#':
			end := nextLine(data, at)
			b.WriteString(h.comment(string(data[at:end])))
			at = end
		default:
			b.WriteByte(data[at])
			at++
		}
	}
	return b.Bytes()
}

// comment returns a comment without what is a secret elsewhere in the file, what
// stands behind a key that has one, and what looks like one. That is more than
// elsewhere: a former secret may stand there by itself, and nothing reads it.
func (h *hiding) comment(text string) string {
	text = relay.Scrub(text, h.secrets...)
	if m := regexp.MustCompile(`^[#\s]*"?(\w+)"?\s*[=:]`).FindStringSubmatch(text); m != nil && h.keys[m[1]] {
		text = regexp.MustCompile(`"[^"]*"|'[^']*'`).ReplaceAllStringFunc(text, func(value string) string {
			if isOpen(value[1 : len(value)-1]) {
				return value
			}
			return `"***"`
		})
	}
	text = regexp.MustCompile(`(\w+)"?\s*=\s*[^\s"'=$\[{*][^\s"']*`).ReplaceAllStringFunc(text, func(pair string) string {
		if key := regexp.MustCompile(`^\w+`).FindString(pair); h.keys[key] {
			return pair[:strings.Index(pair, "=")] + "= ***"
		}
		return pair
	})
	text = regexp.MustCompile(`[^\s"',]+`).ReplaceAllStringFunc(text, func(word string) string {
		if looksSecret(word) {
			return "***"
		}
		return word
	})
	return regexp.MustCompile(`\$\{\w+|`+wordPattern).ReplaceAllStringFunc(text, func(word string) string {
		if !strings.HasPrefix(word, "${") && len(word) >= minLoose && likeSecret(word) {
			return "***"
		}
		return word
	})
}

// minLoose is how long a word by itself must be, in bytes, to be taken for a secret:
// the IDs of bots and channels are shorter.
const minLoose = 14
