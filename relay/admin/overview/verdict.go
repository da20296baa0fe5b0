package overview

import (
	"fmt"
	"path/filepath"
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

// judge says whether all is well.
func (v *view) judge() verdict {
	j := verdict{State: well, Parts: []part{}}
	for _, grave := range []bool{true, false} {
		for _, p := range v.parts() {
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

// parts returns what is not well.
func (v *view) parts() (all []part) {
	add := func(grave bool, link, text string) { all = append(all, part{grave, wording.Timed{Before: text}, link}) }
	timed := func(grave bool, link, text string, at time.Time) {
		all = append(all, part{grave, wording.Timed{Before: text, At: at}, link})
	}
	if v.Trouble != "" {
		add(true, "#trouble", "the store does not answer")
	}
	if v.Full != "" {
		add(true, "#full", "no event can be stored")
	}
	if f := v.Configuration.Failure; f != nil {
		timed(true, "#configuration", filepath.Base(v.Configuration.File)+" cannot be used since ", f.Since)
	}
	for _, l := range v.Lanes {
		if l.State == stateHeld {
			timed(true, "#lane-"+l.Name, since(l.Name+" is held", l.Since), l.Since)
		}
		if l.State == stateFailing {
			timed(false, "#lane-"+l.Name, since(l.Name+" fails", l.Since), l.Since)
		}
	}
	for _, g := range v.Gone {
		add(true, "dead#gone-"+g.Sink, fmt.Sprintf("%s for %s, which is gone", waits(g.Pending), g.Sink))
	}
	if v.Dead > 0 {
		add(true, "dead", wording.Count(v.Dead, "dead letter"))
	}
	for _, s := range v.Sources {
		switch {
		case s.Turned():
			said := wording.Timed{Before: s.Name + " refuses what comes (last ", At: s.Refused[0].LastAt.UTC(), After: ")"}
			all = append(all, part{s.Grave(), said, "#source-" + s.Name})
		case s.Pending:
			add(false, "#source-"+s.Name, s.Name+" has no secret yet")
		}
	}
	if later := v.Configuration.Later; len(later) > 0 {
		add(false, "#configuration", "a change of "+strings.Join(later, " and ")+" waits for a restart")
	}
	return all
}

func waits(n int) string {
	if n == 1 {
		return "1 message waits"
	}
	return wording.Count(n, "message") + " wait"
}
