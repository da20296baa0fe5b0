package browsertest

import (
	_ "embed"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

//go:embed accessible.js
var accessible string

// Accessible fails the test if the page keeps people out who cannot see it, or not
// well, or who have no mouse, as far as a program can tell.
func (b *Browser) Accessible(t *testing.T) {
	t.Helper()
	for _, fault := range Eval[[]string](t, b, accessible) {
		t.Errorf("%s: %s", Eval[string](t, b, "location.pathname"), fault)
	}
}

// Theme lets the page be that of a reader who prefers "light" or "dark".
func (b *Browser) Theme(t *testing.T, theme string) {
	t.Helper()
	Command(t, b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}},
	})
}

// Size gives the window a size, in pixels.
func (b *Browser) Size(t *testing.T, width, height int) {
	t.Helper()
	b.Run(t, chromedp.EmulateViewport(int64(width), int64(height)))
}
