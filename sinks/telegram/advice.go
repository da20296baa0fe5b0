package telegram

import (
	"net/http"
	"strings"

	"botrelay/relay"
	"botrelay/sinks/transport"
)

// platform begins every reason.
const platform = "Telegram: "

// Advise returns what a Reason of this kind of sink means, and what to do; the
// zero value if that is not known.
func Advise(reason string) relay.Advice {
	said, ours := strings.CutPrefix(reason, platform)
	if !ours {
		return relay.Advice{}
	}
	text := strings.ToLower(said)
	for _, kind := range []string{"bad request: ", "forbidden: "} {
		text = strings.TrimPrefix(text, kind)
	}
	if found := transport.Advise("Telegram", said); found != (relay.Advice{}) {
		return found // a network's error may say "write" too
	}
	return trouble(text).Advice
}

// advice says what to do about an error; text is in lower case.
func advice(status int, text string) string {
	if status == http.StatusUnauthorized {
		return trouble(unauthorized).Brief
	}
	if brief := trouble(text).Brief; brief != "" {
		return brief
	}
	switch status {
	case http.StatusForbidden:
		return letWrite
	case http.StatusNotFound:
		return trouble(notFound).Brief
	}
	return ""
}

const (
	unauthorized = "unauthorized"
	notFound     = "not found"
	letWrite     = "add the bot to the chat and let it write there"
)

// trouble returns the words for what Telegram says, in lower case: there are no
// codes, but words in a sentence.
func trouble(text string) transport.Trouble {
	for _, some := range [][]transport.Trouble{ofBot(), ofChat(), ofTopic(), ofMessage()} {
		for _, t := range some {
			for _, words := range t.Codes {
				switch words {
				case unauthorized, notFound: // which other sentences hold as well
					if strings.HasPrefix(text, words) {
						return t
					}
				default:
					if strings.Contains(text, words) {
						return t
					}
				}
			}
		}
	}
	return transport.Trouble{}
}

// ofBot are the troubles with the bot and its token.
func ofBot() []transport.Trouble {
	const token = "Ask @BotFather for the bot's token (/token), and " + transport.TakenFrom
	return []transport.Trouble{
		{
			Codes: []string{unauthorized}, Brief: "the token is not valid any more: ask BotFather for a new one",
			Advice: relay.Advice{Meaning: "Telegram does not accept the bot's token, or not any more.", Cure: token},
		},
		{
			Codes: []string{notFound}, Brief: "no bot has this token, or api_url is wrong",
			Advice: relay.Advice{Meaning: "No bot has this token, or api_url is wrong.", Cure: token},
		},
	}
}

// ofChat are the troubles with a chat. The more exact stand first.
func ofChat() []transport.Trouble {
	return []transport.Trouble{
		{
			Codes: []string{"upgraded to a supergroup"}, Brief: "the chat has a new ID",
			Advice: relay.Advice{
				Meaning: "The group has become a supergroup, and has a new ID.",
				Cure:    "Write the new chat_id into routes.toml. Where Telegram tells it, the relay goes there by itself.",
			},
		},
		{
			Codes: []string{"bot was kicked"}, Brief: letWrite,
			Advice: relay.Advice{Meaning: "The bot was removed from the chat.", Cure: "Add the bot to the chat again, and let it write there."},
		},
		{
			Codes:  []string{"bot was blocked by the user", "user_is_blocked"},
			Advice: relay.Advice{Meaning: "The person has blocked the bot.", Cure: "Let the person unblock it, or send to another chat."},
		},
		{
			Codes:  []string{"user is deactivated"},
			Advice: relay.Advice{Meaning: "The person's account was deleted.", Cure: "Send to another chat: change chat_id of this sink in routes.toml."},
		},
		{
			Codes:  []string{"can't initiate conversation", "can't send messages to bots"},
			Advice: relay.Advice{Meaning: "A bot may not write to this person, or to another bot, by itself.", Cure: "Let the person write to the bot first, or send to a group."},
		},
		{
			Codes:  []string{"bot is not a member"},
			Advice: relay.Advice{Meaning: "The bot is not in the chat.", Cure: "Add the bot to the chat. In a channel it has to be an administrator who can post messages."},
		},
		{
			Codes: []string{"chat not found"}, Brief: "check chat_id, and that the bot was added to the chat",
			Advice: relay.Advice{
				Meaning: "There is no such chat, or the bot was never added to it.",
				Cure:    "Check chat_id of this sink in routes.toml, and add the bot to the chat. A person has to write to the bot first.",
			},
		},
		{
			Codes:  []string{"chat_id is empty", "chat_id_invalid", "peer_id_invalid", "channel_invalid"},
			Advice: relay.Advice{Meaning: "There is no such chat.", Cure: "Check chat_id of this sink in routes.toml."},
		},
		{
			Codes:  []string{"channel_private"},
			Advice: relay.Advice{Meaning: "The channel is private, and the bot is not in it.", Cure: "Make the bot an administrator of the channel who can post messages."},
		},
		{
			Codes:  []string{"group chat was deactivated"},
			Advice: relay.Advice{Meaning: "The group was closed.", Cure: "Send to another chat: change chat_id of this sink in routes.toml."},
		},
	}
}

// ofTopic are the troubles with a topic, and with the permission to write.
func ofTopic() []transport.Trouble {
	const closed = "check topic_id: the topic is closed or gone"
	check := relay.Advice{
		Meaning: "The forum's topic is closed, or gone.",
		Cure:    "Open it again in Telegram, or check topic_id of this sink in routes.toml.",
	}
	return []transport.Trouble{
		{Codes: []string{"thread not found", "topic_"}, Brief: closed, Advice: check},
		{
			Codes:  []string{"the chat is not a forum"},
			Advice: relay.Advice{Meaning: "The group has no topics.", Cure: "Take topic_id out of this sink in routes.toml, or switch topics on in the group."},
		},
		{
			Codes: []string{"rights", "write"}, Brief: letWrite,
			Advice: mayNotWrite(),
		},
		{
			Codes:  []string{"chat_admin_required", "chat_restricted", "chat_send_plain_forbidden", "chat_forbidden"},
			Advice: mayNotWrite(),
		},
	}
}

func mayNotWrite() relay.Advice {
	return relay.Advice{
		Meaning: "The bot may not write in the chat.",
		Cure:    "Let members of the group send messages, or make the bot an administrator. In a channel it has to be an administrator who can post messages.",
	}
}

// ofMessage are the troubles with a message. It was tried as plain text too.
func ofMessage() []transport.Trouble {
	const look = "Look at the message. If [messages] in routes.toml changes how it looks, try it without that."
	return []transport.Trouble{
		{
			Codes:  []string{"message is too long"},
			Advice: relay.Advice{Meaning: "The message is too long for Telegram.", Cure: look},
		},
		{
			Codes:  []string{"text must be non-empty", "message text is empty"},
			Advice: relay.Advice{Meaning: "Nothing is left of this message that Telegram would show.", Cure: look},
		},
		{
			Codes:  []string{"can't parse", "entity", "entities"},
			Advice: relay.Advice{Meaning: "Telegram finds fault with the form of this message.", Cure: look},
		},
	}
}
