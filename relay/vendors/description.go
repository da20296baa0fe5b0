package vendors

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"botrelay/relay"
	"botrelay/relay/glob"
)

// Description is a vendor that is described, not programmed: a table
// [vendors.NAME] of routes.toml.
type Description struct {
	// Signature is how the vendor signs: one HMAC, whose signature_key may come
	// several times.
	Signature Scheme     `toml:"signature,required" doc:"How it signs."`
	Event     EventPaths `toml:"event" doc:"Where an event's values are: a path such as contact.name, header:NAME, or a list of them, of which the first counts that is there."`
	// Kinds are pairs of a pattern for the event type and the kind that it
	// means; the first pattern that matches counts. What none matches is other.
	Kinds     [][2]string    `toml:"kinds" as:"kind" example:"lead" doc:"What the event types mean, by patterns; the first that matches counts."`
	Reply     DescribedReply `toml:"reply" doc:"What it wants to hear."`
	Handshake Handshake      `toml:"handshake" doc:"How it tries an address before it sends events there."`
}

// EventPaths says where an event's values are: for each a list of paths, of
// which the first counts that is there and not null, and is a text or a number.
// A path is names with dots between them, or "header:NAME". What no path takes is
// shown as a further fact.
type EventPaths struct {
	Type           []string `toml:"type,one" example:"event" doc:"The vendor's own name for what has happened."`
	ID             []string `toml:"id,one" example:"header:X-Acme-Delivery" doc:"The event's ID: with the same one it is not delivered again."`
	BotID          []string `toml:"bot_id,one" example:"bot.id" doc:"The bot."`
	Channel        []string `toml:"channel,one" example:"channel" doc:"Where the customer writes, put into lower case."`
	ConversationID []string `toml:"conversation_id,one" example:"conversation.id" doc:"The conversation."`
	Name           []string `toml:"name,one" example:"contact.name" doc:"The customer's name."`
	Email          []string `toml:"email,one" example:"contact.email" doc:"The customer's email address."`
	Phone          []string `toml:"phone,one" example:"contact.phone" doc:"The customer's phone number."`
	Handle         []string `toml:"handle,one" example:"contact.username" doc:"The customer's name or number on the channel."`
	Subject        []string `toml:"subject,one" example:"message.subject" doc:"The subject of a mail."`
	Text           []string `toml:"text,one" example:"message.text" doc:"What the customer wrote."`
	Answer         []string `toml:"answer,one" example:"reply.text" doc:"What the bot answered: Markdown."`
	Transcript     []string `toml:"transcript,one" example:"messages" doc:"A list of what was said, oldest first: objects with a role and a text."`
	PageURL        []string `toml:"page_url,one" example:"page.url" doc:"The page that the customer was on."`
	Scheduled      []string `toml:"scheduled,one" example:"appointment.time" doc:"An appointment's time, shown as it is written."`
	CreatedAt      []string `toml:"created_at,one" example:"created_at" doc:"When it happened: seconds or milliseconds since 1970, or RFC 3339."`
}

// DescribedReply is what a described vendor wants to hear.
type DescribedReply struct {
	Status  int     `toml:"status" default:"200" doc:"The status for what is accepted."`
	Body    *string `toml:"body" default:"OK" doc:"The text with it."`
	Refused int     `toml:"refused" default:"401" doc:"The status for a signature that is missing or wrong."`
}

// named is the paths of one value of an event.
type named struct {
	key   string
	paths []string
}

// all returns the paths by their keys in routes.toml, in the order in which an
// event is read.
func (p EventPaths) all() []named {
	return []named{
		{"type", p.Type},
		{"id", p.ID},
		{"bot_id", p.BotID},
		{"channel", p.Channel},
		{"conversation_id", p.ConversationID},
		{"name", p.Name},
		{"email", p.Email},
		{"phone", p.Phone},
		{"handle", p.Handle},
		{"subject", p.Subject},
		{"text", p.Text},
		{"answer", p.Answer},
		{"transcript", p.Transcript},
		{"page_url", p.PageURL},
		{"scheduled", p.Scheduled},
		{"created_at", p.CreatedAt},
	}
}

// Check returns everything that is wrong with the description. The key of a
// problem is that of the table and the one within it, as "signature.header",
// with the place behind it where it is an item of a list, as "event.bot_id.1".
func (d *Description) Check() []relay.Problem {
	var found problems
	for _, p := range d.Signature.Problems() {
		p.Key = "signature." + p.Key
		found = append(found, p)
	}
	for _, n := range d.Event.all() {
		found.bad(n.paths != nil && len(n.paths) == 0, "event."+n.key, "%q is an empty list: leave it out, or say where the value is", n.key)
		for i, text := range n.paths {
			if p, err := parsePath(text); err != nil {
				found.bad(true, "event."+n.key+"."+strconv.Itoa(i), "%q: %v", n.key, err)
			} else if p.header != "" && n.key == "transcript" {
				found.bad(true, "event."+n.key+"."+strconv.Itoa(i), "%q is a list in the JSON: no header can hold it", n.key)
			}
		}
	}
	found.kinds(d)
	found.reply(d.Reply)
	found.bad(d.Handshake.Head != 0 && !isSuccess(d.Handshake.Head), "handshake.head", `"head" wants a status from 200 to 299, got %d`, d.Handshake.Head)
	found.bad(d.Handshake.Echo != "" && !isHeaderName(d.Handshake.Echo), "handshake.echo", `"echo" wants the name of a header, such as "X-Acme-Challenge", got %q`, cut(d.Handshake.Echo, maxLabel))
	return found
}

