package main

import (
	"strings"
	"testing"

	"botrelay/relay/browsertest"
	"botrelay/sinks/sandbox"

	"github.com/chromedp/chromedp"
)

// TestBrowserEvents: what comes in is seen at once, is found by what one remembers of
// it, and leads to all that is known of it; how its message looks stands there too.
func TestBrowserEvents(t *testing.T) {
	h := newPageHouse(t, ownAddress)
	h.visit("events")
	h.Until(t, `document.body.innerText.includes("Nothing has come in yet.")`)
	h.good()
	browsertest.Eval[bool](t, h.Browser, `window.before = true`)
	h.lead("Mira Holm", "Twelve tables, please.")
	h.Until(t, `window.before && document.querySelectorAll(".events li").length === 1 && document.body.innerText.includes("✓ sales") && document.body.innerText.includes("✓ night")`)
	row := browsertest.Eval[string](t, h.Browser, `document.querySelector(".events li").id`)
	h.lead(hostileName, strings.Repeat("wide ", 500)+strings.Repeat("W", 5000))
	h.Until(t, `document.querySelectorAll(".events li").length === 2 && document.querySelector(".events li").classList.contains("fresh")`)
	if same := browsertest.Eval[bool](t, h.Browser, `document.querySelectorAll(".events li")[1].id === "`+row+`"`); !same {
		t.Error("the former row is another one")
	}
	h.good()

	browsertest.Eval[bool](t, h.Browser, `document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "/", bubbles: true, cancelable: true})) || true`)
	h.Run(t, chromedp.KeyEvent("holm"))
	h.Until(t, `document.activeElement.name === "q" && document.activeElement.value === "holm"`)
	h.lead("Somebody", "else")
	h.Until(t, `document.querySelectorAll(".events li").length === 3 && document.querySelector("[name=q]").value === "holm"`)
	h.click("#asking button.primary")
	h.Until(t, `location.search === "?q=holm" && document.querySelectorAll(".events li").length === 1 && document.querySelector(".chip").innerText.includes("holm")`)
	h.good()
	h.click(".events .name a")
	h.Until(t, `document.querySelector("h1").textContent === "Mira Holm" && document.body.innerText.includes("Twelve tables, please.")`)
	h.Until(t, `[...document.querySelectorAll("details")].every((d) => (d.open = true))`)
	h.Until(t, `[...document.querySelectorAll(".app")].filter((e) => e.shadowRoot?.textContent.includes("Mira Holm")).length === 2`)
	h.Until(t, `[...document.querySelectorAll(".app")].every((e) => [...e.shadowRoot.styleSheets].length > 1)`)
	h.good()
	h.Run(t, chromedp.Navigate(h.pages+"events/"+strings.TrimPrefix(row, "e-")))
	link := browsertest.Eval[string](t, h.Browser, `document.querySelector(".looking a").href`)
	h.Run(t, chromedp.Navigate(link))
	h.Until(t, `document.querySelector(".app")?.shadowRoot?.textContent.includes("Mira Holm")`)
	h.good()
	h.calmly()
}

// TestBrowserSearchKey: one key leads from any page to the search, unless the reader types.
func TestBrowserSearchKey(t *testing.T) {
	h := newPageHouse(t, ownAddress)
	const press = `document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "/", bubbles: true, cancelable: true}))`
	for _, page := range []string{"", "dead", "routes", "setup", "playground"} {
		h.visit(page)
		h.Until(t, `document.activeElement === document.body && document.querySelector(".keys").innerText === "/ search" && getComputedStyle(document.querySelector(".keys")).visibility === "visible"`)
		browsertest.Eval[bool](t, h.Browser, press)
		h.Until(t, `location.pathname.endsWith("/events") && document.activeElement.id === "search"`)
	}
	h.visit("playground")
	h.Run(t, chromedp.Click("textarea"))
	if passed := browsertest.Eval[bool](t, h.Browser, press); !passed {
		t.Error("who types a / does not get it")
	}
	h.Until(t, `location.pathname.endsWith("/playground") && getComputedStyle(document.querySelector(".keys")).visibility === "hidden"`)
	h.good()
	h.calmly()
}

