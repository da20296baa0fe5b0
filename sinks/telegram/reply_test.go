package telegram

import (
	"testing"

	"botrelay/relay"
	"botrelay/sinks/sinktest"
)

// A reply's verdict tells what became of what it was to answer.
func TestJudgeReply(t *testing.T) {
	const posted = `{"ok":true,"result":{"message_id":7,"chat":{"id":-100}`
	sent := sinktest.Judged{Outcome: relay.Sent, ID: "-100/7"}
	alone := sent
	alone.Gone = true
	again, refused := sinktest.Judged{Outcome: relay.Later, Gone: true}, sinktest.Judged{Outcome: relay.Refused}
	for name, test := range map[string]struct {
		status int
		answer string
		want   sinktest.Judged
	}{
		"a reply":            {200, posted + `,"reply_to_message":{"message_id":5}}}`, sent},
		"a reply in a topic": {200, posted + `,"message_thread_id":42,"is_topic_message":true,"reply_to_message":{"message_id":5,"message_thread_id":42}}}`, sent},
		"no reply":           {200, posted + `}}`, alone},
		// Every message of a topic answers the one that made it, if no other.
		"no reply in a topic": {200, posted + `,"message_thread_id":42,"is_topic_message":true,"reply_to_message":{"message_id":42,"forum_topic_created":{"name":"x"}}}}`, alone},
		"yet to be sent":      {200, `{"ok":true,"result":{"message_id":0,"chat":{"id":-100}}}`, sinktest.Judged{Outcome: relay.Sent}},
		"of another kind":     {200, `{"ok":true,"result":true}`, sinktest.Judged{Outcome: relay.Sent}},
		"broken off":          {200, posted, sinktest.Judged{Outcome: relay.Sent}},
		"no such message":     {400, `{"ok":false,"error_code":400,"description":"Bad Request: message to be replied not found"}`, again},
		"an older server":     {400, `{"ok":false,"error_code":400,"description":"Bad Request: replied message not found"}`, again},
		"Telegram's own code": {400, `{"ok":false,"error_code":400,"description":"Bad Request: REPLY_MESSAGE_ID_INVALID"}`, again},
		"its form":            {400, `{"ok":false,"error_code":400,"description":"Bad Request: message is too long"}`, refused},
		"the topic":           {400, `{"ok":false,"error_code":400,"description":"Bad Request: message thread not found"}`, sinktest.Judged{Outcome: relay.Held}},
		"trouble":             {500, `{"ok":false,"error_code":500,"description":"Internal Server Error"}`, sinktest.Judged{Outcome: relay.Later, Doubtful: true}},
	} {
		a := sinktest.Answered(test.status, test.answer)
		if got := sinktest.JudgedOf(judgeReply(a, judge(a, here(), sinktest.Now()), 5)); got != test.want {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
}
