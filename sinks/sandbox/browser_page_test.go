package sandbox_test

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"botrelay/relay/browsertest"
	"botrelay/sinks/sandbox"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// messages finds what must not be wider than the page.
const messages = ".scroll, .message, .bubble, .said, .embed"

// poster posts messages to a sandbox.
type poster struct {
	t       *testing.T
	address string
}

func (p poster) slack(text, thread string, loud bool) (ts string) {
	p.t.Helper()
	body := map[string]any{"channel": "#sales", "text": text, "reply_broadcast": loud}
	if thread != "" {
		body["thread_ts"] = thread
	}
	return postJSON(p.t, p.address+"/api/chat.postMessage", mustJSON(p.t, body), "Authorization", "Bearer x").field(p.t, "ts")
}

func (p poster) discord(text, answers string) (id string) {
	p.t.Helper()
	body := map[string]any{"content": text}
	if answers != "" {
		body["message_reference"] = map[string]any{"message_id": answers}
	}
	return postJSON(p.t, p.address+"/api/v10/channels/42/messages", mustJSON(p.t, body), "Authorization", "Bot x").field(p.t, "id")
}

func (p poster) telegram(text, answers string) (id string) {
	p.t.Helper()
	return postForm(p.t, p.address+"/bot1:a/sendMessage", url.Values{"chat_id": {"-5"}, "text": {text}, "reply_to_message_id": {answers}}).field(p.t, "result", "message_id")
}

// TestBrowserLive opens the page between messages: it shows those from before
// and those from after alike, groups them, counts replies, and drops what is
// deleted.
func TestBrowserLive(t *testing.T) {
	b := browsertest.New(t)
	box, server := serve(t, sandbox.Config{})
	post := poster{t, server.URL}
	root := post.slack("the root", "", false)
	first := post.discord("before", "")
	told := post.telegram("early", "")
	b.Open(t, server.URL)
	b.Until(t, `["the root", "before", "early"].every((s) => document.body.innerText.includes(s)) && document.title === "(3) botrelay sandbox"`)

	quiet := post.slack("a quiet reply", root, false)
	post.slack("a loud reply", root, true)
	post.slack("in its thread", post.slack("another", "", false), false) // below a message that goes without a name
	post.discord("after", "")
	post.discord("an answer", first)
	post.telegram("late", told)
	b.Until(t, `document.getElementById("count").textContent === "10"`)
	for what, want := range map[string]bool{
		`document.querySelector(".slack .replies").textContent === "2 replies"`:                                                   true,
		`document.querySelectorAll(".slack .messages > .message").length === 3`:                                                   true,
		`[...document.querySelectorAll(".slack .quoted")].some((q) => q.textContent === "the root")`:                              true,
		`/^Last reply today at \d+:\d\d [AP]M$/.test(document.querySelector(".slack .last").textContent)`:                         true,
		`document.querySelectorAll(".discord .message")[1].matches(".follow")`:                                                    true,
		`document.querySelectorAll(".discord .message")[2].matches(".follow")`:                                                    false,
		`document.querySelectorAll(".telegram .message")[1].matches(".follow")`:                                                   true,
		`document.querySelectorAll(".day").length === 3`:                                                                          true,
		`[...document.querySelectorAll(".scroll")].every((s) => s.scrollHeight - s.scrollTop - s.clientHeight < 2)`:               true,
		`getComputedStyle(document.querySelectorAll(".discord .message")[1].querySelector(".side .avatar")).display === "none"`:   true,
		`getComputedStyle(document.querySelectorAll(".telegram .message")[0].querySelector(".side .avatar")).display === "none"`:  true,
		`getComputedStyle(document.querySelectorAll(".telegram .message")[1].querySelector(".side .avatar")).display === "block"`: true,
		`document.querySelectorAll(".discord .message")[2].querySelector(".reply .quoted").textContent === "before"`:              true,
		`/^Today at \d\d:\d\d$/.test(document.querySelector(".discord header time").textContent)`:                                 true,
		`document.querySelectorAll(".slack .messages > .message")[2].matches(".follow")`:                                          true,
		`getComputedStyle(document.querySelector(".slack .follow .answer .avatar")).display === "block"`:                          true,
		`document.querySelector(".slack details.thread .answers").checkVisibility()`:                                              false,
		`document.querySelector(".slack details.thread summary").checkVisibility()`:                                               true,
		`document.getElementById("unit").textContent === "messages" && document.title === "(10) botrelay sandbox"`:                true,
		`document.querySelector("[data-platform=slack] .day").textContent === "Today"`:                                            true,
		`new Set([...document.querySelectorAll("[id]")].map((e) => e.id)).size === document.querySelectorAll("[id]").length`:      true,
	} {
		if got := browsertest.Eval[bool](t, b, what); got != want {
			t.Errorf("%s is %v", what, got)
		}
	}

	box.Delete(sandbox.Slack, "#sales", quiet)
	b.Until(t, `document.querySelector(".slack .replies").textContent === "1 reply" && !document.body.textContent.includes("a quiet reply")`)
	box.Delete(sandbox.Slack, "#sales", root)
	b.Until(t, `document.querySelector(".slack .gone")?.innerText.includes("This message was deleted.") && !document.body.textContent.includes("the root")`)
	box.Delete(sandbox.Discord, "42", first)
	b.Until(t, `!document.body.textContent.includes("before") && document.querySelector(".discord .reply .quoted").textContent === "Original message was deleted"`)
	if !browsertest.Eval[bool](t, b, `document.querySelector(".discord .message").matches(":not(.follow)") && document.querySelector(".discord .day") !== null`) {
		t.Error("the message after a deleted one has no name, or the day is gone")
	}
	box.Delete(sandbox.Telegram, "-5", told)
	b.Until(t, `document.querySelectorAll(".telegram .message").length === 1`)
	b.Until(t, `document.getElementById("count").textContent === "6"`)
	same(t, b, server.URL)
	b.Calm(t, server.URL)
}

