package telegram

import (
	"fmt"
	"strings"
	"testing"

	"botrelay/relay"
	"botrelay/sinks/sinktest"
	"botrelay/sinks/transport"
)

// The forms of links are those of https://core.telegram.org/api/links#message-links.
func TestLinks(t *testing.T) {
	with := func(change func(*Options)) Options { o := group(); change(&o); return o }
	in := func(chat string) Options { return with(func(o *Options) { o.ChatID = chat }) }
	topic := func(o Options, id int64) Options { o.TopicID = id; return o }
	for name, test := range map[string]struct {
		options Options
		movedTo string
		root    string
		want    string
	}{
		"a supergroup":          {group(), "", "-1001234567890/77", "https://t.me/c/1234567890/77"},
		"a topic":               {topic(group(), 42), "", "-1001234567890/77", "https://t.me/c/1234567890/42/77"},
		"the general topic":     {topic(group(), 1), "", "-1001234567890/77", "https://t.me/c/1234567890/77"},
		"a public channel":      {in("@SalesLeads"), "", "-1001234567890/77", "https://t.me/SalesLeads/77"},
		"a public topic":        {topic(in("@salesleads"), 42), "", "-1001234567890/77", "https://t.me/salesleads/42/77"},
		"a plain group":         {in("-4012345678"), "", "-4012345678/77", ""},
		"a group like another":  {in("-1005678"), "", "-1005678/77", ""},
		"a person":              {in("5"), "", "5/77", ""},
		"another chat":          {group(), "", "-1001234567891/77", ""},
		"before the chat moved": {in("-5"), "-1001234567890", "-5/77", ""},
		"where it moved to":     {in("-5"), "-1001234567890", "-1001234567890/77", "https://t.me/c/1234567890/77"},
		"no message":            {group(), "", "-1001234567890/x", ""},
		"none":                  {group(), "", "", ""},
	} {
		sink, err := Open(test.options, transport.Config{})
		if err != nil {
			t.Fatal(err)
		}
		if got := sink.links(relay.Post{Roots: []string{test.root}, MovedTo: test.movedTo})[0]; got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// The entries of a digest lead to their conversations: their titles do, or a word
// behind those that lead to a page.
func TestGoldenLinks(t *testing.T) {
	sink := &Sink{options: group()}
	sinktest.GoldenLinks(t, func(i int) string { return fmt.Sprintf("-1001234567890/%d", i+5001) }, func(p relay.Post) any {
		c := compose(p, sink.links(p))
		return map[string]any{"text": c.text, "entities": c.entities}
	})
}

// A link that Telegram would drop for its number is left out with its words.
func TestLinksWithinEntities(t *testing.T) {
	var spans []relay.Span
	for i := range 97 {
		spans = append(spans, relay.Span{Text: fmt.Sprint(i, " "), Style: relay.Style(i%2) * relay.Bold})
	}
	for n, want := range map[int]bool{97: true, 400: false} {
		var body []relay.Span
		for len(body) < n {
			body = append(body, spans[:min(len(spans), n-len(body))]...)
		}
		messages := []relay.Message{{Title: "a", Body: []relay.Block{{Spans: body}}}, {Title: "b"}}
		c := compose(relay.Post{Messages: messages, Form: relay.Rich}, []string{"https://t.me/c/1234567890/5001"})
		if got := strings.Contains(c.text, "Open the thread"); got != want || len(c.entities) > maxEntities {
			t.Errorf("%d spans: a link %t, want %t; %d entities", n, got, want, len(c.entities))
		}
	}
}
