package config

import (
	"slices"

	"botrelay/relay/glob"
)

// patterns is a list of a match.
type patterns []glob.Pattern

// parsedPatterns parses the items of a list; one that is none is reported
// elsewhere.
func parsedPatterns(texts []string) patterns {
	list := make(patterns, 0, len(texts))
	for _, text := range texts {
		if p, err := glob.Parse(text); err == nil {
			list = append(list, p)
		}
	}
	return list
}

// hold reports whether the list holds for a value.
func (l patterns) hold(value string) bool {
	plain, found := false, false
	for _, p := range l {
		switch {
		case p.Negated && p.Covers(value):
			return false
		case !p.Negated:
			plain = true
			found = found || p.Covers(value)
		}
	}
	return found || !plain
}

// plain returns the items that are not negated.
func (l patterns) plain() patterns {
	return slices.DeleteFunc(slices.Clone(l), func(p glob.Pattern) bool { return p.Negated })
}

// values returns the values that the list is for, if there are no others.
func (l patterns) values() (values []string, only bool) {
	plain := l.plain()
	for _, p := range plain {
		value, isExact := p.Value()
		if !isExact {
			return nil, false
		}
		values = append(values, value)
	}
	return values, len(plain) > 0
}

// contain reports whether the list surely holds for every value that other holds
// for.
func (l patterns) contain(other patterns) bool {
	wanted, taken := l.plain(), other.plain()
	for _, p := range l {
		away := func(o glob.Pattern) bool { return o.Negated && o.Positive().Contains(p.Positive()) }
		if p.Negated && !slices.ContainsFunc(other, away) && (len(taken) == 0 || slices.ContainsFunc(taken, func(o glob.Pattern) bool { return o.Meets(p, false) })) {
			return false
		}
	}
	if len(taken) == 0 {
		taken = patterns{all()}
	}
	return len(wanted) == 0 || !slices.ContainsFunc(taken, func(o glob.Pattern) bool {
		return !slices.ContainsFunc(wanted, func(p glob.Pattern) bool { return p.Contains(o) })
	})
}

// meet reports whether the list may hold for a type that k is for, and none of the
// former.
func (l patterns) meet(k kindOf, former []kindOf, fold bool) bool {
	taken := func(p glob.Pattern) bool {
		return slices.ContainsFunc(former, func(f kindOf) bool { return f.pattern.Contains(p) })
	}
	turnedAway := func(p glob.Pattern) bool { return p.Negated && !fold && p.Positive().Contains(k.pattern) }
	switch {
	case taken(k.pattern):
		return false
	case k.isExact && !fold:
		return l.hold(k.value)
	case slices.ContainsFunc(l, turnedAway):
		return false
	}
	plain := l.plain()
	return len(plain) == 0 || slices.ContainsFunc(plain, func(p glob.Pattern) bool {
		return (k.pattern.Negated || p.Meets(k.pattern, fold)) && !taken(p)
	})
}

// reachPast reports whether the list may hold for a type that none of the
// patterns is for.
func (l patterns) reachPast(known []kindOf) bool {
	plain := l.plain()
	if len(plain) == 0 {
		plain = patterns{all()}
	}
	return slices.ContainsFunc(plain, func(p glob.Pattern) bool {
		return !slices.ContainsFunc(known, func(k kindOf) bool { return k.pattern.Contains(p) })
	})
}
