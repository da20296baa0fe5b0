package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"botrelay/relay/browsertest"
	"botrelay/sinks/sandbox"

	"github.com/chromedp/chromedp"
)

// pageHouse is a relay in a process of its own, the platforms' stand-in behind it, and
// a browser before its pages.
type pageHouse struct {
	*browsertest.Browser

	t      *testing.T
	relay  *relayProcess
	routes string // its routes file
	env    []string
	vendor *vendor
	box    *sandbox.Sandbox
	refuse atomic.Bool // the stand-in refuses every message of the sink sales
	shut   atomic.Bool // and there is no such channel
	pages  string      // where they are, with a slash at the end
}

// pageRoutes are those of the house. SHARED stands for where the admin side is.
const pageRoutes = `
[server]
listen = "127.0.0.1:PORT"
SHARED

[store]
url = "sqlite:FOLDER/botrelay.db"

[sources.website]
vendor = "chatbase"
secret = "` + leadSecret + `"

[sources.quiet]
vendor = "newoaks"
pending = true

[sinks.sales]
type = "slack"
token = "xoxb-sales"
channel = "#sales"
api_url = "${SANDBOX}"
rate = "1000/1s"

[sinks.night]
type = "telegram"
token = "123456789:AADemoDemoDemoDemoDemoDemoDemoDemoDe"
chat_id = -1001234567890
api_url = "${SANDBOX}"
rate = "1000/1s"

[[routes]]
name = "leads <b>"
match = { kind = "lead" }
to = ["sales", "night"]
`

const ownAddress = `admin_listen = "127.0.0.1:0"`

// newPageHouse starts all of it. shared is how the admin side is reached.
func newPageHouse(t *testing.T, shared string) *pageHouse {
	t.Helper()
	h := &pageHouse{Browser: browsertest.New(t), t: t, vendor: newVendor(t), box: sandbox.New(sandbox.Config{})}
	t.Cleanup(h.box.Close)
	h.box.Fail(func(r *http.Request) *sandbox.Response {
		if h.shut.Load() && strings.HasSuffix(r.URL.Path, "/chat.postMessage") {
			return &sandbox.Response{Header: http.Header{"Content-Type": {"application/json"}}, Body: `{"ok":false,"error":"channel_not_found"}`}
		}
		if h.refuse.Load() && strings.HasSuffix(r.URL.Path, "/chat.postMessage") {
			return &sandbox.Response{Header: http.Header{"Content-Type": {"application/json"}}, Body: `{"ok":false,"error":"invalid_blocks"}`}
		}
		return nil
	})
	server := httptest.NewServer(h.box)
	t.Cleanup(server.Close)
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("PORT", port, "SHARED", strings.ReplaceAll(shared, "PORT", port)).Replace(pageRoutes)
	h.routes, h.env = writeRoutes(t, text), []string{"SANDBOX=" + server.URL}
	h.start()
	return h
}

// start starts the relay, again if it was stopped.
func (h *pageHouse) start() {
	h.t.Helper()
	h.relay = startRelay(h.t, h.routes, h.env)
	h.relay.mu.Lock()
	defer h.relay.mu.Unlock()
	for _, line := range h.relay.lines {
		if m := regexp.MustCompile(`"botrelay is ready".*"admin":"([^"]+)"`).FindStringSubmatch(line); m != nil {
			h.pages = m[1]
		}
	}
}

// lead lets a lead come in.
func (h *pageHouse) lead(name, text string) {
	h.t.Helper()
	body, err := json.Marshal(map[string]any{"eventType": "leads.submit", "chatbotId": "bot_flora", "payload": map[string]any{
		"conversationId": fmt.Sprint("c", time.Now().UnixNano()), "customerName": name, "customerEmail": "a@example.com", "message": text,
	}})
	if err != nil {
		h.t.Fatal(err)
	}
	status, _, err := h.vendor.post(h.t.Context(), h.relay.url, "website", body)
	if err != nil || status != http.StatusOK {
		h.t.Fatalf("the relay answered %d, %v", status, err)
	}
}

// visit opens a page of the relay and waits until it follows what happens.
func (h *pageHouse) visit(path string) {
	h.t.Helper()
	h.Run(h.t, chromedp.Navigate(h.pages+path))
	h.Until(h.t, `document.readyState === "complete" && (!("live" in document.body.dataset) || document.getElementById("state").textContent === "live" && !document.getElementById("state").hidden)`)
}

