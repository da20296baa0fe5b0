// Package search finds events by what a person remembers of them: a name, a mail
// address, a phone number, some words of what was said, the end of an ID. It makes
// terms of an event and needs of what was typed, and knows when the one meets the
// other. It is pure: where terms are kept is others' to know.
package search

import (
	"slices"
	"strings"

	"botrelay/relay"
)

// maxQuery is how many bytes of what was typed count, and maxNeeds how many words.
const (
	maxQuery = 1000
	maxNeeds = 20
)

// Query is what a person looks for. The zero Query matches every event. It does not
// change, so several goroutines may use it.
type Query struct{ need Need }

// Need is what an event must have: one of the three is set, or none, and then every
// event has it. All and Any are not empty if they are set.
type Need struct {
	Term string // a term of the event that begins so
	All  []Need // each of these
	Any  []Need // one of these
}

// Parse reads what a person typed. It takes anything: what holds no letter and no digit
// matches every event. Of more than 1,000 bytes or 20 words the first count.
//
// Every word must be found. A word is found at the beginning of one of the event's, as
// upper or lower case, with or without diacritics. A mail address is found as a whole,
// or as far as it was typed. What looks like a phone number is also found as one: by its
// digits, from the last, whatever stands between them, and whether it begins with +, 00
// or 0. Four letters or digits of an ID's end find it.
func Parse(typed string) Query {
	if len(typed) > maxQuery {
		typed = typed[:maxQuery]
	}
	var needs []Need
	chunks := strings.Fields(legible(typed))
	for len(chunks) > 0 && len(needs) < maxNeeds {
		n := 1
		if run := phoneRun(chunks); run > 1 {
			n = run
		}
		if need := needOf(chunks[:n]); !need.isZero() {
			needs = append(needs, need)
		}
		chunks = chunks[n:]
	}
	return Query{all(needs)}
}

// EndOfID returns the query for events whose ID has an end, and some others: upper and
// lower case, and what is neither letter nor digit, are alike to it. It matches every
// event if the end has fewer than four letters and digits, or others than those of ASCII,
// hyphens and underscores.
func EndOfID(end string) Query { return Query{Need{Term: idEnd(end)}} }

// IsZero reports whether the query matches every event.
func (q Query) IsZero() bool { return q.need.isZero() }

// Need returns what an event must have to match, by the terms that Terms returns.
func (q Query) Need() Need { return q.need }

// Matches reports whether an event has all that is looked for.
func (q Query) Matches(e *relay.Event) bool { return q.IsZero() || q.need.met(Terms(e)) }

func (n Need) isZero() bool { return n.Term == "" && n.All == nil && n.Any == nil }

// met reports whether sorted terms have what is needed.
func (n Need) met(terms []string) bool {
	has := func(n Need) bool { return n.met(terms) }
	switch {
	case n.All != nil:
		return !slices.ContainsFunc(n.All, func(n Need) bool { return !n.met(terms) })
	case n.Any != nil:
		return slices.ContainsFunc(n.Any, has)
	case n.Term == "":
		return true
	}
	at, _ := slices.BinarySearch(terms, n.Term)
	return at < len(terms) && strings.HasPrefix(terms[at], n.Term)
}

// all is a Need of each of some, of which there may be none or one.
func all(needs []Need) Need {
	switch len(needs) {
	case 0:
		return Need{}
	case 1:
		return needs[0]
	}
	return Need{All: needs}
}

// needOf is what chunks of a query need: what stands between spaces, or several of
// these that may be one phone number.
func needOf(chunks []string) Need {
	var each []Need
	for _, chunk := range chunks {
		if need := needOfOne(chunk); !need.isZero() {
			each = append(each, need)
		}
	}
	ways := phoneWays(strings.Join(chunks, " "))
	if len(chunks) == 1 || len(ways) == 0 {
		return all(each) // the number alone is a way of its own already
	}
	return Need{Any: append(ways, all(each))}
}

// needOfOne is what stands between spaces.
func needOfOne(chunk string) Need {
	if address := wholeAddress(chunk); address != "" {
		return Need{Term: address}
	}
	var words []Need
	for _, word := range wordsOf(chunk) {
		words = append(words, Need{Term: word})
	}
	ways := phoneWays(chunk)
	if end := idEnd(chunk); end != "" {
		ways = append(ways, Need{Term: end})
	}
	switch {
	case len(words) == 0:
		return Need{}
	case len(ways) == 0:
		return all(words)
	}
	return Need{Any: append(ways, all(words))}
}
