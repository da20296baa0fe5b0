package sandbox

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// slackBlock is any block, element or attachment, as far as it is shown.
type slackBlock struct {
	Type      string       `json:"type"`
	Text      slackText    `json:"text"`
	Fields    []slackText  `json:"fields"`
	Elements  []slackBlock `json:"elements"`
	Accessory *slackBlock  `json:"accessory"`
	AltText   string       `json:"alt_text"`
	ImageURL  string       `json:"image_url"`
	URL       string       `json:"url"`
	Style     slackStyle   `json:"style"`
	Indent    int          `json:"indent"`
	Offset    int          `json:"offset"`
	Name      string       `json:"name"`
	Unicode   string       `json:"unicode"`
	UserID    string       `json:"user_id"`
	GroupID   string       `json:"usergroup_id"`
	ChannelID string       `json:"channel_id"`
	Range     string       `json:"range"`
	Value     string       `json:"value"`
	Border    int          `json:"border"`
	Timestamp int64        `json:"timestamp"`
	Fallback  string       `json:"fallback"`
}

// slackText is a text object, or the plain string of a rich text element.
type slackText struct {
	Type string
	Text string
}

// UnmarshalJSON takes both forms.
func (t *slackText) UnmarshalJSON(b []byte) error {
	if json.Unmarshal(b, &t.Text) == nil {
		return nil
	}
	var object struct{ Type, Text string }
	err := json.Unmarshal(b, &object)
	*t = slackText(object)
	return err
}

func (t slackText) nodes() []node {
	if t.Type == "mrkdwn" {
		return mrkdwn(t.Text)
	}
	return []node{text(t.Text)}
}

// slackStyle is the name of a list's or button's style, or an inline's flags.
type slackStyle struct {
	name                                  string
	Bold, Italic, Strike, Code, Underline bool
}

// UnmarshalJSON takes both forms.
func (s *slackStyle) UnmarshalJSON(b []byte) error {
	if json.Unmarshal(b, &s.name) == nil {
		return nil
	}
	type flags slackStyle
	return json.Unmarshal(b, (*flags)(s))
}

// slackView checks a message and returns how Slack shows it.
func slackView(post slackPost) ([]node, slackFault) {
	if code := slackTextFault(post); code != "" {
		return nil, slackFault{code: code}
	}
	var view []node
	if !empty(post.Blocks) {
		if bad := checkBlocks(post.Blocks, "invalid_blocks"); bad.code != "" {
			return nil, bad
		}
		view = slackBlocks(post.Blocks)
	} else if post.Text != "" {
		view = []node{el("div", "section", ownText(post)...)}
	}
	if empty(post.Attachments) {
		return view, slackFault{}
	}
	attached, bad := slackAttachments(post.Attachments)
	return append(view, attached...), bad
}

// slackBlocks returns how blocks that passed the check are shown.
func slackBlocks(raw json.RawMessage) []node {
	var list []slackBlock
	_ = json.Unmarshal(raw, &list) // the check has found them good; what it does not look at is not shown
	var out []node
	for _, b := range list {
		out = append(out, b.view())
	}
	return out
}

func (b slackBlock) view() node {
	switch b.Type {
	case "divider":
		return el("hr", "")
	case "header":
		return el("h4", "", text(b.Text.Text))
	case "section":
		return b.section()
	case "context":
		var kids []node
		for _, e := range b.Elements {
			if e.Type == "image" {
				kids = append(kids, el("span", "image", text(e.AltText)))
				continue
			}
			kids = append(kids, el("span", "", slackText{e.Type, e.Text.Text}.nodes()...))
		}
		return el("div", "context", kids...)
	case "actions":
		var kids []node
		for _, e := range b.Elements {
			kids = append(kids, e.button())
		}
		return el("div", "actions", kids...)
	case "image":
		return el("div", "image", link(b.ImageURL, text(b.AltText)))
	case "markdown":
		return el("div", "section", markdown(b.Text.Text)...)
	case "rich_text":
		return el("div", "rich", richNodes(b.Elements)...)
	}
	return node{}
}

