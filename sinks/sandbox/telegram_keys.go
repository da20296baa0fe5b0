package sandbox

import (
	"encoding/json"
	"unicode/utf8"
)

// maxTelegramKeys is how many buttons a message may have, as far as is known.
const maxTelegramKeys = 100

// telegramKey is a button of an inline keyboard.
type telegramKey struct {
	Text     string `json:"text"`
	URL      string `json:"url"`
	Callback string `json:"callback_data"`
}

// parseKeys reads reply_markup, and returns why Telegram refuses it. Keyboards
// of other kinds than an inline one show nothing.
func parseKeys(raw string) (rows [][]telegramKey, fault string) {
	if raw == "" {
		return nil, ""
	}
	var markup struct {
		Keyboard [][]telegramKey `json:"inline_keyboard"`
	}
	if json.Unmarshal([]byte(raw), &markup) != nil {
		return nil, "object expected as reply markup"
	}
	n := 0
	for _, row := range markup.Keyboard {
		for _, key := range row {
			n++
			switch {
			case key.Text == "" || !utf8.ValidString(key.Text):
				return nil, "can't parse inline keyboard button: Can't find field \"text\""
			case key.URL == "" && key.Callback == "":
				return nil, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
			case key.URL != "" && telegramLinkFault(key.URL) != "":
				return nil, "inline keyboard button URL '" + key.URL + "' is invalid: " + telegramLinkFault(key.URL)
			}
		}
	}
	if n > maxTelegramKeys {
		return nil, "reply markup is too long"
	}
	return markup.Keyboard, ""
}

// keysView shows a keyboard; it stands below the bubble.
func keysView(rows [][]telegramKey) []node {
	if len(rows) == 0 {
		return nil
	}
	keys := el("div", "keys")
	for _, row := range rows {
		line := el("div", "")
		for _, key := range row {
			label := text(key.Text)
			if key.URL != "" {
				label = link(telegramAddress(key.URL), label)
			}
			line.kids = append(line.kids, el("span", "key", label))
		}
		keys.kids = append(keys.kids, line)
	}
	return []node{keys}
}
