package wording

import (
	"fmt"
	"strings"

	"botrelay/relay"
	"botrelay/relay/config"
	"botrelay/relay/receive"
)

// Refusal says why requests to a source are refused, and what to do about it.
func Refusal(source string, reason receive.Reason) relay.Advice {
	switch reason {
	case receive.Signature:
		return relay.Advice{
			Meaning: "The signature was missing or wrong.",
			Cure: fmt.Sprintf("Compare the secret under [sources.%s] in routes.toml with the one that the vendor shows. It may have been changed there; until both have the new one, "+
				"secret can name the old one too, in a list. If the vendor lists no failed delivery, a stranger has found the URL, and there is nothing to do.", source),
		}
	case receive.Address:
		return relay.Advice{
			Meaning: "It came from an address that allow_ips does not name.",
			Cure:    fmt.Sprintf("If it was the vendor, add its address to allow_ips under [sources.%s]. Behind a proxy, see that trusted_proxies names the proxy.", source),
		}
	case receive.Method:
		return relay.Advice{
			Meaning: "It was no POST.",
			Cure:    "Nothing, if somebody has opened the URL in a browser. If it was the vendor, let it send with POST.",
		}
	case receive.TooLarge:
		return relay.Advice{Meaning: "It was larger than max_body.", Cure: "If the vendor's events are so large, raise max_body in [server] of routes.toml."}
	case receive.Unreadable:
		return relay.Advice{
			Meaning: "It broke off before all of it had come.",
			Cure:    "Nothing, if that is seldom. Else see whether something between the vendor and the relay cuts requests off.",
		}
	case receive.NotJSON:
		return relay.Advice{Meaning: "It was signed, but it is not JSON.", Cure: "See at the vendor in which form it sends: events are taken as JSON."}
	case receive.Challenge:
		return relay.Advice{Meaning: "It was a handshake without a challenge that can be sent back.", Cure: "Compare the handshake under [vendors] in routes.toml with what the vendor documents."}
	case receive.Pending:
		return relay.Advice{
			Meaning: "It was an event, and the source has no secret yet.",
			Cure:    fmt.Sprintf("Put the secret that the vendor shows under [sources.%s] in routes.toml, and take pending out.", source),
		}
	case receive.Busy:
		return relay.Advice{Meaning: "Too much was being received at once.", Cure: "Nothing, if that is seldom: whoever sent it was asked to try again. Else give the relay more memory."}
	case receive.Store:
		return relay.Advice{Meaning: "The store could not take it.", Cure: "See that the disk or database under [store] in routes.toml has room to spare."}
	case receive.UnknownSource:
		return relay.Advice{Meaning: "There is no source of that name.", Cure: "If it was a vendor, compare its URL with those of the sources. Strangers who try addresses are refused, and there is nothing to do."}
	}
	return relay.Advice{}
}

// Source says what is not as usual about a source.
func Source(s config.Source) []string {
	var lines []string
	if s.Pending {
		lines = append(lines, "pending: it has no secret yet, so tests are answered and events are refused")
	}
	if len(s.Secrets) > 1 {
		lines = append(lines, fmt.Sprintf("%d secrets", len(s.Secrets)))
	}
	if len(s.AllowIPs) > 0 {
		lines = append(lines, "only from "+networks(s))
	}
	return lines
}

func networks(s config.Source) string {
	texts := make([]string, len(s.AllowIPs))
	for i, network := range s.AllowIPs {
		texts[i] = strings.TrimSuffix(strings.TrimSuffix(network.String(), "/32"), "/128")
	}
	return strings.Join(texts, ", ")
}
