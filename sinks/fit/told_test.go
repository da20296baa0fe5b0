package fit

import (
	"testing"

	"botrelay/relay"
)

// TestTold holds that a link which leads nowhere on a platform is no dead word
// there.
func TestTold(t *testing.T) {
	link := func(text, to string) relay.Span { return relay.Span{Text: text, Link: to} }
	for name, test := range map[string]struct {
		spans []relay.Span
		want  string
	}{
		"mail":                       {[]relay.Span{link("Write", "mailto:ada@example.com"), {Text: "."}}, "Write (ada@example.com)."},
		"mail with more":             {[]relay.Span{link("Write", "MAILTO:ada%2bx@example.com?subject=a@b")}, "Write (ada+x@example.com)"},
		"mail that shows":            {[]relay.Span{link("Ada <Ada@Example.com>", "mailto:ada@example.com")}, "Ada <Ada@Example.com>"},
		"mail that shows another":    {[]relay.Span{link("bob@example.com", "mailto:ada@example.com")}, "bob@example.com (ada@example.com)"},
		"mail in two styles":         {[]relay.Span{link("Write ", "mailto:a@b.example"), {Text: "us", Style: relay.Bold, Link: "mailto:a@b.example"}}, "Write us (a@b.example)"},
		"mail that shows in two":     {[]relay.Span{link("ada@", "mailto:ada@b.example"), {Text: "b.example", Style: relay.Bold, Link: "mailto:ada@b.example"}}, "ada@b.example"},
		"two mails":                  {[]relay.Span{link("A", "mailto:a@b.example"), link("B", "mailto:b@b.example")}, "A (a@b.example)B (b@b.example)"},
		"phone":                      {[]relay.Span{link("Call", "tel:+4930123")}, "Call (+4930123)"},
		"phone with an extension":    {[]relay.Span{link("Call", "tel:+4930123;ext=7")}, "Call (+4930123)"},
		"phone that shows":           {[]relay.Span{link("+44 (0)20 7946 0018", "tel:+442079460018")}, "+44 (0)20 7946 0018"},
		"phone as dialled at home":   {[]relay.Span{link("020 7946 0018", "tel:+442079460018")}, "020 7946 0018"},
		"phone that shows another":   {[]relay.Span{link("020 7946 0019", "tel:+442079460018")}, "020 7946 0019 (+442079460018)"},
		"phone of no digits":         {[]relay.Span{link("Call", "tel:x")}, "Call (x)"},
		"what would break a line":    {[]relay.Span{link("Write", "mailto:a%0A%E2%80%AE%00b@c.example")}, "Write (a b@c.example)"},
		"nothing but what is hidden": {[]relay.Span{link("Write", "mailto:%00")}, "Write (%00)"},
		"page":                       {[]relay.Span{link("Read", "https://x.example/")}, "Read"},
		"no link":                    {[]relay.Span{{Text: "a"}, {Text: "b"}}, "ab"},
	} {
		if got := relay.Plain(Told(test.spans, Web)); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
