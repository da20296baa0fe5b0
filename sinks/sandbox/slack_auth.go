package sandbox

import (
	"net/http"
	"strings"
)

// slackTokenFault returns why a token is refused.
func slackTokenFault(token string) string {
	for _, bad := range []struct{ mark, code string }{
		{"revoked", "token_revoked"},
		{"expired", "token_expired"},
		{"inactive", "account_inactive"},
		{"noscope", "missing_scope"},
		{"invalid", "invalid_auth"},
	} {
		if strings.Contains(token, bad.mark) {
			return bad.code
		}
	}
	if token == "" {
		return "not_authed"
	}
	return ""
}

// slackChannelFault returns why a channel is refused.
func slackChannelFault(channel string) string {
	switch strings.TrimPrefix(channel, "#") {
	case "", "missing":
		return "channel_not_found"
	case "archived":
		return "is_archived"
	case "uninvited":
		return "not_in_channel"
	case "readonly":
		return "restricted_action_read_only_channel"
	}
	return ""
}

func (s *Sandbox) slackAuthTest(c call) answer {
	_, token, fault := slackParams(c)
	if fault == "" {
		fault = slackTokenFault(token)
	}
	if fault != "" && fault != "missing_scope" { // auth.test needs no scope
		return slackError(fault)
	}
	return jsonAnswer(http.StatusOK, "", map[string]any{
		"ok": true, "url": "https://sandbox.slack.com/", "team": "Sandbox", "user": "botrelay",
		"team_id": "T0SANDBOX", "user_id": "U0SANDBOX", "bot_id": "B0SANDBOX",
	}).with("X-OAuth-Scopes", "chat:write,chat:write.public,channels:read")
}

func (s *Sandbox) slackInfo(c call) answer {
	post, _, fault := slackCall(c)
	if fault == "" {
		fault = slackChannelFault(post.Channel)
	}
	switch fault {
	case "", "is_archived", "not_in_channel", "restricted_action_read_only_channel": // seen, though not written to
	case "missing_scope":
		return jsonAnswer(http.StatusOK, fault, map[string]any{
			"ok": false, "error": fault, "needed": "channels:read", "provided": "chat:write",
		})
	default:
		return slackError(fault)
	}
	id, place := s.slackChannel(post.Channel)
	return jsonAnswer(http.StatusOK, "", map[string]any{"ok": true, "channel": map[string]any{
		"id": id, "name": strings.TrimPrefix(place, "#"), "is_channel": true,
		"is_archived": fault == "is_archived", "is_member": fault != "not_in_channel",
	}})
}
