package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"botrelay/sinks/sinktest"
)

// What follows knows Slack's rules from its documentation, not from the code
// under test: a request that breaks one of them would be refused, or read.

func checkForm(r sinktest.Request, form url.Values) error {
	switch {
	case r.URL != "/api/chat.postMessage":
		return fmt.Errorf("posted to %s", r.URL)
	case form.Get("channel") != "#sales", form.Get("token") != botToken:
		return fmt.Errorf("channel %q, token %q", form.Get("channel"), form.Get("token"))
	case form.Get("parse") != "none", form.Get("mrkdwn") != "false", form.Get("unfurl_links") != "false", form.Get("unfurl_media") != "false":
		return fmt.Errorf("markup or previews are on: %v", form)
	case len(form["text"]) != 1:
		return fmt.Errorf("%d texts", len(form["text"]))
	}
	return checkContent(form.Get("text"), form.Get("blocks"))
}

func checkWebhookRequest(r sinktest.Request) error {
	var body struct {
		Text   string
		Parse  string
		Links  *bool `json:"unfurl_links"`
		Media  *bool `json:"unfurl_media"`
		Blocks json.RawMessage
	}
	if err := json.Unmarshal(r.Body, &body); err != nil {
		return err
	}
	if body.Parse != "none" || body.Links == nil || *body.Links || body.Media == nil || *body.Media {
		return fmt.Errorf("markup or previews are on: %s", r.Body)
	}
	return checkContent(body.Text, string(body.Blocks))
}

func checkContent(text, blocks string) error {
	switch n := utf8.RuneCountInString(text); {
	case n > 4000 || strings.TrimSpace(text) == "":
		return fmt.Errorf("text of %d characters", n)
	case strings.ContainsAny(regexp.MustCompile(`&(amp|lt|gt);`).ReplaceAllString(text, ""), "&<>"):
		return fmt.Errorf("text is not escaped: %q", text)
	case strings.HasSuffix(regexp.MustCompile(`&[a-z]*…`).FindString(text), "…"):
		return fmt.Errorf("text is cut within an escape: %q", text)
	case blocks == "":
		return nil
	case len(blocks) > 6*13200 || utf8.RuneCountInString(unescaped(blocks)) > 13200:
		return fmt.Errorf("blocks of %d characters", utf8.RuneCountInString(unescaped(blocks)))
	}
	var list []map[string]any
	if err := json.Unmarshal([]byte(blocks), &list); err != nil {
		return err
	}
	if len(list) > 50 || len(list) == 0 {
		return fmt.Errorf("%d blocks", len(list))
	}
	for i, b := range list {
		if err := checkBlock(b); err != nil {
			return fmt.Errorf("/blocks/%d: %w", i, err)
		}
	}
	return nil
}

// unescaped is JSON as others than Go write it.
func unescaped(data string) string {
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(data)
}

func checkBlock(b map[string]any) error {
	switch b["type"] {
	case "divider":
		return nil
	case "header":
		return checkPlain(b["text"], 150)
	case "context":
		elements, _ := b["elements"].([]any)
		if len(elements) < 1 || len(elements) > 10 {
			return fmt.Errorf("%d elements", len(elements))
		}
		for _, e := range elements {
			if err := checkPlain(e, 3000); err != nil {
				return err
			}
		}
		return nil
	case "rich_text":
		return checkElements(b, checkRich)
	}
	return fmt.Errorf("a block of type %v", b["type"])
}

// checkPlain accepts plain text only: in mrkdwn nothing stops ` * _ ~.
func checkPlain(v any, most int) error {
	o, _ := v.(map[string]any)
	text, _ := o["text"].(string)
	if n := utf8.RuneCountInString(text); o["type"] != "plain_text" || o["emoji"] != false || n < 1 || n > most || strings.TrimSpace(text) == "" {
		return fmt.Errorf("not a plain text: %v", o)
	}
	return nil
}

func checkElements(o map[string]any, check func(map[string]any) error) error {
	elements, _ := o["elements"].([]any)
	if len(elements) == 0 {
		return errors.New("no elements")
	}
	for i, e := range elements {
		m, _ := e.(map[string]any)
		if err := check(m); err != nil {
			return fmt.Errorf("%v/%d: %w", o["type"], i, err)
		}
	}
	return nil
}

func checkRich(e map[string]any) error {
	switch e["type"] {
	case "rich_text_section", "rich_text_quote":
		return checkElements(e, checkInline)
	case "rich_text_preformatted":
		return checkElements(e, func(e map[string]any) error {
			if e["type"] != "text" || e["style"] != nil {
				return fmt.Errorf("in code: %v", e)
			}
			return checkInline(e)
		})
	case "rich_text_list":
		if style := e["style"]; style != "bullet" && style != "ordered" {
			return fmt.Errorf("a list of style %v", style)
		}
		return checkElements(e, func(e map[string]any) error {
			if e["type"] != "rich_text_section" {
				return fmt.Errorf("an item of type %v", e["type"])
			}
			return checkRich(e)
		})
	}
	return fmt.Errorf("an element of type %v", e["type"])
}

func checkInline(e map[string]any) error {
	text, _ := e["text"].(string)
	if n := utf8.RuneCountInString(text); n < 1 || n > 3000 {
		return fmt.Errorf("%d characters", n)
	}
	switch e["type"] {
	case "text":
		return nil
	case "link":
		raw, _ := e["url"].(string)
		u, err := url.Parse(raw)
		if err != nil || len(raw) > 3000 || regexp.MustCompile(`[^!-~]|[<>|]`).MatchString(raw) {
			return fmt.Errorf("the link %q", raw)
		}
		if u.Scheme != "https" && u.Scheme != "mailto" && u.Scheme != "tel" && u.Scheme != "http" {
			return fmt.Errorf("the link %q", raw)
		}
		return nil
	}
	return fmt.Errorf("an element of type %v", e["type"])
}
