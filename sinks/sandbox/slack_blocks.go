package sandbox

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Slack's limits, in characters and items: @slack/types and the Block Kit
// reference, but for maxSlackChars, which is not documented; 13,200 is what
// people measured (slackapi/bolt-js issue 2509).
const (
	maxSlackBlocks   = 50
	maxSlackChars    = 13_200
	maxSlackSection  = 3000
	maxSlackField    = 2000
	maxSlackFields   = 10
	maxSlackHeader   = 150
	maxSlackContext  = 10
	maxSlackActions  = 25
	maxSlackButton   = 75
	maxSlackMarkdown = 12_000
	maxSlackURL      = 3000
	maxSlackID       = 255
	maxSlackIndent   = 8
)

// slackFault is why blocks are refused.
type slackFault struct {
	code     string
	messages []string // what is wrong, and where
}

// answer is how chat.postMessage says it.
func (f slackFault) answer() answer {
	body := map[string]any{"ok": false, "error": f.code}
	if len(f.messages) > 0 {
		errors := make([]string, len(f.messages))
		for i, m := range f.messages {
			errors[i] = "[ERROR] " + m
		}
		body["errors"] = f.messages
		body["response_metadata"] = map[string]any{"messages": errors}
	}
	return jsonAnswer(http.StatusOK, f.code, body)
}

// blockCheck finds what Slack would refuse in blocks.
type blockCheck struct {
	faults   []string
	chars    int // of all texts together
	markdown int // of all markdown blocks together
}

// checkBlocks returns why Slack would refuse raw, a JSON list of blocks. code
// is what it calls blocks that are wrong.
func checkBlocks(raw json.RawMessage, code string) slackFault {
	var list []any
	if json.Unmarshal(raw, &list) != nil {
		return slackFault{code: code + "_format"}
	}
	c := &blockCheck{}
	c.size("/blocks", len(list), 0, maxSlackBlocks)
	for i, b := range list {
		c.block("/blocks/"+strconv.Itoa(i), b)
	}
	switch {
	case len(c.faults) > 0:
		return slackFault{code, c.faults}
	case c.chars > maxSlackChars, c.markdown > maxSlackMarkdown:
		return slackFault{code: "msg_blocks_too_long"}
	}
	return slackFault{}
}

func (c *blockCheck) fault(path, format string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, args...)+" [json-pointer:"+path+"]")
}

// size checks a number of items.
func (c *blockCheck) size(path string, n, least, most int) {
	switch {
	case n > most:
		c.fault(path, "no more than %d items allowed", most)
	case n < least:
		c.fault(path, "no fewer than %d items allowed", least)
	}
}

