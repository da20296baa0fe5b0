package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Discord's limits, in code points and items: its reference ("Embed Limits")
// and its OpenAPI description, which both do without the prose's 2,000 for
// content.
const (
	maxDiscordContent     = 2000
	maxDiscordEmbeds      = 10
	maxDiscordTitle       = 256
	maxDiscordDescription = 4096
	maxDiscordFields      = 25
	maxDiscordName        = 256
	maxDiscordValue       = 1024
	maxDiscordFooter      = 2048
	maxDiscordAuthor      = 256
	maxDiscordSum         = 6000
	maxDiscordUsername    = 80
	maxDiscordNonce       = 25
)

// componentsV2 is the flag that turns a message into components alone.
const componentsV2 = 1 << 15

// discordMessage is a message that passed the check.
type discordMessage struct {
	Content      string             `json:"content"`
	Username     string             `json:"username"`
	Embeds       []discordEmbed     `json:"embeds"`
	Components   []discordComponent `json:"components"`
	Reference    *discordReference  `json:"message_reference"`
	Nonce        json.RawMessage    `json:"nonce"`
	EnforceNonce bool               `json:"enforce_nonce"`
	Flags        int64              `json:"flags"`

	nonce string // as text; empty if there is none
}

// discordReference is the message that one answers.
type discordReference struct {
	MessageID       snowflake `json:"message_id"`
	FailIfNotExists *bool     `json:"fail_if_not_exists"`
}

// snowflake is an ID, written as a string or a number.
type snowflake string

// UnmarshalJSON takes both forms.
func (s *snowflake) UnmarshalJSON(b []byte) error {
	*s = snowflake(strings.Trim(string(b), `"`))
	return nil
}

