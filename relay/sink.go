package relay

import (
	"context"
	"time"
)

// Sink is one configured destination. A Sink may be called from several
// goroutines; a lane calls it from one at a time.
type Sink interface {
	// Send makes at most one request to the platform and blocks until it is
	// answered or ctx ends. It neither waits for a rate limit nor retries, and
	// returns a verdict in every case. Nothing in the verdict holds a secret.
	Send(ctx context.Context, p Post) Verdict
	// Probe asks the destination, or failing that its platform, something that
	// posts nothing and changes nothing, with one request, and blocks until it
	// is answered or ctx ends. The verdict is Sent if an answer came that shows
	// a platform at work, also one that refuses, and Doubtful if it may be
	// somebody else's (a page, a redirect); Later if none came, or one that tells
	// of trouble (a server's error, too many requests).
	Probe(ctx context.Context) Verdict
	// Fit returns how many of messages, counted from the first, one Post holds
	// as a digest in which each can still be read: at least 1. It is pure.
	Fit(messages []Message) int
	// Budgets returns what the sink shares with others, the destination first:
	// always the same, and without secrets.
	Budgets() []Budget
}

// Idler is a Sink whose connections stay open between two requests.
type Idler interface {
	Sink
	// CloseIdle closes those that rest at the moment. It does not block. The sink can
	// still be used, and opens others.
	CloseIdle()
}

// Budget is something that sinks share and that takes only so many requests: a
// channel or a webhook, a token, a platform. Sinks that have a budget of the
// same key in common share it.
type Budget struct {
	Key    string  // names the platform and what it is, such as "telegram chat -100123"
	Scope  Scope   // the verdicts of this scope hold all who share it
	Limits []Limit // all hold; none: requests are not limited
}

// Limit is so many requests in any window of time that lasts Per.
type Limit struct {
	Count int
	Per   time.Duration
}

// Post is what one request carries.
type Post struct {
	Messages []Message // at least one; several are shown as a digest
	Form     Form
	Nonce    string // the same for every try of the same content; at most 25 ASCII characters
	Reply    string // the Verdict.ID of the message that began the conversation, which this one answers; or empty
	// Broadcast: with Reply, the message stands in the channel as well. Where a
	// reply stands there anyway it means nothing.
	Broadcast bool
	// Roots are a digest's: for each of Messages the Verdict.ID of what began its
	// conversation, for a link to it, or empty. nil: none is known.
	Roots   []string
	MovedTo string // an earlier Verdict's MovedTo: where the destination is now; empty: where it always was
}

// Form is how much a message asks of the platform.
type Form string

// The forms of a Post. A message that was refused as Rich is tried once more
// as Text, which uses nothing that a platform could find fault with.
const (
	Rich Form = "rich"
	Text Form = "text"
)

// Outcome is what an attempt came to.
type Outcome string

// The outcomes of an attempt.
const (
	Sent    Outcome = "sent"    // it has arrived
	Later   Outcome = "later"   // a temporary failure: try again, not before Verdict.After has passed
	Refused Outcome = "refused" // this message is refused; others may pass
	Held    Outcome = "held"    // the destination refuses everything until a person mends it
)

// Scope is whom a Held or Later verdict concerns.
type Scope string

// The scopes of a verdict and of a budget.
const (
	ScopeDestination Scope = ""         // this channel, chat or webhook
	ScopeToken       Scope = "token"    // every sink that uses the same token
	ScopePlatform    Scope = "platform" // every sink of this platform
)

// Verdict is what one attempt came to, judged from the platform's answer.
type Verdict struct {
	Outcome Outcome
	ID      string        // Sent: the platform's name for the message, for replies; may be empty
	After   time.Duration // Later: what the platform asked to wait; 0 if it did not say
	Scope   Scope
	Status  int    // the HTTP status; 0 if there was no answer
	Reason  string // for people, unless Sent: what the platform said, without secrets
	// Doubtful: the request was written and no answer that can be trusted came
	// back, so the message may have arrived. Of a probe: see there.
	Doubtful bool
	// ReplyGone: what the post was to answer is not there any more. Sent: the
	// message stands in the channel by itself, and begins the conversation anew.
	// Later: nothing was posted; it is to be posted at once, without Reply.
	ReplyGone bool
	MovedTo   string // Later: the destination has this new ID from now on (Telegram's migrate_to_chat_id)
}
