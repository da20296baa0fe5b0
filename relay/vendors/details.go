package vendors

import (
	"net/netip"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"botrelay/relay"

	"github.com/rivo/uniseg"
	"github.com/tidwall/gjson"
)

const (
	maxDetails = 20  // facts of one event
	maxLabel   = 60  // bytes
	maxDetail  = 500 // bytes
	maxNesting = 4   // objects and arrays inside each other that are shown field by field
)

// details collects the fields that nothing else took. A customer's IP address
// is never among them.
type details []relay.Detail

// add shows a fact under a label of our own, unless it is empty.
func (d *details) add(label, text string) {
	switch {
	case strings.TrimSpace(text) == "" || isAddress(text) || len(*d) > maxDetails:
	case len(*d) == maxDetails:
		*d = append(*d, relay.Detail{Label: "More", Text: "not all fields are shown"})
	default:
		*d = append(*d, relay.Detail{Label: cut(label, maxLabel), Text: cut(text, maxDetail)})
	}
}

// rest shows everything in o that was not taken.
func (d *details) rest(o *fields, path string) {
	for _, f := range o.list {
		switch {
		case namesAddress(f.plain):
		case f.inner != nil && (f.bare || f.plain == "lead"): // a lead's company is the company
			d.rest(f.inner, path)
		case f.inner != nil:
			d.rest(f.inner, o.label(path, f))
		case !f.taken:
			d.value(o.label(path, f), f.value, 1)
		}
	}
}

// value shows a value, field by field if it has any.
func (d *details) value(path string, v gjson.Result, depth int) {
	switch {
	case len(*d) > maxDetails || blank(v):
	case !v.IsObject() && !v.IsArray():
		d.add(path, leaf(v))
	case depth > maxNesting:
		d.add(path, valid(v.Raw))
	case v.IsObject():
		v.ForEach(func(key, value gjson.Result) bool {
			if name := valid(key.Str); !namesAddress(plainName(name)) {
				d.value(join(path, name), value, depth+1)
			}
			return len(*d) <= maxDetails
		})
	default:
		d.array(path, v, depth)
	}
}

// array shows plain values in one line, and others numbered.
func (d *details) array(path string, v gjson.Result, depth int) {
	var line []string
	flat, size := true, 0
	v.ForEach(func(_, item gjson.Result) bool {
		flat = flat && !item.IsObject() && !item.IsArray()
		if text := leaf(item); !blank(item) && !isAddress(text) {
			line = append(line, text)
			size += len(text)
		}
		return flat && size <= maxDetail
	})
	if flat {
		d.add(path, strings.Join(line, ", "))
		return
	}
	n := 0
	v.ForEach(func(_, item gjson.Result) bool {
		n++
		d.value(path+" "+strconv.Itoa(n), item, depth+1)
		return len(*d) <= maxDetails
	})
}

// label returns the label of a field, or of an item, of what has the label path.
func (o *fields) label(path string, f *field) string {
	if o.items {
		return path + " " + f.name
	}
	return join(path, f.name)
}

func leaf(v gjson.Result) string {
	switch v.Type {
	case gjson.True:
		return "yes"
	case gjson.False:
		return "no"
	default:
		return scalar(v)
	}
}

// join puts a field's label behind that of the object it is in.
func join(path, name string) string {
	if path == "" {
		return label(name)
	}
	return path + " › " + label(name)
}

// label makes a name readable: pageId and page_id become "Page ID". What is no
// identifier stays as it is.
func label(name string) string {
	words := words(name)
	for i, word := range words {
		switch lower := strings.ToLower(word); lower {
		case "id", "url", "uri", "utm", "api", "crm":
			words[i] = strings.ToUpper(word)
		default:
			words[i] = lower
		}
	}
	if len(words) == 0 {
		return name
	}
	words[0] = strings.ToUpper(words[0][:1]) + words[0][1:]
	return strings.Join(words, " ")
}

// words splits an identifier of ASCII letters and digits, as camelCase or
// snake_case has them. It returns nil for anything else.
func words(name string) []string {
	var words []string
	start := 0
	end := func(i int) {
		if i > start {
			words = append(words, name[start:i])
		}
		start = i
	}
	for i, r := range name {
		switch {
		case r == '_' || r == '-' || r == '.':
			end(i)
			start = i + 1
		case r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r):
			return nil
		case i > 0 && unicode.IsUpper(r) && newWord(name, i):
			end(i)
		}
	}
	end(len(name))
	return words
}

// newWord reports whether the capital at i begins a word: after a small letter
// or digit, or before a small letter, as the second one in URLPath.
func newWord(name string, i int) bool {
	before := rune(name[i-1])
	return !unicode.IsUpper(before) || i+1 < len(name) && unicode.IsLower(rune(name[i+1]))
}

// namesAddress reports whether a field, by its plain name, holds an IP address.
func namesAddress(plain string) bool {
	switch plain {
	case "ip", "ipv4", "ipv6", "ipaddress", "ipaddr", "clientip", "clientipaddress", "userip", "visitorip", "customerip",
		"remoteip", "remoteaddr", "remoteaddress", "senderip", "xforwardedfor", "xrealip":
		return true
	}
	return false
}

// isAddress reports whether a text is nothing but IP addresses, with or without
// ports.
func isAddress(text string) bool {
	for item := range strings.SplitSeq(text, ",") {
		item = strings.TrimSpace(item)
		if _, err := netip.ParseAddr(item); err == nil {
			continue
		}
		if _, err := netip.ParseAddrPort(item); err != nil {
			return false
		}
	}
	return true
}

// cut shortens text to at most limit bytes and an ellipsis, between characters
// as a reader sees them.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	// The last character of beginning is incomplete or too long in any case.
	beginning, end, state := text[:min(len(text), limit+utf8.UTFMax)], 0, -1
	for beginning != "" {
		var cluster string
		cluster, beginning, _, state = uniseg.FirstGraphemeClusterInString(beginning, state)
		if end+len(cluster) > limit {
			break
		}
		end += len(cluster)
	}
	return text[:end] + "…"
}