// same fails the test if the page that has lived through the changes differs
// from the one that the server renders now.
func same(t *testing.T, b *browsertest.Browser, address string) {
	t.Helper()
	const shape = `JSON.stringify([...document.querySelectorAll(".day, .message, .thread, .quoted, time")].map((e) =>
		[e.tagName, [...e.classList].filter((c) => c !== "new").join(" "), e.id, e.hidden, e.children.length ? "" : e.textContent]))`
	lived := browsertest.Eval[string](t, b, shape)
	browsertest.Command(t, b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.Run(t, chromedp.Navigate(address))
	browsertest.Command(t, b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{})
	if fresh := browsertest.Eval[string](t, b, shape); fresh != lived {
		t.Errorf("the live page:\n%s\nthe server's:\n%s", lived, fresh)
	}
}

// TestBrowserScroll holds that the newest message is in sight, but for a reader
// who looks at older ones.
func TestBrowserScroll(t *testing.T) {
	b := browsertest.New(t)
	_, server := serve(t, sandbox.Config{})
	post := poster{t, server.URL}
	for i := range 60 {
		post.telegram(fmt.Sprintf("message %d", i), "")
	}
	const scroll = `document.querySelector(".telegram .scroll")`
	const below = `(` + scroll + `.scrollHeight - ` + scroll + `.scrollTop - ` + scroll + `.clientHeight)`
	b.Open(t, server.URL)
	if n := browsertest.Eval[int](t, b, below); n > 1 {
		t.Errorf("the page opens %d pixels above the newest message", n)
	}
	post.telegram("the newest", "")
	b.Until(t, `document.body.innerText.includes("the newest") && `+below+` < 2`)
	b.Run(t, chromedp.Evaluate[chromedp.Void](scroll+`.scrollTop = 100`))
	post.telegram("one more", "")
	b.Until(t, `document.body.innerText.includes("one more")`)
	if n := browsertest.Eval[int](t, b, scroll+`.scrollTop`); n != 100 {
		t.Errorf("the reader was moved from 100 to %d", n)
	}
}

// TestBrowserDays deletes the messages of a day one by one: its name goes with
// the last.
func TestBrowserDays(t *testing.T) {
	b := browsertest.New(t)
	year, month, day := time.Now().Date() // the browser's own, by which it says "Yesterday"
	now := &clock{now: time.Date(year, month, day-1, 10, 0, 0, 0, time.Local)}
	box, server := serve(t, sandbox.Config{Now: now.Now})
	post := poster{t, server.URL}
	post.discord("first day", "")
	now.move(24 * time.Hour)
	one, two := post.discord("second day", ""), post.discord("and on", "")
	b.Open(t, server.URL)
	first, second := now.Now().Local().AddDate(0, 0, -1).Format("2 January 2006"), now.Now().Local().Format("2 January 2006")
	const days = `[...document.querySelectorAll(".day, .message")].map((e) => e.matches(".day") ? e.textContent : "").join() === `
	b.Until(t, days+`"`+first+",,"+second+`,,"`)
	box.Delete(sandbox.Discord, "42", one)
	b.Until(t, days+`"`+first+",,"+second+`,"`)
	box.Delete(sandbox.Discord, "42", two)
	b.Until(t, days+`"`+first+`,"`)
	same(t, b, server.URL)
}

// TestBrowserConnection takes the server away, puts one in its place that knows
// nothing, and then another sandbox.
func TestBrowserConnection(t *testing.T) {
	b := browsertest.New(t)
	address, stop := host(t, "127.0.0.1:0", sandbox.New(sandbox.Config{}))
	b.Open(t, "http://"+address)
	poster{t, "http://" + address}.discord("of the first", "")
	b.Until(t, `document.body.innerText.includes("of the first")`)
	stop()
	const lost = `document.getElementById("state").textContent.startsWith("connection lost") && document.body.matches(".lost")`
	b.Until(t, lost)

	asked := make(chan struct{}, 100)
	_, stop = host(t, address, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		asked <- struct{}{}
	}))
	<-asked // upon such an answer a browser does not try again by itself
	b.Until(t, lost)
	stop()

	_, stop = host(t, address, sandbox.New(sandbox.Config{}))
	defer stop()
	b.Until(t, `document.getElementById("state").textContent === "live" && document.body.innerText.includes("No messages yet") && !document.body.matches(".lost")`)
	poster{t, "http://" + address}.discord("of the second", "")
	b.Until(t, `document.body.innerText.includes("of the second")`)
}

