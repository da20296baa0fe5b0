package vendors

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"

	"botrelay/relay"
)

// key makes one text of several, so that two lists make the same one only if
// they are the same list.
func key(parts ...string) string {
	h := sha256.New()
	var size [8]byte
	for _, part := range parts {
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		_, _ = h.Write(size[:]) // a hash never fails
		_, _ = h.Write([]byte(part))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// origin is what tells one event of a vendor from another.
type origin struct {
	vendor  string
	id      string // the event's or the message's own
	created string // its time, as the vendor wrote it
}

// leadKey tells leads apart: a corrected lead is a new one. The time counts
// only where there is no conversation, and nothing tells without either.
func leadKey(o origin, e relay.Event) string {
	created := o.created
	switch {
	case e.ConversationID != "":
		created = ""
	case o.id == "" && created == "":
		return ""
	}
	c := e.Contact
	return key(o.vendor, "lead", e.EventType, e.BotID, e.ConversationID, o.id, created, c.Name, c.Email, c.Phone, c.Handle)
}

// idKey tells events apart by their ID alone.
func idKey(o origin, e relay.Event) string {
	if o.id == "" {
		return ""
	}
	return key(o.vendor, "id", e.EventType, e.Channel, e.BotID, e.ConversationID, o.id)
}

// bodyKey tells apart events of which little is known but their JSON: the whole
// of it does, if something in it places it.
func bodyKey(o origin, e relay.Event, body []byte) string {
	if o.id == "" && e.ConversationID == "" && o.created == "" {
		return ""
	}
	// The same event must have the same key whichever form of it was signed.
	if again, err := Stringify(body); err == nil {
		body = again
	}
	return key(o.vendor, "body", e.EventType, string(body))
}
