package wording

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"botrelay/relay"
)

// GaveUp is the reason of a delivery that was given up on because it had waited so
// long. reason is that of its last attempt.
func GaveUp(after time.Duration, reason string) string {
	return fmt.Sprintf("gave up after %s: %s", after, reason)
}

// Blamed is the reason of a delivery that failed so many times in a row although
// its destination answered. reason is that of its last attempt.
func Blamed(failures int, reason string) string {
	return fmt.Sprintf("failed %d times although the destination answers: %s", failures, reason)
}

// cause takes what GaveUp and Blamed have put before a reason off again. after
// and failures are 0 if it is none of theirs.
func cause(reason string) (said string, after time.Duration, failures int) {
	if m := regexp.MustCompile(`^gave up after (\S+): `).FindStringSubmatch(reason); m != nil {
		if d, err := time.ParseDuration(m[1]); err == nil {
			return reason[len(m[0]):], d, 0
		}
	}
	if m := regexp.MustCompile(`^failed (\d+) times although the destination answers: `).FindStringSubmatch(reason); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil {
			return reason[len(m[0]):], 0, n
		}
	}
	return reason, 0, 0
}

// Advise returns what a reason means, and what to do about it. platform tells it of
// what a platform said, and returns the zero value for what it does not know: then
// the meaning is empty, unless the relay itself had something to say, and the cure
// is what helps most often. An empty reason has no advice.
func Advise(reason string, platform func(said string) relay.Advice) relay.Advice {
	if reason == "" {
		return relay.Advice{}
	}
	said, after, failures := cause(reason)
	advice := platform(said)
	switch {
	case after > 0:
		advice.Meaning = spaced("It could not be delivered for "+Spoken(after)+", and was given up on.", advice.Meaning)
	case failures > 0:
		advice.Cure = cmp.Or(advice.Cure, "Look at the message, and deliver it again: the platform may have been at fault.")
		advice.Meaning = spaced(fmt.Sprintf("It failed %d times while its destination answered other requests, so that something in this message may be the cause.", failures), advice.Meaning)
	}
	if given := after > 0 || failures > 0; given && strings.HasPrefix(advice.Cure, "Nothing") { // it is not tried again
		advice.Cure = "Deliver it again, once that is over."
	}
	if advice.Cure == "" {
		advice.Cure = "See what the platform says, that its channel or chat still exists, that the bot is still in it and may write there, and that the token or webhook URL in routes.toml is still valid."
	}
	return advice
}

// spaced puts two sentences behind each other, if there is a second.
func spaced(first, second string) string {
	if second == "" {
		return first
	}
	return first + " " + second
}
