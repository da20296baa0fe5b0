// Package mask takes out of what strangers and platforms wrote what may be secret, before a
// page or a program is shown it: secrets of the routes file, what a key or a header says is
// one, and what has the form of one. What is not shown is "***".
package mask

import (
	"regexp"
	"slices"
	"strings"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// hidden is what stands in the place of what may be secret.
const hidden = "***"

// Shown returns an event as a page may show it: its facts and its payload
// without what may be secret. own are the secrets of the routes file in use, in case one
// comes back. The payload means the same but for that, and is written without spaces.
func Shown(e relay.Event, own []relay.Secret) relay.Event {
	w := rewriter{Masker: New(own)}
	shown := *w.Event(&e)
	shown.Payload = w.rewrite(e.Payload)
	return shown
}

// Masker takes out of texts what may be secret. It may be used from several
// goroutines.
type Masker struct {
	own     []relay.Secret // of the routes file in use
	formed  *regexp.Regexp // what has the form of a secret
	carried *regexp.Regexp // what is carried in a URL, a header or a piece of JSON: each ends behind what leads to it
	login   *regexp.Regexp // a password in a URL: between the first group and the second
}

// New returns a Masker that knows some secrets beside what has the form of one.
func New(own []relay.Secret) *Masker {
	return &Masker{
		own: own,
		formed: regexp.MustCompile(strings.Join([]string{
			`\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*`,                  // a JSON web token
			`\bxox[a-z]-[\w-]{8,}`,                               // Slack's
			`\b[spr]k[-_](?:live|test|proj|ant)?[-_]?[\w-]{16,}`, // of payment and of models
			`\bgh[pousr]_\w{20,}`,                                // GitHub's
			`\bAKIA[0-9A-Z]{16}\b`,                               // Amazon's
			`\b(?:bot)?\d{6,12}:[\w-]{30,}`,                      // a Telegram bot's
			`-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*`,          // a private key
			`\bwhsec_[\w+/=-]{8,}`,                               // of webhooks
		}, "|")),
		carried: regexp.MustCompile(`(?i)` + strings.Join([]string{
			`(\bbearer\s+|hooks\.slack\.com/services/|discord(?:app)?\.com/api/(?:v\d+/)?webhooks/)[^\s&#"'<>@\\]{6,}`,
			`(\bbasic\s+)(?-i:[A-Za-z0-9+/]*(?:[a-z][A-Z]|[0-9])[A-Za-z0-9+/]*=*)`, // not two words of a sentence
			// A field of a form or of a URL, also of one that is itself in a URL.
			`((?:[?&#;]|%3f|%26|%23)(?:key|code|auth|sig|pass|pwd)(?:=|%3d))[^\s&#"'<>@]{6,}`,
			`((?:^|[?&#;\s]|%3f|%26|%23)[\w.-]*(?:` + named + `)(?:=|%3d))[^\s&#"'<>@]+`,
			// JSON that is cut, or not quite JSON.
			`(\\*["'][\w.-]*(?:` + named + `|authorization|cookie)[\w.-]*\\*["']\s*:\s*\\*["'])(?:[^"'\\]|\\+[^"'\\])+`,
			// A header.
			`(\b(?:authorization\s*:\s*(?:[a-z]+\s+)?|set-cookie\s*:\s*|cookie\s*:\s*[\w.-]+=|x-[\w-]*(?:` + named + `)\s*:\s*))[^\r\n]+`,
		}, "|")),
		login: regexp.MustCompile(`(://[^/\s:@"'<>]{0,100}:)[^/\s"'<>]+(@)`),
	}
}

// named ends the name of what is secret.
const named = `token|secret|password|passwd|passphrase|api[_-]?key|access[_-]?key|private[_-]?key|signing[_-]?key|signature|credentials?`

// Text returns a text without what has the form of a secret, or is one of ours.
func (m *Masker) Text(s string) string {
	s = relay.Scrub(s, m.own...)
	if len(s) < 20 && !strings.ContainsAny(s, " -:=_") {
		return s // nothing of these fits, and JSON may have very many such
	}
	// The expressions are slow, and most of what people write holds none of what each of
	// them needs.
	if containsAny(s, "eyJ", "xox", "k-", "k_", "gh", "AKIA", ":", "PRIVATE KEY", "whsec_") {
		s = m.formed.ReplaceAllString(s, hidden)
	}
	if strings.Contains(s, "://") {
		s = m.login.ReplaceAllString(s, "${1}"+hidden+"${2}")
	}
	if containsAny(s, "=", ":") || containsAny(strings.ToLower(s), "bearer", "basic", "hooks.slack", "discord", "%3d") {
		s = m.carried.ReplaceAllString(s, "${1}${2}${3}${4}${5}${6}"+hidden) // one of these at a time
	}
	return s
}

func containsAny(s string, parts ...string) bool {
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(s, part) })
}

// Value returns the text that a key has, without what may be secret.
func (m *Masker) Value(key, s string) string {
	if s != "" && secretive(key) {
		return hidden
	}
	return m.Text(s)
}

// longestKey is how many bytes of a key are looked at.
const longestKey = 200

// secretive reports whether what a key of this name holds may be secret: it has one
// of the words for that in its name.
func secretive(key string) bool {
	key = Head(key, longestKey) // it is asked for each value that the key has
	plain := strings.Map(func(r rune) rune {
		switch {
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			return r
		}
		return -1
	}, key)
	words := []string{
		"token", "secret", "password", "passwd", "passphrase", "authorization", "apikey", "accesskey", "privatekey", "signingkey",
		"signkey", "encryptionkey", "signature", "credential", "cookie", "bearer", "hmac",
	}
	whole := []string{"auth", "pwd", "pass", "pin", "otp", "cvv", "cvc", "jwt", "sig"}
	return slices.Contains(whole, plain) || slices.ContainsFunc(words, func(w string) bool { return strings.Contains(plain, w) })
}

// Event returns an event whose facts hold nothing that may be secret. What people
// said to each other is theirs, but for secrets of ours.
func (m *Masker) Event(from *relay.Event) *relay.Event {
	e := *from
	details := slices.Clone(e.Details)
	for i, d := range details {
		details[i].Text = m.Value(d.Label, d.Text)
	}
	e.Details = details
	e.PageURL = m.Text(e.PageURL)
	for _, name := range []*string{&e.Contact.Name, &e.Contact.Email, &e.Contact.Phone, &e.Contact.Handle, &e.Scheduled} {
		*name = m.Text(*name)
	}
	for _, text := range []*string{&e.Text, &e.Answer, &e.Subject} {
		*text = relay.Scrub(*text, m.own...)
	}
	turns := slices.Clone(e.Transcript)
	for i := range turns {
		turns[i].Text = relay.Scrub(turns[i].Text, m.own...)
	}
	e.Transcript = turns
	return &e
}

// Record returns a record whose event, and the reasons for which its deliveries failed,
// hold nothing that may be secret. Its payload is as it was: see JSON.
func (m *Masker) Record(from *queue.Record) *queue.Record {
	r := queue.Record{Event: *m.Event(&from.Event), Deliveries: slices.Clone(from.Deliveries)}
	for i := range r.Deliveries {
		d := &r.Deliveries[i]
		d.Reason = m.Text(d.Reason)
		d.Attempts = slices.Clone(d.Attempts)
		for j := range d.Attempts {
			d.Attempts[j].Reason = m.Text(d.Attempts[j].Reason)
		}
	}
	return &r
}