// maxCompared is how many pairs of patterns are compared at most, so that thousands of
// them do not take minutes.
const maxCompared = 40_000

// kinds looks at the patterns.
func (ps *problems) kinds(d *Description) {
	former := make([]glob.Pattern, len(d.Kinds))
	for i, k := range d.Kinds {
		key := "kinds." + k[0]
		p, err := glob.Parse(k[0])
		ps.bad(err != nil, key, `"kinds": %q is no pattern: %v`, cut(k[0], maxLabel), err)
		ps.warn(len(d.Event.Type) == 0 && k[0] != "*", key, `"kinds" looks at the event type, and "event" does not say where that is: add type = "…"`)
		former[i] = p
		if j := slices.IndexFunc(former[:min(i, maxCompared/len(d.Kinds))], func(f glob.Pattern) bool { return err == nil && f.Contains(p) }); j >= 0 && d.Kinds[j][1] != k[1] {
			ps.warn(true, key, fmt.Sprintf(`"kinds": %q is never asked, as %q before it takes all of that, and the first that matches counts: put it first`,
				cut(k[0], maxLabel), cut(d.Kinds[j][0], maxLabel)))
		}
	}
}

func (ps *problems) reply(r DescribedReply) {
	ps.bad(r.Status != 0 && !isSuccess(r.Status), "reply.status", `"status" is the answer to what is accepted, from 200 to 299, got %d`, r.Status)
	ps.bad(r.Status == http.StatusNoContent && r.Body != nil && *r.Body != "", "reply.body", `"body" cannot go with status 204, which has none`)
	ps.bad(r.Refused != 0 && (r.Refused < 400 || r.Refused > 599), "reply.refused", `"refused" is the answer to a wrong signature, from 400 to 599, got %d`, r.Refused)
}

func isSuccess(status int) bool { return status >= 200 && status <= 299 }

// CheckSecret returns an error that does not show the secret, if it cannot be
// used as the vendor's.
func (d *Description) CheckSecret(secret relay.Secret) error {
	err := d.Signature.CheckSecret(secret)
	if err == nil {
		return nil
	}
	return fmt.Errorf(`%s, and the vendor's "secret_encoding" is %q`, strings.TrimPrefix(err.Error(), ErrNoSecret.Error()+": "), d.Signature.SecretEncoding)
}

// Describe returns the vendor that is described under a name. It fails if Check
// reports an error, and for a kind that there is not.
func Describe(name string, d Description) (*Vendor, error) {
	for _, p := range d.Check() {
		if !p.Warning {
			return nil, fmt.Errorf("vendor %s: %w", name, errors.New(p.Text))
		}
	}
	d.Signature.Repeats, d.Signature.Semicolons = true, true
	decoder, err := newDecoder(name, d)
	if err != nil {
		return nil, fmt.Errorf("vendor %s: %w", name, err)
	}
	v := &Vendor{
		Name:      name,
		Title:     name,
		Schemes:   []Scheme{d.Signature},
		Decode:    decoder.decode,
		Accepted:  Reply{http.StatusOK, "OK"},
		Refused:   Reply{http.StatusUnauthorized, `{"error":"invalid signature"}`},
		Handshake: d.Handshake,
	}
	d.answer(v)
	for _, p := range decoder.paths["type"] {
		if p.header != "" {
			v.TopicHeader = p.header
			break
		}
	}
	v.Sends = d.sends()
	v.Samples = decoder.samples()
	return v, nil
}

// answer lets the vendor be answered as it is described.
func (d *Description) answer(v *Vendor) {
	if d.Reply.Status != 0 {
		v.Accepted.Status = d.Reply.Status
	}
	if d.Reply.Refused != 0 {
		v.Refused.Status = d.Reply.Refused
	}
	switch {
	case d.Reply.Body != nil:
		v.Accepted.Body = *d.Reply.Body
	case v.Accepted.Status == http.StatusNoContent:
		v.Accepted.Body = ""
	}
}

// sends is what the description makes certain of the vendor's events.
func (d *Description) sends() Sends {
	s := Sends{Kinds: d.Kinds}
	for _, k := range []struct {
		key   string
		paths []string
	}{{"event_type", d.Event.Type}, {"channel", d.Event.Channel}, {"bot_id", d.Event.BotID}} {
		if len(k.paths) == 0 {
			s.No = append(s.No, k.key)
		}
	}
	return s
}
