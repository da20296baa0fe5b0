package vendors

import (
	"encoding/json"
	"strings"

	"botrelay/relay"

	"github.com/tidwall/gjson"
)

// fields is a JSON object, read tolerantly: a name matches whatever its case
// and whatever separates its words (chatbotId, chatbot_id, ChatbotID), and what
// was read is remembered, so that the rest can be shown. The zero value, and
// what anything but an object becomes, has no fields.
type fields struct {
	list  []*field
	items bool // they are those of an array, in its order
}

type field struct {
	name  string
	plain string // the name without case and separators
	value gjson.Result
	taken bool
	inner *fields // the value, once it was opened as an object
	bare  bool    // inner's fields are shown as if they stood here
}

// readFields reads an object. Of two fields with one name the later is the one
// that counts, as in JavaScript.
func readFields(v gjson.Result) *fields {
	o := &fields{}
	if !v.IsObject() {
		return o
	}
	seen := map[string]*field{}
	v.ForEach(func(key, value gjson.Result) bool {
		name := valid(key.Str)
		if f := seen[name]; f != nil {
			f.value = value
			return true
		}
		f := &field{name: name, plain: plainName(name), value: value}
		seen[name] = f
		o.list = append(o.list, f)
		return true
	})
	return o
}

// plainName drops case and separators.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '_', '-', ' ':
			return -1
		}
		return r
	}, strings.ToLower(name))
}

// find returns the first field, in the order of names, that is there, is not
// null and is wanted. The names are plain ones.
func (o *fields) find(want func(gjson.Result) bool, names ...string) *field {
	for _, name := range names {
		for _, f := range o.list {
			if f.plain == name && want(f.value) {
				return f
			}
		}
	}
	return nil
}

// has reports whether one of the fields is there with something in it.
func (o *fields) has(names ...string) bool {
	return o.find(func(v gjson.Result) bool { return !blank(v) }, names...) != nil
}

// open reads the first of the named fields that is an object, or a string that
// holds one. What is not read of it is shown among the rest: under its name or,
// if bare, as if it stood beside it.
func (o *fields) open(bare bool, names ...string) *fields {
	f := o.find(func(v gjson.Result) bool { return unwrap(v).IsObject() }, names...)
	if f == nil {
		return &fields{}
	}
	f.taken, f.bare, f.inner = true, bare, readFields(unwrap(f.value))
	return f.inner
}

// array returns the first of the named fields that is an array, or a string
// that holds one, and takes it.
func (o *fields) array(names ...string) (gjson.Result, bool) {
	f := o.find(func(v gjson.Result) bool { return unwrap(v).IsArray() }, names...)
	if f == nil {
		return gjson.Result{}, false
	}
	f.taken = true
	return unwrap(f.value), true
}

// record is several objects that are searched one after the other.
type record []*fields

// text returns the text of the first of the named fields that has one, and
// takes it from what is left for the details: another field of the same meaning
// stays there. All objects are searched for the first name, then for the next.
func (r record) text(names ...string) string {
	return r.textIf(func(string) bool { return true }, names...)
}

// textIf is like text, for fields whose text passes a test.
func (r record) textIf(ok func(string) bool, names ...string) string {
	want := func(v gjson.Result) bool {
		text := scalar(v)
		return strings.TrimSpace(text) != "" && ok(text)
	}
	for _, name := range names {
		for _, o := range r {
			if f := o.find(want, name); f != nil {
				f.taken = true
				return scalar(f.value)
			}
		}
	}
	return ""
}

// peek is like text, but leaves the field for the details.
func (r record) peek(names ...string) string {
	for _, name := range names {
		for _, o := range r {
			for _, f := range o.list {
				if text := scalar(f.value); f.plain == name && strings.TrimSpace(text) != "" {
					return text
				}
			}
		}
	}
	return ""
}

// contact reads the customer's name, email address and phone number, wherever
// they plausibly are.
func (r record) contact() relay.Contact {
	c := relay.Contact{
		Name:  r.text("customername", "name", "fullname", "contactname", "leadname", "visitorname", "fromname", "sendername", "displayname"),
		Email: r.text("customeremail", "email", "emailaddress", "contactemail", "leademail", "visitoremail", "mail"),
		Phone: r.text("customerphone", "phone", "phonenumber", "contactphone", "leadphone", "visitorphone", "mobile", "tel"),
	}
	if c.Name == "" {
		c.Name = strings.TrimSpace(r.text("firstname") + " " + r.text("lastname"))
	}
	return c
}

// words returns the text of the first of the named fields that has one, also
// where that is an object which holds the text, as {"text":"…"}.
func (r record) words(names ...string) string {
	if text := r.text(names...); text != "" {
		return text
	}
	for _, o := range r {
		f := o.find(func(v gjson.Result) bool { return unwrap(v).IsObject() }, names...)
		if f == nil {
			continue
		}
		if text := (record{o.open(false, f.plain)}).text("text", "content", "body", "message"); text != "" {
			return text
		}
	}
	return ""
}

// scalar returns a string's text or a number's digits, else nothing.
func scalar(v gjson.Result) string {
	switch v.Type {
	case gjson.String:
		return valid(v.Str)
	case gjson.Number:
		if strings.Trim(v.Raw, "-0123456789") == "" {
			return v.Raw // a long ID keeps all of its digits
		}
		return string(appendNumber(nil, []byte(v.Raw)))
	default:
		return ""
	}
}

// unwrap returns the JSON object or array that a string holds, else the value
// itself. That is checked by the standard library, which goes no deeper than
// 10,000: gjson goes as deep as a customer can type, until the stack is full, and
// from that no process recovers.
func unwrap(v gjson.Result) gjson.Result {
	if v.Type != gjson.String {
		return v
	}
	if text := strings.TrimSpace(v.Str); text != "" && (text[0] == '{' || text[0] == '[') && json.Valid([]byte(text)) {
		return gjson.Parse(text)
	}
	return v
}

// blank reports whether a value says nothing.
func blank(v gjson.Result) bool {
	switch v.Type {
	case gjson.Null:
		return true
	case gjson.String:
		return strings.TrimSpace(v.Str) == ""
	case gjson.JSON:
		return strings.Trim(v.Raw, "{}[] \t\r\n") == ""
	default:
		return false
	}
}

func valid(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }
