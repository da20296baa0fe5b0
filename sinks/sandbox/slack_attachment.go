package sandbox

import (
	"encoding/json"
	"strconv"
	"strings"
)

// slackAttachment is a message's legacy appendix, the only way to have a
// coloured bar.
type slackAttachment struct {
	Color    string          `json:"color"`
	Blocks   json.RawMessage `json:"blocks"`
	Pretext  string          `json:"pretext"`
	Title    string          `json:"title"`
	Link     string          `json:"title_link"`
	Text     string          `json:"text"`
	Fallback string          `json:"fallback"`
	Footer   string          `json:"footer"`
}

// slackAttachments checks attachments and returns how they are shown.
func slackAttachments(raw json.RawMessage) ([]node, slackFault) {
	var list []slackAttachment
	if json.Unmarshal(raw, &list) != nil {
		return nil, slackFault{code: "invalid_attachments"}
	}
	if len(list) > 100 { // Slack's reference: chat.postMessage, too_many_attachments
		return nil, slackFault{code: "too_many_attachments"}
	}
	var out []node
	for _, a := range list {
		view, bad := a.view()
		if bad.code != "" {
			return nil, bad
		}
		out = append(out, view...)
	}
	return out, slackFault{}
}

func (a slackAttachment) view() ([]node, slackFault) {
	var inside []node
	if !empty(a.Blocks) {
		if bad := checkBlocks(a.Blocks, "invalid_attachments"); bad.code != "" {
			return nil, bad
		}
		inside = slackBlocks(a.Blocks)
	}
	if a.Title != "" {
		inside = append(inside, el("div", "section", el("strong", "", link(a.Link, text(a.Title)))))
	}
	if a.Text != "" {
		inside = append(inside, el("div", "section", mrkdwn(a.Text)...))
	}
	if len(inside) == 0 {
		if a.Fallback == "" {
			return nil, slackFault{code: "no_text"}
		}
		inside = []node{el("div", "section", text(a.Fallback))}
	}
	if a.Footer != "" {
		inside = append(inside, el("div", "context", text(a.Footer)))
	}
	color, err := strconv.ParseUint(strings.TrimPrefix(a.Color, "#"), 16, 24)
	if err != nil {
		color = 0xdddddd
	}
	card := el("div", "attachment", bar(int(color)), el("div", "inside", inside...))
	if a.Pretext != "" {
		return []node{el("div", "section", mrkdwn(a.Pretext)...), card}, slackFault{}
	}
	return []node{card}, slackFault{}
}