// TestBrowserHostileEvent: whatever a stranger wrote stays in its place.
func TestBrowserHostileEvent(t *testing.T) {
	h := newPageHouse(t, ownAddress)
	for _, evil := range []string{hostileName, strings.Repeat("W", 100_000), "\u202egnirts\u2067נص عربي" + strings.Repeat("e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301", 200), "javascript:alert(1)", strings.Repeat("👩‍👩‍👧‍👦", 300)} {
		h.lead(evil, evil+"\n\n"+evil)
	}
	h.visit("events")
	h.Until(t, `document.querySelectorAll(".events li").length === 5`)
	h.good()
	for _, page := range browsertest.Eval[[]string](t, h.Browser, `[...document.querySelectorAll(".events .name a")].map((a) => a.getAttribute("href").replace("./", ""))`) {
		h.visit(page)
		h.Until(t, `[...document.querySelectorAll("details")].every((d) => (d.open = true))`)
		h.Until(t, `document.querySelectorAll(".app").length === 2`)
		h.good()
		h.Fits(t, "main, .card, #payload .code, .events, .delivery, dd, blockquote")
		if links := browsertest.Eval[[]string](t, h.Browser, `[...document.querySelectorAll("a")].map((a) => a.href).filter((h) => !/^(https?|mailto|tel):/.test(h))`); len(links) > 0 {
			t.Errorf("links to %q", links)
		}
		if n := browsertest.Eval[int](t, h.Browser, `document.querySelectorAll("main script, main img, main iframe, main style, main [style], main [onerror]").length`); n > 0 {
			t.Errorf("%d elements that an event made", n)
		}
	}
	h.calmly()
}

// TestBrowserReplay: what is dead is delivered again by one button, and what has
// arrived by a second one; the page follows until it has arrived.
func TestBrowserReplay(t *testing.T) {
	h := newPageHouse(t, ownAddress)
	h.refuse.Store(true)
	h.lead("Mira Holm", "Twelve tables, please.")
	h.visit("events?status=dead")
	h.Until(t, `document.body.innerText.includes("✗ sales dead")`)
	h.click(".events .name a")
	h.Until(t, `document.body.innerText.includes("✗ dead") && document.body.innerText.includes("invalid_blocks") && document.body.innerText.includes("✓ sent")`)
	h.good()
	h.refuse.Store(false)
	h.click("#again button.primary")
	h.Until(t, `document.body.innerText.includes("Owed again to sales.") && document.body.innerText.includes("↻ replayed")`)
	h.Until(t, `document.querySelectorAll(".delivery .badge.good").length === 2`)
	h.good()
	if n := len(h.arrived(sandbox.Telegram)); n != 1 {
		t.Errorf("%d messages in Telegram", n)
	}
	h.Run(t, chromedp.Click("#elsewhere summary"))
	h.Until(t, `document.getElementById("to-sales")`) // it has arrived since the page was opened
	h.click(`#to-night button`)
	h.Until(t, `document.body.innerText.includes("Owed again to night.") && document.querySelectorAll(".delivery .badge.good").length === 3`)
	if n := len(h.arrived(sandbox.Telegram)); n != 2 {
		t.Errorf("%d messages in Telegram", n)
	}
	h.calmly()
}

// TestBrowserZone: times are asked for in the reader's zone, and nothing else stands in
// the address but what was asked for.
func TestBrowserZone(t *testing.T) {
	h := newPageHouse(t, ownAddress)
	h.lead("Mira Holm", "now")
	h.visit("events")
	h.Run(t, chromedp.Click(".more summary"))
	mine := browsertest.Eval[string](t, h.Browser, `Intl.DateTimeFormat().resolvedOptions().timeZone`)
	h.Until(t, `document.querySelector(".zone").textContent === "`+mine+`"`)
	browsertest.Eval[bool](t, h.Browser, `{
		const at = (h) => { const d = new Date(Date.now() + h * 3600e3); return new Date(d - d.getTimezoneOffset() * 60e3).toISOString().slice(0, 16); };
		document.querySelector("[name=from]").value = at(-1);
		document.querySelector("[name=to]").value = at(1);
		true }`)
	h.click("#asking button.primary")
	h.Until(t, `/^\?from=[^&]*&to=[^&]*&zone=[^&]*$/.test(location.search) && document.querySelectorAll(".events li").length === 1 && document.querySelectorAll(".chip").length === 2`)
	h.good()
	h.click(".chip")
	h.Until(t, `/^\?to=[^&]*&zone=[^&]*$/.test(location.search) && document.querySelectorAll(".events li").length === 1`)
	h.click(".chip")
	h.Until(t, `location.search === ""`)
	h.calmly()
}
