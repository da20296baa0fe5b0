package queuetest

import (
	"fmt"
	"strings"

	"botrelay/relay"
	"botrelay/relay/queue"
)

func wordTests() []test {
	return []test{
		{"words/every word is found, whatever else is asked", func(f *fixture) {
			e := f.event()
			e.Contact = relay.Contact{Name: "Zoë Łukasiewicz", Email: "zoe.l@example.com", Phone: "+49 170 1234567"}
			e.Text, e.Channel = "Do you ship to Kraków?", "whatsapp"
			f.putEvent(e, "a")
			other := f.put("a")
			for words, want := range map[string][]string{
				"":                    {other, e.ID},
				"zoe luka":            {e.ID},
				"ship krakow":         {e.ID},
				"zoe nobody":          nil,
				"0170 1234567":        {e.ID},
				"ZOE.L@example.com":   {e.ID},
				"text":                {other},
				"lead":                {other, e.ID}, // the kind
				`"'*:() OR AND NOT -`: nil,
				"\x00\xff":            {other, e.ID}, // nothing to look for
			} {
				f.want(fmt.Sprintf("%q", words), recordIDs(f.records(queue.Query{Words: words})), want)
			}
			f.want("of another sink", len(f.records(queue.Query{Words: "zoe", Sink: "b"})), 0)
			f.want("pending", recordIDs(f.records(queue.Query{Words: "zoe", Status: queue.StatusPending})), []string{e.ID})
			f.want("after it", len(f.records(queue.Query{Words: "zoe", After: e.ID})), 0)
		}},
		{"words/strange texts are found as well", func(f *fixture) {
			long := f.event()
			long.Text = "needle " + strings.Repeat("hay ", 250_000)
			f.putEvent(long, "a")
			odd := f.event()
			odd.Text, odd.Contact.Name = "a\x00b\xffneedle", "東京都 \u202eAnna"
			f.putEvent(odd, "a")
			f.want("both", recordIDs(f.records(queue.Query{Words: "needle"})), []string{odd.ID, long.ID})
			f.want("a name", recordIDs(f.records(queue.Query{Words: "京都 anna"})), []string{odd.ID})
		}},
	}
}
