package main

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"botrelay/relay/browsertest"
	"botrelay/sinks/sandbox"

	"github.com/chromedp/chromedp"
)

// setupJSON is what the pages about sources tell programs.
type setupJSON struct {
	Error   string
	Sources []struct {
		Name, URL      string
		Missing, Steps []string
		Last           *struct{ ID, Who string } `json:"last_event"`
		Refused        *struct{ Meaning string }
	}
	Gets       []struct{ Sink, Platform, Where, Route string }
	Test       bool
	Event      string
	Status     string
	Deliveries []struct{ Sink, State string }
}

// TestSetupJSON: a sample says what it would do, does it through the whole relay, and
// can be followed; what cannot be sent is not.
func TestSetupJSON(t *testing.T) {
	p := startHunted(t)
	var list setupJSON
	if status := p.ask("/setup", nil, &list); status != http.StatusOK || len(list.Sources) != 3 || list.Sources[0].URL != "https://<this machine>/hooks/website" || list.Sources[0].Last != nil || !strings.Contains(list.Sources[2].Missing[0], "no secret yet") {
		t.Fatalf("%d %+v", status, list)
	}
	var plan setupJSON
	p.ask("/setup/support?sample=whatsapp", nil, &plan)
	if len(plan.Gets) != 2 || plan.Gets[0].Sink != "night" || plan.Gets[0].Platform != "Telegram" || !strings.HasPrefix(plan.Gets[0].Where, "chat -5, by way of 127.0.0.1") || plan.Gets[1].Route != "whatsapp" {
		t.Errorf("the plan: %+v", plan.Gets)
	}
	if n := len(p.box.Messages()); n != 0 {
		t.Fatalf("%d messages were sent by looking", n)
	}
	for _, path := range []string{"/setup/support/send", "/setup/website/send"} {
		var sent, again setupJSON
		p.ask(path, url.Values{}, &sent) // the first sample
		p.ask(path, url.Values{}, &again)
		if sent.Status != "200 OK" || sent.Event == "" || again.Event == sent.Event || again.Event == "" {
			t.Errorf("%s: %+v, %+v", path, sent, again)
		}
		browsable := strings.TrimSuffix(path, "/send") + "?sent=yes&event=" + sent.Event
		for arrived := false; !arrived; {
			if t.Context().Err() != nil {
				t.Fatal("it never arrives")
			}
			var way setupJSON
			p.ask(browsable, nil, &way)
			arrived = len(way.Deliveries) == 1 && way.Deliveries[0].Sink == "sales" && way.Deliveries[0].State == "sent"
		}
	}
	if arrived := p.box.Messages(); len(arrived) == 0 || slices.ContainsFunc(arrived, func(m sandbox.Message) bool { return m.Platform != sandbox.Slack || m.Place != "#sales" }) {
		t.Errorf("%d messages have arrived", len(arrived))
	}
	p.ask("/setup", nil, &list)
	if last := list.Sources[0].Last; last == nil || last.Who != "Mira Holm" {
		t.Errorf("the last event: %+v", last)
	}
	for path, want := range map[string]int{
		"/setup/booking/send": http.StatusConflict, // pending
		"/setup/gone/send":    http.StatusNotFound,
	} {
		var got setupJSON
		if status := p.ask(path, url.Values{"sample": {"lead"}}, &got); status != want || got.Error == "" {
			t.Errorf("%s: %d %+v", path, status, got)
		}
	}
	var wrong setupJSON
	if status := p.ask("/setup/support/send", url.Values{"sample": {"fax"}}, &wrong); status != http.StatusNotFound || !strings.Contains(wrong.Error, `unknown sample "fax"`) {
		t.Errorf("%d %+v", status, wrong)
	}
	var test setupJSON
	if p.ask("/setup/booking?sample=test", nil, &test); !test.Test || len(test.Gets) != 0 {
		t.Errorf("a test: %+v", test)
	}
	if status := p.ask("/setup/website?event="+list.Sources[1].Last.ID, nil, &wrong); status != http.StatusNotFound {
		t.Errorf("another source's event: %d", status)
	}
}

