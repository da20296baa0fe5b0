package sandbox

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// telegramView returns how Telegram shows a text with entities. The text is
// cut wherever an entity begins or ends; each piece is shown in the styles that
// cover it, within the quote or code block that does.
func telegramView(s string, entities []entity) []node {
	bounds := utf16Bounds(s)
	end := len(bounds) - 1
	cuts := []int{0, end}
	for _, e := range entities {
		cuts = append(cuts, e.Offset, e.end())
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)

	var out []node
	for _, p := range stretches(cuts, entities) {
		out = append(out, p.show(s, bounds, entities))
	}
	return out
}

// stretch is a run of pieces in the same block: a quote, code, or none.
type stretch struct {
	block *entity
	cuts  []int // the pieces' borders
	after bool  // it follows a block
}

// stretches gathers pieces that stand in the same outermost block.
func stretches(cuts []int, entities []entity) []stretch {
	var out []stretch
	for i := 0; i+1 < len(cuts); i++ {
		block := blockAt(cuts[i], entities)
		if n := len(out); n > 0 && out[n-1].block == block {
			out[n-1].cuts = append(out[n-1].cuts, cuts[i+1])
			continue
		}
		after := len(out) > 0 && out[len(out)-1].block != nil
		out = append(out, stretch{block, []int{cuts[i], cuts[i+1]}, after})
	}
	return out
}

// blockAt returns the quote, or else the code block, that covers offset.
func blockAt(offset int, entities []entity) *entity {
	var block *entity
	for i, e := range entities {
		if offset < e.Offset || offset >= e.end() {
			continue
		}
		if e.blockquote() {
			return &entities[i]
		}
		if e.Type == "pre" {
			block = &entities[i]
		}
	}
	return block
}

func (p stretch) show(s string, bounds []int, entities []entity) node {
	var kids []node
	for i := 0; i+1 < len(p.cuts); i++ {
		from, to := p.cuts[i], p.cuts[i+1]
		piece := s[bounds[from]:bounds[to]]
		if i == 0 && p.after {
			piece = strings.TrimPrefix(piece, "\n") // the line break that ends the block before
		}
		kids = append(kids, styledPiece(piece, from, entities, p.block)...)
	}
	switch {
	case p.block == nil:
		return el("span", "run", kids...)
	case p.block.Type == "pre":
		return node{tag: "pre", lang: p.block.Language, kids: kids}
	case p.block.Type == "expandable_blockquote":
		return el("blockquote", "expandable", kids...)
	}
	return el("blockquote", "", kids...)
}

// styledPiece shows a piece in the entities that cover its beginning, and so
// all of it.
func styledPiece(piece string, from int, entities []entity, block *entity) []node {
	kids := autoEntities(piece)
	covering := slices.DeleteFunc(slices.Clone(entities), func(e entity) bool {
		return from < e.Offset || from >= e.end() || (block != nil && e == *block)
	})
	for _, e := range covering { // no links within code, no links within links
		if e.Type == "code" || e.Type == "pre" || e.Type == "text_link" || (block != nil && block.Type == "pre") {
			kids = []node{text(piece)}
		}
	}
	if block != nil && block.Type == "pre" {
		return []node{text(piece)}
	}
	slices.SortStableFunc(covering, func(a, b entity) int { return cmp.Compare(b.Offset, a.Offset) })
	for _, e := range covering {
		kids = []node{e.wrap(kids)}
	}
	return kids
}

func (e entity) wrap(kids []node) node {
	switch e.Type {
	case "bold":
		return el("strong", "", kids...)
	case "italic":
		return el("em", "", kids...)
	case "underline":
		return el("u", "", kids...)
	case "strikethrough":
		return el("s", "", kids...)
	case "spoiler":
		return el("span", "spoiler", kids...)
	case "code":
		return el("code", "", kids...)
	case "pre":
		return node{tag: "pre", lang: e.Language, kids: kids}
	case "text_link":
		return link(telegramAddress(e.URL), kids...)
	}
	return el("span", "", kids...)
}

// telegramAddress is where a link leads that may have no scheme.
func telegramAddress(address string) string {
	if strings.Contains(address, ":") {
		return address
	}
	return "http://" + address
}

// autoEntities shows plain text with what Telegram makes of it by itself:
// addresses, @names, #tags, $TAGS and /commands.
func autoEntities(s string) []node {
	var out []node
	from := 0
	for i := 0; i < len(s); {
		n, size := autoEntity(s, i)
		if size == 0 {
			_, size = utf8.DecodeRuneInString(s[i:])
			i += size
			continue
		}
		if from < i {
			out = append(out, text(s[from:i]))
		}
		out = append(out, n)
		i += size
		from = i
	}
	if from < len(s) {
		out = append(out, text(s[from:]))
	}
	return out
}

// autoEntity shows what begins at i; size is 0 if nothing does.
func autoEntity(s string, i int) (n node, size int) {
	if wordBefore(s, i) || (i > 0 && strings.IndexByte("/@#$._-<>", s[i-1]) >= 0) {
		return node{}, 0
	}
	if address := bareURL(s[i:]); address != "" {
		return link(address, text(address)), len(address)
	}
	if size := email(s[i:]); size > 0 {
		return link("mailto:"+s[i:i+size], text(s[i:i+size])), size
	}
	least := 1
	switch s[i] {
	case '@':
		least = 3
	case '#', '$', '/':
	default:
		return node{}, 0
	}
	word := s[i+1:]
	if end := strings.IndexFunc(word, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }); end >= 0 {
		word = word[:end]
	}
	if len(word) < least || !autoWord(s[i], word) {
		return node{}, 0
	}
	return el("span", "auto", text(s[i:i+1+len(word)])), 1 + len(word)
}

// email returns how much of the beginning of s is a mail address.
func email(s string) int {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	local := len(s) - len(strings.TrimLeft(s, letters+"._%+-"))
	if local == 0 || local == len(s) || s[local] != '@' {
		return 0
	}
	host := s[local+1:]
	host = host[:len(host)-len(strings.TrimLeft(host, letters+".-"))]
	host = strings.TrimRight(host, ".-")
	if dot := strings.LastIndexByte(host, '.'); dot < 1 || len(host)-dot < 3 {
		return 0
	}
	return local + 1 + len(host)
}

// autoWord reports whether a word after a mark makes it an entity.
func autoWord(mark byte, word string) bool {
	ascii := strings.IndexFunc(word, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
	switch mark {
	case '@', '/':
		return ascii && (mark == '@' || !asciiDigit(word[0]))
	case '$':
		return strings.Trim(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" && len(word) <= 8
	}
	return !number(word)
}
