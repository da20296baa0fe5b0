package mask

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"botrelay/relay/wording"
)

const (
	// deepest is how deep what is nested is moved to the right.
	deepest = 24
	// mostPlaces is how many places are told where something is not shown.
	mostPlaces = 20
	// longestPlace is from how many bytes on a place is not told more exactly.
	longestPlace = 200
	// innermost is how often JSON is looked for in a text of JSON.
	innermost = 3
)

// JSON returns JSON without spaces, in its order and with its numbers as they were, without
// what may be secret, and the keys that lead to where that was: 20 of them at most. It is
// nil if it is no JSON.
func (m *Masker) JSON(text []byte) (json.RawMessage, []string) {
	if !json.Valid(text) {
		return nil, nil
	}
	w := rewriter{Masker: m}
	return w.rewrite(text), w.places
}

// Pretty is JSON for people, on lines of its own, and at most so many bytes of it; 0: all.
// cut: there is more. What is no JSON becomes one text of JSON.
func (m *Masker) Pretty(text []byte, limit int) (pretty []byte, places []string, cut bool) {
	w := rewriter{Masker: m, pretty: true, limit: limit}
	pretty = w.rewrite(text)
	return pretty, w.places, w.full
}

// rewriter writes JSON anew, in its order and with its numbers as they were, without
// what may be secret.
type rewriter struct {
	*Masker

	pretty bool
	limit  int // bytes; 0: none
	inner  int // of how many texts of JSON this is one

	names  []string // see namesOf: of the objects that have not begun yet
	out    bytes.Buffer
	in     *json.Decoder
	within []level
	places []string
	hid    bool // something is not shown
	full   bool
}

// level is an object or an array that is being written.
type level struct {
	isObject bool
	items    int    // that were written; keys count
	key      string // of an object: whose value is next; of an array: its own
	shown    string // of an object: the key as it is shown
	wantsKey bool   // of an object: a key is next
	name     string // what its value may be known by: of an object its name, of an array the header before
	place    string // the keys that lead here
}

// rewrite returns the JSON; what is none as one text of JSON.
func (w *rewriter) rewrite(payload []byte) []byte {
	if !json.Valid(payload) {
		w.text(w.Text(string(payload)))
		return w.out.Bytes()
	}
	w.in = json.NewDecoder(bytes.NewReader(payload))
	w.in.UseNumber()
	w.names = namesOf(payload)
	for !w.full {
		token, err := w.in.Token()
		if err != nil {
			break
		}
		w.token(token)
		if w.limit > 0 && w.out.Len() > w.limit {
			w.out.Truncate(len(strings.ToValidUTF8(w.out.String()[:w.limit], "")))
			w.full = true
		}
	}
	return w.out.Bytes()
}

// token writes one token.
func (w *rewriter) token(token json.Token) {
	at := w.level()
	if end, ok := token.(json.Delim); ok && (end == '}' || end == ']') {
		w.within = w.within[:len(w.within)-1]
		if at.items > 0 {
			w.newline()
		}
		w.out.WriteString(end.String())
		w.wrote()
		return
	}
	if at != nil && at.isObject && at.wantsKey {
		w.comma(at)
		at.key, at.wantsKey = fmt.Sprint(token), false
		if at.shown = w.Text(at.key); at.shown != at.key {
			w.place()
		}
		w.text(at.shown)
		w.out.WriteByte(':')
		if w.pretty {
			w.out.WriteByte(' ')
		}
		return
	}
	if at != nil && !at.isObject {
		w.comma(at)
	}
	w.value(token, at)
}

