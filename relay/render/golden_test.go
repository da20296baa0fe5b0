package render

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
)

// TestGolden compares whole messages, in a form to be read, with files in
// testdata. To accept a change: go test -run TestGolden ./relay/render -update.
func TestGolden(t *testing.T) {
	zone := time.FixedZone("CET", 3600)
	r := New(Config{
		Bots:     map[string]string{"agent_abc123": "Support bot"},
		Location: zone,
		ConversationURL: func(e relay.Event) string {
			if e.ConversationID == "" {
				return ""
			}
			return "https://crm.example/c/" + e.ConversationID
		},
	})
	for name, e := range goldenEvents() {
		t.Run(name, func(t *testing.T) {
			got := dump(r.Message(e))
			path := filepath.Join("testdata", name+".golden")
			if isUpdate() {
				if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("message differs from %s. Got:\n%s\nwant:\n%s", path, got, want)
			}
		})
	}
}

// TestMain registers the flag that rewrites the golden files.
func TestMain(m *testing.M) {
	flag.Bool("update", false, "rewrite the golden files")
	flag.Parse()
	os.Exit(m.Run())
}

func isUpdate() bool { return flag.Lookup("update").Value.String() == "true" }

// dump writes a message for people to read, with everything in it.
func dump(m relay.Message) string {
	var b strings.Builder
	fmt.Fprintf(&b, "title   %s\nnoun    %s %s\nlink    %s\ncolor   %06x\nloud    %t\nurgent  %t\nthread  %s\ntime    %s\n",
		m.Title, m.Icon, m.Noun, m.Link, m.Color, m.Loud, m.Urgent, m.Thread, m.Time.UTC().Format(time.RFC3339))
	b.WriteString("\n")
	b.WriteString(dumpBlocks(m.Body) + "\n")
	for _, f := range m.Fields {
		long := ""
		if f.Long {
			long = " (long)"
		}
		fmt.Fprintf(&b, "%s%s: %s\n", f.Name, long, dumpSpans(f.Value))
	}
	fmt.Fprintf(&b, "\nfooter  %s\norigin  %s\n", dumpSpans(m.Footer), strings.Join(m.Origin, " | "))
	return b.String()
}

func dumpBlocks(blocks []relay.Block) string {
	var b strings.Builder
	for _, block := range blocks {
		dumpBlock(&b, block)
	}
	return b.String()
}

func dumpBlock(b *strings.Builder, block relay.Block) {
	kind := [...]string{"para", "head", "item", "code"}[block.Type]
	if block.Level > 0 {
		kind += fmt.Sprint(block.Level)
	}
	if block.Number > 0 {
		kind += fmt.Sprintf(" #%d", block.Number)
	}
	mark := " "
	if block.Quote {
		mark = ">"
	}
	lines := strings.Split(dumpSpans(block.Spans), "\n")
	for i, line := range lines {
		if i > 0 {
			kind = ""
		}
		fmt.Fprintf(b, "%-8s%s %s\n", kind, mark, line)
	}
}

// dumpSpans shows styled text in braces: {b:bold}, {link https://…}.
func dumpSpans(spans []relay.Span) string {
	var b strings.Builder
	for _, s := range spans {
		text, marks := s.Text, ""
		for i, style := range []relay.Style{relay.Bold, relay.Italic, relay.Strike, relay.Mono} {
			if s.Style.Has(style) {
				marks += string("bism"[i])
			}
		}
		if s.Link != "" {
			marks += "@"
			text += " → " + s.Link
		}
		if marks != "" {
			text = "{" + marks + ":" + text + "}"
		}
		b.WriteString(text)
	}
	return b.String()
}
