package main

import (
	"strings"
	"testing"

	"botrelay/relay/browsertest"
)

// TestBrowserOnDisk: who looks at the routes, or is about to edit a copy of them, is told
// that the file on disk says something else, with where and why; and may begin from that
// one too, which shows no secret.
func TestBrowserOnDisk(t *testing.T) {
	h := newPageHouse(t, ownAddress)
	h.visit("playground")
	h.Until(t, `!document.querySelector("#failure") && document.querySelectorAll("#starts a").length === 1`)
	h.spoil()
	h.visit("routes")
	h.Until(t, `document.querySelector("#ondisk .code")?.innerText.includes("unknown type \"slak\"") && document.querySelector("#ondisk").innerText.includes("cannot be used")`)
	h.good()
	h.visit("playground")
	h.Until(t, `document.querySelector("#failure[open] .code").innerText.includes("unknown type \"slak\"") && document.getElementById("verdict").textContent.includes("It goes to sales")`)
	h.good()
	h.click(`#starts a:last-child`)
	h.Until(t, `document.getElementById("routes").value.includes("slak") && document.getElementById("verdict").textContent === "This file cannot be used: 1 error." && !document.querySelector("#results .problems").innerText.includes("xoxb")`)
	if text := browsertest.Eval[string](t, h.Browser, `document.documentElement.outerHTML`); strings.Contains(text, leadSecret) || strings.Contains(text, "AADemo") {
		t.Error("a secret is on the page")
	}
	h.good()
	browsertest.Eval[bool](t, h.Browser, `(() => { const e = document.getElementById("routes"); e.value = e.value.replace("type = \"slak\"", "type = \"slack\"\ntoken = \"${T}\"\nchannel = \"#new\""); e.dispatchEvent(new Event("input", {bubbles: true})); return true })()`)
	h.Until(t, `document.getElementById("verdict").textContent.includes("It goes to sales") && !document.getElementById("edited").hidden && !document.getElementById("standing").innerText.includes("has changed since")`)
	h.spoil() // once more, in another way: the sink is there twice
	h.visitAgain(`document.getElementById("standing").innerText.includes("The file has changed since this copy was begun")`)
	h.calmly()
}

// visitAgain looks at a page as one does who comes back to its window, until it holds.
func (h *pageHouse) visitAgain(holds string) {
	h.t.Helper()
	h.Until(h.t, `(document.querySelector(".trying") || document.dispatchEvent(new Event("visibilitychange")), `+holds+`)`)
}
