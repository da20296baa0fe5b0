package search

import (
	"iter"
	"slices"
	"strings"
)

const (
	// leastDigits is how many digits of a phone number find it, and mostDigits how many
	// one has at most.
	leastDigits = 4
	mostDigits  = 17
	// leastNumber is how many digits of a text are taken for a phone number, and how
	// many a number has at least that is found by one with more before it.
	leastNumber = 6
)

// isOfPhone reports whether a character may be part of a phone number, as people write
// them.
func isOfPhone(r rune) bool {
	return '0' <= r && r <= '9' || strings.ContainsRune(" +()-./\u2010\u2011\u2013", r)
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// phoneRun returns how many chunks, from the first on, may be one phone number.
func phoneRun(chunks []string) (n int) {
	digits := 0
	for n < len(chunks) && !strings.ContainsFunc(fold(chunks[n]), func(r rune) bool { return !isOfPhone(r) }) {
		digits += len(digitsOf(fold(chunks[n])))
		if digits > mostDigits {
			break
		}
		n++
	}
	return n
}

// phoneWays returns the ways to find the phone number that was typed; none if it is
// none. An event's number may have more before it, such as a country, or less.
func phoneWays(typed string) (ways []Need) {
	folded := fold(typed)
	if strings.ContainsFunc(folded, func(r rune) bool { return !isOfPhone(r) }) {
		return nil
	}
	digits := strings.TrimLeft(digitsOf(folded), "0")
	if len(digits) < leastDigits || len(digits) > mostDigits {
		return nil
	}
	term := phoneTerm(digits)
	ways = append(ways, Need{Term: strings.TrimSuffix(term, ".")})
	for n := len(digits) - 1; n > leastNumber; n-- {
		ways = append(ways, Need{Term: term[:len(ofPhone)+n] + "."})
	}
	return ways
}

// phoneTerm returns the term of a number's digits.
func phoneTerm(digits string) string {
	b := []byte(strings.TrimLeft(digits, "0"))
	slices.Reverse(b)
	return ofPhone + string(b) + "."
}

// digitsOf returns the digits of folded text.
func digitsOf(folded string) string {
	return strings.Map(func(r rune) rune {
		if isDigit(r) {
			return r
		}
		return -1
	}, folded)
}

// numbers yields the terms of what may be phone numbers in folded text.
func numbers(folded string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for {
			at := strings.IndexFunc(folded, isDigit)
			if at < 0 {
				return
			}
			folded = folded[at:]
			end := strings.IndexFunc(folded, func(r rune) bool { return !isOfPhone(r) })
			if end < 0 {
				end = len(folded)
			}
			digits := strings.TrimLeft(digitsOf(folded[:end]), "0")
			if len(digits) >= leastNumber && len(digits) <= mostDigits && !yield(phoneTerm(digits)) {
				return
			}
			folded = folded[end:]
		}
	}
}