// good fails the test if the page is not what everybody can use, in any theme and on
// any screen.
func (h *pageHouse) good() {
	h.t.Helper()
	for _, theme := range []string{"light", "dark"} {
		h.Theme(h.t, theme)
		h.Accessible(h.t)
	}
	for _, width := range []int{1300, 390} {
		h.Size(h.t, width, 900)
		h.Fits(h.t, "main, .card, .top")
	}
	h.Size(h.t, 1300, 900)
	h.Theme(h.t, "light")
}

// calmly fails the test if the page complained, or asked anything of anybody else.
func (h *pageHouse) calmly() {
	h.t.Helper()
	address := strings.TrimSuffix(h.pages, "/")
	h.Calm(h.t, address)
}

// click clicks what a selector finds, and waits for the next page.
func (h *pageHouse) click(selector string) {
	h.t.Helper()
	browsertest.Eval[bool](h.t, h.Browser, `window.before = true`)
	h.Run(h.t, chromedp.Click(selector))
	h.Until(h.t, `!window.before && document.readyState === "complete"`)
}

const hostileName = `<script>document.title='owned'</script><img src=x onerror=alert(1)>"'` + "\u202e\u0000\u200b" + `&amp;`

// TestBrowserDead: a lead that died is found with what it means and what to do, and
// arrives once the cause is mended and it is replayed; what comes meanwhile is seen
// without loading the page anew.
func TestBrowserDead(t *testing.T) {
	h := newPageHouse(t, ownAddress)
	h.visit("dead")
	h.Until(t, `document.body.innerText.includes("Everything has arrived")`)
	h.good()
	h.refuse.Store(true)
	h.lead(hostileName, strings.Repeat("wide ", 500)+strings.Repeat("W", 5000))
	h.lead("Mira", "second")
	h.Until(t, `document.body.innerText.includes("2 dead letters") && document.body.innerText.includes("invalid_blocks") && document.body.innerText.includes("What to do:")`)
	h.Until(t, `document.title.startsWith("(2)")`)
	h.good()
	h.click(`a[href*="dead/group"]`)
	h.Until(t, `document.querySelectorAll("input[name=event]").length === 2 && document.body.innerText.includes("<script>")`)
	h.good()
	h.Run(t, chromedp.Click(`input[name=event]`))
	h.click(`button[value=discard]`)
	h.Until(t, `document.querySelector("h1").textContent === "Discard?" && document.activeElement.textContent === "Keep them"`)
	h.good()
	h.click(`form a.button`)
	h.refuse.Store(false)
	h.visit("dead")
	h.click(`a.button.primary`)
	h.Until(t, `document.querySelector("h1").textContent === "Replay?"`)
	h.good()
	h.click(`button.primary`)
	h.Until(t, `document.body.innerText.includes("2 deliveries owed again: sales 2") && document.body.innerText.includes("Everything has arrived")`)
	h.good()
	for end := time.Now().Add(browsertest.Patience); len(h.arrived(sandbox.Slack)) < 2; {
		if time.Now().After(end) {
			t.Fatalf("%d messages have arrived", len(h.arrived(sandbox.Slack)))
		}
		h.Until(t, `true`)
	}
	h.calmly()
}

// arrived returns the messages that a platform has.
func (h *pageHouse) arrived(p sandbox.Platform) (found []sandbox.Message) {
	for _, m := range h.box.Messages() {
		if m.Platform == p {
			found = append(found, m)
		}
	}
	return found
}

