package discord

import (
	"fmt"
	"testing"

	"botrelay/relay"
	"botrelay/sinks/sinktest"
)

func TestLinks(t *testing.T) {
	const root = "1200000000000000001/1300000000000000009"
	for name, test := range map[string]struct {
		answers []string
		root    string
		want    string
	}{
		"nothing is known":   {nil, root, ""},
		"a message":          {[]string{created}, root, ""}, // it does not tell
		"a reply":            {[]string{answered}, root, "https://discord.com/channels/1100000000000000001/1200000000000000001/1300000000000000009"},
		"a reply, and later": {[]string{answered, created, `x`, `[]`}, root, "https://discord.com/channels/1100000000000000001/1200000000000000001/1300000000000000009"},
		"the channel":        {[]string{`{"id":"1200000000000000001","guild_id":"5"}`}, root, "https://discord.com/channels/5/1200000000000000001/1300000000000000009"},
		"a strange ID":       {[]string{`{"guild_id":"5/../x"}`, `{"guild_id":7}`}, root, ""},
		"no ID":              {[]string{answered}, "", ""},
		"no message":         {[]string{answered}, "1200000000000000001/x", ""},
		"no channel":         {[]string{answered}, "x/1300000000000000009", ""},
	} {
		var g guild
		for _, body := range test.answers {
			g.learn(sinktest.Answered(200, body))
		}
		if got := g.links([]string{test.root})[0]; got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// The entries of a digest lead to their conversations: their titles do, or a word
// behind those that lead to a page.
func TestGoldenLinks(t *testing.T) {
	g := guild{id: "1100000000000000001"}
	sinktest.GoldenLinks(t, func(i int) string { return fmt.Sprintf("1200000000000000001/13000000000000000%02d", i) },
		func(p relay.Post) any { return compose(p, g.links(p.Roots)).embeds })
}
