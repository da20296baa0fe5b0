package rows

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"botrelay/relay"
)

// Encode returns an event as JSON, without its payload. A vendor's time that JSON
// has no form for, such as one in the year 60000, must not lose the event.
func Encode(event relay.Event) (string, error) {
	text, err := json.Marshal(event)
	if err != nil {
		event.CreatedAt = time.Time{}
		text, err = json.Marshal(event)
	}
	return string(text), err
}

// Decode is the opposite of Encode.
func Decode(text, payload []byte) (event relay.Event, err error) {
	if err := json.Unmarshal(text, &event); err != nil {
		return event, fmt.Errorf("reading a stored event: %w", err)
	}
	event.Payload = payload
	return event, nil
}

// DedupHash returns 16 bytes for the event's source and DedupKey, which stand in
// an index: two of them will not meet by chance. It is nil without a DedupKey.
func DedupHash(event relay.Event) []byte {
	if event.DedupKey == "" {
		return nil
	}
	// No source's name has a zero byte in it.
	sum := sha256.Sum256([]byte(event.Source + "\x00" + event.DedupKey))
	return sum[:16]
}

// ThreadHash returns a short name for a conversation, whose key is a customer's
// and may be long: two of them will not meet by chance.
func ThreadHash(key string) string {
	sum := sha256.Sum256([]byte(key))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}
