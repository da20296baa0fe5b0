package relay_test

import (
	"strings"
	"testing"

	"botrelay/relay"
)

// TestConversation: an answer is part of the conversation, once.
func TestConversation(t *testing.T) {
	for _, tc := range []struct {
		turns  []relay.Turn
		answer string
		want   int
	}{
		{nil, "yes", 0},
		{[]relay.Turn{{Role: "user", Text: "q"}}, "", 1},
		{[]relay.Turn{{Role: "user", Text: "q"}}, "yes", 2},
		{[]relay.Turn{{Role: "user", Text: "q"}, {Role: "bot", Text: "yes\n"}}, "yes", 2},
	} {
		e := relay.Event{Transcript: append(make([]relay.Turn, 0, 9), tc.turns...), Answer: tc.answer}
		got := e.Conversation()
		if len(got) != tc.want || tc.want == 2 && strings.TrimSpace(got[1].Text) != "yes" || len(e.Transcript) != len(tc.turns) {
			t.Errorf("%v, %q: %v", tc.turns, tc.answer, got)
		}
		if spare := e.Transcript[:9]; spare[len(tc.turns)] != (relay.Turn{}) {
			t.Errorf("%v was written to", spare)
		}
	}
}
