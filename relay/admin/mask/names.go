package mask

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
)

// namesValue reports whether a key of an object tells what the object's value is called.
func namesValue(key string) bool {
	switch strings.ToLower(key) {
	case "name", "key", "header", "label", "field":
		return true
	}
	return false
}

// namesOf returns, of each object of JSON in the order in which they begin, the name that
// says that its value may be secret, or "". It is nil if no object has such a value. It
// is asked before anything is written, since a value may stand before its name.
func namesOf(text []byte) []string {
	if !bytes.Contains(bytes.ToLower(text), []byte("value")) && !bytes.Contains(text, []byte(`\u`)) {
		return nil
	}
	type open struct {
		object int // its number; -1: an array
		key    string
		isKey  bool // that is what comes next
	}
	var names []string
	var within []open
	in := json.NewDecoder(bytes.NewReader(text))
	in.UseNumber()
	for {
		token, err := in.Token()
		if err != nil {
			return names
		}
		end, _ := token.(json.Delim)
		if end == '}' || end == ']' {
			within = within[:len(within)-1]
			continue
		}
		if n := len(within); n > 0 && within[n-1].object >= 0 {
			at := &within[n-1]
			at.isKey = !at.isKey
			text, isText := token.(string)
			switch {
			case !at.isKey: // it was
				at.key = text
				continue
			case isText && namesValue(at.key) && secretive(text):
				names[at.object] = Head(text, longestKey)
			}
		}
		switch end {
		case '{':
			within = append(within, open{object: len(names), isKey: true})
			names = append(names, "")
		case '[':
			within = append(within, open{object: -1})
		}
	}
}

// name returns the name of the object that begins now.
func (w *rewriter) name() (name string) {
	if len(w.names) > 0 {
		name, w.names = w.names[0], w.names[1:]
	}
	return name
}

// headerIn returns the name of a header if text is that of one with a secret, such as
// stand in a list before what they hold; else "".
func headerIn(text string) string {
	if secretive(text) && regexp.MustCompile(`(?i)^(?:x-[a-z0-9-]{1,60}|(?:proxy-)?authorization|(?:set-)?cookie)$`).MatchString(text) {
		return text
	}
	return ""
}
