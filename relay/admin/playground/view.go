package playground

import (
	"fmt"
	"time"

	"botrelay/relay/admin/look"
	"botrelay/relay/admin/ondisk"
	"botrelay/relay/compose"
	"botrelay/relay/config"
	"botrelay/relay/report"
	"botrelay/relay/status"
	"botrelay/relay/wording"
)

// View is what the page shows.
type View struct {
	File   string `json:"file"`
	Routes string `json:"routes"` // the text that was tried
	Start  string `json:"start"`  // the file that it was begun from: empty for the one in use, or "disk"
	Edited bool   `json:"edited"` // it is not that file's
	Hidden bool   `json:"hidden"` // secrets stand in that file, and config.NotShown here
	Old    bool   `json:"old"`    // that file has changed since
	// OnDisk is what of the file on disk is not in use; nil: all of it is.
	OnDisk *ondisk.Told `json:"on_disk"`
	Disk   bool         `json:"-"` // a copy may be begun from the one on disk
	Sum    string       `json:"-"` // of the file that this copy was begun from

	Choices []Group `json:"samples"`
	From    string  `json:"from"`   // the sample that was chosen
	Stored  *Stored `json:"stored"` // or the event
	Body    string  `json:"body"`   // the vendor's JSON
	At      string  `json:"at"`     // as it was asked for
	Zone    string  `json:"zone"`   // that of At

	Problems []status.Problem    `json:"problems"` // of the routes file
	Broken   bool                `json:"broken"`   // it cannot be used
	Mistake  *Mistake            `json:"mistake"`  // what is wrong with the event
	Verdict  string              `json:"verdict"`
	Told     *report.Explanation `json:"explanation"` // nil: the event was not tried
	Facts    []string            `json:"facts"`       // what routes may look at in the event
	Steps    []Step              `json:"steps"`       // in the order of the routes
	More     int                 `json:"more_routes"` // that are too many to be told of, and do not take it
	Looks    []look.Look         `json:"messages"`
	Unshown  int                 `json:"more_messages"`
	Notes    []string            `json:"notes"`
	Clock    string              `json:"clock"` // in which zones the messages tell times, as a sentence
	// Starters are messages to begin from, and Kind is the event's; empty: it was not tried.
	Starters []compose.Starter `json:"starters"`
	Kind     string            `json:"-"`
}

// Group is a source, or a vendor that no source has, and its samples.
type Group struct {
	Name    string   `json:"name"`
	Samples []Sample `json:"samples"`
}

// Sample is one that can be chosen.
type Sample struct {
	Name  string `json:"name"`
	From  string `json:"from"` // what chooses it
	Whole string `json:"-"`    // its name with that of its sender
}

// Step is what a route has to do with the event.
type Step struct {
	wording.Step

	Number int    `json:"number"` // from 1
	Name   string `json:"name"`
}

// Mistake is what is wrong with the event.
type Mistake struct {
	Text   string `json:"text"`
	Line   int    `json:"line,omitempty"`   // from 1; 0: it is not about a place
	Column int    `json:"column,omitempty"` // in characters, from 1
	Source string `json:"source,omitempty"` // what stands there
	Mark   int    `json:"-"`
}

// Caret is what stands below Source, to show where.
func (m Mistake) Caret() string { return fmt.Sprintf("%*s", m.Mark+1, "^") }

// maxSteps is how many routes are told of that do not take an event.
const maxSteps = 200

// tell puts what came of a trial into words.
func (v *View) tell(r *Result) {
	v.Problems, v.Broken = status.Problems(r.Problems), r.Config == nil
	if m := r.Mistake; m != nil {
		v.Mistake = &Mistake{Text: m.Text, Line: m.Line, Column: m.Col, Source: m.Source, Mark: m.Mark}
		if m.Line == 0 {
			v.Mistake.Text = wording.Capital(m.Name) + " " + m.Text
		}
	}
	v.Verdict = v.verdict(r)
	if r.Config != nil { // which may have other sources than the file in use
		v.Choices = choicesOf(r.Config)
	}
	if v.Broken || v.Mistake != nil {
		return
	}
	if v.Body == "" {
		v.Body = pretty(r.Event.Payload)
	}
	v.Kind, v.Clock = string(r.Event.Kind), clock(r.Config)
	told := report.OfRoutes(r.Event, r.Explanation)
	v.Told, v.Facts, v.Looks, v.Unshown, v.Notes = &told, wording.Facts(&r.Event), r.Looks, r.More, r.Notes
	x := wording.Explained{Routes: r.Config.Routes, Event: &r.Event}
	for i, s := range r.Explanation.Steps {
		step := Step{x.Step(s), i + 1, wording.RouteName(s.Route)}
		if i >= maxSteps && step.Mark != wording.Takes {
			v.More++
			continue
		}
		v.Steps = append(v.Steps, step)
	}
}

// clock says in which zones messages tell times.
func clock(cfg *config.Config) string {
	here, _ := time.Now().Zone()
	return fmt.Sprintf("Times within messages are in %s, as timezone in [server] says; the clock beside a message is each reader’s own, and here that of this machine (%s).", cfg.Server.Timezone, here)
}

// verdict says in a sentence what came of it.
func (v *View) verdict(r *Result) string {
	switch {
	case v.Broken:
		return fmt.Sprintf("This file cannot be used: %s.", wording.Count(len(status.Errors(r.Problems)), "error"))
	case v.Mistake != nil:
		return "This event cannot be tried."
	}
	return wording.Verdict(r.Explanation)
}

// choicesOf are the samples that can be chosen.
func choicesOf(cfg *config.Config) []Group {
	var all []Group
	for _, choice := range compose.Choices(cfg) {
		v, err := compose.Vendor(cfg.Vendors, choice.Vendor)
		if err != nil {
			continue
		}
		g, sender := Group{Name: choice.Title + ", which no source has"}, choice.Title
		if choice.Source != "" {
			g.Name, sender = choice.Source+" ("+choice.Title+")", choice.Source
		}
		for _, s := range samplesOf(v) {
			g.Samples = append(g.Samples, Sample{s.Name, from(choice.Source, choice.Vendor, s.Name), sender + ": " + s.Name})
		}
		all = append(all, g)
	}
	return all
}
