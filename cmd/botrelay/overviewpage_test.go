package main

import (
	"os"
	"strings"
	"testing"

	"botrelay/relay/browsertest"

	"github.com/chromedp/chromedp"
)

// TestBrowserOverview: who has just begun is told how; what comes in is seen without
// loading the page anew; and what needs a person stands in the first sentence, with a
// link to where it is mended, as soon as it does.
func TestBrowserOverview(t *testing.T) {
	h := newPageHouse(t, ownAddress)
	h.visit("")
	h.Until(t, `document.body.innerText.includes("Three steps to the first event") && document.querySelector("h1").innerText.includes("quiet has no secret yet")`)
	h.good()
	h.lead("Mira Holm", "hello")
	h.Until(t, `document.querySelectorAll(".plot rect.k-lead").length > 0 && document.querySelector("#source-website").innerText.includes("Mira Holm") && document.querySelector("#source-website").innerText.includes("Chatbase") && document.querySelector("#lane-night").innerText.includes("Telegram, chat") && document.querySelector("#lane-night").innerText.includes("all sent")`)
	browsertest.Eval[bool](t, h.Browser, `[...document.querySelectorAll(".slot")].at(-1).querySelector("rect").dispatchEvent(new PointerEvent("pointermove", {bubbles: true, clientX: 900}))`)
	h.Until(t, `/\d\d:\d\d/.test(document.getElementById("readout").innerText) && /1 event: lead 1$/.test(document.getElementById("readout").innerText)`)
	h.Run(t, chromedp.Click(`#numbers > summary`))
	h.refuse.Store(true)
	h.lead(hostileName, "second")
	h.Until(t, `document.querySelector("#numbers").open && document.querySelector("h1").innerText.includes("1 dead letter") && document.querySelector("#numbers tbody tr:last-child td:last-child").innerText === "2"`)
	h.good()
	for _, query := range []string{"?by=source&span=1h", "?by=sink&span=7d"} {
		h.visit(query)
		h.Until(t, `document.querySelectorAll(".legend li").length > 0`)
		h.good()
	}
	h.spoil()
	h.Until(t, `document.querySelector("h1").innerText.includes("cannot be used since") && document.querySelector("#configuration .code").innerText.includes("unknown type \"slak\"")`)
	h.good()
	h.click(`h1 a[href="./dead"]`)
	h.Until(t, `location.pathname.endsWith("/dead")`)
	h.calmly()
}

// TestBrowserLost: a page that has lost touch does not go on to say how the relay does,
// until it is heard of again.
func TestBrowserLost(t *testing.T) {
	h := newPageHouse(t, strings.ReplaceAll(ownAddress, ":0", ":"+ownPort(t)))
	h.visit("")
	h.Until(t, `document.querySelector("#verdict").innerText.includes("Worth a look") && !document.querySelector("#verdict").innerText.includes("lost touch")`)
	h.relay.stop(t)
	h.Until(t, `document.querySelector("#verdict").innerText.includes("lost touch with the relay") && !document.querySelector("#verdict").innerText.includes("Worth a look")`)
	h.good()
	h.start()
	h.Until(t, `document.querySelector("#verdict").innerText.includes("Worth a look") && !document.querySelector("#verdict").innerText.includes("lost touch")`)
}

func ownPort(t *testing.T) string {
	t.Helper()
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// spoil lets the routes file be one that cannot be used.
func (h *pageHouse) spoil() {
	h.t.Helper()
	f, err := os.OpenFile(h.routes, os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteString("\n[sinks.new]\ntype = \"slak\"\n")
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		h.t.Fatal(err)
	}
}
