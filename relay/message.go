package relay

import (
	"strings"
	"time"
)

// Message is what a team reads: an Event made ready for any platform. All of
// its text is literal and clean: no control, bidi-override or invisible
// characters, and no line break in Title, a Field, Footer or Origin.
type Message struct {
	Title  string  // one line: what it is, and who
	Icon   string  // the emoji that Title begins with, such as 🎯; empty if it begins with none
	Noun   string  // what it is, in the singular: "new lead". A digest counts by it; may be empty
	Link   string  // where the title points to: an absolute http or https URL, or empty
	Color  Color   // an accent, where the platform has one
	Body   []Block // what was said
	Fields []Field // facts, in the order in which they matter
	Footer []Span  // small print: bot, channel, source, time

	// Origin is where it comes from: bot, channel, source, as far as they are
	// known. A digest tells what all its messages have in common of it once.
	Origin []string

	Thread string    // messages with the same key belong together; empty: stands alone
	Loud   bool      // must not be missed: shown in the channel even if it is in a thread
	Urgent bool      // somebody waits for a person: stands out among others
	Time   time.Time // when it happened, in the zone in which times are told
}

// Field is a labelled fact.
type Field struct {
	Name  string
	Value []Span
	Long  bool // wants a line of its own
}

// Color is 0xRRGGBB; zero is none.
type Color uint32

// Plain returns the spans' text without style or link.
func Plain(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Text)
	}
	return b.String()
}
