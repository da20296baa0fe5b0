package door

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"botrelay/relay"
)

// sessionTime is how long who has logged in need not do so again.
const sessionTime = 7 * 24 * time.Hour

// token knows the admin token, and makes and checks what stands for it in a
// browser: a time until which it is good, signed with a key that is derived from
// the token. So nothing is kept here, sessions outlive a restart, and a new token
// ends them all.
type token struct {
	hash   [sha256.Size]byte
	key    []byte
	cookie string // its name: two relays on one host differ by their port, which cookies do not
}

func newToken(secret relay.Secret) *token {
	derive := func(what string, n int) []byte {
		key, err := hkdf.Key(sha256.New, []byte(secret.Reveal()), nil, "botrelay admin "+what, n)
		if err != nil { // only a length that SHA-256 cannot derive
			panic(err)
		}
		return key
	}
	return &token{
		hash:   sha256.Sum256([]byte(secret.Reveal())),
		key:    derive("session", sha256.Size),
		cookie: "botrelay_" + hex.EncodeToString(derive("cookie", 4)),
	}
}

// is reports whether text is the token. How long that takes tells neither the
// token nor its length.
func (t *token) is(text string) bool {
	got := sha256.Sum256([]byte(text))
	return subtle.ConstantTimeCompare(got[:], t.hash[:]) == 1
}

// session returns what stands for the token until a time.
func (t *token) session(until time.Time) string {
	stamp := strconv.FormatInt(until.Unix(), 10)
	return stamp + "." + t.sign(stamp)
}

func (t *token) sign(stamp string) string {
	mac := hmac.New(sha256.New, t.key)
	_, _ = mac.Write([]byte(stamp)) // a hash takes everything
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// until returns when a session ends, and whether this token made it and it has not
// ended yet.
func (t *token) until(session string, now time.Time) (time.Time, bool) {
	stamp, signature, _ := strings.Cut(session, ".")
	if !hmac.Equal([]byte(signature), []byte(t.sign(stamp))) {
		return time.Time{}, false
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	end := time.Unix(seconds, 0)
	return end, err == nil && now.Before(end)
}
