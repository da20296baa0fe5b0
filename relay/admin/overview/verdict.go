package overview

import (
	"strings"
	"time"

	"botrelay/relay/wording"
)

// verdict says whether all is well.
type verdict struct {
	State string `json:"state"` // well, look, needs_you, or fresh: nothing has ever come in
	// Parts are what is not well, what needs a person first.
	Parts []part `json:"parts"`
}

// part is something that is not well.
type part struct {
	Grave bool `json:"needs_you"` // it does not mend itself
	wording.Timed
	Do   string `json:"do"`   // what to do about it, in a sentence or two
	Link string `json:"link"` // where it is mended: from the root, or on this page
}

// Href returns the link as a page at the root has it.
func (p part) Href(root string) string {
	if strings.HasPrefix(p.Link, "#") {
		return p.Link
	}
	return root + p.Link
}

const (
	well     = "well"
	look     = "look"
	needsYou = "needs_you"
	fresh    = "fresh"
)

// First is what to do first; empty: there is nothing to do.
func (v verdict) First() string {
	if len(v.Parts) == 0 {
		return ""
	}
	return v.Parts[0].Do
}

// judge says whether all is well.
func (v *view) judge(now time.Time) verdict {
	j := verdict{State: well, Parts: []part{}}
	all := v.parts(now)
	for _, grave := range []bool{true, false} {
		for _, p := range all {
			if p.Grave == grave {
				j.Parts = append(j.Parts, p)
			}
		}
	}
	switch {
	case len(j.Parts) > 0 && j.Parts[0].Grave:
		j.State = needsYou
	case len(j.Parts) > 0:
		j.State = look
	case v.Fresh():
		j.State = fresh
	}
	return j
}
