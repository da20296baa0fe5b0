package wording

import (
	"fmt"
	"strings"
	"time"

	"botrelay/relay"
	"botrelay/relay/config"
)

// Platform is one as the company writes it: "Slack" of the type slack.
func Platform(kind string) string {
	return Capital(kind)
}

// Sink says what is not as usual about a sink.
func Sink(s config.Sink) []string {
	var parts []string
	if s.Thread != nil && !*s.Thread {
		parts = append(parts, "no threads: every message by itself")
	}
	if s.Fallback != "" {
		parts = append(parts, "if it is down "+s.Fallback+" is told")
	}
	if s.Rate != (config.Rate{}) {
		parts = append(parts, fmt.Sprintf("%s in %s at most", Count(s.Rate.Count, "message"), Spell(s.Rate.Per)))
	}
	if s.Digest != nil && !*s.Digest {
		parts = append(parts, "never several messages as one")
	}
	if s.GiveUpAfter != config.DefaultGiveUpAfter {
		parts = append(parts, "given up after "+Spell(s.GiveUpAfter))
	}
	return parts
}

// Pace says how many requests limits let through, all of which hold: "1 message a
// second, and 20 a minute", "5 messages in 2s, and 30 a minute"; "" for none.
func Pace(limits []relay.Limit) string {
	parts := make([]string, len(limits))
	for i, l := range limits {
		parts[i] = Thousands(l.Count)
		if i == 0 {
			parts[i] = Count(l.Count, "message")
		}
		parts[i] += " " + each(l.Per)
	}
	return strings.Join(parts, ", and ")
}

// each is a window of time behind a number.
func each(per time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case per == time.Second:
		return "a second"
	case per == time.Minute:
		return "a minute"
	case per == time.Hour:
		return "an hour"
	case per == day:
		return "a day"
	case per%time.Hour == 0:
		return fmt.Sprintf("in %dh", per/time.Hour)
	case per%time.Minute == 0:
		return fmt.Sprintf("in %dm", per/time.Minute)
	}
	return "in " + per.String()
}
