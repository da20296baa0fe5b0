package discord

import (
	"testing"

	"botrelay/relay"
	"botrelay/sinks/sinktest"
)

// A reply's verdict tells what became of what it was to answer.
func TestJudgeReply(t *testing.T) {
	const posted = `{"id":"7","channel_id":"5"`
	sent := sinktest.Judged{Outcome: relay.Sent, ID: "5/7"}
	alone := sent
	alone.Gone = true
	again, refused := sinktest.Judged{Outcome: relay.Later, Gone: true}, sinktest.Judged{Outcome: relay.Refused}
	for name, test := range map[string]struct {
		status int
		answer string
		want   sinktest.Judged
	}{
		"a reply":                    {200, answered, sinktest.Judged{Outcome: relay.Sent, ID: "1200000000000000001/1300000000000000001"}},
		"one without what it quotes": {200, posted + `,"type":19,"message_reference":{"message_id":"6"}}`, sent},
		"no reply":                   {200, posted + `,"type":0}`, alone},
		"no reply, and a reference":  {200, posted + `,"type":0,"message_reference":{"message_id":"6"}}`, alone},
		"a reply to nothing":         {200, posted + `,"type":19}`, alone},
		"to a deleted one":           {200, posted + `,"type":19,"message_reference":{"message_id":"6"},"referenced_message":null}`, alone},
		"no type":                    {200, posted + `}`, sent},
		"a type nobody knows":        {200, posted + `,"type":"x"}`, sent},
		"nothing":                    {204, ``, sinktest.Judged{Outcome: relay.Sent}},
		"broken off":                 {200, posted + `,"type":0`, sinktest.Judged{Outcome: relay.Sent}},
		"no such message":            {400, unknownReply, again},
		"unknown message":            {404, `{"message":"Unknown Message","code":10008}`, again},
		"it may not be seen":         {403, `{"message":"Cannot reply without permission","code":160002}`, again},
		"two parts are wrong": {400, `{"message":"Invalid Form Body","code":50035,"errors":{"message_reference":{"_errors":[{"message":"x"}]},` +
			`"embeds":{"0":{"_errors":[{"message":"y"}]}}}}`, refused},
		"another part is wrong": {400, `{"message":"Invalid Form Body","code":50035,"errors":{"embeds":{"0":{"_errors":[{"message":"y"}]}}}}`, refused},
		"a form nobody knows":   {400, `{"message":"Invalid Form Body","code":50035,"errors":[]}`, refused},
		"the channel":           {404, `{"message":"Unknown Channel","code":10003}`, sinktest.Judged{Outcome: relay.Held}},
		"trouble":               {500, unknownReply, sinktest.Judged{Outcome: relay.Later, Doubtful: true}},
	} {
		a := sinktest.Answered(test.status, test.answer)
		if got := sinktest.JudgedOf(judgeReply(a, judge(a, false, sinktest.Now()))); got != test.want {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
}
