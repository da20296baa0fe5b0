package fit

import (
	"slices"
	"sort"
	"strconv"

	"botrelay/relay"
)

// Digest is several messages told as one: what they are, and an entry for
// each. All text is literal and without line breaks.
type Digest struct {
	Title   string // what is in it: "24 new leads"
	Origin  string // when that was, and where all of it comes from; may be empty
	Color   relay.Color
	Entries []Entry // in the order of the messages
	Left    int     // how many more messages there are than there is any room for
	// Quoted asks for quotations as the platform shows them. Otherwise they
	// stand in quotation marks, which take less room.
	Quoted bool
}

// Entry is one message of a digest. All but Number and Title may be empty.
type Entry struct {
	Number int    // from 1
	Title  string // what it is, and who
	Link   string // where the title leads: a web page, or the message's conversation
	Thread string // where the conversation is, if the title leads to a page
	Origin string // when that was and where it comes from, as far as the digest's Origin does not tell
	Facts  []relay.Span
	Text   string // the beginning of what was said
	Quote  bool   // Text is, or may be, a customer's words: it must not pass for ours
}

// Said returns the text, in quotation marks if it is a quotation.
func (e Entry) Said() string {
	if e.Text == "" || !e.Quote {
		return e.Text
	}
	return "“" + e.Text + "”"
}

// Rest says how many messages the digest leaves out.
func (d Digest) Rest() string { return "… and " + strconv.Itoa(d.Left) + " more" }

// room says how much of each message a digest shows. Lengths are code points,
// but those of links, which are bytes.
type room struct {
	quoted  int // 1: texts are shown as quotations; 0: in quotation marks
	text    int // of what was said
	facts   int // of all facts together
	value   int // of each fact's value
	title   int
	link    int // the longest link that is kept
	origin  int // of when and where from; too little for a time means none
	entries int // how many
	threads int // how many of them, from the first, link to their conversation
}

// most is what a digest shows if its length does not matter.
func most(entries int) room {
	return room{quoted: 1, text: 600, facts: 600, value: 250, title: 250, link: maxTitleLink, origin: 120, entries: entries, threads: entries}
}

// least is what a digest shows at least of each message that Holds lets in. It
// has no links to conversations: messages must not wait for them.
func least(entries int) room {
	return room{text: 60, facts: 220, value: 100, title: 100, link: 400, origin: 60, entries: entries}
}

// enough is how much text must be shown for quotations to be worth their room.
// With less, quotation marks stand in their place.
const enough = 140

// Batch is messages that are to become a digest.
type Batch struct{ drafts []draft }

// NewBatch takes messages, which need not be sound. It looks only at as much of
// them as a digest may show.
func NewBatch(messages []relay.Message) Batch {
	b := Batch{make([]draft, len(messages))}
	for i, m := range messages {
		b.drafts[i] = newDraft(m)
	}
	return b
}

// Digest returns a digest of all messages, with as much of each as ok accepts.
// What was said is cut first, all to the same length, so that a short text stays
// whole; then facts and titles, down to what can still be read. If that is not
// enough, links to pages go, then texts and facts, then all of each title but its
// beginning, and at last whole messages: the digest says how many are left out.
//
// All entries link to their conversations if that leaves enough of every text;
// otherwise the first do for which there is room besides.
func (b Batch) Digest(ok func(Digest) bool) Digest {
	d := b.whole(len(b.drafts))
	r := most(len(b.drafts))
	readable := least(len(b.drafts))
	r.text = enough
	if !ok(d.cut(r)) {
		r.threads = 0
	}
	r.text = most(len(b.drafts)).text
	shrink([]step{
		{&r.text, enough},
		{&r.quoted, 0},
		{&r.text, readable.text},
		{&r.facts, readable.facts},
		{&r.value, readable.value},
		{&r.title, readable.title},
		{&r.origin, readable.origin},
		{&r.link, readable.link}, // as far as here is what Holds promises
		{&r.link, 0},
		{&r.text, 0},
		{&r.facts, 80},
		{&r.facts, 0},
		{&r.title, 24},
		{&r.origin, 0},
		{&r.title, 1},
		{&r.entries, 0},
	}, func() bool { return ok(d.cut(r)) })
	if r.threads == 0 {
		r.threads = largest(r.entries, func(n int) bool { r.threads = n; return ok(d.cut(r)) })
	}
	return d.cut(r)
}

// Holds returns how many messages, counted from the first, one digest holds in
// which each can still be read: at least 1, if there are any. A single message
// needs no digest.
func (b Batch) Holds(ok func(Digest) bool) int {
	fits := func(n int) bool { return ok(b.whole(n).cut(least(n))) }
	n := len(b.drafts)
	if n < 2 || fits(n) {
		return n
	}
	return sort.Search(n-2, func(i int) bool { return !fits(i + 2) }) + 1
}

// uncut is a digest before anything of it is cut, with the facts of each
// message.
type uncut struct {
	Digest

	facts [][]fact
}

// whole puts the first n messages together.
func (b Batch) whole(n int) uncut {
	drafts := b.drafts[:n]
	period := periodOf(drafts)
	common, own := origins(drafts)
	d := uncut{facts: make([][]fact, n)}
	d.Title, d.Color = heading(drafts), color(drafts)
	d.Origin = cutText(join(append([]string{period.text()}, common...)), maxGlance)
	for i, m := range drafts {
		d.Entries = append(d.Entries, Entry{Number: i + 1, Title: m.title, Link: m.link, Thread: m.thread, Origin: join(append([]string{period.when(m.time)}, own[i]...)), Text: m.text, Quote: m.quote})
		d.facts[i] = m.facts
	}
	return d
}

// color is that of the first message which is urgent, else the one that all
// messages have in common, if there is one.
func color(drafts []draft) relay.Color {
	if i := slices.IndexFunc(drafts, func(m draft) bool { return m.kind.urgent }); i >= 0 {
		return drafts[i].color
	}
	if slices.ContainsFunc(drafts, func(m draft) bool { return m.color != drafts[0].color }) {
		return 0
	}
	return drafts[0].color
}

// cut returns d with as much of each message as r has room for.
func (d uncut) cut(r room) Digest {
	out := d.Digest
	out.Quoted = r.quoted > 0
	out.Left = len(d.Entries) - r.entries
	out.Entries = make([]Entry, r.entries)
	for i := range out.Entries {
		e := d.Entries[i]
		e.Title, e.Text = cutText(e.Title, r.title), cutText(e.Text, r.text)
		e.Facts = cutFacts(d.facts[i], r)
		if len(e.Link) > r.link {
			e.Link = ""
		}
		if i >= r.threads {
			e.Thread = ""
		}
		if e.Link == "" {
			e.Link, e.Thread = e.Thread, ""
		}
		if e.Origin = cutText(e.Origin, r.origin); r.origin < len(shortDay+" "+timeOfDay) {
			e.Origin = ""
		}
		out.Entries[i] = e
	}
	return out
}