func (b slackBlock) section() node {
	var kids []node
	if b.Text.Text != "" {
		kids = append(kids, el("div", "body", b.Text.nodes()...))
	}
	if len(b.Fields) > 0 {
		var fields []node
		for _, f := range b.Fields {
			fields = append(fields, el("div", "field", f.nodes()...))
		}
		kids = append(kids, el("div", "fields", fields...))
	}
	if b.Accessory != nil && b.Accessory.Type == "button" {
		kids = append(kids, b.Accessory.button())
	}
	return el("div", "section", kids...)
}

func (b slackBlock) button() node {
	class := "button"
	switch b.Style.name {
	case "primary", "danger":
		class += " " + b.Style.name
	}
	return el("span", class, link(b.URL, text(b.Text.Text)))
}

// richNodes shows the elements of a rich_text block. Lists that differ only in
// depth are siblings in Slack's data; so they are here, indented.
func richNodes(elements []slackBlock) []node {
	var out []node
	for _, e := range elements {
		switch e.Type {
		case "rich_text_section":
			out = append(out, el("div", "section", inlineNodes(e.Elements)...))
		case "rich_text_quote":
			out = append(out, el("blockquote", "", inlineNodes(e.Elements)...))
		case "rich_text_preformatted":
			out = append(out, el("pre", "", inlineNodes(e.Elements)...))
		case "rich_text_list":
			if e.Border > 0 {
				out = append(out, el("blockquote", "", e.list()))
				continue
			}
			out = append(out, e.list())
		}
	}
	return out
}

func (b slackBlock) list() node {
	n := node{tag: "ul", class: "indent" + strconv.Itoa(min(max(b.Indent, 0), maxSlackIndent))}
	if b.Style.name == "ordered" {
		n.tag, n.start = "ol", b.Offset+1
	}
	for _, e := range b.Elements {
		n.kids = append(n.kids, el("li", "", inlineNodes(e.Elements)...))
	}
	return n
}

func inlineNodes(elements []slackBlock) []node {
	var out []node
	for _, e := range elements {
		out = append(out, e.Style.wrap(e.inline()))
	}
	return out
}

// inline shows a rich text element. Its text is literal: nothing in it is
// markup, a mention or a link.
func (b slackBlock) inline() node {
	switch b.Type {
	case "link":
		if b.Text.Text == "" {
			return link(b.URL, text(b.URL))
		}
		return link(b.URL, text(b.Text.Text))
	case "emoji":
		return text(emoji(b.Name, b.Unicode))
	case "user":
		return el("span", "mention", text("@"+b.UserID))
	case "usergroup":
		return el("span", "mention", text("@"+b.GroupID))
	case "channel":
		return el("span", "mention", text("#"+b.ChannelID))
	case "broadcast":
		return el("span", "mention", text("@"+b.Range))
	case "color":
		return el("code", "", text(b.Value))
	case "date":
		return text(time.Unix(b.Timestamp, 0).UTC().Format(time.RFC1123))
	}
	return text(b.Text.Text)
}

func (s slackStyle) wrap(n node) node {
	for _, style := range []struct {
		on  bool
		tag string
	}{{s.Code, "code"}, {s.Bold, "strong"}, {s.Italic, "em"}, {s.Strike, "s"}, {s.Underline, "u"}} {
		if style.on {
			n = el(style.tag, "", n)
		}
	}
	return n
}

// emoji returns what an emoji element shows: its code points, if they are
// given, or its name.
func emoji(name, codes string) string {
	var b strings.Builder
	for code := range strings.SplitSeq(codes, "-") {
		n, err := strconv.ParseUint(code, 16, 21)
		if err != nil || !utf8.ValidRune(rune(n)) {
			return ":" + name + ":"
		}
		b.WriteRune(rune(n))
	}
	return b.String()
}

// ownText shows a message's own text. Without styles it has links still.
func ownText(post slackPost) []node {
	if post.unmarked() {
		return []node{el("div", "lines", mrkdwnInline(post.Text, unstyled)...)}
	}
	return mrkdwn(post.Text)
}
