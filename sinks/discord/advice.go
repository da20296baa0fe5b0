package discord

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"botrelay/relay"
	"botrelay/sinks/transport"
)

const (
	// platform begins every reason.
	platform = "Discord: "
	// tokenPage is where a bot's token is.
	tokenPage = "https://discord.com/developers/applications"
	// webhookPlace is where a channel's webhooks are.
	webhookPlace = "in the channel's settings under Integrations"
	// notAuthorized is the key of a 401 without a code.
	notAuthorized = "401"
)

// Advise returns what a Reason of this kind of sink means, and what to do; the
// zero value if that is not known.
func Advise(reason string) relay.Advice {
	said, ours := strings.CutPrefix(reason, platform)
	if !ours {
		return relay.Advice{}
	}
	code := notAuthorized
	if found := regexp.MustCompile(`\((\d{5,6})\)(?::|$)`).FindStringSubmatch(said); found != nil {
		code = found[1]
	} else if !strings.HasPrefix(said, notAuthorized) {
		code = ""
	}
	switch found := trouble(code).Advice; {
	case found != (relay.Advice{}):
		return found
	case strings.HasPrefix(said, saidBlocked):
		return relay.Advice{
			Meaning: "Discord has blocked this machine's address for a while, as it does after very many refused requests.",
			Cure:    "Nothing at once: the relay asks Discord for nothing until that is over. Meanwhile mend the other sinks that Discord refuses.",
		}
	}
	return transport.Advise("Discord", said)
}

// saidBlocked begins what is said of an address that Discord has blocked.
const saidBlocked = "it has blocked this address for a while"

// advice says what to do about an error.
func advice(status, code int) string {
	if brief := trouble(strconv.Itoa(code)).Brief; brief != "" {
		return brief
	}
	if status == http.StatusUnauthorized {
		return trouble(notAuthorized).Brief
	}
	return ""
}

// trouble returns the words for a code of Discord's:
// https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
func trouble(code string) transport.Trouble {
	for _, some := range [][]transport.Trouble{ofWebhook(), ofChannel(), ofDiscord(), ofMessage()} {
		if found := transport.Find(some, code); len(found.Codes) > 0 {
			return found
		}
	}
	return transport.Trouble{}
}

// ofWebhook are the troubles with a webhook, or a bot's token.
func ofWebhook() []transport.Trouble {
	const deleted = "the webhook was deleted: make a new one"
	cure := "Make another webhook, " + webhookPlace + ", and " + transport.TakenFrom
	return []transport.Trouble{
		{
			Codes: []string{"10015", "10016"}, Brief: deleted,
			Advice: relay.Advice{Meaning: "The webhook was deleted.", Cure: cure},
		},
		{
			Codes: []string{"50027"}, Brief: deleted,
			Advice: relay.Advice{Meaning: "The webhook's URL is not valid: the webhook was deleted, or the URL is not written as Discord showed it.", Cure: cure},
		},
		{
			Codes: []string{notAuthorized, "40001", "50014"}, Brief: "the token is not valid any more: make a new one and set it",
			Advice: relay.Advice{
				Meaning: "Discord does not accept the token, or not any more.",
				Cure:    "Reset the bot's token, at " + tokenPage + ", and " + transport.TakenFrom,
			},
		},
	}
}

