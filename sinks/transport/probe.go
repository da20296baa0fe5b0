package transport

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"time"

	"botrelay/relay"
)

// JudgeProbe judges what means the same on every platform in the answer to a
// request that posts nothing: silence, a redirect, a server's own failure, a
// page for a browser. All of it is Later, without a doubt. It returns false if
// the answer is the sink's to judge: a 429, or what may be the platform's own
// words. The platform's name is for people, and now is the time at which the
// answer came.
func (a Answer) JudgeProbe(platform string, now time.Time) (relay.Verdict, bool) {
	v, done := a.Judge(platform, now)
	switch {
	case done:
		v.Outcome, v.Doubtful = relay.Later, false
	case a.HTML() && a.Status != http.StatusTooManyRequests:
		return a.Strange(platform), true
	}
	return v, done
}

// Strange is the verdict on a probe's answer that the platform did not give:
// whether it is at work is not known.
func (a Answer) Strange(platform string) relay.Verdict {
	return relay.Verdict{Outcome: relay.Later, Status: a.Status, Reason: fmt.Sprintf(
		"%s: the answer is not its own (%s): something between the relay and %s answers, or the URL is wrong", platform, a.Summary(), platform)}
}

// Fingerprint stands for a secret where it must not be shown: the same for the
// same secret. A secret cannot be found from it unless it is short enough to
// be guessed, which no platform's is.
func Fingerprint(secret relay.Secret) string {
	const shown = 8 // bytes: two secrets alike in them are not to be expected
	sum := sha256.Sum256([]byte(secret.Reveal()))
	return hex.EncodeToString(sum[:shown])
}
