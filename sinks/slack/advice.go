package slack

import (
	"strings"

	"botrelay/relay"
	"botrelay/sinks/transport"
)

const (
	// platform begins every reason.
	platform = "Slack: "
	// Where an app's token, permissions and webhooks are.
	tokenPage   = "https://api.slack.com/apps under OAuth & Permissions"
	webhookPage = "https://api.slack.com/apps under Incoming Webhooks"

	newToken = "Take the bot's token anew, at " + tokenPage + ", and " + transport.TakenFrom
)

// Advise returns what a Reason of this kind of sink means, and what to do; the
// zero value if that is not known.
func Advise(reason string) relay.Advice {
	said, ours := strings.CutPrefix(reason, platform)
	if !ours {
		return relay.Advice{}
	}
	code, _, _ := strings.Cut(said, ":")
	code, _, _ = strings.Cut(code, " (")
	if found := trouble(code).Advice; found != (relay.Advice{}) {
		return found
	}
	return transport.Advise("Slack", said)
}

// trouble returns the words for an error of Slack.
func trouble(code string) transport.Trouble {
	switch {
	case aboutThread(code):
		code = "thread_not_found"
	case strings.HasPrefix(code, "restricted_action"):
		code = "restricted_action"
	}
	for _, some := range [][]transport.Trouble{ofChannel(), ofApp(), ofSlack(), ofMessage()} {
		if found := transport.Find(some, code); len(found.Codes) > 0 {
			return found
		}
	}
	return transport.Trouble{}
}

// ofChannel are the troubles with a channel.
func ofChannel() []transport.Trouble {
	const forbidden = "an administrator does not allow this app to post there"
	return []transport.Trouble{
		{
			Codes: []string{"channel_not_found"}, Brief: "the channel does not exist or the app was not invited to it",
			Advice: relay.Advice{
				Meaning: "There is no such channel, or it is private and the app is not in it.",
				Cure:    "Check the channel of this sink in routes.toml. If it is right, write in the channel: /invite @ and the app's name. A webhook whose channel is gone has to be made anew, at " + webhookPage + ".",
			},
		},
		{
			Codes: []string{"not_in_channel"}, Brief: "invite the app to the channel: /invite @app",
			Advice: relay.Advice{Meaning: "The app is not in the channel.", Cure: "Write in the channel: /invite @ and the app's name."},
		},
		{
			Codes: []string{"is_archived", "channel_is_archived"}, Brief: "the channel is archived",
			Advice: relay.Advice{Meaning: "The channel is archived.", Cure: "Take it out of the archive in Slack, or name another in routes.toml."},
		},
		{
			Codes: []string{"restricted_action"}, Brief: forbidden,
			Advice: relay.Advice{
				Meaning: "An administrator of the workspace does not allow this app to post in the channel.",
				Cure:    "Ask an administrator to allow it, or name another channel in routes.toml.",
			},
		},
		{
			Codes: []string{"action_prohibited", "ekm_access_denied", "posting_to_general_channel_denied"}, Brief: forbidden,
			Advice: relay.Advice{
				Meaning: "An administrator of the workspace does not allow this app to post there.",
				Cure:    "Ask an administrator to allow it, or send to another channel.",
			},
		},
		{
			Codes: []string{"thread_not_found"}, Brief: "the thread takes no reply: the message goes to the channel",
			Advice: relay.Advice{Meaning: "The conversation's thread takes no replies.", Cure: "Nothing. The message goes to the channel."},
		},
	}
}

