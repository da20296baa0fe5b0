// Package look shows a message as it looks in its app, on any page of the admin side:
// in a shadow root, so that the app's style and the page's do not meet, with what the
// platform's API is told below it. Who makes it look like that is left to others.
package look

import (
	"bytes"
	"embed"
	"encoding/json"
	"html/template"

	"botrelay/relay/wording"
)

//go:embed look.html look.css look.js
var files embed.FS

// Files are a template "look" for pages, which wants a Shown; and look.css and look.js,
// which a page that uses it names among its styles and scripts.
func Files() embed.FS { return files }

// Look is a message on a sink.
type Look struct {
	Sink     string `json:"sink"` // its name; of a stand-in, the platform's
	Platform string `json:"platform"`
	Route    string `json:"route,omitempty"` // empty: no route sends it there
	// Place says where it goes, as far as that is known: "#sales", "chat -100123".
	Place   string `json:"place"`
	StandIn bool   `json:"stand_in"` // no sink of the platform gets it: so it would look on one
	// What the API is told: a secret in URL is ***, and Body is JSON.
	Method string          `json:"method"`
	URL    string          `json:"url"`
	Body   json.RawMessage `json:"body"`
	// Refused is why the platform would not take it; empty if it would.
	Refused string `json:"refused,omitempty"`

	// HTML is the message, for the inside of a shadow root, and made harmless by who made
	// it; empty if it is refused. Styles are the names of the assets that it wants.
	HTML   template.HTML `json:"-"`
	Styles []string      `json:"-"`
}

// Title is the platform as the company writes it.
func (l Look) Title() string { return wording.Platform(l.Platform) }

// Payload is Body, to be read.
func (l Look) Payload() string {
	var b bytes.Buffer
	if json.Indent(&b, l.Body, "", "  ") != nil {
		return string(l.Body)
	}
	return b.String()
}

// Shown is a Look on a page.
type Shown struct {
	Look

	Root string // as a page's Sheet has it
}

// On returns a Look for a page whose Sheet has this root, in the page's template:
// {{template "look" (.On $.Root)}}.
func (l Look) On(root string) Shown { return Shown{l, root} }
