package main

import (
	"strings"
	"testing"

	"botrelay/relay/browsertest"

	"github.com/chromedp/chromedp"
)

// TestPlaygroundMessage: the default message of the event's kind is put into the copy as
// templates, once, and changes how it looks as soon as it is changed; what an API is told
// can be copied; and the address leads to the sample that was chosen.
func TestPlaygroundMessage(t *testing.T) {
	p := startHunted(t)
	b := browsertest.New(t)
	b.Run(t, chromedp.Navigate(p.admin+"/playground"))
	b.Until(t, inApp("slack")+`?.includes("New lead: Mira Holm")`)
	b.Until(t, `document.getElementById("starter").value === "lead" && document.getElementById("clock").textContent.includes("Europe/Berlin")`)
	before := browsertest.Eval[string](t, b, `window.before = document.getElementById("routes").value`)
	b.Run(t, chromedp.Click("#insert"))
	b.Until(t, `document.getElementById("verdict").textContent === "It goes to sales." && !document.getElementById("edited").hidden`)
	b.Until(t, inApp("slack")+`?.includes("New lead: Mira Holm")`)
	after := browsertest.Eval[string](t, b, `document.getElementById("routes").value`)
	if !strings.HasPrefix(after, before) || strings.Count(after, "\n[messages.lead]") != 1 {
		t.Errorf("the copy is now\n%s", after)
	}
	b.Run(t, chromedp.Click("#insert"))
	b.Until(t, `document.getElementById("inserted").textContent.includes("already")`)
	if again := browsertest.Eval[string](t, b, `document.getElementById("routes").value`); again != after {
		t.Errorf("it was put there once more:\n%s", again)
	}
	browsertest.Eval[bool](t, b, `(() => { const e = document.getElementById("routes"); e.value = e.value.replace("New lead: ", "Fresh lead: "); e.dispatchEvent(new Event("input", {bubbles: true})); return true })()`)
	for _, platform := range []string{"slack", "discord", "telegram"} {
		b.Until(t, inApp(platform)+`?.includes("Fresh lead: Mira Holm")`)
	}
	// Among other messages it stands below them, and above what follows.
	browsertest.Eval[bool](t, b, `(() => { const e = document.getElementById("routes"); e.value = "[messages.lead]\ntitle = 'x'\n\n" + window.before; document.getElementById("starter").value = "chat"; return true })()`)
	b.Run(t, chromedp.Click("#insert"))
	b.Until(t, `/^\[messages\.lead\]\ntitle = 'x'\n\n\[messages\.chat\][^]*'''\n\n\[server\]/.test(document.getElementById("routes").value.replace(/\n{3,}/g, "\n\n"))`)

	browsertest.Eval[bool](t, b, `(window.copied = "", navigator.clipboard.writeText = async (text) => { window.copied = text }, document.querySelector(".look details").open = true)`)
	b.Run(t, chromedp.Click(".look .copies"))
	b.Until(t, `JSON.parse(window.copied).channel === "#sales"`)
	b.Run(t, chromedp.Click("#take"))
	b.Until(t, `window.copied === document.getElementById("routes").value && window.copied.includes("[messages.chat]")`)
	goodFor(t, b)

	browsertest.Eval[bool](t, b, `(() => { const e = document.getElementById("from"); e.value = "sample=whatsapp&source=support"; e.dispatchEvent(new Event("input", {bubbles: true})); return true })()`)
	b.Until(t, `location.search === "?sample=whatsapp&source=support"`)
	b.Run(t, chromedp.Reload())
	b.Until(t, `document.getElementById("from")?.value === "sample=whatsapp&source=support"`)
	b.Calm(t, p.admin)
}
