package sandbox

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
)

// messageStyles are the sheets that a message needs, wherever it is shown, in the
// order in which they count.
func messageStyles() []string {
	return []string{"message.css", "slack.css", "discord.css", "telegram.css"}
}

// FragmentStyles returns the names of the style sheets that a Fragment needs, in the
// order in which they count. They are files of Styles.
func FragmentStyles() []string { return append(messageStyles(), "alone.css") }

//go:embed assets/message.css assets/slack.css assets/discord.css assets/telegram.css assets/alone.css
var fragmentStyles embed.FS

// Styles returns the files of FragmentStyles.
func Styles() (fs.FS, error) { return fs.Sub(fragmentStyles, "assets") }

// Fragment returns one message as the app shows it, for a page that is not the
// sandbox's: HTML for the inside of a shadow root of its own, together with links to
// FragmentStyles, so that neither's styles and IDs reach the other. Nothing that was
// sent is markup in it; it has no script and no inline style.
func (s *Sandbox) Fragment(m Message) (template.HTML, error) {
	pages, err := templates()
	if err != nil {
		return "", fmt.Errorf("rendering a message: %w", err)
	}
	v := s.show(m)
	v.Raw = "" // who shows it elsewhere tells of the request too
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, "fragment", column{Platform: m.Platform, Groups: []group{{v.Group, v.Label, []shown{v}}}}); err != nil {
		return "", fmt.Errorf("rendering a message: %w", err)
	}
	return template.HTML(b.String()), nil //nolint:gosec // it was escaped by the template
}
