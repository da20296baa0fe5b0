package sinktest

import (
	"net/http"
	"time"

	"botrelay/relay"
	"botrelay/sinks/transport"
)

// Now is the moment at which the judges' tables are judged.
func Now() time.Time { return time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) }

// Answered is an answer that came whole. The headers are names and values in
// turn.
func Answered(status int, body string, header ...string) transport.Answer {
	a := transport.Answer{Status: status, Body: []byte(body), Header: http.Header{}, Written: true}
	for i := 0; i+1 < len(header); i += 2 {
		a.Header.Set(header[i], header[i+1])
	}
	return a
}

// Judged is what the judges' tables tell of a verdict.
type Judged struct {
	Outcome  relay.Outcome
	Scope    relay.Scope
	After    time.Duration
	Doubtful bool
	ID       string
	MovedTo  string
	Gone     bool // Verdict.ReplyGone
}

// JudgedOf returns what the tables tell of v.
func JudgedOf(v relay.Verdict) Judged {
	return Judged{v.Outcome, v.Scope, v.After, v.Doubtful, v.ID, v.MovedTo, v.ReplyGone}
}
