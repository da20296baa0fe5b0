package glob

import "unicode"

// Meets reports whether there may be a text that both patterns cover, but for
// their negations. fold takes capitals and small letters as the same. Its time is
// bounded by the product of the two lengths.
func (p Pattern) Meets(q Pattern, fold bool) bool {
	return compare(p.tokens, q.tokens, func(a, b token) step {
		switch {
		case a.kind == anyRun && b.kind == anyRun:
			return left | right
		case a.kind == anyRun:
			return left | takeRight
		case b.kind == anyRun:
			return right | takeLeft
		case a.kind == anyOne || b.kind == anyOne || a.char == b.char || fold && unicode.ToLower(a.char) == unicode.ToLower(b.char):
			return both
		}
		return 0
	})
}

// Contains reports whether p surely matches every text that q matches. Of two
// patterns that say the same in different ways, as "*?" and "?*", it may not be
// sure.
func (p Pattern) Contains(q Pattern) bool {
	switch {
	case p.Negated && q.Negated:
		return q.covers(p)
	case p.Negated:
		return !p.Meets(q, false)
	case q.Negated:
		return p.covers(Pattern{tokens: []token{{kind: anyRun}}})
	}
	return p.covers(q)
}

// covers is Contains but for the negations.
func (p Pattern) covers(q Pattern) bool {
	return compare(p.tokens, q.tokens, func(a, b token) step {
		switch {
		case a.kind == anyRun:
			return left | takeRight
		case b.kind != anyRun && (a.kind == anyOne || a == b):
			return both
		}
		return 0
	})
}

// step is how two patterns may go on: one's run ends, a run takes a step of the
// other's, or each makes a step.
type step byte

const (
	left step = 1 << iota
	right
	takeLeft
	takeRight
	both
)

// compare reports whether the ends of two patterns can be reached together by the
// steps that next allows.
func compare(p, q []token, next func(a, b token) step) bool {
	row := make([]bool, len(q)+1) // for the former token of p: which of q's are reached
	row[0] = true
	for i := 0; i <= len(p); i++ {
		below := make([]bool, len(q)+1)
		for j := range row {
			if !row[j] {
				continue
			}
			a, b := at(p, i), at(q, j)
			may := step(0)
			switch {
			case i == len(p) && j == len(q):
				return true
			case i < len(p) && j < len(q):
				may = next(a, b)
			case i < len(p) && a.kind == anyRun:
				may = left
			case j < len(q) && b.kind == anyRun && next(token{kind: anyRun}, b)&right != 0:
				may = right
			}
			below[j] = below[j] || may&(left|takeLeft) != 0
			if j < len(q) {
				row[j+1] = row[j+1] || may&(right|takeRight) != 0
				below[j+1] = below[j+1] || may&both != 0
			}
		}
		row = below
	}
	return false
}

// at returns a token, or nothing behind the last.
func at(tokens []token, i int) token {
	if i < len(tokens) {
		return tokens[i]
	}
	return token{}
}
