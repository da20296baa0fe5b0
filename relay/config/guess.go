package config

import (
	"regexp"
	"slices"
	"strings"

	"botrelay/relay"
)

// maxGuessed is how many texts are searched for in what others say. What we quote
// ourselves is looked at on its own.
const maxGuessed = 100

// guess keeps what looks like a secret out of every message, wherever it stands.
func (r *reader) guess(n *node) {
	for _, text := range []string{n.name, n.text()} {
		if r.guessed < maxGuessed && looksSecret(text) {
			r.guessed++
			r.secrets = append(r.secrets, relay.NewSecret(text))
		}
	}
	for _, item := range n.items {
		r.guess(item)
	}
}

// looksSecret reports whether a text is, or holds, what platforms give out as a token,
// a webhook or a signing secret, wherever in the file it stands.
func looksSecret(text string) bool {
	if len(text) < 12 {
		return false
	}
	holds := func(pattern string) bool { return regexp.MustCompile(pattern).MatchString(text) }
	switch {
	case strings.Count(text, "/") > 3 && holds(`hooks\.slack\.com/|/api/webhooks/|webhook\.office\.com/`),
		strings.Contains(text, "/bot") && holds(`/bot\d+:[\w-]{6}`),
		strings.Contains(text, "://") && holds(`://[^/@\s:]*:[^/@\s]+@`),
		strings.ContainsAny(text, "-_") && holds(`\b(xox[a-z]|xapp)-[\w-]{6}|whsec_\w{6}`):
		return true
	}
	return slices.ContainsFunc(strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(" \t\r\n\"'/,;=(){}<>", c) }), isToken)
}

// isToken reports whether a word is a bot's token of Telegram's or Discord's, or as
// long and as mixed as keys that were made at random.
func isToken(word string) bool {
	if len(word) < 24 {
		return false
	}
	if regexp.MustCompile(`^(bot)?\d{6,}:[\w-]{16,}$|^[\w-]{20,}\.[\w-]{5,8}\.[\w-]{20,}$|^[0-9a-fA-F]{32,}$`).MatchString(word) {
		return true
	}
	return len(word) >= 32 && regexp.MustCompile(`^[\w+-]+$`).MatchString(word) && strings.ContainsAny(word, "0123456789") &&
		strings.ContainsAny(word, "abcdefghijklmnopqrstuvwxyz") && strings.ContainsAny(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
}
