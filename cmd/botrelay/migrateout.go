package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"botrelay/relay/queue/move"
	"botrelay/relay/wording"

	"golang.org/x/term"
)

// progress tells how far a move is: on a terminal in one line, which is written
// over and over, for programs as JSON, and to nobody else.
type progress struct {
	json  *json.Encoder // nil: for people
	out   io.Writer     // the terminal; nil: none
	width int           // columns that the line has, and may have
	room  int
	told  time.Time
}

func newProgress(w *world, asJSON bool) *progress {
	p := &progress{room: 80}
	switch {
	case asJSON:
		p.json = json.NewEncoder(w.stdout)
	case isTerminal(w.stderr):
		p.out = w.stderr
		if width, _, err := term.GetSize(int(fileOf(w.stderr).Fd())); err == nil && width > 0 {
			p.room = width
		}
	}
	return p
}

// tell says how far it is, but not too often, and how each stage ends.
func (p *progress) tell(r move.Report) {
	patience := 100 * time.Millisecond
	if p.json != nil {
		patience = time.Second
	}
	if time.Since(p.told) < patience && r.Done < r.Of {
		return
	}
	p.told = time.Now()
	switch {
	case p.json != nil:
		_ = p.json.Encode(struct { // standard output keeps the error
			Stage move.Stage `json:"stage"`
			Done  int        `json:"done"`
			Of    int        `json:"of"`
			Took  int64      `json:"took_ms"`
		}{r.Stage, r.Done, r.Of, r.Took.Milliseconds()})
	case p.out != nil:
		p.line(lineOf(r))
	}
}

// lineOf returns what is said of a move under way.
func lineOf(r move.Report) string {
	what := map[move.Stage]string{
		move.Adding:   "moved",
		move.Counting: "counted again",
		move.Ending:   "let go",
	}[r.Stage]
	things := "event"
	if r.Stage == move.Ending {
		things = "delivery"
	}
	text := fmt.Sprintf("%s %s of %s", what, wording.Thousands(r.Done), wording.Count(r.Of, things))
	before := 0
	if r.Stage == move.Adding {
		before = r.Start.Moved + r.Start.Passed
	}
	if r.Stage == move.Adding && r.Done > before && r.Done < r.Of {
		left := time.Duration(float64(r.Took) / float64(r.Done-before) * float64(r.Of-r.Done))
		text += fmt.Sprintf(", about %s left", wording.Spell(left+time.Second))
	}
	return text
}

// line writes over the line before.
func (p *progress) line(text string) {
	text = crop(text, p.room-1)
	width := columns(text)
	_, _ = fmt.Fprint(p.out, "\r"+pad(text, p.width)+strings.Repeat("\b", max(0, p.width-width)))
	p.width = width
}

// end takes the line away: what follows says what it came to.
func (p *progress) end() {
	if p.out != nil && p.width > 0 {
		_, _ = fmt.Fprint(p.out, "\r"+strings.Repeat(" ", p.width)+"\r")
	}
}

// report says what was moved, and what to do next.
func (c *migrateCmd) report(w *world, path string, r move.Report, running bool) error {
	if c.JSON {
		return reportJSON(w, r)
	}
	to := newScreen(w)
	if r.Start.Done {
		to.note(fmt.Sprintf("%s was moved there before, and has not changed since: there is nothing to do.", path))
		return nil
	}
	switch {
	case r.Start.Anew:
		to.note("What an interrupted move had brought was taken back: it was begun anew.")
	case r.Start.Newer > 0:
		to.note("The file was moved there before: what came in since was moved now.")
	}
	to.note(fmt.Sprintf("%s moved in %s%s.", wording.Count(r.Moved, "event"), wording.Spell(r.Took), counted(r)))
	if r.Again > 0 {
		to.note(fmt.Sprintf("Owed again by a replay, of events that were moved before: %s.", wording.Count(r.Again, "delivery")))
	}
	if r.Passed > 0 {
		to.note(fmt.Sprintf("Passed over, because the database had them already: %s.", wording.Count(r.Passed, "event")))
	}
	if running {
		to.note(fmt.Sprintf("Relays are using the database: what waits is sent from now on. %s is as it was; do not start a relay on it again, "+
			"which would send that once more.", path))
		return nil
	}
	to.note(fmt.Sprintf(`What next:
  1. Make the database the url of [store] in %s, with the password in a variable: "postgres://USER:${DB_PASSWORD}@HOST/DATABASE".
     Characters other than letters and digits are written there as %%XX, such as %%40 for @; PGPASSWORD takes it as it is.
  2. Start the relay: what waits is sent then.
  3. Keep %s, which is as it was, until you have seen that. Do not start a relay on it again: it would send what waits once more.`, c.Config, path))
	return nil
}

// counted says what was counted at the end.
func counted(r move.Report) string {
	n := r.Count
	if n.Events == 0 {
		return ""
	}
	text := fmt.Sprintf(", and counted again: %s (%s pending, %s sent, %s dead, %s replayed, %s discarded), %s, %s, %s",
		wording.Count(n.Pending+n.Sent+n.Dead+n.Replayed+n.Discarded, "delivery"),
		wording.Thousands(n.Pending), wording.Thousands(n.Sent), wording.Thousands(n.Dead), wording.Thousands(n.Replayed), wording.Thousands(n.Discarded),
		wording.Count(n.Attempts, "failed attempt"), wording.Count(r.Ended.Threads, "conversation"), wording.Count(r.Ended.Lanes, "lane"))
	if r.Ended.Held > 0 {
		text += fmt.Sprintf(" (%s held)", wording.Thousands(r.Ended.Held))
	}
	return text
}

// reportJSON says what was moved to a program.
func reportJSON(w *world, r move.Report) error {
	n := r.Count
	return json.NewEncoder(w.stdout).Encode(struct {
		Stage     string `json:"stage"`
		Events    int    `json:"events"`
		Moved     int    `json:"moved"`
		Passed    int    `json:"passed_over"`
		Again     int    `json:"owed_again"`
		Already   bool   `json:"already"`
		Took      int64  `json:"took_ms"`
		Pending   int    `json:"pending"`
		Sent      int    `json:"sent"`
		Dead      int    `json:"dead"`
		Replayed  int    `json:"replayed"`
		Discarded int    `json:"discarded"`
		Attempts  int    `json:"attempts"`
		Threads   int    `json:"conversations"`
		Lanes     int    `json:"lanes"`
		Held      int    `json:"held"`
	}{
		"done", r.Events, r.Moved, r.Passed, r.Again, r.Start.Done, r.Took.Milliseconds(),
		n.Pending, n.Sent, n.Dead, n.Replayed, n.Discarded, n.Attempts, r.Ended.Threads, r.Ended.Lanes, r.Ended.Held,
	})
}
