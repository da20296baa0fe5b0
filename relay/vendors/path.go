package vendors

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
)

// headerPrefix begins a path that is a header of the request.
const headerPrefix = "header:"

// maxSteps is how deep a path may go. The JSON of vendors goes no deeper than 5.
const maxSteps = 16

// path is where a described vendor has a value: a header, or steps into the JSON,
// each the name of a field or the place of an item.
type path struct {
	header string // in its canonical form; empty: steps
	steps  []string
}

// parsePath reads a path as routes.toml has it: "header:X-Acme-Delivery", or
// names with dots between them, as "contact.name". In a list a number is the
// item's place, from 0, or from -1 at its end. A backslash takes the next
// character as it is: "utm\.source" is one name. The error says what to do.
func parsePath(text string) (path, error) {
	if n := len(headerPrefix); len(text) >= n && strings.EqualFold(text[:n], headerPrefix) {
		name := strings.TrimSpace(text[n:])
		if !isHeaderName(name) {
			return path{}, fmt.Errorf(`%q names no header: write it as in "header:X-Acme-Event"`, cut(text, maxLabel))
		}
		return path{header: http.CanonicalHeaderKey(name)}, nil
	}
	if rest, ok := strings.CutPrefix(text, "$."); ok {
		return path{}, fmt.Errorf(`a path begins with the name of a field: write %q`, cut(rest, maxLabel))
	}
	if strings.HasPrefix(text, "{") && strings.HasSuffix(text, "}") {
		return path{}, fmt.Errorf(`a path has no braces around it: write %q`, cut(strings.TrimPrefix(strings.Trim(text, "{} "), "."), maxLabel))
	}
	steps, err := splitPath(text)
	switch {
	case err != nil:
		return path{}, err
	case len(steps) > maxSteps:
		return path{}, fmt.Errorf("a path has at most %d steps", maxSteps)
	case slices.Contains(steps, ""):
		return path{}, fmt.Errorf(`%q has a step without a name: write it as in "contact.name"`, cut(text, maxLabel))
	}
	return path{steps: steps}, nil
}

// splitPath cuts a path at its dots and takes the backslashes out.
func splitPath(text string) ([]string, error) {
	var steps []string
	var step strings.Builder
	escaped := false
	for _, c := range text {
		switch {
		case escaped:
			escaped = false
			step.WriteRune(c)
		case c == '\\':
			escaped = true
		case c == '.':
			steps = append(steps, step.String())
			step.Reset()
		case c == '[' || c == ']':
			return nil, fmt.Errorf(`%q: the place of an item is a step of its own, as in "messages.0.text", and "\%c" is the character itself`, cut(text, maxLabel), c)
		default:
			step.WriteRune(c)
		}
	}
	if escaped {
		return nil, errors.New(`a "\" at the end escapes nothing: write "\\" for a backslash`)
	}
	return append(steps, step.String()), nil
}

// at returns the field that the steps lead to, or nil. What it goes through, it
// opens: the rest of that is shown field by field.
func (o *fields) at(steps []string) *field {
	for i, step := range steps {
		f := o.step(step)
		if f == nil || i == len(steps)-1 {
			return f
		}
		if o = f.within(i == 0); o == nil {
			return nil
		}
	}
	return nil
}

// step returns the field of that very name, or the item at that place.
func (o *fields) step(name string) *field {
	if !o.items {
		for _, f := range o.list {
			if f.name == name {
				return f
			}
		}
		return nil
	}
	i, err := strconv.Atoi(name)
	if i < 0 {
		i += len(o.list)
	}
	if err != nil || i < 0 || i >= len(o.list) {
		return nil
	}
	return o.list[i]
}

// within opens a field that holds an object or an array, and returns nil for any
// other. The usual envelopes of a whole event are not shown by name.
func (f *field) within(outermost bool) *fields {
	if f.inner == nil {
		if f.inner = openValue(f.value); f.inner == nil {
			return nil
		}
		f.taken = true
		f.bare = outermost && (f.plain == "payload" || f.plain == "data")
	}
	return f.inner
}

// openValue reads an object, an array, or a string that holds one of them; nil
// for anything else.
func openValue(v gjson.Result) *fields {
	v = unwrap(v)
	switch {
	case v.IsObject():
		return readFields(v)
	case v.IsArray():
		return readItems(v)
	}
	return nil
}

// readItems reads an array as fields whose names are numbers, from 1 as people
// count.
func readItems(v gjson.Result) *fields {
	o := &fields{items: true}
	v.ForEach(func(_, item gjson.Result) bool {
		o.list = append(o.list, &field{name: strconv.Itoa(len(o.list) + 1), value: item})
		return true
	})
	return o
}