// TestBrowserRoutes: the picture counts what went by, fits every screen, and shows the
// ways of the box that is pointed at, has the focus, or is touched; with what it takes, in
// words.
func TestBrowserRoutes(t *testing.T) {
	h := newPageHouse(t, ownAddress)
	h.visit("routes")
	h.lead(hostileName, "x")
	h.Until(t, `document.querySelectorAll(".wide .lines .used").length === 3`)
	browsertest.Eval[bool](t, h.Browser, `document.querySelector(".wide [data-box='t-night'] rect").dispatchEvent(new MouseEvent("mouseover", {bubbles: true}))`)
	h.Until(t, `document.querySelectorAll(".wide .lines .on").length === 3 && !document.querySelector(".wide [data-box='t-sales']").classList.contains("on") && document.querySelector(".wide [data-box='s-website']").classList.contains("on")`)
	h.Until(t, `document.getElementById("told").textContent === "Sink night (Telegram): 1 delivery"`)
	browsertest.Eval[bool](t, h.Browser, `document.body.dispatchEvent(new MouseEvent("mouseover", {bubbles: true}))`)
	h.Until(t, `document.getElementById("told").textContent.startsWith("Counted over")`)
	for i, name := range []string{"wide", "medium", "narrow"} {
		h.Size(t, []int{1300, 820, 390}[i], 900)
		h.Until(t, `[...document.querySelectorAll(".picture svg")].filter((s) => s.getBoundingClientRect().width > 0).map((s) => s.className.baseVal).join() === "`+name+`"`)
		h.Fits(t, "main, .card, .picture")
		h.Until(t, `[...document.querySelectorAll(".`+name+` text")].every((x) => x.getBoundingClientRect().right <= document.querySelector(".picture").getBoundingClientRect().right && parseFloat(getComputedStyle(x).fontSize) * x.getScreenCTM().a >= 11)`)
	}
	browsertest.Eval[bool](t, h.Browser, `(document.querySelector(".head a:last-child").focus(), true)`)
	h.Run(t, chromedp.KeyEvent("\t\t\t")) // two sources, and the route
	h.Until(t, `document.activeElement.dataset.box === "r-1"`)
	h.Until(t, `document.getElementById("told").textContent.startsWith("Route 1, leads <b>, takes kind is lead → sales and night: 2 deliveries") && document.querySelector(".narrow [data-box='s-website']").classList.contains("on")`)
	browsertest.Eval[bool](t, h.Browser, `(() => { const b = document.querySelector(".narrow [data-box='s-website']"); b.dispatchEvent(new PointerEvent("pointerdown", {bubbles: true, pointerType: "touch"})); return !b.dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true})); })() || undefined()`)
	h.Until(t, `document.getElementById("told").textContent === "Source website (Chatbase): 1 event" && location.pathname === "/routes"`)
	h.click(`.narrow [data-box='s-website']`)
	h.Until(t, `location.pathname === "/events" && location.search === "?source=website&time=24h"`)
	h.visit("routes")
	h.good()
	h.calmly()
}

// TestBrowserLogin: on the address that the world can reach the pages are below
// /admin/, and open by the token alone, until one signs out.
func TestBrowserLogin(t *testing.T) {
	const token = "correct-horse-battery-staple"
	h := newPageHouse(t, "admin_listen = \"127.0.0.1:PORT\"\nadmin_token = \""+token+"\"")
	if !strings.HasSuffix(h.pages, "/admin/") {
		t.Fatalf("the pages are at %s", h.pages)
	}
	h.visit("routes?span=7d")
	h.Until(t, `document.querySelector("input[name=token]") && !document.body.innerText.includes("leads <b>")`)
	h.good()
	send := func(text string) {
		h.Run(t, chromedp.SendKeys("input[name=token]", text))
		h.click("form.stack button")
	}
	send("wrong")
	h.Until(t, `document.querySelector("[role=alert]").textContent.includes("not the admin_token")`)
	h.good()
	send(token)
	h.Until(t, `location.pathname === "/admin/routes" && location.search === "?span=7d" && document.body.innerText.includes("leads <b>")`)
	if cookies := browsertest.Eval[string](t, h.Browser, "document.cookie"); cookies != "" {
		t.Errorf("a script can read the cookie: %s", cookies)
	}
	h.relay.stop(t)
	h.Until(t, `document.body.classList.contains("lost") && document.getElementById("state").textContent.includes("lost touch")`)
	h.start()
	h.Until(t, `document.getElementById("state").textContent === "live" && !document.body.classList.contains("lost")`)
	h.click("header form button")
	h.Until(t, `document.querySelector("input[name=token]") && location.pathname === "/admin/login"`)
	h.Run(t, chromedp.Navigate(h.pages+"dead"))
	h.Until(t, `document.querySelector("input[name=token]")`)
	answer, err := http.Get(h.pages + "dead") //nolint:noctx // it ends with the test's relay
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if text, _ := io.ReadAll(answer.Body); answer.StatusCode != http.StatusUnauthorized || strings.Contains(string(text), "dead") {
		t.Errorf("a stranger gets %d %s", answer.StatusCode, text)
	}
}

// TestBrowserBack: a page that the browser has kept for its back button is shown again
// only to who is still signed in.
func TestBrowserBack(t *testing.T) {
	const token = "correct-horse-battery-staple"
	h := newPageHouse(t, ownAddress+"\nadmin_token = \""+token+"\"")
	h.visit("playground")
	h.Run(t, chromedp.SendKeys("input[name=token]", token))
	h.click("form.stack button")
	back := `dispatchEvent(new PageTransitionEvent("pageshow", {persisted: true}))`
	browsertest.Eval[bool](t, h.Browser, back)
	h.Until(t, `!document.body.hidden && document.getElementById("try")`)
	browsertest.Eval[bool](t, h.Browser, `(window.before = true, fetch("logout", {method: "POST"}).then(() => `+back+`), true)`)
	h.Until(t, `!window.before && document.querySelector("input[name=token]") && location.pathname === "/login"`)
}