// ofApp are the troubles with the app: its token, its permissions, its webhook.
func ofApp() []transport.Trouble {
	const (
		notValid = "the token is not valid any more: install the app again and set the new one"
		install  = "Add the scope chat:write to the app's bot token, at " + tokenPage + ", and install the app again."
		removed  = "the webhook was removed or disabled: make a new one"
		another  = "Make another webhook, at " + webhookPage + ", and " + transport.TakenFrom
	)
	return []transport.Trouble{
		{
			Codes: []string{"invalid_auth", "not_authed", "token_revoked"}, Brief: notValid,
			Advice: relay.Advice{Meaning: "Slack does not accept the bot's token, or not any more.", Cure: newToken},
		},
		{
			Codes: []string{"token_expired"}, Brief: notValid,
			Advice: relay.Advice{Meaning: "The bot's token has expired.", Cure: newToken},
		},
		{
			Codes: []string{"account_inactive"}, Brief: notValid,
			Advice: relay.Advice{
				Meaning: "The app was removed from the workspace, or who owns the token is no longer in it.",
				Cure:    "Install the app again, at " + tokenPage + ", and take the new token: " + transport.TakenFrom,
			},
		},
		{
			Codes: []string{"invalid_token"}, Brief: notValid,
			Advice: relay.Advice{Meaning: "Slack does not accept the webhook's URL, or not any more.", Cure: another},
		},
		{
			Codes: []string{"no_service", "no_service_id", "no_team", "no_active_hooks", "team_disabled"}, Brief: removed,
			Advice: relay.Advice{Meaning: "The webhook was removed or disabled.", Cure: another},
		},
		{
			Codes: []string{"no_permission", "access_denied", "team_access_not_granted"}, Brief: "the app has no access there: invite it to the channel, and give its bot token the scope chat:write",
			Advice: relay.Advice{
				Meaning: "The app has no access to the channel, or to its workspace.",
				Cure:    "Write in the channel: /invite @ and the app's name. If that does not help: " + install,
			},
		},
		{
			Codes: []string{"missing_scope"}, Brief: "give the app's bot token the scope chat:write and install it again",
			Advice: relay.Advice{Meaning: "The app's token does not allow it to write messages.", Cure: install},
		},
		{
			Codes: []string{"not_allowed_token_type"}, Brief: "give the app's bot token the scope chat:write and install it again",
			Advice: relay.Advice{
				Meaning: "The token is of a kind that may not write messages.",
				Cure:    "Take the Bot User OAuth Token, which begins with xoxb-, at " + tokenPage + ", and " + transport.TakenFrom,
			},
		},
	}
}

// ofSlack are the troubles of Slack itself, and of a whole workspace.
func ofSlack() []transport.Trouble {
	return []transport.Trouble{
		{
			Codes: []string{"message_limit_exceeded"}, Brief: "the workspace has used up its messages",
			Advice: relay.Advice{
				Meaning: "The workspace has used up the messages that it may send.",
				Cure:    "Ask who administers the workspace. What waits is sent once Slack takes messages again.",
			},
		},
		{
			Codes:  []string{"internal_error", "fatal_error", "service_unavailable", "request_timeout", "rollup_error"},
			Brief:  "Slack has trouble of its own",
			Advice: relay.Advice{Meaning: "Slack has trouble of its own.", Cure: "Nothing. It is tried again and again; https://slack-status.com tells when it is over."},
		},
		{
			Codes:  []string{"team_added_to_org", "org_login_required"},
			Advice: relay.Advice{Meaning: "The workspace is being moved into an Enterprise organization.", Cure: "Nothing, until the move is over. If it lasts, ask who administers the workspace."},
		},
	}
}

// ofMessage are the troubles with a message. It was tried as plain text too.
func ofMessage() []transport.Trouble {
	const look = "Look at the message. If [messages] in routes.toml changes how it looks, try it without that."
	return []transport.Trouble{
		{
			Codes:  []string{"invalid_blocks", "invalid_blocks_format", "invalid_payload", "invalid_arguments", "invalid_form_data", "invalid_charset", "too_many_attachments"},
			Advice: relay.Advice{Meaning: "Slack finds fault with the form of this message.", Cure: look},
		},
		{
			Codes:  []string{"msg_too_long", "msg_blocks_too_long"},
			Advice: relay.Advice{Meaning: "The message is too long for Slack.", Cure: look},
		},
		{
			Codes:  []string{"no_text"},
			Advice: relay.Advice{Meaning: "Nothing is left of this message that Slack would show.", Cure: look},
		},
	}
}
