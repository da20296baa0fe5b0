package slack

import (
	"testing"

	"botrelay/relay"
	"botrelay/sinks/sinktest"
)

// A reply's verdict tells what became of what it was to answer.
func TestJudgeReply(t *testing.T) {
	const posted = `{"ok":true,"channel":"C1","ts":"1700000000.000100"`
	sent := sinktest.Judged{Outcome: relay.Sent, ID: "C1/1700000000.000100"}
	alone := sent
	alone.Gone = true
	again, refused := sinktest.Judged{Outcome: relay.Later, Gone: true}, sinktest.Judged{Outcome: relay.Refused}
	for name, test := range map[string]struct {
		answer string
		want   sinktest.Judged
	}{
		"in its thread":              {posted + `,"message":{"ts":"1700000000.000100","thread_ts":"1690000000.000200"}}`, sent},
		"in another, as of a reply":  {posted + `,"message":{"ts":"1700000000.000100","thread_ts":"1680000000.000300"}}`, sent},
		"the parent was deleted":     {posted + `,"message":{"ts":"1700000000.000100"}}`, alone},
		"a thread of its own":        {posted + `,"message":{"ts":"1700000000.000100","thread_ts":"1700000000.000100"}}`, alone},
		"no message to tell by":      {posted + `}`, sent},
		"one of another kind":        {posted + `,"message":"hello"}`, sent},
		"one that is null":           {posted + `,"message":null}`, sent},
		"broken off":                 {posted + `,"message":{"ts":"17`, sinktest.Judged{Outcome: relay.Sent}},
		"locked":                     {`{"ok":false,"error":"thread_locked"}`, again},
		"locked by an administrator": {`{"ok":false,"error":"restricted_action_thread_locked"}`, again},
		"no such thread":             {`{"ok":false,"error":"thread_not_found"}`, again},
		"no such ts":                 {`{"ok":false,"error":"invalid_thread_ts"}`, again},
		"no such message":            {`{"ok":false,"error":"message_not_found"}`, again},
		"no threads there":           {`{"ok":false,"error":"restricted_action_non_threadable_channel"}`, again},
		"of a kind without threads":  {`{"ok":false,"error":"cannot_reply_to_message"}`, again},
		"its form":                   {`{"ok":false,"error":"invalid_blocks"}`, refused},
		"who knows":                  {`{"ok":false,"error":"something_new"}`, refused},
		"the channel":                {`{"ok":false,"error":"channel_not_found"}`, sinktest.Judged{Outcome: relay.Held}},
		"the channel takes threads":  {`{"ok":false,"error":"restricted_action_thread_only_channel"}`, sinktest.Judged{Outcome: relay.Held}},
		"trouble":                    {`{"ok":false,"error":"internal_error"}`, sinktest.Judged{Outcome: relay.Later, Doubtful: true}},
	} {
		a := sinktest.Answered(200, test.answer)
		if got := sinktest.JudgedOf(judgeReply(a, judgeAPI(a, sinktest.Now()))); got != test.want {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
}
