package main

import (
	"testing"

	"botrelay/sinks/sandbox"
)

// TestBrowserTryNow: a sink that is held says when it is tried next, and is tried when
// somebody asks for it, on each page that tells of it; what comes of that is told there.
func TestBrowserTryNow(t *testing.T) {
	h := newPageHouse(t, ownAddress)
	h.shut.Store(true)
	h.visit("")
	h.lead(hostileName, "first")
	h.lead("Mira", "second")
	h.Until(t, `document.querySelector("h1").innerText.includes("sales is held") && /Next try in \d+s, at /.test(document.querySelector("#try-sales").innerText)`)
	h.good()
	for path, tells := range map[string]string{"": "#lane-sales", "dead": "#lane-sales"} {
		h.visit(path)
		h.click("#try-sales button")
		h.Until(t, `location.pathname.endsWith("/`+path+`") && document.querySelector("`+tells+`").innerText.includes("It did not get through, as before.") && document.querySelector("#try-sales button")`)
		h.good()
	}
	h.visit("events")
	h.click(`p.name a`)
	h.shut.Store(false)
	h.click("#try-sales button")
	h.Until(t, `location.pathname.includes("/events/") && document.body.innerText.includes("arrived") && !document.querySelector("#try-sales button")`)
	h.good()
	h.visit("")
	h.Until(t, `document.querySelector("#try-sales").innerText.includes("It got through.") && document.querySelector("#lane-sales").innerText.includes("all sent")`)
	h.good()
	if got := h.arrived(sandbox.Slack); len(got) == 0 || len(got) > 2 {
		t.Errorf("%d messages have arrived", len(got))
	}
	h.calmly()
}
