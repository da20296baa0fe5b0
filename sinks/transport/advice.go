package transport

import (
	"slices"
	"strings"

	"botrelay/relay"
)

// Trouble is something that a platform says when it refuses, and all the words
// that there are for it.
type Trouble struct {
	Codes []string // what the platform calls it
	Brief string   // what a Verdict's Reason adds to what the platform said; empty: nothing
	relay.Advice
}

// Find returns the trouble that has a code; the zero value if there is none.
func Find(troubles []Trouble, code string) Trouble {
	i := slices.IndexFunc(troubles, func(t Trouble) bool { return slices.Contains(t.Codes, code) })
	if i < 0 {
		return Trouble{}
	}
	return troubles[i]
}

// TakenFrom ends the cure of a secret that is not good any more.
const TakenFrom = "put it where routes.toml reads it from. In a file it counts at once, in a variable of the environment after a restart of the relay."

const (
	saidNothing  = "no answer in time"
	saidNoAnswer = "no answer: "
	saidStopped  = "the relay stopped before an answer came"
	saidRedirect = "the address answers with a redirect"
	saidOwn      = "it has trouble of its own"
	saidBetween  = "something between the relay and "
	saidInTheWay = "may be in the way"
	saidTooFast  = "it asks to wait"
	saidLate     = "the request took too long to arrive"
	saidUnclear  = "the answer does not say that the message was posted"

	again = "It is tried again and again."
)

// Advise returns what means the same on every platform in what stands behind
// "PLATFORM: " in a reason: that no answer came, or not the platform's own, or that
// it has trouble of its own. The zero value if it is none of that. The platform's
// name is for people.
func Advise(platform, said string) relay.Advice {
	if failure, ok := strings.CutPrefix(said, saidNoAnswer); ok {
		return unreached(platform, failure)
	}
	switch {
	case said == saidNothing:
		return relay.Advice{
			Meaning: platform + " did not answer in time.",
			Cure:    "Nothing, if " + platform + " is slow or down for a while. " + again + " If it lasts, see that this machine reaches the internet.",
		}
	case said == saidStopped:
		return relay.Advice{Meaning: "The relay was stopped before " + platform + " answered.", Cure: "Nothing. It is tried again when the relay runs."}
	case strings.HasPrefix(said, saidRedirect):
		return relay.Advice{
			Meaning: "The address leads elsewhere, and the relay does not follow.",
			Cure:    "Check webhook_url or api_url in routes.toml, and whether a proxy or a login page stands between this machine and " + platform + ".",
		}
	case strings.HasPrefix(said, saidOwn):
		return relay.Advice{Meaning: platform + " has trouble of its own.", Cure: "Nothing. " + again}
	case strings.Contains(said, saidTooFast):
		return relay.Advice{
			Meaning: platform + " takes no more messages for the moment.",
			Cure:    "Nothing. It goes on when the time that " + platform + " asks for is over.",
		}
	case strings.HasPrefix(said, saidUnclear):
		return relay.Advice{
			Meaning: "An answer came, but it does not say whether the message has arrived.",
			Cure:    "Nothing, at first. " + again + " If it lasts, see whether a proxy stands between this machine and " + platform + ".",
		}
	case strings.Contains(said, saidBetween), strings.Contains(said, saidInTheWay), strings.HasPrefix(said, saidLate):
		return relay.Advice{
			Meaning: "Something between this machine and " + platform + " answers in its place, or holds the request up: a proxy, a firewall or a login page.",
			Cure:    "Ask who runs this machine's network to let the relay through to " + platform + ". With a webhook_url or an api_url, check that too.",
		}
	}
	return relay.Advice{}
}

// unreached returns why a platform could not be reached, by what the network said.
func unreached(platform, failure string) relay.Advice {
	says := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(failure, w) })
	}
	switch {
	case says("x509:", "certificate", "tls: "):
		return relay.Advice{
			Meaning: "The connection to " + platform + " is not safe: this machine does not trust the certificate that is shown to it.",
			Cure:    "See that this machine's clock is right and that its list of certificate authorities (ca-certificates) is new. A proxy or a firewall that reads along shows a certificate of its own.",
		}
	case says("no such host", "lookup ", "server misbehaving"):
		return relay.Advice{
			Meaning: "The name of " + platform + "'s server cannot be looked up (DNS).",
			Cure:    "See that this machine reaches the internet and a name server. With a webhook_url or an api_url, check the name in it.",
		}
	case says("connection refused"):
		return relay.Advice{
			Meaning: "Nothing takes connections at the address of " + platform + ".",
			Cure:    "See that no firewall forbids it, and that api_url and a proxy, if there are any, are right.",
		}
	case says("network is unreachable", "no route to host", "host is down"):
		return relay.Advice{Meaning: "This machine has no way to " + platform + ".", Cure: "See that this machine reaches the internet."}
	}
	return relay.Advice{
		Meaning: "The connection to " + platform + " broke off, or did not come about.",
		Cure:    "Nothing, if " + platform + " is down for a while. " + again + " If it lasts, see that this machine reaches the internet.",
	}
}
