package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"botrelay/relay/browsertest"

	"github.com/chromedp/chromedp"
)

func urlEncoded(form map[string][]string) string { return url.Values(form).Encode() }

// triedJSON is what the playground tells programs.
type triedJSON struct {
	Error    string
	Routes   string
	Edited   bool
	Hidden   bool
	Body     string
	Broken   bool
	Verdict  string
	Problems []struct {
		Line, Column        int
		Text, Source, Caret string
	}
	Mistake *struct {
		Text         string
		Line, Column int
	}
	Steps []struct{ Mark, Name, Text string }
	Told  struct {
		Event struct {
			ID, Source string
			Contact    struct{ Name string }
		}
	} `json:"explanation"`
	Messages []struct {
		Sink, Platform, Place, Method, URL, Refused string
		StandIn                                     bool `json:"stand_in"`
		Body                                        map[string]any
	}
}

// TestPlaygroundJSON: what a program is told is what the page shows, and without the
// secrets of the file in use.
func TestPlaygroundJSON(t *testing.T) {
	p := startHunted(t)
	var got triedJSON
	if status := p.ask("/playground?source=support&sample=whatsapp", nil, &got); status != http.StatusOK || got.Verdict != "It goes to night, sales." || got.Edited || !got.Hidden || got.Broken {
		t.Fatalf("%d %+v", status, got)
	}
	for _, want := range []string{`secret = "${NOT_SHOWN}"`, `secret = "${HUNTER}"`, `token = "${NOT_SHOWN}"`, "[sinks.night]"} {
		if !strings.Contains(got.Routes, want) {
			t.Errorf("the file lacks %s: %s", want, got.Routes)
		}
	}
	var shown []string
	for _, m := range got.Messages {
		shown = append(shown, fmt.Sprintf("%s %s %s %v", m.Platform, m.Sink, m.Place, m.StandIn))
		if m.Method != "POST" || len(m.Body) == 0 || m.Refused != "" {
			t.Errorf("%+v", m)
		}
	}
	if want := "telegram night chat -5 false, slack sales #sales false, discord discord webhook true"; strings.Join(shown, ", ") != want {
		t.Errorf("shown %q, want %q", shown, want)
	}
	if len(got.Steps) != 2 || got.Steps[0].Mark != "misses" || got.Steps[1].Mark != "takes" || got.Steps[1].Name != "whatsapp" {
		t.Errorf("steps %+v", got.Steps)
	}

	text := got.Routes
	form := func(more ...string) url.Values {
		f := url.Values{"routes": {text}, "from": {"source=website&sample=lead"}, "was": {"source=website&sample=lead"}}
		for i := 0; i < len(more); i += 2 {
			f.Set(more[i], more[i+1])
		}
		return f
	}
	for name, tc := range map[string]struct {
		form   url.Values
		status int
		want   string // of the answer, printed
	}{
		"an edited copy":    {form("routes", strings.Replace(text, `to = ["sales"]`, `to = ["night"]`, 1)), 200, "It goes to night."},
		"a mistake in it":   {form("routes", strings.ReplaceAll(strings.Replace(text, `"lead"`, `"leed"`, 1), "\n", "\r\n")), 200, `This file cannot be used: 1 error.`},
		"another time":      {form("at", "2026-03-14T22:30"), 200, "It goes to sales."},
		"no time":           {form("at", "soon"), 400, "“soon” is no time"},
		"JSON of one's own": {form("body", `{"eventType":"other"}`), 200, "It goes nowhere"},
		"no JSON":           {form("body", "{\n  nope"), 200, "This event cannot be tried."},
		"another sample":    {form("from", "source=support&sample=email", "body", "{}"), 200, "support@"},
		"no such sample":    {form("from", "source=support&sample=fax"), 200, "This event cannot be tried."},
		"no such event":     {form("event", "nothing"), 404, "No event with the ID"},
	} {
		var got triedJSON
		status := p.ask("/playground", tc.form, &got)
		all := fmt.Sprintf("%+v", got)
		if !strings.Contains(strings.NewReplacer(`"`, "“").Replace(all), strings.NewReplacer(`"`, "“", "”", "“").Replace(tc.want)) && name != "another sample" || status != tc.status {
			t.Errorf("%s: %d %s", name, status, all)
		}
		switch name {
		case "a mistake in it":
			if len(got.Problems) != 1 || !strings.Contains(got.Problems[0].Text, `did you mean "lead"?`) || got.Problems[0].Source != `match = { kind = "leed" }` || strings.Index(got.Problems[0].Caret, "^") != strings.Index(got.Problems[0].Source, `"leed"`) {
				t.Errorf("problems %+v", got.Problems)
			}
		case "no JSON":
			if got.Mistake == nil || got.Mistake.Line != 2 || got.Mistake.Column != 3 {
				t.Errorf("mistake %+v", got.Mistake)
			}
		case "another sample":
			if !strings.Contains(got.Body, `"email"`) || got.Broken {
				t.Errorf("body %s", got.Body)
			}
		}
	}
	if n := len(p.box.Messages()); n != 0 {
		t.Errorf("%d messages were sent", n)
	}

	// An event that is kept, as it is and with another payload.
	var sent setupJSON
	p.ask("/setup/website/send", url.Values{}, &sent)
	var kept triedJSON
	if p.ask("/playground?event="+sent.Event, nil, &kept); kept.Verdict != "It goes to sales." || !strings.Contains(kept.Body, `"customerName": "Mira Holm"`) || kept.Told.Event.ID != sent.Event {
		t.Errorf("an event: %+v", kept)
	}
	if p.ask("/playground", url.Values{"event": {sent.Event}, "body": {kept.Body + "\r\n"}}, &kept); kept.Told.Event.ID != sent.Event {
		t.Errorf("laid out anew it is another event: %+v", kept)
	}
	if p.ask("/playground", url.Values{"event": {sent.Event}, "body": {`{"eventType":"leads.submit","payload":{"customerName":"Zed"}}`}}, &kept); kept.Told.Event.ID == sent.Event || kept.Told.Event.Contact.Name != "Zed" || kept.Told.Event.Source != "website" {
		t.Errorf("with another payload: %+v", kept)
	}
	// A source that only the edited copy has.
	edited := text + "[sources.shop]\nvendor = \"acme\"\nsecret = \"${X}\"\n[vendors.acme]\nsignature = { header = \"X-Acme\" }\nkinds = { \"lead\" = \"lead\" }\nevent = { type = \"type\", name = \"who\" }\n"
	if p.ask("/playground", url.Values{"routes": {edited}, "from": {"source=shop&sample=lead"}, "was": {"x"}}, &kept); kept.Verdict != "It goes to sales." || !strings.Contains(kept.Body, `"who": "Ada Lovelace"`) {
		t.Errorf("a new source: %+v", kept)
	}
}

