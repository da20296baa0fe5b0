package fit

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"botrelay/relay"
)

// short accepts texts of at most n code points.
func short(n int) func(string) bool {
	return func(s string) bool { return utf8.RuneCountInString(s) <= n }
}

func TestText(t *testing.T) {
	const family, flag = "👩‍👩‍👧", "🇩🇪"
	for _, test := range []struct {
		text string
		n    int
		want string
	}{
		{"hello", 5, "hello"},
		{"hello", 4, "hel…"},
		{"hello", 1, "…"},
		{"hello", 0, ""},
		{"", 0, ""},
		{"two words", 5, "two…"},                        // no space before the ellipsis
		{"e\u0301e\u0301e\u0301", 4, "e\u0301…"},        // a letter keeps its accent
		{"e\u0301e\u0301e\u0301", 5, "e\u0301e\u0301…"}, // all of it
		{family + family, 6, family + "…"},              // five code points and an ellipsis
		{family + family, 5, "…"},                       // a part of it would be somebody else
		{flag + flag, 3, flag + "…"},                    // half a flag is none
		{"\r\n\r\n", 3, "…"},                            // \r\n is one
		{"a" + strings.Repeat("\u0301", 50), 20, "…"},   // one letter, however much is above it
		{"ab" + strings.Repeat("\u0301", 50), 20, "a…"}, //
		{"𝕬𝕭𝕮", 2, "𝕬…"},                                // counted in code points, not in bytes
		{"क्षि क्षि", 5, "क्षि…"},                       // a syllable of four code points
	} {
		if got := Text(test.text, short(test.n)); got != test.want {
			t.Errorf("%q to %d: got %q, want %q", test.text, test.n, got, test.want)
		}
	}
}

func TestTextAsksWhatItCosts(t *testing.T) {
	escaped := func(s string) bool { return len(strings.ReplaceAll(s, "&", "&amp;")) <= 20+len("…") }
	if got := Text("&&&&&&&&", escaped); got != "&&&&…" {
		t.Errorf("got %q", got)
	}
}

func TestSpans(t *testing.T) {
	const page = "https://x.example/page"
	bold := relay.Span{Text: "bold", Style: relay.Bold}
	for _, test := range []struct {
		name  string
		spans []relay.Span
		n     int
		want  []relay.Span
	}{
		{"all", []relay.Span{bold, {Text: "rest"}}, 8, []relay.Span{bold, {Text: "rest"}}},
		{"within the second", []relay.Span{bold, {Text: "rest"}}, 7, []relay.Span{bold, {Text: "re"}, {Text: "…"}}},
		{"between the two", []relay.Span{bold, {Text: "rest"}}, 5, []relay.Span{bold, {Text: "…"}}},
		{"a letter and its accent in two spans", []relay.Span{{Text: "ae"}, {Text: "\u0301", Style: relay.Bold}, {Text: "bc"}}, 3, []relay.Span{{Text: "a"}, {Text: "…"}}},
		{"a link keeps its end", []relay.Span{{Text: "the page", Link: page}}, 5, []relay.Span{{Text: "the", Link: page}, {Text: "…"}}},
		{"half a URL links to nothing", []relay.Span{{Text: page, Link: page}}, 10, []relay.Span{{Text: "https://x"}, {Text: "…"}}},
		{"nor does it in capitals", []relay.Span{{Text: "HTTPS" + page[5:], Link: page}}, 10, []relay.Span{{Text: "HTTPS://x"}, {Text: "…"}}},
		{"half a mail address links to nobody", []relay.Span{{Text: "ada@example.com", Link: "mailto:ada@example.com"}}, 10, []relay.Span{{Text: "ada@examp"}, {Text: "…"}}},
		{"words that mail", []relay.Span{{Text: "write to us", Link: "mailto:ada@example.com"}}, 9, []relay.Span{{Text: "write to", Link: "mailto:ada@example.com"}, {Text: "…"}}},
		{"nothing", []relay.Span{bold}, 0, nil},
	} {
		before := append([]relay.Span(nil), test.spans...)
		got := Spans(test.spans, func(s []relay.Span) bool { return short(test.n)(relay.Plain(s)) })
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, want %+v", test.name, got, test.want)
		}
		if !reflect.DeepEqual(test.spans, before) {
			t.Errorf("%s: the spans were changed", test.name)
		}
	}
}

func text(s string) relay.Block { return relay.Block{Spans: []relay.Span{{Text: s}}} }

// show writes a body as lines, with "|" between blocks.
func show(blocks []relay.Block) string {
	var parts []string
	for _, b := range blocks {
		parts = append(parts, relay.Plain(b.Spans))
	}
	return strings.Join(parts, "|")
}

func TestBlocks(t *testing.T) {
	body := []relay.Block{text("one"), text("two"), text("three")}
	for n, want := range map[int]string{
		20: "one|two|three", 11: "one|two|three", 10: "one|two|thr…", 7: "one|two|…", 6: "one|two…", 5: "one|t…", 4: "one|…", 3: "one…", 2: "o…", 1: "…", 0: "",
	} {
		got := cutBlocks(body, n)
		if show(got) != want {
			t.Errorf("%d: got %q, want %q", n, show(got), want)
		}
	}
	if show(body) != "one|two|three" {
		t.Errorf("the body was changed: %q", show(body))
	}
}

func TestChunks(t *testing.T) {
	for _, test := range []struct {
		text string
		n    int
		want []string
	}{
		{"", 3, nil},
		{"abc", 3, []string{"abc"}},
		{"abcd", 3, []string{"abc", "d"}},
		{"abe\u0301d", 3, []string{"ab", "e\u0301d"}},
		{"a\u0301\u0301\u0301b", 3, []string{"a\u0301\u0301", "\u0301b"}},
		{"\xff\u0301\u0301b", 1, []string{"\xff", "\u0301", "\u0301", "b"}},
	} {
		if got := Chunks(test.text, test.n); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%q by %d: got %q, want %q", test.text, test.n, got, test.want)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("e\u0301👩‍👩‍👧🇩🇪 क्षि", 3)
	f.Add("\xff\xfe", 1)
	f.Fuzz(func(t *testing.T, text string, n int) {
		n &= 0xff
		got := Text(text, short(n))
		if utf8.RuneCountInString(got) > n {
			t.Fatalf("%q is longer than %d", got, n)
		}
		if got == text {
			return
		}
		begin := strings.TrimSuffix(got, "…")
		if !strings.HasPrefix(text, begin) {
			t.Fatalf("%q is no beginning of %q", begin, text)
		}
		at := 0
		for rest, state := text, -1; rest != "" && at < len(begin); {
			var cluster string
			cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
			at += len(cluster)
		}
		if at != len(begin) {
			t.Fatalf("%q is cut within a grapheme of %q", begin, text)
		}
		if parts := Chunks(text, n+1); strings.Join(parts, "") != text {
			t.Fatalf("the chunks %q are not %q", parts, text)
		}
	})
}
