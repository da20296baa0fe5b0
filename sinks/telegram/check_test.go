package telegram

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"botrelay/sinks/sinktest"
)

// What follows knows Telegram's rules from its documentation and from TDLib,
// not from the code under test: a request that breaks one of them would be
// refused, or read.

func checkForm(r sinktest.Request, form url.Values) error {
	switch {
	case r.Method != "POST" || r.URL != "/bot"+botToken+"/sendMessage":
		return fmt.Errorf("%s %s", r.Method, r.URL)
	case form.Get("chat_id") != "-1001234567890", form.Has("parse_mode"):
		return fmt.Errorf("chat %q, parse_mode %q", form.Get("chat_id"), form.Get("parse_mode"))
	case form.Get("link_preview_options") != `{"is_disabled":true}`:
		return fmt.Errorf("previews are on: %q", form.Get("link_preview_options"))
	}
	if err := checkKeyboard(form.Get("reply_markup")); err != nil {
		return err
	}
	list, err := entities(form.Get("entities"))
	if err != nil {
		return err
	}
	return checkText(form.Get("text"), list)
}

// checkKeyboard accepts no keyboard, and one of buttons that lead to pages.
func checkKeyboard(raw string) error {
	if raw == "" {
		return nil
	}
	var markup struct {
		Rows [][]map[string]string `json:"inline_keyboard"`
	}
	if err := json.Unmarshal([]byte(raw), &markup); err != nil || len(markup.Rows) == 0 {
		return fmt.Errorf("the keyboard %s: %w", raw, err)
	}
	for _, key := range slices.Concat(markup.Rows...) {
		u, err := url.Parse(key["url"])
		if err != nil || len(key) != 2 || !strings.HasPrefix(u.Scheme, "http") || !strings.Contains(u.Hostname(), ".") || strings.TrimSpace(key["text"]) == "" {
			return fmt.Errorf("the button %v", key)
		}
	}
	return nil
}

func checkText(text string, list []tgbotapi.MessageEntity) error {
	if n := utf8.RuneCountInString(text); n > 4096 || strings.TrimSpace(text) == "" || !utf8.ValidString(text) {
		return fmt.Errorf("a text of %d: %.40q", n, text)
	}
	if len(list) > 100 {
		return fmt.Errorf("%d entities", len(list))
	}
	units := utf16.Encode([]rune(text))
	for i, e := range list {
		if err := checkEntity(units, e); err != nil {
			return fmt.Errorf("entity %d: %w", i, err)
		}
		for _, o := range list[:i] {
			if e.Offset < o.Offset+o.Length && e.Offset+e.Length > o.Offset+o.Length {
				return fmt.Errorf("entities cross: %+v and %+v", o, e)
			}
			inner := e.Offset < o.Offset+o.Length
			if inner && (o.Type == "pre" || o.Type == "code" || isQuote(e) && isQuote(o)) {
				return fmt.Errorf("%s within %s", e.Type, o.Type)
			}
		}
	}
	if found := autoEntity(text, list); found != "" {
		return fmt.Errorf("Telegram would find %q in %q", found, text)
	}
	return nil
}

func isQuote(e tgbotapi.MessageEntity) bool { return strings.HasSuffix(e.Type, "blockquote") }

func checkEntity(units []uint16, e tgbotapi.MessageEntity) error {
	end := e.Offset + e.Length
	switch {
	case e.Offset < 0 || e.Length < 1 || end > len(units):
		return fmt.Errorf("%+v of %d units", e, len(units))
	case isLow(units[e.Offset]) || end < len(units) && isLow(units[end]):
		return fmt.Errorf("%+v begins or ends within a character", e)
	}
	known := []string{"bold", "italic", "strikethrough", "code", "pre", "text_link", "blockquote", "expandable_blockquote"}
	if !slices.Contains(known, e.Type) {
		return fmt.Errorf("an entity of type %q", e.Type)
	}
	u, err := url.Parse(e.URL)
	if (e.Type == "text_link") != (e.URL != "") || err != nil || e.URL != "" && (!strings.HasPrefix(u.Scheme, "http") || !strings.Contains(u.Hostname(), ".")) {
		return fmt.Errorf("%s to %q", e.Type, e.URL)
	}
	return nil
}

func isLow(u uint16) bool { return u >= 0xDC00 && u <= 0xDFFF }

// autoEntity returns the first mention, command, hashtag or cashtag that
// Telegram would find outside of code and of links, by TDLib's expressions:
//
//	(?<=\B)@([a-zA-Z0-9_]{2,32})(?=\b)
//	(?<!\b|[\/<>])\/([a-zA-Z0-9_]{1,64})…(?!\B|[\/<>])
//	(?<=^|[^\d_\pL\x{200c}])#([\d_\pL\x{200c}]{1,256})(?![\d_\pL\x{200c}]*#), with a letter in it
//	(?<=^|[^$\d_\pL\x{200c}])\$(1INCH|[A-Z]{1,8})(?![$\d_\pL\x{200c}])
func autoEntity(text string, list []tgbotapi.MessageEntity) string {
	units := utf16.Encode([]rune(text))
	covered := make([]bool, len(units)+1)
	cover := func(from, to int) {
		for i := from; i < to; i++ {
			covered[i] = true
		}
	}
	for _, e := range list {
		if e.Type == "code" || e.Type == "pre" {
			cover(e.Offset, e.Offset+e.Length)
		}
		own := string(utf16.Decode(units[e.Offset : e.Offset+e.Length]))
		if e.Type == "text_link" && own == e.URL {
			cover(e.Offset, e.Offset+e.Length)
		}
	}
	unitAt := func(at int) int { return len(utf16.Encode([]rune(text[:at]))) }
	for _, at := range regexp.MustCompile(`(?i)https?://[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}(/[!#-;=?-~]*)?`).FindAllStringIndex(text, -1) {
		cover(unitAt(at[0]), unitAt(at[1]))
	}
	for _, rule := range []struct {
		pattern string
		before  func(rune) bool // what may stand before it
	}{
		{`@[a-zA-Z0-9_]{2,32}`, func(r rune) bool { return !wide(r) }},
		{`/[a-zA-Z0-9_]{1,64}`, func(r rune) bool { return !wide(r) && !strings.ContainsRune("/<>", r) }},
		{`[#＃][\d_\pL\x{200c}]{1,256}`, func(r rune) bool { return !wide(r) }},
		{`\$(1INCH|[A-Z]{1,8})`, func(r rune) bool { return !wide(r) && r != '$' }},
	} {
		for _, at := range regexp.MustCompile(rule.pattern).FindAllStringIndex(text, -1) {
			before, _ := utf8.DecodeLastRuneInString(text[:at[0]])
			after, _ := utf8.DecodeRuneInString(text[at[1]:])
			found := text[at[0]:at[1]]
			switch {
			case at[0] > 0 && !rule.before(before), covered[unitAt(at[0])]:
			case strings.HasPrefix(found, "#") && !strings.ContainsFunc(found, unicode.IsLetter):
			case strings.HasPrefix(found, "$") && (wide(after) || after == '$'):
			case strings.HasPrefix(found, "/") && strings.ContainsRune("/<>", after) && at[1] < len(text):
			default:
				return found
			}
		}
	}
	return ""
}

// wide reports whether r is part of a word anywhere in the world.
func wide(r rune) bool {
	return r == '_' || r == '\u200c' || unicode.IsLetter(r) || unicode.IsDigit(r)
}
