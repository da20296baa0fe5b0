package search

import (
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"botrelay/relay"
)

const (
	// MaxTerms is how many terms an event has at most, and maxBytes how much of its
	// texts is read. What was said last, of more than that, is not found.
	MaxTerms = 2000
	maxBytes = 64 << 10
	// maxID is how many characters of an ID's end count.
	maxID = 40
	// leastEnd is how much of an ID's end finds it.
	leastEnd = 4
)

// A term begins with a letter that says what it is.
const (
	ofWord    = "w" // a word
	ofAddress = "m" // a mail address
	ofPhone   = "p" // a phone number's digits from the last to the first, then a dot
	ofID      = "i" // an ID's letters and digits from the last to the first
)

// Terms returns what an event can be found by: sorted, each once, at most MaxTerms. They
// are valid UTF-8 without spaces, and none is empty. Of texts longer than 64 KiB together
// what comes last is left out: contact and names come before what was said.
func Terms(e *relay.Event) []string {
	t := terms{have: make(map[string]struct{}, 64), left: maxBytes}
	t.add(ofID + reversed(e.ID))
	t.phone(e.Contact.Phone)
	for text := range texts(e) {
		if t.text(text); t.isFull() {
			break
		}
	}
	all := make([]string, 0, len(t.have))
	for term := range t.have {
		all = append(all, term)
	}
	slices.Sort(all)
	return all
}

// texts yields what an event says, what is short and known best first.
func texts(e *relay.Event) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, text := range []string{
			e.Contact.Name, e.Contact.Email, e.Contact.Phone, e.Contact.Handle, e.ID, e.ConversationID, e.BotID, e.EventType,
			string(e.Kind), e.Channel, e.Source, e.Vendor, e.Scheduled, e.Subject, e.PageURL, e.Text,
		} {
			if text != "" && !yield(text) {
				return
			}
		}
		for _, d := range e.Details {
			if !yield(d.Label) || !yield(d.Text) {
				return
			}
		}
		if e.Answer != "" && !yield(e.Answer) {
			return
		}
		for _, turn := range e.Transcript {
			if !yield(turn.Text) {
				return
			}
		}
	}
}

// terms are gathered.
type terms struct {
	have map[string]struct{}
	left int // bytes of text that may still be read
}

func (t *terms) isFull() bool { return t.left <= 0 || len(t.have) >= MaxTerms }

// add adds a term, and reports whether there is room for more.
func (t *terms) add(term string) bool {
	if len(term) > 1 && len(t.have) < MaxTerms {
		t.have[term] = struct{}{}
	}
	return len(t.have) < MaxTerms
}

// text adds what a text can be found by.
func (t *terms) text(text string) {
	if len(text) > t.left {
		text = text[:t.left]
	}
	t.left -= len(text)
	text = legible(text)
	folded := fold(text)
	words(folded, true, func(word string) bool { return t.add(ofWord + word) })
	for at := strings.IndexByte(folded, '@'); at >= 0; {
		if address := addressAt(folded, at); address != "" {
			t.add(ofAddress + cut(address))
		}
		next := strings.IndexByte(folded[at+1:], '@')
		if next < 0 {
			break
		}
		at += 1 + next
	}
	for number := range numbers(folded) {
		t.add(number)
	}
}

// phone adds what is known to be a phone number, however short.
func (t *terms) phone(text string) {
	text = text[:min(len(text), 100)]
	if digits := digitsOf(fold(legible(text))); len(digits) >= leastDigits && len(digits) <= mostDigits {
		t.add(phoneTerm(digits))
	}
}

// wordsOf returns the terms of the words of a query's chunk.
func wordsOf(chunk string) (all []string) {
	words(fold(chunk), false, func(word string) bool {
		all = append(all, ofWord+word)
		return len(all) < maxNeeds
	})
	return all
}

// wholeAddress returns the term that a chunk means which is a mail address, or the
// beginning of one up to its @ at least; else nothing.
func wholeAddress(chunk string) string {
	folded := strings.Trim(fold(chunk), `<>()[]"',;:`)
	at := strings.IndexByte(folded, '@')
	if at <= 0 || strings.IndexByte(folded[at+1:], '@') >= 0 || addressAt(folded, at) != strings.TrimRight(folded, ".") {
		return ""
	}
	return ofAddress + cut(strings.TrimRight(folded, "."))
}

// addressAt returns the mail address around an @ of folded text; nothing if none is
// there. Its end may be missing.
func addressAt(folded string, at int) string {
	start, end := at, at+1
	for start > 0 {
		r, size := utf8.DecodeLastRuneInString(folded[:start])
		if !isOfAddress(r) {
			break
		}
		start -= size
	}
	for end < len(folded) {
		r, size := utf8.DecodeRuneInString(folded[end:])
		if !isOfAddress(r) {
			break
		}
		end += size
	}
	address := strings.TrimRight(folded[start:end], ".")
	if start == at {
		return ""
	}
	return address
}

func isOfAddress(r rune) bool {
	return isOfWord(r) || strings.ContainsRune(".!#$%&*+/=?^_`{|}~-", r)
}

// idEnd returns the term that a chunk means which may be the end of an ID, or nothing.
func idEnd(chunk string) string {
	if strings.IndexFunc(chunk, func(r rune) bool { return !isOfID(r) && r != '-' && r != '_' }) >= 0 {
		return ""
	}
	end := reversed(chunk)
	if len(end) < leastEnd {
		return ""
	}
	return ofID + end
}

// reversed returns the letters and digits of an ID, the last first.
func reversed(id string) string {
	id = strings.ToLower(id)
	end := make([]byte, 0, maxID)
	for i := len(id) - 1; i >= 0 && len(end) < maxID; i-- {
		if isOfID(rune(id[i])) {
			end = append(end, id[i])
		}
	}
	return string(end)
}

func isOfID(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}
