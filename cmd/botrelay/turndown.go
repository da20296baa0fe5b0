package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"botrelay/relay/config"
	"botrelay/relay/status"
)

// What is told of files that cannot be used.
const (
	fileUnusable   = "a file that the routes file names cannot be used: the relay goes on with what it held before"
	routesUnusable = "the routes file cannot be used: the relay goes on with the last good one"
)

// note says for /readyz what of the files on disk is not in use, or nothing.
// Anybody may read it, at any time.
func (r *reloader) note() string {
	if text := r.state.Load(); text != nil {
		return *text
	}
	return ""
}

// say sets what note says, and what the admin pages tell.
func (r *reloader) say() {
	r.relay.pages.board.Configure(r.configuration())
	r.relay.pages.refused.Store(r.refused())
	r.relay.pages.feed.Changed()
	r.relay.watch.show()
	var lines []string
	if !r.bad.IsZero() {
		what := "the routes file on disk"
		if r.elsewhere() {
			what = "a file that the routes file names"
		}
		lines = append(lines, fmt.Sprintf("%s cannot be used, since %s: the relay goes on with the last good one; see its log, or botrelay check",
			what, r.bad.UTC().Format(time.RFC3339)))
	}
	if len(r.later) > 0 {
		lines = append(lines, "what the routes file says of "+strings.Join(r.later, " and ")+" is used after a restart")
	}
	text := strings.Join(lines, "\n")
	r.state.Store(&text)
}

// turnDown says that a file cannot be used, or one that it names: all stays as it
// is, but for those that were renewed. What has been told of the same text is not
// told again.
func (r *reloader) turnDown(read *reading, renewed []string) {
	former := r.told
	r.told = read
	if r.bad.IsZero() {
		r.bad = time.Now()
	}
	r.blame = r.suspects(read, renewed)
	r.say()
	r.relay.counts.Loaded(false)
	wrong := wrongIn(read)
	r.relay.watch.desk.BadReload(r.culprit(), strings.Join(wrong, "\n"))
	if former != nil && bytes.Equal(former.text, read.text) && slices.Equal(wrongIn(former), wrong) {
		return
	}
	suspects := strings.Join(r.blame, ", ")
	if r.elsewhere() {
		r.log.Error(fileUnusable, "file", r.path, "changed_files", suspects)
	} else {
		r.log.Error(routesUnusable, "file", r.path, "changed_files", suspects)
	}
	if read.err != nil {
		r.log.Error("routes file", "file", r.path, "error", firstLine(read.err))
	}
	for _, p := range read.problems {
		if !p.Warning {
			r.log.Error("routes file", "file", p.File, "line", p.Line, "column", p.Col, "error", p.Text)
		}
	}
}

// elsewhere reports whether what was turned down last has the text of the last good
// routes file: then a file that it names is what is wrong.
func (r *reloader) elsewhere() bool { return r.told != nil && bytes.Equal(r.told.text, r.good.text) }

// suspects are the files whose change may be what is wrong.
func (r *reloader) suspects(read *reading, renewed []string) []string {
	return slices.DeleteFunc(read.changed(r.good), func(name string) bool { return slices.Contains(renewed, name) })
}

// culprit names the file whose change is wrong, for people: the routes file,
// unless that is as it was.
func (r *reloader) culprit() string {
	if len(r.blame) > 0 {
		return filepath.Base(r.blame[0])
	}
	return filepath.Base(r.path)
}

// configuration is what the admin pages tell of the files.
func (r *reloader) configuration() status.Configuration {
	c := status.Configuration{
		File: r.path, LoadedAt: r.taken.at, Files: r.taken.files, Changes: r.taken.news,
		Warnings: status.Warnings(r.good.problems), Later: r.later, Sandbox: r.relay.sandbox != nil,
	}
	if r.bad.IsZero() || r.told == nil {
		return c
	}
	c.Failure = &status.Failure{Since: r.bad, At: time.Now(), Text: routesUnusable, Files: r.blame, Problems: status.Errors(r.told.problems)}
	if r.elsewhere() {
		c.Failure.Text = fileUnusable
	}
	if r.told.err != nil {
		c.Failure.Error = firstLine(r.told.err)
	}
	return c
}

// refused is the routes file on disk, if that is what cannot be used; else nil.
func (r *reloader) refused() *config.File {
	if r.bad.IsZero() || r.told == nil || len(r.told.text) == 0 || r.elsewhere() {
		return nil
	}
	return &config.File{Name: r.path, Data: r.told.text}
}

// wrongIn says what is wrong, each in a line.
func wrongIn(read *reading) (lines []string) {
	if read.err != nil {
		lines = append(lines, firstLine(read.err))
	}
	for _, p := range read.problems {
		if !p.Warning {
			lines = append(lines, fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Col, p.Text))
		}
	}
	return lines
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// fresh returns the problems that a former reading did not have, wherever in the
// file they stood.
func fresh(problems, former config.Problems) (all config.Problems) {
	type sign struct{ text, source string }
	known := make(map[sign]int)
	for _, p := range former {
		known[sign{p.Text, p.Source}]++
	}
	for _, p := range problems {
		s := sign{p.Text, p.Source}
		if known[s]--; known[s] < 0 {
			all = append(all, p)
		}
	}
	return all
}

// warn logs what is legal in a routes file but surely not meant.
func warn(log *slog.Logger, problems config.Problems) {
	for _, p := range problems {
		if p.Warning {
			log.Warn("routes file", "file", p.File, "line", p.Line, "column", p.Col, "warning", p.Text)
		}
	}
}
