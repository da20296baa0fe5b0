package discord

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"botrelay/sinks/sinktest"
)

// What follows knows Discord's rules from its documentation, not from the code
// under test: a request that breaks one of them would be refused, or read.

type wire struct {
	Content  string
	Mentions *struct {
		Parse       []string
		Users       []string
		Roles       []string
		RepliedUser bool `json:"replied_user"`
	} `json:"allowed_mentions"`
	Embeds []wireEmbed
	Nonce  string
}

type wireEmbed struct {
	Title, Description, URL, Timestamp string
	Color                              int
	Footer                             struct{ Text string }
	Fields                             []struct{ Name, Value string }
}

func checkRequest(r sinktest.Request, to string) error {
	if r.Method != "POST" || r.URL != to || r.Header.Get("Content-Type") != "application/json" {
		return fmt.Errorf("%s %s of %s", r.Method, r.URL, r.Header.Get("Content-Type"))
	}
	var w wire
	if err := json.Unmarshal(r.Body, &w); err != nil {
		return err
	}
	return w.check()
}

func (w wire) check() error {
	if w.Mentions == nil || w.Mentions.Parse == nil || len(w.Mentions.Parse)+len(w.Mentions.Users)+len(w.Mentions.Roles) > 0 || w.Mentions.RepliedUser {
		return fmt.Errorf("mentions are allowed: %+v", w.Mentions)
	}
	n := points(w.Content)
	switch {
	case n > 2000, len(w.Embeds) > 10, len(w.Nonce) > 25:
		return fmt.Errorf("content of %d, %d embeds, nonce of %d", n, len(w.Embeds), len(w.Nonce))
	case n == 0 && len(w.Embeds) == 0:
		return fmt.Errorf("an empty message")
	case strings.Trim(literalOnly(w.Content), "\u200b") != strings.Trim(w.Content, "\u200b"):
		return fmt.Errorf("the content has markup: %q", w.Content)
	}
	total := 0
	for i, e := range w.Embeds {
		if err := e.check(); err != nil {
			return fmt.Errorf("embed %d: %w", i, err)
		}
		total += e.size()
	}
	if total > 6000 {
		return fmt.Errorf("%d characters in all embeds", total)
	}
	return nil
}

func (e wireEmbed) size() int {
	n := points(e.Title) + points(e.Description) + points(e.Footer.Text)
	for _, f := range e.Fields {
		n += points(f.Name) + points(f.Value)
	}
	return n
}

func (e wireEmbed) check() error {
	switch {
	case points(e.Title) > 256, points(e.Description) > 4096, points(e.Footer.Text) > 2048, len(e.Fields) > 25:
		return fmt.Errorf("too long: %d, %d, %d, %d fields", points(e.Title), points(e.Description), points(e.Footer.Text), len(e.Fields))
	case e.Color < 0 || e.Color > 0xFFFFFF:
		return fmt.Errorf("colour %d", e.Color)
	case literalOnly(e.Title) != e.Title:
		return fmt.Errorf("the title has markup: %q", e.Title)
	}
	if u, err := url.Parse(e.URL); err != nil || len(e.URL) > 2048 || e.URL != "" && (u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		return fmt.Errorf("the URL %q", e.URL)
	}
	if _, err := time.Parse(time.RFC3339, e.Timestamp); err != nil && e.Timestamp != "" {
		return err
	}
	for _, f := range e.Fields {
		if n, v := points(f.Name), points(f.Value); n < 1 || n > 256 || v < 1 || v > 1024 {
			return fmt.Errorf("a field of %d and %d", n, v)
		}
		if literalOnly(f.Name) != f.Name {
			return fmt.Errorf("a name has markup: %q", f.Name)
		}
		if err := inertMarkdown(f.Value); err != nil {
			return err
		}
	}
	return inertMarkdown(e.Description)
}

// points counts what Discord counts: code points, without the space around.
func points(s string) int { return utf8.RuneCountInString(strings.TrimSpace(s)) }

// live are the characters that begin markup somewhere in Discord's Markdown.
const live = "`*_~|<>#[]()@:\\"

// literalOnly returns text without the live characters that no backslash
// stands before.
func literalOnly(text string) string {
	var b strings.Builder
	escaped := false
	for _, r := range text {
		if !escaped && r != '\\' && strings.ContainsRune(live, r) {
			continue
		}
		escaped = !escaped && r == '\\'
		b.WriteRune(r)
	}
	if escaped {
		return strings.TrimSuffix(b.String(), `\`) // cut off from its character
	}
	return b.String()
}

// inertMarkdown returns an error if text has markup that we do not write: it
// takes away what we write, line by line, and looks at what is left.
func inertMarkdown(text string) error {
	fenced := false
	if last := strings.LastIndexByte(text, '\n') + 1; strings.HasPrefix(text[last:], "-# ") { // the footer
		text = text[:last] + text[last+len("-# "):]
	}
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimPrefix(line, "> ")
		if line == "```" {
			fenced = !fenced
			continue
		}
		if fenced {
			if strings.Contains(line, "```") {
				return fmt.Errorf("a fence in code: %q", line)
			}
			continue
		}
		line = regexp.MustCompile(`^ *(- |\d+\. )`).ReplaceAllString(line, "")
		if left := leftovers(line); left != "" {
			return fmt.Errorf("markup %q in %q", left, line)
		}
	}
	if fenced {
		return fmt.Errorf("a fence is open: %q", text)
	}
	return nil
}

// leftovers reads a line the way Discord does, escapes first, and returns the
// first live character that is not part of markup of ours.
func leftovers(line string) string {
	escape := regexp.MustCompile(`^\\[^\s0-9A-Za-z]`)
	ticks := regexp.MustCompile("^`+")
	auto := regexp.MustCompile(`^<https?://[^\s<>]+>`)
	masked := regexp.MustCompile(`^\[((?:\\.|[^\]\[\\])+)\]\(https?://[^\s()<>]+\)`)
	style := regexp.MustCompile(`^(\*{1,3}|~~)`)
	var open []string
	for line != "" {
		switch {
		case escape.MatchString(line):
			_, size := utf8.DecodeRuneInString(line[1:])
			line = line[1+size:]
		case ticks.MatchString(line):
			mark := ticks.FindString(line)
			_, after, closed := strings.Cut(line[len(mark):], mark)
			if !closed || strings.HasPrefix(after, "`") || len(mark) > 2 { // three are a block's
				return mark
			}
			line = after
		case auto.MatchString(line):
			line = line[len(auto.FindString(line)):]
		case masked.MatchString(line):
			m := masked.FindStringSubmatch(line)
			inner := regexp.MustCompile(`\[[^\]]*\]`).ReplaceAllString(m[1], "") // Discord sees no backslash here
			if literalOnly(m[1]) != m[1] || strings.Contains(m[1], "://") || strings.Contains(inner, "[") {
				return m[0]
			}
			line = line[len(m[0]):]
		case style.MatchString(line):
			mark := style.FindString(line)
			open = toggle(open, mark)
			line = line[len(mark):]
		case strings.ContainsRune(live, rune(line[0])):
			return line[:1]
		default:
			_, size := utf8.DecodeRuneInString(line)
			line = line[size:]
		}
	}
	return strings.Join(open, "")
}

// toggle opens a style, or closes the one that was opened last.
func toggle(open []string, mark string) []string {
	if end := len(open) - 1; end >= 0 && open[end] == mark {
		return open[:end]
	}
	return append(open, mark)
}
