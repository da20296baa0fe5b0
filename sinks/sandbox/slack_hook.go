package sandbox

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// slackHook answers an incoming webhook, which speaks in plain text.
func (s *Sandbox) slackHook(c call) answer {
	place, fault := slackHookPlace(c.URL.Path)
	if fault.status != 0 {
		return fault
	}
	if c.Method != http.MethodPost { // nothing is posted, whatever the body
		return textAnswer(http.StatusMethodNotAllowed, "method_not_allowed").with("Allow", http.MethodPost)
	}
	if a, late := s.slackRate("hook", place); late {
		return a
	}
	request, post, ok := slackPayload(c)
	if !ok {
		return textAnswer(http.StatusBadRequest, "invalid_payload")
	}
	view, bad := slackView(post)
	if bad.code != "" {
		return textAnswer(http.StatusBadRequest, bad.code)
	}
	if _, fault := s.keepSlack(post, place, request, view); fault != "" {
		return textAnswer(http.StatusBadRequest, fault)
	}
	return textAnswer(http.StatusOK, "ok")
}

// slackHookPlace returns what a webhook's messages are filed under: its path
// without the secret last part. The wording of the refusals is from Slack's
// changelog of 2016-05-17.
func slackHookPlace(path string) (place string, fault answer) {
	parts := strings.Split(strings.TrimPrefix(path, "/services/"), "/")
	switch {
	case len(parts) != 3 || parts[2] == "" || !strings.HasPrefix(parts[1], "B"):
		return "", textAnswer(http.StatusNotFound, "no_service")
	case !strings.HasPrefix(parts[0], "T"):
		return "", textAnswer(http.StatusNotFound, "no_team")
	}
	for _, bad := range []struct {
		mark   string
		status int
		code   string
	}{
		{"revoked", http.StatusNotFound, "no_service"},
		{"invalid", http.StatusForbidden, "invalid_token"},
		{"missing", http.StatusNotFound, "channel_not_found"},
		{"archived", http.StatusGone, "channel_is_archived"},
		{"prohibited", http.StatusForbidden, "action_prohibited"},
	} {
		if strings.Contains(parts[2], bad.mark) {
			return "", textAnswer(bad.status, bad.code)
		}
	}
	return parts[0] + "/" + parts[1], answer{}
}

// slackPayload reads a webhook's body: JSON, or a form with JSON in its field
// payload.
func slackPayload(c call) (request json.RawMessage, post slackPost, ok bool) {
	body := c.body
	if strings.HasPrefix(c.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, slackPost{}, false
		}
		body = []byte(form.Get("payload"))
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(body, &object) != nil || object == nil || json.Unmarshal(body, &post) != nil {
		return nil, slackPost{}, false
	}
	return body, post, true
}
