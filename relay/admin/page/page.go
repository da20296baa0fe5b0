// Package page is what all pages of the admin side have in common: the sheet they
// are written on, with its style, its script and the way from one page to another,
// and that each of them answers programs too. What a page shows is left to the
// package of that page, and who may see it to package door.
package page

import (
	"context"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"time"
)

//go:embed assets
var assets embed.FS

// Config is what a Shell is made of.
type Config struct {
	Tabs    []Tab // in the order in which they are shown
	Version string
	// Zone is where times are told until the reader's browser tells them in its
	// own; nil: UTC.
	Zone *time.Location
	// Locked: there is a token, so a reader can sign out.
	Locked bool
	// Counts returns how many things wait for a person, by the path of the tab where
	// they are found. It is asked for each page. nil: nothing waits.
	Counts func(context.Context) map[string]int
}

// Tab is a page that can be gone to from every other.
type Tab struct {
	Path string // from the root: "events"; empty: the root itself
	Name string
}

// Shell makes pages. It may be used from several goroutines.
type Shell struct {
	cfg    Config
	base   *template.Template
	assets map[string]asset
}

// New returns a Shell without pages.
func New(cfg Config) (*Shell, error) {
	if cfg.Zone == nil {
		cfg.Zone = time.UTC
	}
	s := &Shell{cfg: cfg, assets: make(map[string]asset)}
	if err := s.Add(assets, "assets"); err != nil {
		return nil, err
	}
	base, err := template.New("base").Funcs(s.funcs()).ParseFS(assets, "assets/*.html")
	if err != nil {
		return nil, fmt.Errorf("parsing the base templates: %w", err)
	}
	s.base = base
	return s, nil
}

// Page is one page's templates.
type Page struct {
	shell   *Shell
	sheet   *template.Template
	tab     string
	styles  []string
	scripts []string
	live    bool
}

// Source is what a page is parsed from.
type Source struct {
	Files fs.FS // its *.html, and what else Styles and Scripts name
	// Content is the name of the template in Files that is this page, where they hold
	// several; empty: it is "content".
	Content string
	// Uses are what it shares with other pages: more *.html, styles and scripts.
	Uses []fs.FS
	// Tab is the path of the tab that it belongs to.
	Tab string
	// Styles and Scripts are names of files that it needs beside those of every
	// page. They are below assets/ then, so each has a name of its own.
	Styles, Scripts []string
	// Live: what has changed is put in place while a reader looks at it.
	Live bool
}

// Page parses a page. Its files define "content", and may define "title" and what
// they use themselves. Both get a Sheet.
func (s *Shell) Page(src Source) (*Page, error) {
	base, err := s.base.Clone()
	if err != nil {
		return nil, fmt.Errorf("parsing a page of %s: %w", src.Tab, err)
	}
	for _, files := range append([]fs.FS{src.Files}, src.Uses...) {
		if base, err = base.ParseFS(files, "*.html"); err != nil {
			return nil, fmt.Errorf("parsing a page of %s: %w", src.Tab, err)
		}
		if err := s.Add(files, "."); err != nil {
			return nil, err
		}
	}
	if src.Content != "" {
		if _, err := base.New("content").Parse(fmt.Sprintf("{{template %q .}}", src.Content)); err != nil {
			return nil, fmt.Errorf("parsing a page of %s: %w", src.Tab, err)
		}
	}
	return &Page{s, base, src.Tab, src.Styles, src.Scripts, src.Live}, nil
}

// Sheet is what a page's templates get.
type Sheet[V any] struct {
	View V      // what the page is about
	Root string // what stands before a path from the root: Root + "events"
}
