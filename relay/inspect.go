package relay

import "context"

// Inspector is a Sink that can tell whether its destination would take messages.
type Inspector interface {
	// Inspect asks the platform about the credentials, the destination and what
	// is allowed there. It makes at most three requests, one after another, which
	// post nothing and change nothing, and blocks until they are answered or ctx
	// ends. It finds at least one thing; nothing found holds a secret.
	Inspect(ctx context.Context) []Finding
}

// Finding is one thing that a platform has told of a sink.
type Finding struct {
	Standing Standing
	Text     string // for people, on one line: what it is, and the cure if it is wrong
}

// Standing is how something stands with a platform.
type Standing string

// The standings of a Finding.
const (
	Fine    Standing = "fine"
	Wrong   Standing = "wrong"   // messages would be refused until a person mends it
	Unclear Standing = "unclear" // the platform did not answer, or does not tell
)
