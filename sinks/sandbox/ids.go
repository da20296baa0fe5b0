package sandbox

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strconv"
	"time"
)

// ids makes the platforms' message IDs. Not safe for concurrent use.
type ids struct {
	micros  int64  // of the newest Slack ts
	flake   uint64 // the newest snowflake
	message int    // the newest message_id
}

// ts returns a Slack message ID: seconds and microseconds, unique.
func (i *ids) ts(now time.Time) string {
	i.micros = max(now.UnixMicro(), i.micros+1)
	return fmt.Sprintf("%d.%06d", i.micros/1e6, i.micros%1e6)
}

// snowflake returns a Discord ID: the milliseconds since 2015 above 22 bits.
func (i *ids) snowflake(now time.Time) string {
	const epoch = 1420070400000
	i.flake = max(uint64(max(now.UnixMilli()-epoch, 0))<<22, i.flake+1)
	return strconv.FormatUint(i.flake, 10)
}

// messageID returns a Telegram message_id. Telegram counts in each chat; one
// count for all is as unique.
func (i *ids) messageID() int {
	i.message++
	return i.message
}

// aliases leads from IDs that were made up for names to the names.
type aliases map[string]string

// maxAliases bounds the names that are remembered. Beyond them a place that is
// addressed by name and by ID is shown as two.
const maxAliases = 1000

// remember notes that id stands for name.
func (a aliases) remember(id, name string) {
	if len(a) < maxAliases {
		a[id] = name
	}
}

// name returns what id stands for, or id itself.
func (a aliases) name(id string) string {
	if name, ok := a[id]; ok {
		return name
	}
	return id
}

// slackID returns a Slack ID for a name: the same one for the same name.
func slackID(kind, name string) string {
	sum := sha256.Sum256([]byte(name))
	return kind + base32.StdEncoding.EncodeToString(sum[:])[:10]
}

// chatID returns a Telegram channel's ID for its @name, likewise.
func chatID(name string) int64 {
	sum := sha256.Sum256([]byte(name))
	return -1_000_000_000_000 - int64(binary.BigEndian.Uint32(sum[:])) - 1
}

// nonces remembers Discord's answers by author and nonce.
type nonces []nonce

type nonce struct {
	key    string
	at     time.Time
	answer answer
}

const (
	// nonceFor is how long Discord answers a nonce with the first message: "the
	// past few minutes", says its documentation.
	nonceFor = 5 * time.Minute
	// maxNonces bounds how many are remembered.
	maxNonces = 1000
)

// find returns the answer that the nonce was given not long ago.
func (n nonces) find(key string, now time.Time) (answer, bool) {
	for _, past := range n {
		if past.key == key && now.Sub(past.at) < nonceFor {
			return past.answer, true
		}
	}
	return answer{}, false
}

// add remembers an answer and forgets old ones.
func (n nonces) add(key string, now time.Time, a answer) nonces {
	for len(n) > 0 && (now.Sub(n[0].at) >= nonceFor || len(n) >= maxNonces) {
		n = n[1:]
	}
	return append(n, nonce{key, now, a})
}