// inApp is the text within a message of a platform, as it looks.
func inApp(platform string) string {
	return fmt.Sprintf(`[...document.querySelectorAll(".app")].map((a) => a.shadowRoot).find((s) => s?.querySelector(".pane.%s"))?.querySelector(".message").innerText`, platform)
}

// goodFor fails the test if the page is not what everybody can use, in any theme and on
// any screen.
func goodFor(t *testing.T, b *browsertest.Browser) {
	t.Helper()
	for _, theme := range []string{"light", "dark"} {
		b.Theme(t, theme)
		b.Accessible(t)
	}
	for _, width := range []int{390, 1300} {
		b.Size(t, width, 900)
		b.Fits(t, "main, .card, .look, .top")
	}
	b.Theme(t, "light")
}

// TestPlaygroundPage: in a browser what comes of an event follows what one writes,
// whatever that is.
func TestPlaygroundPage(t *testing.T) {
	p := startHunted(t)
	b := browsertest.New(t)
	b.Run(t, chromedp.Navigate(p.admin+"/playground"))
	write := func(id, text string) {
		t.Helper()
		browsertest.Eval[bool](t, b, fmt.Sprintf(`(() => { const e = document.getElementById(%q); e.focus(); e.value = %q; e.dispatchEvent(new Event("input", { bubbles: true })); return true })()`, id, text))
	}
	for _, platform := range []string{"slack", "discord", "telegram"} {
		b.Until(t, inApp(platform)+`?.includes("New lead: Mira Holm")`)
	}
	routes := browsertest.Eval[string](t, b, `document.getElementById("routes").value`)
	if strings.Contains(routes, "hunter") || strings.Contains(browsertest.Eval[string](t, b, `document.documentElement.outerHTML`), "hunter") {
		t.Error("a secret is on the page")
	}

	// What a stranger wrote stays text, in every app.
	hostile := `<script>window.bad = 1</script><img src=x onerror="window.bad = 1"><style>*{display:none}</style>` + "\u202e</template></div>"
	write("body", fmt.Sprintf(`{"eventType":"leads.submit","payload":{"customerName":%q}}`, hostile))
	for _, platform := range []string{"slack", "discord", "telegram"} {
		b.Until(t, inApp(platform)+`?.replaceAll("\u2060", "").includes("<script>window.bad = 1</script><img src=x")`)
	}
	if browsertest.Eval[bool](t, b, `window.bad === 1 || document.querySelectorAll("main script, main img, main style").length > 0`) {
		t.Error("markup of a stranger is at work")
	}
	goodFor(t, b)

	// An edited file, a mistake in it, and the way to its place.
	write("routes", strings.Replace(routes, `to = ["sales"]`, `to = ["night"]`, 1))
	b.Until(t, `document.getElementById("verdict").textContent === "It goes to night." && !document.getElementById("edited").hidden`)
	write("routes", strings.Replace(routes, `"lead"`, `"leed"`, 1))
	b.Until(t, `document.querySelector("#results .problems")?.innerText.includes('did you mean "lead"?')`)
	b.Until(t, `document.querySelector("#lines b")?.textContent === document.querySelector("#results a[data-line]").dataset.line`)
	browsertest.Eval[bool](t, b, `document.querySelector("#results a[data-line]").click() ?? true`)
	if got := browsertest.Eval[string](t, b, `document.activeElement.id + " " + getSelection().toString() + document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)`); !strings.HasPrefix(got, "routes ") || !strings.Contains(got, `"leed" }`) {
		t.Errorf("jumped to %q", got)
	}
	write("body", "{\n nope")
	b.Until(t, `document.querySelector("#mistake a")?.textContent === "2:2"`)

	// Tab writes; after Esc it leaves.
	b.Run(t, chromedp.KeyEvent("\u001b")) // nothing is focused that minds it
	write("routes", routes)
	browsertest.Eval[bool](t, b, `document.getElementById("routes").setSelectionRange(0, 0) ?? true`)
	b.Run(t, chromedp.KeyEvent("\t"))
	if got := browsertest.Eval[string](t, b, `document.activeElement.id + document.getElementById("routes").value.slice(0, 3)`); got != "routes  \n" && !strings.HasPrefix(got, "routes  ") {
		t.Errorf("after Tab: %q", got)
	}
	b.Run(t, chromedp.KeyEvent("\u001b"), chromedp.KeyEvent("\t"))
	if got := browsertest.Eval[string](t, b, `document.activeElement.id`); got == "routes" {
		t.Error("Tab cannot leave the editor")
	}

	// Another sample takes the place of what stood there.
	browsertest.Eval[bool](t, b, `(() => { const e = document.getElementById("from"); e.value = "sample=whatsapp&source=support"; e.dispatchEvent(new Event("input", { bubbles: true })); return true })()`)
	b.Until(t, `document.getElementById("body").value.includes("message.received") && document.getElementById("verdict").textContent === "It goes to night, sales."`)

	goodFor(t, b)
	b.Calm(t, p.admin)
}