// TestSetupPage: from the list of sources to a message that has arrived, in a browser.
func TestSetupPage(t *testing.T) {
	p := startHunted(t)
	b := browsertest.New(t)
	click := func(selector string) {
		t.Helper()
		browsertest.Eval[bool](t, b, `window.before = true`)
		b.Run(t, chromedp.Click(selector))
		b.Until(t, `!window.before && document.readyState === "complete"`)
	}
	b.Open(t, p.admin+"/setup")
	b.Until(t, `document.querySelectorAll(".sources section").length === 3 && document.body.innerText.includes("https://<this machine>/hooks/support") && document.querySelector("#source-booking .badge").textContent === "has no secret yet"`)
	goodFor(t, b)
	click(`#source-support a.button`)
	browsertest.Eval[bool](t, b, `(document.querySelector("select[name=sample]").value = "whatsapp") === ""`)
	click(`form.choose button`)
	b.Until(t, `document.querySelector(".gets").innerText.includes("night Telegram, chat -5, by way of 127.0.0.1") && document.body.innerText.includes("These really get a message")`)
	goodFor(t, b)
	if n := len(p.box.Messages()); n != 0 {
		t.Fatalf("%d messages were sent by looking", n)
	}
	click(`button.primary`)
	b.Until(t, `document.querySelectorAll(".way.done .badge.good").length === 2 && document.querySelector("#to-night .badge").textContent === "sent"`)
	goodFor(t, b)
	if n := len(p.box.Messages()); n != 2 {
		t.Errorf("%d messages have arrived", n)
	}
	click(`.way.done a`)
	b.Until(t, `location.pathname.startsWith("/events/") && document.body.innerText.includes("whatsapp")`)
	if text := browsertest.Eval[string](t, b, `document.documentElement.outerHTML`); strings.Contains(text, "hunter") {
		t.Error("a secret is on the page")
	}
	b.Calm(t, p.admin)
}

// TestSetupSecure: a sample goes to the relay itself by HTTPS, whatever name its
// certificate is for.
func TestSetupSecure(t *testing.T) {
	folder := t.TempDir()
	if err := writePair(folder, 7); err != nil {
		t.Fatal(err)
	}
	p := startHunted(t, `tls_cert = "`+folder+`/cert.pem"`, `tls_key = "`+folder+`/key.pem"`, `public_url = "https://hooks.example.com"`)
	var sent, list setupJSON
	if status := p.ask("/setup/website/send", url.Values{}, &sent); status != http.StatusOK || sent.Event == "" {
		t.Errorf("%d %+v", status, sent)
	}
	if p.ask("/setup", nil, &list); list.Sources[1].URL != "https://hooks.example.com/hooks/support" || len(list.Sources[1].Missing) != 0 {
		t.Errorf("%+v", list.Sources[1])
	}
}

// TestOwnSampleProvesNothing: a source whose vendor signs with another secret goes on
// to be told of, however many samples the relay sends to itself; and nobody else can
// make a request that counts as the relay's own.
func TestOwnSampleProvesNothing(t *testing.T) {
	p := startHunted(t)
	forge := func() {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.relay.url+"/hooks/website", strings.NewReader(leadOf("a")))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Chatbase-Signature", "00")
		req.Header.Set("Botrelay-Own", "guessed")
		answer, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusBadRequest {
			t.Fatalf("a forged request was answered %d", answer.StatusCode)
		}
	}
	refused := func() bool {
		var list setupJSON
		p.ask("/setup", nil, &list)
		return list.Sources[0].Refused != nil
	}
	forge()
	if !refused() {
		t.Error("a refused request is not told")
	}
	var sent setupJSON
	if status := p.ask("/setup/website/send", url.Values{}, &sent); status != http.StatusOK || sent.Event == "" {
		t.Fatalf("%d %+v", status, sent)
	}
	if !refused() {
		t.Error("after a sample of the relay's own the source seems well")
	}
}
