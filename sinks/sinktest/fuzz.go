package sinktest

import (
	"testing"

	"botrelay/relay"
)

// FuzzPosts calls check with posts of every form: messages that are full of any
// text whatever, or torn into pieces of it.
func FuzzPosts(f *testing.F, check func(*testing.T, relay.Post)) {
	for _, text := range Hostile() {
		f.Add(text, 200, 2, false)
		f.Add(text, 900, 7, false)
		f.Add(text, 300, 0, true)
	}
	f.Fuzz(func(t *testing.T, text string, length, count int, plain bool) {
		length, count = length&0x3ff, 1+count&7 // longer ones take long, and are in the conformance test
		post := relay.Post{Form: relay.Rich}
		if plain {
			post.Form = relay.Text
		}
		for range count {
			post.Messages = append(post.Messages, Filled(text, length), Scattered(text))
		}
		check(t, post)
	})
}

// FuzzFit holds that whatever comes in, a post holds at least one message, as
// fit tells it, and that those which it holds are all told of in what payload
// makes of the post. The payload fails t if the platform would not take it.
func FuzzFit(f *testing.F, fit func([]relay.Message) int, payload func(*testing.T, relay.Post) string) {
	for _, text := range Hostile() {
		f.Add(text, 200, 9)
		f.Add(text, 20, 39)
	}
	f.Fuzz(func(t *testing.T, text string, length, count int) {
		messages := Marked(text, length&0x3ff, 1+count&0x2f)
		n := fit(messages)
		if n < 1 || n > len(messages) {
			t.Fatalf("holds %d of %d", n, len(messages))
		}
		data := payload(t, relay.Post{Messages: messages[:n], Form: relay.Rich})
		if err := CheckMarks(data, n); err != nil {
			t.Errorf("%v: %s", err, data)
		}
	})
}

// GoldenLinks compares digests with golden files. Their entries lead to their
// conversations, which are in root's threads: their titles do, or a word behind
// those that lead to a page. Of one entry nothing is known.
func GoldenLinks(t *testing.T, root func(int) string, payload func(relay.Post) any) {
	t.Helper()
	for name, messages := range map[string][]relay.Message{"digest-3-threads": Leads(3), "digest-12-threads": Mixed(12)} {
		p := relay.Post{Messages: messages, Form: relay.Rich, Roots: make([]string, len(messages))}
		for i := range p.Roots {
			p.Roots[i] = root(i)
		}
		p.Roots[1] = ""
		Golden(t, name, map[string]any{"rich": payload(p)})
	}
}
