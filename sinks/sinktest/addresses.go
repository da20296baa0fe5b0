package sinktest

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"botrelay/relay"
)

// addresses: every link of a message arrives, as a link or written out, wherever
// it stands.
func (c Case) addresses(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { c.Good.write(w) })
	sink := c.open(t, s, enough)
	for _, form := range []relay.Form{relay.Rich, relay.Text} {
		for _, scheme := range []string{"https://", "mailto:", "tel:"} {
			m, links := addressed(scheme)
			before := len(s.got())
			v := sink.Send(t.Context(), relay.Post{Messages: []relay.Message{m}, Form: form, Nonce: "n"})
			requests := s.got()[before:]
			if v.Outcome != relay.Sent || len(requests) != 1 {
				t.Fatalf("%d requests and %+v", len(requests), v)
			}
			if err := c.Check(requests[0]); err != nil {
				t.Errorf("%s as %s: %v", scheme, form, err)
			}
			told := unwrapped(requests[0])
			for place, link := range links {
				if to := strings.TrimPrefix(strings.TrimPrefix(link, "mailto:"), "tel:"); !strings.Contains(told, to) {
					t.Errorf("%s in the %s as %s: there is nothing of it in %s", link, place, form, told)
				}
			}
		}
	}
}

// addressed returns a message with links of a scheme behind words that do not
// show them, and the links by their places. A title leads to a page only.
func addressed(scheme string) (relay.Message, map[string]string) {
	links := map[string]string{}
	link := func(place string, style relay.Style) []relay.Span {
		to := map[string]string{"https://": "%d.pages.example/p", "mailto:": "ada%d@mails.example", "tel:": "+49305550%d"}[scheme]
		links[place] = scheme + fmt.Sprintf(to, 100+len(links))
		return []relay.Span{{Text: "See "}, {Text: "this " + place, Link: links[place], Style: style}, {Text: "."}}
	}
	links["title"] = "https://app.example/c/1"
	m := relay.Message{
		Title: "A title", Link: links["title"],
		Fields: []relay.Field{
			{Name: "Short", Value: link("field", 0)[1:2]},
			{Name: "Long", Value: link("long field", relay.Bold), Long: true},
		},
		Footer: link("footer", 0),
	}
	for place, b := range map[string]relay.Block{
		"paragraph": {}, "heading": {Type: relay.Heading, Level: 2}, "item": {Type: relay.Item, Level: 1},
		"quotation": {Quote: true}, "quoted item": {Type: relay.Item, Level: 1, Quote: true},
	} {
		b.Spans = link(place, relay.Italic)
		m.Body = append(m.Body, b)
	}
	return m, links
}

// unwrapped returns a request's body without the escapes of its encodings and of
// Markdown.
func unwrapped(r Request) string {
	body := string(r.Body)
	if !strings.HasPrefix(body, "{") {
		if form, err := url.QueryUnescape(body); err == nil {
			body = form
		}
	}
	return strings.ReplaceAll(body, `\`, "")
}
