package vendors_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"

	"botrelay/relay/vendors"
)

// TestStringifyVectors compares with what Node made once; see
// testdata/make_stringify.js.
func TestStringifyVectors(t *testing.T) {
	text, err := os.ReadFile("testdata/stringify.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		Name string
		Body []byte
		Want []byte // nil: Node refuses it
	}
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	for _, v := range vectors {
		t.Run(v.Name, func(t *testing.T) {
			before := bytes.Clone(v.Body)
			got, err := vendors.Stringify(v.Body)
			if v.Want == nil {
				if !errors.Is(err, vendors.ErrSyntax) {
					t.Fatalf("got %q, %v; want ErrSyntax", got, err)
				}
				return
			}
			if err != nil || !bytes.Equal(got, v.Want) {
				t.Errorf("got  %s, %v\nwant %s", got, err, v.Want)
			}
			if !bytes.Equal(before, v.Body) {
				t.Error("the body was changed")
			}
		})
	}
}

func TestStringifyDuplicateKeys(t *testing.T) {
	for _, body := range []string{
		`{"a":1,"a":1}`,
		`{"a":1,"b":2,"\u0061":3}`,
		`[{"x":{"k":1,"l":{"k":2},"k":3}}]`,
		`{"":0,"":1}`,
		`{"1":0,"\u0031":1}`,
		"{\"\xff\":0,\"\xfe\":1}", // both become U+FFFD
		`{"\ud83d\ude00":0,"😀":1}`,
		`{"a0":0,"a1":0,"a2":0,"a3":0,"a4":0,"a5":0,"a6":0,"a7":0,"a8":0,"a9":0,"a10":0,"a11":0,"a12":0,"a3":0}`,
	} {
		if got, err := vendors.Stringify([]byte(body)); !errors.Is(err, vendors.ErrDuplicateKey) {
			t.Errorf("%s: got %s, %v", body, got, err)
		}
	}
	for _, body := range []string{`{"a":{"a":{"a":1}}}`, `[{"a":1},{"a":1}]`, `{"a":1,"A":2}`, `{"\ud83d":0,"\ude00":1}`} {
		if _, err := vendors.Stringify([]byte(body)); err != nil {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestStringifyDepth(t *testing.T) {
	for _, tt := range []struct {
		depth int
		want  error
	}{{1000, nil}, {1001, vendors.ErrTooDeep}, {1_000_000, vendors.ErrTooDeep}} {
		body := strings.Repeat("[", tt.depth) + strings.Repeat("]", tt.depth)
		got, err := vendors.Stringify([]byte(body))
		if !errors.Is(err, tt.want) || tt.want == nil && string(got) != body {
			t.Errorf("%d levels: %v", tt.depth, err)
		}
	}
	// Depth is counted down again: a thousand siblings are not deep.
	if _, err := vendors.Stringify([]byte("[" + strings.Repeat("{},", 5000) + "[]]")); err != nil {
		t.Error(err)
	}
}

// TestStringifyLikeNode compares thousands of random documents, and broken
// ones, with Node itself.
func TestStringifyLikeNode(t *testing.T) {
	g := generator{rand.New(rand.NewPCG(1, 2))}
	var docs [][]byte
	for range 6000 {
		doc := g.value(0)
		docs = append(docs, doc, g.broken(doc))
	}
	want := stringifyByNode(t, docs)
	refused := 0
	for i, doc := range docs {
		got, err := vendors.Stringify(doc)
		switch {
		case errors.Is(err, vendors.ErrDuplicateKey): // where Node takes the last one
		case (err != nil) != (want[i] == nil):
			t.Errorf("%q: %v, Node says %q", doc, err, want[i])
		case err == nil && !bytes.Equal(got, want[i]):
			t.Errorf("%q:\ngot  %q\nNode %q", doc, got, want[i])
		case err != nil:
			refused++
		}
	}
	if refused < 500 || refused > 6000 {
		t.Errorf("%d of %d documents were refused: the generator has lost its balance", refused, len(docs))
	}
}

// stringifyByNode returns what Node makes of each document, nil for what it
// refuses.
func stringifyByNode(t *testing.T, docs [][]byte) [][]byte {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("BOTRELAY_TEST_STRICT") != "" {
			t.Fatal(err)
		}
		t.Skip("node is not installed: its JSON.stringify cannot be compared with")
	}
	var in bytes.Buffer
	for _, doc := range docs {
		in.WriteString(base64.StdEncoding.EncodeToString(doc) + "\n")
	}
	cmd := exec.CommandContext(t.Context(), node, "testdata/stringify.js")
	cmd.Stdin = &in
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(lines) != len(docs) {
		t.Fatalf("%d answers for %d documents", len(lines), len(docs))
	}
	want := make([][]byte, len(docs))
	for i, line := range lines {
		if text, ok := strings.CutPrefix(line, "="); ok {
			if want[i], err = base64.StdEncoding.DecodeString(text); err != nil {
				t.Fatal(err)
			}
		}
	}
	return want
}

// generator makes random JSON, of all that is odd about it.
type generator struct{ *rand.Rand }

func (g generator) pick(from ...string) string { return from[g.IntN(len(from))] }

func (g generator) space() string { return g.pick("", "", "", " ", "\n\t", "\r\n") }

func (g generator) value(depth int) []byte {
	n := g.IntN(10)
	if depth > 4 {
		n = g.IntN(7)
	}
	switch {
	case n < 3:
		return []byte(g.number())
	case n < 6:
		return g.text()
	case n == 6:
		return []byte(g.pick("true", "false", "null"))
	case n == 7:
		return g.list(depth, '[', ']', func() []byte { return g.value(depth + 1) })
	}
	return g.list(depth, '{', '}', func() []byte {
		key := g.text()
		if g.IntN(3) == 0 {
			key = []byte(`"` + g.pick("0", "1", "10", "9", "007", "4294967294", "4294967295", "__proto__", "constructor", "-0", "1e1", fmt.Sprint(g.Uint32())) + `"`)
		}
		return append([]byte(string(key)+g.space()+":"+g.space()), g.value(depth+1)...)
	})
}

func (g generator) list(depth int, open, end byte, item func() []byte) []byte {
	out := append([]byte(g.space()), open)
	for i := range g.IntN(6 - depth) {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(out, g.space()...), item()...)
	}
	return append(append(out, g.space()...), end)
}

func (g generator) number() string {
	switch g.IntN(5) {
	case 0:
		return g.pick("0", "-0", "1.0", "1e3", "1E-7", "0.0e0", "1e400", "-1e999", "5e-324", "1e-400", "12345678901234567890", "1e21", "1e20", "100e-2")
	case 1:
		return fmt.Sprint(g.Int64())
	case 2:
		return fmt.Sprintf("%.*e", g.IntN(20), g.NormFloat64())
	case 3:
		return fmt.Sprintf("%d.%de%d", g.IntN(1000), g.Uint32(), g.IntN(700)-350)
	}
	return fmt.Sprintf("%.*f", g.IntN(10), g.NormFloat64()*1e6)
}

func (g generator) text() []byte {
	out := []byte{'"'}
	for range g.IntN(8) {
		switch g.IntN(9) {
		case 0:
			out = fmt.Appendf(out, `\u%04x`, g.IntN(0x10000))
		case 1:
			out = fmt.Appendf(out, `\u%04X`, 0xD800+g.IntN(0x800))
		case 2:
			out = fmt.Appendf(out, `\ud83d\ude%02x`, g.IntN(256))
		case 3:
			out = append(out, g.pick(`\"`, `\\`, `\/`, `\b`, `\f`, `\n`, `\r`, `\t`)...)
		case 4:
			out = append(out, g.pick("é", "日本", "😀", "\u2028", "\x7f", "\u00a0", "\ufeff", "\ufffd")...)
		case 5:
			for range 1 + g.IntN(4) {
				out = append(out, byte(0x80+g.IntN(0x80)))
			}
		default:
			out = append(out, byte('a'+g.IntN(26)))
		}
	}
	return append(out, '"')
}

// broken changes a document at one place, so that most are no longer JSON.
func (g generator) broken(doc []byte) []byte {
	doc = bytes.Clone(doc)
	i := g.IntN(len(doc))
	switch g.IntN(3) {
	case 0:
		return doc[:i]
	case 1:
		doc[i] = byte(g.IntN(256))
		return doc
	}
	return append(doc[:i:i], append([]byte(g.pick(",", "0", "\"", "}", "\\", "\x00", "-", ".")), doc[i:]...)...)
}

// FuzzStringify holds what must be true of any input: it takes what
// encoding/json takes, but for keys that come twice and for depth, and its
// result is JSON that it leaves as it is.
func FuzzStringify(f *testing.F) {
	for _, seed := range []string{`{"b":1,"10":[1.50,-0,1e400],"9":"\ud83d\u00e9"}`, "\"\xf0\x9f\"", `{"a":1,"a":2}`, `[[[{}]]]`, ` 1 `} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := vendors.Stringify(body)
		switch {
		case errors.Is(err, vendors.ErrDuplicateKey), errors.Is(err, vendors.ErrTooDeep):
			return
		case (err == nil) != json.Valid(body):
			t.Fatalf("%q: %v", body, err)
		case err != nil:
			return
		}
		if len(got) > 10*len(body)+10 {
			t.Errorf("%d bytes became %d", len(body), len(got))
		}
		again, err := vendors.Stringify(got)
		if err != nil || !bytes.Equal(again, got) {
			t.Fatalf("%q became %q, and then %q, %v", body, got, again, err)
		}
	})
}

func BenchmarkStringify(b *testing.B) {
	lead := []byte(`{"SerialNumber":"bot_1","Type":"Lead","Name":"Ren\u00e9e \u003cAda\u003e","Email":"renee@example.com","Content":"A bouquet for the 14th, please.","URI":"https://shop.example/p?a=1\u0026b=2","CreateTime":1772000000.0}`)
	contorted := strings.Repeat(`{"a":`, 999) + `"` + strings.Repeat("x", 1<<20) + `"` + strings.Repeat(`,"1":0}`, 999)
	for _, bm := range []struct {
		name string
		body []byte
	}{
		{"lead", lead},
		{"1MiB of numbers", []byte("[" + strings.Repeat("1.50,", 200_000) + "0]")},
		{"1MiB moved 999 times", []byte(contorted)},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.SetBytes(int64(len(bm.body)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := vendors.Stringify(bm.body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
