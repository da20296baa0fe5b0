package transport

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"

	"botrelay/relay"
)

// JudgeProbe judges what means the same on every platform in the answer to a
// request that posts nothing. Silence and a server's own failure are Later, a
// redirect and a page for a browser are Strange. It returns false if the answer
// is the sink's to judge: a 429, or what may be the platform's own words. The
// platform's name is for people, and now is the time at which the answer came.
func (a Answer) JudgeProbe(platform string, now time.Time) (relay.Verdict, bool) {
	v, done := a.Judge(platform, now)
	switch {
	case a.Status/100 == 3, a.HTML() && a.Status < 500 && a.Status != http.StatusTooManyRequests:
		return a.Strange(), true
	case done:
		v.Outcome, v.Doubtful = relay.Later, false
	}
	return v, done
}

// Strange is the verdict on a probe's answer that is not in the platform's words:
// requests are answered, but perhaps not by the platform.
func (a Answer) Strange() relay.Verdict {
	return relay.Verdict{Outcome: relay.Sent, Status: a.Status, Doubtful: true}
}

// Fingerprint stands for a secret where it must not be shown: the same for the
// same secret. A secret cannot be found from it unless it is short enough to
// be guessed, which no platform's is.
func Fingerprint(secret relay.Secret) string {
	const shown = 8 // bytes: two secrets alike in them are not to be expected
	sum := sha256.Sum256([]byte(secret.Reveal()))
	return hex.EncodeToString(sum[:shown])
}