// checkDiscord reads a message and returns why Discord would refuse it.
func checkDiscord(body []byte, to discordTarget) (discordMessage, answer) {
	var v any
	_ = json.Unmarshal(body, &v) // it has been found valid
	f := form{}
	m := f.object("", v)
	if v == nil {
		f.fail("", "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
	}
	f.message(m, to)
	if f.errors != nil {
		return discordMessage{}, f.answer()
	}
	var post discordMessage
	if err := json.Unmarshal(body, &post); err != nil {
		f.fail("", "DICT_TYPE_CONVERT", err.Error()) // a number beyond Go's int64, and the like
		return discordMessage{}, f.answer()
	}
	if !to.components {
		post.Components = nil
	}
	if to.hook {
		post.Nonce, post.EnforceNonce, post.Reference = nil, false, nil // not among a webhook's parameters
	} else {
		post.Username = ""
	}
	if raw := string(post.Nonce); raw != "null" {
		post.nonce = strings.Trim(raw, `"`)
	}
	if strings.TrimSpace(post.Content) == "" && len(post.Embeds) == 0 && len(post.Components) == 0 {
		return discordMessage{}, discordError(http.StatusBadRequest, 50006, "Cannot send an empty message")
	}
	return post, answer{}
}

func (f *form) message(m map[string]any, to discordTarget) {
	f.text("content", m["content"], maxDiscordContent)
	f.boolean("tts", m["tts"])
	f.integer("flags", m["flags"], 0, 1<<31-1)
	if flags, _ := m["flags"].(float64); int64(flags)&componentsV2 != 0 {
		f.fail("flags", "SANDBOX", "the sandbox does not know messages made of components alone")
	}
	f.mentions(m["allowed_mentions"])
	f.embedList(f.list("embeds", m["embeds"], maxDiscordEmbeds))
	for _, unknown := range []string{"attachments", "sticker_ids", "poll"} {
		if list, isList := m[unknown].([]any); m[unknown] != nil && (!isList || len(list) > 0) {
			f.fail(unknown, "SANDBOX", "the sandbox does not know this")
		}
	}
	if to.components {
		f.components(f.list("components", m["components"], 5))
	}
	if to.hook {
		f.username(m["username"])
		f.url("avatar_url", m["avatar_url"])
		f.text("thread_name", m["thread_name"], 100)
		return
	}
	f.nonce(m["nonce"])
	f.boolean("enforce_nonce", m["enforce_nonce"])
	if ref := f.object("message_reference", m["message_reference"]); ref != nil {
		f.snowflake("message_reference.message_id", ref["message_id"])
		f.boolean("message_reference.fail_if_not_exists", ref["fail_if_not_exists"])
	}
}

func (f *form) snowflake(path string, v any) {
	s, ok := v.(string)
	if v == nil {
		f.fail(path, "BASE_TYPE_REQUIRED", "This field is required")
	} else if !ok || !number(s) || len(s) > 20 {
		f.fail(path, "NUMBER_TYPE_COERCE", fmt.Sprintf("Value \"%v\" is not snowflake.", v))
	}
}

func (f *form) nonce(v any) {
	switch n := v.(type) {
	case nil:
	case float64:
		f.integer("nonce", v, -1<<63, 1<<63)
	case string:
		if utf8.RuneCountInString(n) > maxDiscordNonce {
			f.fail("nonce", "NONCE_TYPE_TOO_LONG", "Value must be 25 characters or fewer.")
		}
	default:
		f.fail("nonce", "NONCE_TYPE_INVALID", "Nonce must be a string or an integer.")
	}
}

// username checks the name a webhook posts under (dd: Usernames and Nicknames).
func (f *form) username(v any) {
	if v == nil {
		return
	}
	f.needed("username", v, maxDiscordUsername)
	name, _ := v.(string)
	for _, reserved := range []string{"clyde", "discord"} {
		if strings.Contains(strings.ToLower(name), reserved) {
			f.fail("username", "USERNAME_INVALID_CONTAINS", fmt.Sprintf("Username cannot contain %q", reserved))
		}
	}
}

func (f *form) mentions(v any) {
	m := f.object("allowed_mentions", v)
	parse := f.list("allowed_mentions.parse", m["parse"], 1521)
	for i, p := range parse {
		if name, ok := p.(string); ok && slices.Contains(parse[:i], any(name)) {
			f.fail("allowed_mentions.parse", "SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value.")
		}
		if p != "roles" && p != "users" && p != "everyone" && p != nil {
			f.fail("allowed_mentions.parse."+strconv.Itoa(i), "BASE_TYPE_CHOICES",
				"Value must be one of ('roles', 'users', 'everyone').")
		}
		list, _ := m[fmt.Sprint(p)].([]any)
		if len(list) > 0 {
			f.fail("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
				fmt.Sprintf("parse:[%q] and %v: [ids...] are mutually exclusive.", p, p))
		}
	}
	for _, key := range []string{"users", "roles"} {
		for i, id := range f.list("allowed_mentions."+key, m[key], 100) {
			f.snowflake("allowed_mentions."+key+"."+strconv.Itoa(i), id)
		}
	}
	f.boolean("allowed_mentions.replied_user", m["replied_user"])
}

func (f *form) embedList(list []any) {
	sum := 0
	for i, e := range list {
		sum += f.embed("embeds."+strconv.Itoa(i), e)
	}
	if sum > maxDiscordSum {
		f.fail("embeds", "MAX_EMBED_SIZE_EXCEEDED", fmt.Sprintf("Embed size exceeds maximum size of %d", maxDiscordSum))
	}
}

// embed checks an embed and returns how much of the sum it takes.
func (f *form) embed(path string, v any) int {
	m := f.object(path, v)
	title := f.text(path+".title", m["title"], maxDiscordTitle)
	sum := title + f.text(path+".description", m["description"], maxDiscordDescription)
	f.url(path+".url", m["url"])
	f.integer(path+".color", m["color"], 0, 0xffffff)
	f.timestamp(path+".timestamp", m["timestamp"])

	footer := f.object(path+".footer", m["footer"])
	if footer != nil {
		sum += f.needed(path+".footer.text", footer["text"], maxDiscordFooter)
		f.url(path+".footer.icon_url", footer["icon_url"])
	}
	author := f.object(path+".author", m["author"])
	if author != nil {
		sum += f.needed(path+".author.name", author["name"], maxDiscordAuthor)
		f.url(path+".author.url", author["url"])
		f.url(path+".author.icon_url", author["icon_url"])
	}
	for _, key := range []string{"image", "thumbnail"} {
		f.url(path+"."+key+".url", f.object(path+"."+key, m[key])["url"])
	}
	fields := f.list(path+".fields", m["fields"], maxDiscordFields)
	for i, v := range fields {
		at := path + ".fields." + strconv.Itoa(i)
		field := f.object(at, v)
		sum += f.needed(at+".name", field["name"], maxDiscordName) + f.needed(at+".value", field["value"], maxDiscordValue)
		f.boolean(at+".inline", field["inline"])
	}
	if sum == 0 && m["image"] == nil && m["thumbnail"] == nil {
		f.fail(path+".description", "BASE_TYPE_REQUIRED", "This field is required")
	}
	return sum
}

func (f *form) timestamp(path string, v any) {
	if v == nil {
		return
	}
	s, _ := v.(string)
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateOnly} {
		if _, err := time.Parse(layout, s); err == nil {
			return
		}
	}
	f.fail(path, "DATE_TIME_TYPE_PARSE", fmt.Sprintf("Could not parse %v. Should be ISO8601.", v))
}

// components checks rows of link buttons, the one component that needs no
// application to answer it.
func (f *form) components(rows []any) {
	for i, v := range rows {
		path := "components." + strconv.Itoa(i)
		row := f.object(path, v)
		if row["type"] != 1.0 {
			f.fail(path+".type", "UNION_TYPE_CHOICES", `Value of field "type" must be one of (1,).`)
		}
		buttons := f.list(path+".components", row["components"], 5)
		if len(buttons) == 0 {
			f.fail(path+".components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
		}
		for j, v := range buttons {
			at := path + ".components." + strconv.Itoa(j)
			button := f.object(at, v)
			if button["type"] != 2.0 || button["style"] != 5.0 {
				f.fail(at+".type", "SANDBOX", "the sandbox knows link buttons alone")
			}
			f.needed(at+".label", button["label"], 80)
			f.url(at+".url", orEmpty(button["url"]))
		}
	}
}

// orEmpty makes a missing address an empty one, which is refused.
func orEmpty(v any) any {
	if v == nil {
		return ""
	}
	return v
}