// host serves at an address until stop is called.
func host(t *testing.T, address string, handler http.Handler) (at string, stop func()) {
	t.Helper()
	listener, err := net.Listen("tcp", address) //nolint:noctx // on loopback, at once
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	return listener.Addr().String(), func() {
		if box, ok := handler.(*sandbox.Sandbox); ok {
			box.Close()
		}
		_ = server.Close()
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	}
}

// TestBrowserZone holds that a reader sees times of one zone, the own.
func TestBrowserZone(t *testing.T) {
	b := browsertest.New(t)
	at := time.Now().UTC().Truncate(time.Minute)
	_, server := serve(t, sandbox.Config{Now: func() time.Time { return at }})
	post := poster{t, server.URL}
	post.slack("one", "", false)
	post.discord("two", "")
	browsertest.Command(t, b, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Pacific/Kiritimati"}) // 14 hours ahead
	b.Open(t, server.URL)
	post.telegram("three", "")
	post.slack("four", "", false)
	b.Until(t, `document.querySelectorAll(".message").length === 4`)
	there := at.In(time.FixedZone("", 14*3600))
	slack, discord := []string{there.Format("3:04"), there.Format("3:04 PM")}, there.Format("15:04")
	want := slices.Concat(slack, slack, []string{discord, "Today at " + discord, discord})
	got := browsertest.Eval[[]string](t, b, `[...document.querySelectorAll(".message > .row time")].map((e) => e.textContent)`)
	if mustJSON(t, got) != mustJSON(t, want) {
		t.Errorf("times %q, want %q", got, want)
	}
	days := browsertest.Eval[[]string](t, b, `[...document.querySelectorAll(".day")].map((e) => e.textContent)`)
	if want := []string{"Today", there.Format("2 January 2006"), "Today"}; mustJSON(t, days) != mustJSON(t, want) {
		t.Errorf("days %q, want %q", days, want)
	}
}
