package relay

// Block is one line or paragraph of structured text. Blocks are flat: nesting
// is told by Level and Quote, because none of the platforms nests.
type Block struct {
	Type   BlockType
	Quote  bool // stands inside a quotation
	Level  int  // Heading: 1 to 6. Item, and a Paragraph or Code that goes on an item: its depth, from 1. Otherwise 0
	Number int  // Item: its number in an ordered list; 0 for a bullet
	Spans  []Span
}

// BlockType says what a Block is.
type BlockType int

// The types of blocks. The text of Code keeps its line breaks; in the others a
// line break is a line break too, and an empty line never occurs.
const (
	Paragraph BlockType = iota
	Heading
	Item
	Code
)

// Span is a run of text in one style. Text is literal on every platform: a
// sink never reads markup in it.
type Span struct {
	Text  string
	Style Style
	Link  string // an absolute http, https, mailto or tel URL; empty for none
}

// Style is a set of text styles.
type Style uint8

// The styles of a Span, to be combined with |.
const (
	Bold Style = 1 << iota
	Italic
	Strike
	Mono
)

// Has reports whether all of t is in s.
func (s Style) Has(t Style) bool { return s&t == t }
