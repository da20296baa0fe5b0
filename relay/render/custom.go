package render

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"botrelay/relay"

	"github.com/yuin/goldmark/text"
)

// Custom is how a message is to look: a table [messages.NAME] of the routes file.
// What is nil keeps the default. A Custom is read-only.
type Custom struct {
	Title  *Template // text, on one line
	Body   *Template // Markdown
	Fields []CustomField
	// NoFields says that Fields stands for itself even if it is empty.
	NoFields bool
	Footer   *Template   // Markdown, on one line
	Link     *Template   // an address
	Color    relay.Color // 0: the default
}

// CustomField is a field of a Custom. It is left out where its value is empty.
type CustomField struct {
	Name  string
	Value *Template // Markdown, on one line
}

// maxPart is how much of a value is taken, in runes, where a message has one line.
const maxPart = maxLine

// customised returns standard, the default message for e, as c wants it. It is
// never blank: where c's title is, the default one stays.
func (r *Renderer) customised(e relay.Event, standard relay.Message, c *Custom) (custom relay.Message, err error) {
	m, v := standard, r.view(e, standard.Link)
	defer func() {
		if p := recover(); p != nil {
			custom, err = standard, fmt.Errorf("the template panics: %v", p)
		}
	}()
	title, err := r.titleOf(c.Title, v)
	if err != nil {
		return m, err
	}
	if title != "" {
		m.Title, m.Icon = title, leadingEmoji(title)
		m.Body, m.Fields = r.content(e, toldIn(title, headingOf(e).told))
	}
	if c.Body != nil {
		if m.Body, err = r.bodyOf(c.Body, v); err != nil {
			return m, err
		}
	}
	if c.Fields != nil || c.NoFields {
		if m.Fields, err = r.fieldsOf(c.Fields, v); err != nil {
			return m, err
		}
	}
	if c.Footer != nil {
		if m.Footer, err = r.lineOf(c.Footer, v); err != nil {
			return m, err
		}
	}
	if c.Link != nil {
		if m.Link, err = linkOf(c.Link, v); err != nil {
			return m, err
		}
	}
	if c.Color != 0 {
		m.Color = c.Color
	}
	return m, nil
}

// toldIn returns those of texts that stand in title as words of their own.
func toldIn(title string, texts []string) []string {
	return slices.DeleteFunc(slices.Clone(texts), func(text string) bool {
		before, after, found := strings.Cut(title, text)
		last, _ := utf8.DecodeLastRuneInString(before)
		first, _ := utf8.DecodeRuneInString(after)
		return !found || isWord(last) || isWord(first)
	})
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// titleOf returns a title, or "" if there is none or nothing to see in it.
func (r *Renderer) titleOf(t *Template, v *view) (string, error) {
	if t == nil {
		return "", nil
	}
	source, values, err := t.execute(v, maxPart)
	if err != nil {
		return "", err
	}
	title := line(r.markdown.filled(source, values), maxLine)
	if !isVisible(title) {
		return "", nil
	}
	return title, nil
}

// bodyOf returns a body.
func (r *Renderer) bodyOf(t *Template, v *view) ([]relay.Block, error) {
	source, values, err := t.execute(v, maxText)
	if err != nil {
		return nil, err
	}
	return r.markdown.template(source, values)
}

// lineOf returns one line of Markdown; nil if there is nothing to see in it.
func (r *Renderer) lineOf(t *Template, v *view) ([]relay.Span, error) {
	source, values, err := t.execute(v, maxPart)
	if err != nil {
		return nil, err
	}
	return r.markdown.line(source, values)
}

// fieldsOf returns the fields that have something in them.
func (r *Renderer) fieldsOf(fields []CustomField, v *view) ([]relay.Field, error) {
	var list fieldList
	for _, f := range fields {
		value, err := r.lineOf(f.Value, v)
		if err != nil {
			return nil, err
		}
		if name := visibleLine(f.Name); name != "" {
			list.add(name, value)
		}
	}
	return slices.Clip(list), nil
}

// linkOf returns a web address, or "" if what comes out is none.
func linkOf(t *Template, v *view) (string, error) {
	source, values, err := t.execute(v, maxPart)
	if err != nil {
		return "", err
	}
	link, _ := destination(source, values)
	if strings.HasPrefix(link, "http://") || strings.HasPrefix(link, "https://") {
		return link, nil
	}
	return "", nil
}

// template renders what a template writes, as Markdown.
func (m markdown) template(source string, values []value) (blocks []relay.Block, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("the template's Markdown cannot be rendered")
		}
	}()
	if isAbsurd(source) {
		return nil, errors.New("the template's Markdown nests too deeply")
	}
	p := m.tables
	if hasWideTable([]byte(source)) {
		p = m.plain
	}
	d := &document{source: []byte(source), values: values, isTemplate: true, markdown: m}
	d.children(p.Parse(text.NewReader(d.source)))
	return limited(d.blocks), nil
}

// line renders what a template writes, as Markdown of one line: without lists,
// headings and the like.
func (m markdown) line(source string, values []value) (spans []relay.Span, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("the template's Markdown cannot be rendered")
		}
	}()
	d := &document{source: []byte(source), values: values, isTemplate: true, markdown: m, line: true}
	parsed := m.inline.Parse(text.NewReader(d.source))
	for n := parsed.FirstChild(); n != nil; n = n.NextSibling() {
		if spans != nil {
			spans = append(spans, relay.Span{Text: " "})
		}
		spans = append(spans, d.inline(n)...)
	}
	spans = linkify(d.honest(tidy(spans, oneLine)))
	if !isVisible(relay.Plain(spans)) {
		return nil, nil
	}
	return spans, nil
}
