package sandbox

import (
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"
)

// richElement checks an element of a rich_text block.
func (c *blockCheck) richElement(path string, v any) {
	switch name, _ := kind(v); name {
	case "rich_text_section":
		m := c.object(path, v, []string{"elements"}, nil)
		c.inlines(path, m)
	case "rich_text_quote":
		m := c.object(path, v, []string{"elements"}, []string{"border"})
		c.inlines(path, m)
		c.number(path, m, "border", 0, 1)
	case "rich_text_preformatted":
		m := c.object(path, v, []string{"elements"}, []string{"border", "language"})
		c.inlines(path, m, "text", "link")
		c.number(path, m, "border", 0, 1)
		c.str(path, m, "language", 0, 100)
	case "rich_text_list":
		c.richList(path, v)
	default:
		c.fault(path, "unsupported type: %s", name)
	}
}

func (c *blockCheck) richList(path string, v any) {
	m := c.object(path, v, []string{"elements", "style"}, []string{"indent", "offset", "border"})
	if m["style"] != nil && m["style"] != "bullet" && m["style"] != "ordered" {
		c.fault(path+"/style", "must be one of: [bullet ordered]")
	}
	c.number(path, m, "indent", 0, maxSlackIndent)
	c.number(path, m, "offset", 0, 1<<31)
	c.number(path, m, "border", 0, 1)
	for i, e := range c.list(path, m, "elements", 1, 1000) {
		path := path + "/elements/" + strconv.Itoa(i)
		if name, _ := kind(e); name != "rich_text_section" {
			c.fault(path, "unsupported type: %s", name)
			continue
		}
		c.richElement(path, e)
	}
}

// number checks a whole number of an object, if it is there.
func (c *blockCheck) number(path string, m map[string]any, key string, least, most float64) {
	v, there := m[key]
	if !there {
		return
	}
	if n, ok := v.(float64); !ok || n < least || n > most || n != float64(int64(n)) {
		c.fault(path+"/"+key, "must be a number from %v to %v", least, most)
	}
}

// inlines checks the elements of a section, a quote or a preformatted block;
// if any are named, only those are allowed.
func (c *blockCheck) inlines(path string, m map[string]any, allowed ...string) {
	for i, e := range c.list(path, m, "elements", 0, 1000) {
		path := path + "/elements/" + strconv.Itoa(i)
		name, _ := kind(e)
		if len(allowed) > 0 && !slices.Contains(allowed, name) {
			c.fault(path, "unsupported type: %s", name)
			continue
		}
		c.inline(path, name, e)
	}
}

func (c *blockCheck) inline(path, name string, v any) {
	var m map[string]any
	switch name {
	case "text":
		m = c.object(path, v, []string{"text"}, []string{"style"})
		c.chars += utf8.RuneCountInString(c.str(path, m, "text", 1, maxSlackChars))
	case "link":
		m = c.object(path, v, []string{"url"}, []string{"text", "style", "unsafe"})
		if u := c.str(path, m, "url", 1, maxSlackURL); u != "" && !harmless(u) {
			c.fault(path+"/url", "must be a valid URL")
		}
		c.chars += utf8.RuneCountInString(c.str(path, m, "text", 1, maxSlackChars))
		c.boolean(path, m, "unsafe")
	case "emoji":
		m = c.object(path, v, []string{"name"}, []string{"style", "unicode", "skin_tone", "url"})
		c.str(path, m, "name", 1, 100)
		c.str(path, m, "unicode", 1, 100)
	case "user":
		m = c.named(path, v, "user_id")
	case "usergroup":
		m = c.named(path, v, "usergroup_id")
	case "channel":
		m = c.named(path, v, "channel_id")
	case "broadcast":
		m = c.named(path, v, "range")
		if r := m["range"]; r != "here" && r != "channel" && r != "everyone" {
			c.fault(path+"/range", "must be one of: [here channel everyone]")
		}
	case "color":
		m = c.named(path, v, "value")
	case "date":
		m = c.object(path, v, []string{"timestamp", "format"}, []string{"style", "url", "fallback", "timezone"})
		c.number(path, m, "timestamp", 0, 1<<40)
		c.str(path, m, "format", 1, 1000)
	default:
		c.fault(path, "unsupported type: %s", name)
	}
	c.style(path+"/style", m["style"])
}

// named checks an element that refers to something by a name.
func (c *blockCheck) named(path string, v any, key string) map[string]any {
	m := c.object(path, v, []string{key}, []string{"style"})
	c.str(path, m, key, 1, 100)
	return m
}

// style checks an element's style: a set of flags.
func (c *blockCheck) style(path string, v any) {
	if v == nil {
		return
	}
	m := c.object(path, v, nil, []string{"bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"})
	for _, key := range slices.Sorted(maps.Keys(m)) {
		c.boolean(path, m, key)
	}
}