// ofChannel are the troubles with a channel, a thread, a forum or a server.
func ofChannel() []transport.Trouble {
	const permissions = "give the bot the permissions View Channel, Send Messages and Embed Links there"
	return []transport.Trouble{
		{
			Codes: []string{"10003"}, Brief: "the channel or thread does not exist: check its ID",
			Advice: relay.Advice{Meaning: "The channel or the thread does not exist.", Cure: "Check channel_id and thread_id of this sink in routes.toml."},
		},
		{
			Codes:  []string{"10004"},
			Advice: relay.Advice{Meaning: "The server does not exist, or the bot is not in it.", Cure: "Invite the bot to the server, and check channel_id of this sink in routes.toml."},
		},
		{
			Codes: []string{"50001"}, Brief: permissions,
			Advice: relay.Advice{
				Meaning: "The bot does not see the channel.",
				Cure:    "Invite the bot to the server, and let its role view the channel: it needs View Channel, Send Messages and Embed Links there.",
			},
		},
		{
			Codes: []string{"50013"}, Brief: permissions,
			Advice: relay.Advice{
				Meaning: "The bot may not write in the channel.",
				Cure:    "Give its role the permissions View Channel, Send Messages and Embed Links there.",
			},
		},
		{
			Codes:  []string{"50007"},
			Advice: relay.Advice{Meaning: "The person takes no messages from the bot.", Cure: "Send to a channel of a server instead, or let the person allow messages from it."},
		},
		{
			Codes:  []string{"50008", "50024"},
			Advice: relay.Advice{Meaning: "The channel is of a kind that takes no text messages.", Cure: "Name a text channel in routes.toml."},
		},
		{
			Codes: []string{"50083", "160005"}, Brief: "the thread is archived or locked",
			Advice: relay.Advice{Meaning: "The thread is archived or locked.", Cure: "Open it again in Discord, or name another in routes.toml."},
		},
		{
			Codes: []string{"220001", "220002", "220003", "40058", "40067"},
			Brief: "a forum takes messages in a post: set thread_id, and check the forum's required tags",
			Advice: relay.Advice{
				Meaning: "The channel is a forum, which takes messages in a post only.",
				Cure:    "Set thread_id of this sink to the ID of a post, and check whether the forum requires tags.",
			},
		},
	}
}

// ofDiscord are the troubles of Discord itself, and the limits that it sets.
func ofDiscord() []transport.Trouble {
	return []transport.Trouble{
		{
			Codes:  []string{"20016", "20028", "20029", "40062"},
			Advice: relay.Advice{Meaning: "The channel, or the server, takes no more messages for the moment: slow mode, or a limit of Discord's.", Cure: "Nothing. It goes on when the time is over."},
		},
		{
			Codes:  []string{"40004", "40006", "130000"},
			Advice: relay.Advice{Meaning: "Discord has switched sending off for a while, or is too busy.", Cure: "Nothing. It is tried again and again; https://discordstatus.com tells when it is over."},
		},
		{
			Codes:  []string{"40333"},
			Advice: relay.Advice{Meaning: "Something on the way to Discord, such as its own protection, blocks the request.", Cure: "See that no proxy changes the relay's requests. If it lasts for one message only, something in that message is what is blocked."},
		},
	}
}

// ofMessage are the troubles with a message. It was tried as plain text too.
func ofMessage() []transport.Trouble {
	const look = "Look at the message. If [messages] in routes.toml changes how it looks, try it without that."
	return []transport.Trouble{
		{
			Codes: []string{"240000"}, Brief: "Discord blocks a link in it",
			Advice: relay.Advice{Meaning: "Discord blocks a link in this message, which it holds to be harmful.", Cure: "Be careful with the link. Discord does not take the message as it is: read it here."},
		},
		{
			Codes:  []string{"200000", "200001"},
			Advice: relay.Advice{Meaning: "The server's own rules (AutoMod) block words in this message.", Cure: "Let who administers the server exempt the channel from the rule, or read the message here."},
		},
		{
			Codes:  []string{"40005"},
			Advice: relay.Advice{Meaning: "The message is too large for Discord.", Cure: look},
		},
		{
			Codes:  []string{"50006"},
			Advice: relay.Advice{Meaning: "Nothing is left of this message that Discord would show.", Cure: look},
		},
		{
			Codes:  []string{"50035", "50109"},
			Advice: relay.Advice{Meaning: "Discord finds fault with the form of this message.", Cure: look},
		},
	}
}
