package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// However many lanes of other relays are to be woken, and however long their names
// are, each is told of.
func TestNoticesFit(t *testing.T) {
	database := server.Database(t)
	s, conn := openAt(t, database), connectTo(t, database)
	if _, err := conn.Exec(t.Context(), `LISTEN botrelay`); err != nil {
		t.Fatal(err)
	}
	missing := make(map[string]bool)
	for i := range 120 {
		missing[fmt.Sprint(strings.Repeat("long-", 80), i)] = true
	}
	s.db.peers.learn(nil, nil, true) // another relay runs
	for sink := range missing {
		s.db.tellOthers(sink)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	wait := func(until func(payload string) bool) {
		t.Helper()
		for {
			n, err := conn.WaitForNotification(ctx)
			if err != nil {
				t.Fatalf("%d lanes were not told of: %v", len(missing), err)
			}
			if until(n.Payload) {
				return
			}
		}
	}
	wait(func(payload string) bool {
		var sinks []string
		_ = json.Unmarshal([]byte(payload), &sinks) // a relay's proof is none
		for _, sink := range sinks {
			delete(missing, sink)
		}
		return len(missing) == 0
	})
	s.db.peers.learn(nil, nil, true)
	s.db.tellOthers(strings.Repeat("longer-", 2000))
	wait(func(payload string) bool { return payload == everybody })
}