// object returns v as an object that has every needed key and no key but
// those, the optional ones, type and block_id.
func (c *blockCheck) object(path string, v any, needed, optional []string) map[string]any {
	m, ok := v.(map[string]any)
	if !ok {
		c.fault(path, "must provide an object")
		return nil
	}
	for _, key := range needed {
		if m[key] == nil {
			c.fault(path, "missing required field: %s", key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if key != "type" && !slices.Contains(needed, key) && !slices.Contains(optional, key) {
			c.fault(path, "invalid additional property: %s", key)
		}
	}
	return m
}

// kind returns the type of the object v; ok is false if it is none.
func kind(v any) (name string, ok bool) {
	m, _ := v.(map[string]any)
	name, ok = m["type"].(string)
	return name, ok
}

// str checks a string of an object, if it is there.
func (c *blockCheck) str(path string, m map[string]any, key string, least, most int) string {
	v, there := m[key]
	if !there || v == nil {
		return ""
	}
	path += "/" + key
	s, ok := v.(string)
	if !ok {
		c.fault(path, "must provide a string")
		return ""
	}
	switch n := utf8.RuneCountInString(s); {
	case n < least:
		c.fault(path, "must be more than %d characters", least-1)
	case n > most:
		c.fault(path, "must be less than %d characters", most+1)
	}
	return s
}

// list returns a list of an object, if it is there.
func (c *blockCheck) list(path string, m map[string]any, key string, least, most int) []any {
	v, there := m[key]
	if !there || v == nil {
		return nil
	}
	list, ok := v.([]any)
	if !ok {
		c.fault(path+"/"+key, "must provide an array")
		return nil
	}
	c.size(path+"/"+key, len(list), least, most)
	return list
}

// text checks a text object: its kind must be among kinds.
func (c *blockCheck) text(path string, v any, most int, kinds ...string) {
	if v == nil {
		return // its absence has been told
	}
	name, _ := kind(v)
	if !slices.Contains(kinds, name) {
		c.fault(path+"/type", "must be one of: %v", kinds)
		return
	}
	extra := "emoji"
	if name == "mrkdwn" {
		extra = "verbatim"
	}
	m := c.object(path, v, []string{"text"}, []string{extra})
	c.chars += utf8.RuneCountInString(c.str(path, m, "text", 1, most))
	c.boolean(path, m, extra)
}

func (c *blockCheck) boolean(path string, m map[string]any, key string) {
	if v, there := m[key]; there {
		if _, ok := v.(bool); !ok {
			c.fault(path+"/"+key, "must provide a boolean")
		}
	}
}

// block checks one block.
func (c *blockCheck) block(path string, v any) {
	name, ok := kind(v)
	if !ok {
		c.fault(path, "missing required field: type")
		return
	}
	var m map[string]any
	switch name {
	case "divider":
		m = c.object(path, v, nil, []string{"block_id"})
	case "header":
		m = c.object(path, v, []string{"text"}, []string{"block_id", "level"})
		c.text(path+"/text", m["text"], maxSlackHeader, "plain_text")
	case "section":
		m = c.section(path, v)
	case "context":
		m = c.object(path, v, []string{"elements"}, []string{"block_id"})
		for i, e := range c.list(path, m, "elements", 1, maxSlackContext) {
			c.contextElement(path+"/elements/"+strconv.Itoa(i), e)
		}
	case "actions":
		m = c.object(path, v, []string{"elements"}, []string{"block_id"})
		for i, e := range c.list(path, m, "elements", 1, maxSlackActions) {
			c.button(path+"/elements/"+strconv.Itoa(i), e)
		}
	case "image":
		m = c.image(path, v, "title", "block_id")
		c.text(path+"/title", m["title"], 2000, "plain_text")
	case "markdown":
		m = c.object(path, v, []string{"text"}, []string{"block_id"})
		n := utf8.RuneCountInString(c.str(path, m, "text", 1, maxSlackMarkdown))
		c.chars, c.markdown = c.chars+n, c.markdown+n
	case "rich_text":
		m = c.object(path, v, []string{"elements"}, []string{"block_id"})
		for i, e := range c.list(path, m, "elements", 1, 1000) {
			c.richElement(path+"/elements/"+strconv.Itoa(i), e)
		}
	default:
		c.fault(path, "unsupported type: %s", name)
	}
	c.str(path, m, "block_id", 1, maxSlackID)
}

func (c *blockCheck) section(path string, v any) map[string]any {
	m := c.object(path, v, nil, []string{"text", "fields", "accessory", "expand", "block_id"})
	if m["text"] == nil && m["fields"] == nil {
		c.fault(path, "must define either `text` or `fields`")
	}
	c.text(path+"/text", m["text"], maxSlackSection, "mrkdwn", "plain_text")
	for i, f := range c.list(path, m, "fields", 1, maxSlackFields) {
		c.text(path+"/fields/"+strconv.Itoa(i), f, maxSlackField, "mrkdwn", "plain_text")
	}
	c.boolean(path, m, "expand")
	switch name, _ := kind(m["accessory"]); {
	case m["accessory"] == nil:
	case name == "image":
		c.image(path+"/accessory", m["accessory"])
	default:
		c.button(path+"/accessory", m["accessory"])
	}
	return m
}

func (c *blockCheck) contextElement(path string, v any) {
	if name, _ := kind(v); name == "image" {
		c.image(path, v)
		return
	}
	c.text(path, v, maxSlackSection, "mrkdwn", "plain_text")
}

func (c *blockCheck) image(path string, v any, optional ...string) map[string]any {
	m := c.object(path, v, []string{"image_url", "alt_text"}, optional)
	c.str(path, m, "alt_text", 1, 2000)
	if u := c.str(path, m, "image_url", 1, maxSlackURL); u != "" && !harmless(u) {
		c.fault(path+"/image_url", "must be a valid URL")
	}
	return m
}

// button checks a button, the one interactive element that needs no app to
// answer it if it has a URL.
func (c *blockCheck) button(path string, v any) {
	if name, _ := kind(v); name != "button" {
		c.fault(path, "unsupported type: %s", name)
		return
	}
	m := c.object(path, v, []string{"text"}, []string{"action_id", "url", "value", "style", "accessibility_label"})
	c.text(path+"/text", m["text"], maxSlackButton, "plain_text")
	c.str(path, m, "action_id", 1, maxSlackID)
	c.str(path, m, "value", 1, 2000)
	c.str(path, m, "accessibility_label", 1, 75)
	if u := c.str(path, m, "url", 1, maxSlackURL); u != "" && !harmless(u) {
		c.fault(path+"/url", "must be a valid URL")
	}
	if style, there := m["style"]; there && style != "primary" && style != "danger" {
		c.fault(path+"/style", "must be one of: [primary danger]")
	}
}
