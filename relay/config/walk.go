package config

import (
	"bytes"
	"strconv"

	"github.com/pelletier/go-toml/v2/unstable"
)

// walk finds where everything in a file stands. It looks at the syntax alone;
// what the file means is for the decoder to say.
type walk struct {
	parser unstable.Parser
	data   []byte
	places map[string]place
	lists  map[string]int // tables of each [[list]] so far
	tokens []token        // in the order of the file
	twice  *twice         // the first key that is defined twice
	mixed  *twice         // the first header in single brackets of what stood in double ones, or the other way
	deep   *span          // the first key that is nested too deeply
	table  string         // path of the table that keys go to
	end    int            // of the last statement that was read
}

// maxPath is how long a path may be, in bytes. No key that we know comes near
// it; what is longer would take memory for nothing.
const maxPath = 512

// place is where the value at a path stands.
type place struct {
	key, at  span
	order    int
	explicit bool // by a [header] or with a value, so not to be said again
}

// token is a key or a value that is neither list nor table.
type token struct {
	span
	isKey bool
}

// twice is a key that was defined before.
type twice struct {
	name          string
	first, second span
}

// below returns the path of a key in the table at path.
func below(path, key string) string { return path + "." + strconv.Quote(key) }

// within returns the path of an item of the list at path.
func within(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// newWalk goes through data. The error is a *unstable.ParserError.
func newWalk(data []byte) (*walk, error) {
	w := &walk{data: data, places: make(map[string]place), lists: make(map[string]int)}
	w.parser.Reset(data)
	for w.parser.NextExpression() {
		switch e := w.parser.Expression(); e.Kind {
		case unstable.Table:
			w.header(e, false)
		case unstable.ArrayTable:
			w.header(e, true)
		case unstable.KeyValue:
			w.keyValue(w.table, e)
			w.end = rawSpan(e).end
		default: // comments are not kept
		}
	}
	return w, w.parser.Error()
}

// header takes [a.b] or [[a.b]], which keys then go to.
func (w *walk) header(e *unstable.Node, isList bool) {
	var keys []span
	path := ""
	for it := e.Key(); it.Next(); {
		key := it.Node()
		keys = append(keys, w.keyToken(key))
		if w.tooDeep(path, keys[0]) {
			return
		}
		path = below(w.latest(path), string(key.Data))
		last := it.Node().Next() == nil
		at := span{w.lineIndent(keys[0].start), keys[len(keys)-1].end}
		if former, known := w.places[path]; last && known && w.data[w.lineIndent(former.key.start)] == '[' && isList != (w.lists[path] > 0) && w.mixed == nil {
			w.mixed = &twice{string(key.Data), former.key, at}
		}
		w.put(path, string(key.Data), place{key: keys[len(keys)-1], at: at, explicit: last && !isList})
	}
	w.end = keys[len(keys)-1].end
	if isList {
		i := w.lists[path]
		w.lists[path]++
		path = within(path, i)
		at := span{w.lineIndent(keys[0].start), w.end}
		w.put(path, "", place{key: at, at: at})
	}
	w.table = path
}

// latest returns the path of the table that a key below path goes to: of a
// [[list]], the last one so far.
func (w *walk) latest(path string) string {
	if n := w.lists[path]; n > 0 {
		return within(path, n-1)
	}
	return path
}

// keyValue takes a.b = value within the table at path.
func (w *walk) keyValue(path string, e *unstable.Node) {
	value := e.Value()
	var keys []*unstable.Node
	for it := e.Key(); it.Next(); {
		keys = append(keys, it.Node())
	}
	for i, key := range keys {
		at := w.keyToken(key)
		if w.tooDeep(path, at) {
			return
		}
		path = below(w.latest(path), string(key.Data))
		if i < len(keys)-1 {
			w.put(path, string(key.Data), place{key: at, at: at})
			continue
		}
		start := w.afterEquals(at.end)
		w.put(path, string(key.Data), place{key: at, at: span{start, max(start+1, rawSpan(e).end)}, explicit: true})
	}
	w.value(path, value)
}

// value takes what is within a value.
func (w *walk) value(path string, v *unstable.Node) {
	switch v.Kind {
	case unstable.Array:
		i := 0
		for it := v.Children(); it.Next(); i++ {
			item := within(path, i)
			at := rawSpan(it.Node())
			if at.end == 0 { // a list within a list has no place of its own
				at = w.places[path].at
			}
			if w.tooDeep(item, at) {
				return
			}
			w.put(item, "", place{key: at, at: at})
			w.value(item, it.Node())
		}
	case unstable.InlineTable:
		for it := v.Children(); it.Next(); {
			w.keyValue(path, it.Node())
		}
	default:
		w.tokens = append(w.tokens, token{span: rawSpan(v)})
	}
}

// tooDeep reports whether path is nested too deeply to go on below it.
func (w *walk) tooDeep(path string, at span) bool {
	if len(path) <= maxPath {
		return false
	}
	if w.deep == nil {
		w.deep = &at
	}
	return true
}

// put notes a place. A table that was only mentioned so far stands where it is
// defined, in the order in which it was mentioned.
func (w *walk) put(path, name string, p place) {
	former, known := w.places[path]
	p.order = len(w.places)
	switch {
	case !known:
	case former.explicit && p.explicit:
		if w.twice == nil {
			w.twice = &twice{name, former.key, p.key}
		}
		return
	case p.explicit:
		p.order = former.order
	default:
		return
	}
	w.places[path] = p
}

func (w *walk) keyToken(key *unstable.Node) span {
	at := rawSpan(key)
	w.tokens = append(w.tokens, token{at, true})
	return at
}

// lineIndent returns where the text begins on the line of offset.
func (w *walk) lineIndent(offset int) int {
	before := w.data[lineStart(w.data, offset):offset]
	return offset - len(bytes.TrimLeft(before, " \t"))
}

// afterEquals returns where the value of the key that ends at offset begins.
func (w *walk) afterEquals(offset int) int {
	rest := bytes.TrimLeft(w.data[offset:], " \t")
	rest = bytes.TrimLeft(bytes.TrimPrefix(rest, []byte("=")), " \t")
	return len(w.data) - len(rest)
}

func rawSpan(n *unstable.Node) span {
	return span{int(n.Raw.Offset), int(n.Raw.Offset + n.Raw.Length)}
}
