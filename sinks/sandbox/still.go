package sandbox

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"slices"
)

// WritePage writes all messages as one HTML page that needs nothing else: no
// script, no other file, no network. It looks as the sandbox's own page does at
// this moment, without the platforms that have no message.
func (s *Sandbox) WritePage(w io.Writer, title string) error {
	pages, err := templates()
	if err != nil {
		return fmt.Errorf("rendering the page: %w", err)
	}
	style, hash, err := inlineStyle(append(messageStyles(), "page.css", "still.css")...)
	if err != nil {
		return fmt.Errorf("rendering the page: %w", err)
	}
	columns := slices.DeleteFunc(s.columns(s.Messages()), func(c column) bool { return len(c.Groups) == 0 })
	err = pages.ExecuteTemplate(w, "still.html", map[string]any{
		"Title": title, "Style": style, "StyleHash": hash, "Columns": columns,
	})
	if err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}

// inlineStyle returns style sheets as one, and how a page's policy names it.
func inlineStyle(names ...string) (style template.CSS, hash string, err error) {
	for _, name := range names {
		content, err := assets.ReadFile("assets/" + name)
		if err != nil {
			return "", "", err
		}
		style += template.CSS(content) // a file of ours
	}
	sum := sha256.Sum256([]byte(style))
	return style, "sha256-" + base64.StdEncoding.EncodeToString(sum[:]), nil
}