// value writes a value, or begins one, unless it may be secret.
func (w *rewriter) value(token json.Token, at *level) {
	key := w.key()
	switch v := token.(type) {
	case json.Delim:
		if secretive(key) {
			w.skip(v)
			w.mask()
			w.wrote()
			return
		}
		w.out.WriteString(v.String())
		next := level{isObject: v == '{', wantsKey: true, place: w.here()}
		if next.isObject {
			next.name = w.name()
		}
		if !next.isObject {
			next.key = key
		}
		w.within = append(w.within, next)
		return
	case string:
		masked := w.string(at, key, v)
		if masked != v {
			w.place()
		}
		w.text(masked)
		if at != nil && !at.isObject {
			at.name = headerIn(v)
			return
		}
	case json.Number:
		if secretive(key) && !strings.Contains(strings.ToLower(key), "token") {
			w.mask()
		} else {
			w.out.WriteString(v.String())
		}
	case bool:
		fmt.Fprint(&w.out, v)
	default:
		w.out.WriteString("null")
	}
	w.wrote()
}

// string returns a text as it is shown: if it is JSON itself, by its keys.
func (w *rewriter) string(at *level, key, v string) string {
	if at != nil && at.isObject && namesValue(at.key) {
		return w.Text(v)
	}
	if start := strings.TrimLeft(v, " \t\r\n"); !secretive(key) && w.inner < innermost && start != "" && (start[0] == '{' || start[0] == '[') && json.Valid([]byte(v)) {
		inner := rewriter{Masker: w.Masker, inner: w.inner + 1}
		if text := inner.rewrite([]byte(v)); inner.hid {
			return string(text)
		}
	}
	return w.Value(key, v)
}

// key returns what the value that is next is known by: its key, or that of the array
// it is in, or the name that stands beside it.
func (w *rewriter) key() string {
	switch at := w.level(); {
	case at == nil:
		return ""
	case at.name != "" && (!at.isObject || strings.EqualFold(at.key, "value")):
		return at.name
	default:
		return at.key
	}
}

func (w *rewriter) level() *level {
	if len(w.within) == 0 {
		return nil
	}
	return &w.within[len(w.within)-1]
}

// wrote notes that a value was written.
func (w *rewriter) wrote() {
	switch at := w.level(); {
	case at == nil:
	case at.isObject:
		at.wantsKey = true
	default:
		at.name = "" // it was that of one value
	}
}

func (w *rewriter) comma(at *level) {
	if at.items > 0 {
		w.out.WriteByte(',')
	}
	at.items++
	w.newline()
}

func (w *rewriter) newline() {
	if w.pretty {
		w.out.WriteString("\n" + strings.Repeat("  ", min(len(w.within), deepest)))
	}
}

// text writes a text as JSON.
func (w *rewriter) text(s string) {
	e := json.NewEncoder(&w.out)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a text has a JSON form, and memory takes it
	w.out.Truncate(w.out.Len() - 1)
}

// mask writes what stands for something that is not shown.
func (w *rewriter) mask() {
	w.place()
	w.text(hidden)
}

// place notes where something is not shown.
func (w *rewriter) place() {
	w.hid = true
	if len(w.places) == mostPlaces {
		return
	}
	if place := wording.Line(w.here()); place != "" && !slices.Contains(w.places, place) {
		w.places = append(w.places, place)
	}
}

// here returns the keys that lead to the value that is next. What is nested very deep
// may have as many values as it has bytes, so no more is told of each than people read.
func (w *rewriter) here() string {
	at := w.level()
	switch {
	case at == nil:
		return ""
	case !at.isObject || strings.HasSuffix(at.place, "…"):
		return at.place
	case len(at.place) > longestPlace:
		return at.place + ".…"
	}
	return strings.TrimPrefix(at.place+"."+wording.Line(Head(at.shown, longestKey)), ".")
}

// skip passes over an object or an array that has begun.
func (w *rewriter) skip(begun json.Delim) {
	if begun == '{' {
		w.name()
	}
	for depth := 1; depth > 0; {
		token, err := w.in.Token()
		if err != nil {
			return
		}
		if d, ok := token.(json.Delim); ok {
			switch d {
			case '{':
				w.name()
				depth++
			case '[':
				depth++
			default:
				depth--
			}
		}
	}
}
