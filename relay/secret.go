package relay

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// masked is what is shown of any secret.
const masked = "***"

// Secret is a text that prints as ***, however it is printed.
type Secret struct{ text string }

// NewSecret wraps text.
func NewSecret(text string) Secret { return Secret{text} }

// Reveal returns the text itself, for the one place that needs it.
func (s Secret) Reveal() string { return s.text }

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s.text == "" }

// String masks the secret for who asks for a text.
func (Secret) String() string { return masked }

// Format masks the secret in what fmt prints, whatever the verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, masked) }

// LogValue masks the secret in logs.
func (Secret) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalText masks the secret in JSON and the like.
func (Secret) MarshalText() ([]byte, error) { return []byte(masked), nil }

// MinScrubbed is how long a secret must be, in bytes, for Scrub to mask it: a shorter one
// would eat ordinary words.
const MinScrubbed = 4

// Scrub replaces every secret in text by ***. Secrets shorter than MinScrubbed
// are left alone.
func Scrub(text string, secrets ...Secret) string {
	for _, s := range secrets {
		if len(s.text) >= MinScrubbed {
			text = strings.ReplaceAll(text, s.text, masked)
		}
	}
	return text
}
