package queuetest

import (
	"fmt"
	"strings"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// talk sends something of a conversation, which root began.
func (f *fixture) talk(lane queue.Lane, sink, key, root string) {
	f.Helper()
	f.put(sink)
	s := sent("of its own")
	s.Thread = queue.ThreadChange{Key: key, Root: root}
	f.send(lane, 1, s)
}

// wantThreads checks what a lane's destination remembers of some conversations.
func (f *fixture) wantThreads(about string, lane queue.Lane, want map[string]queue.Thread, keys ...string) {
	f.Helper()
	got, err := lane.Threads(f.Context(), keys)
	if err != nil {
		f.Fatal(err)
	}
	f.want(about, got, want)
}

type threads = map[string]queue.Thread

func threadTests() []test {
	chat, token := relay.Budget{Key: "chat 1"}, relay.Budget{Key: "token"}
	return []test{
		{"thread/what began a conversation is remembered, and when it last went on", func(f *fixture) {
			lane := f.lease("a", chat, token)
			f.wantThreads("at first", lane, threads{}, "anna", "ben")
			f.talk(lane, "a", "anna", "1.01")
			f.wantThreads("just begun", lane, threads{"anna": {Root: "1.01"}}, "anna", "ben")
			f.pass(time.Hour)
			f.talk(lane, "a", "ben", "2.02")
			f.pass(time.Millisecond)
			f.wantThreads("both", lane, threads{"anna": {Root: "1.01", Quiet: time.Hour + time.Millisecond}, "ben": {Root: "2.02", Quiet: time.Millisecond}}, "anna", "ben")
			f.wantThreads("only what was asked for", lane, threads{"ben": {Root: "2.02", Quiet: time.Millisecond}}, "carl", "ben", "ben")
			f.wantThreads("nothing was asked for", lane, threads{})
			f.talk(lane, "a", "anna", "1.01")
			f.wantThreads("it went on", lane, threads{"anna": {Root: "1.01"}}, "anna")
			f.talk(lane, "a", "anna", "3.03")
			f.wantThreads("it began anew", lane, threads{"anna": {Root: "3.03"}}, "anna")
		}},
		{"thread/survives a kill", func(f *fixture) {
			f.talk(f.lease("a", chat), "a", "anna", "1.01")
			f.killed()
			f.wantThreads("afterwards", f.lease("a", chat), threads{"anna": {Root: "1.01", Quiet: ttl}}, "anna")
		}},
		{"thread/belongs to the destination, which is the first budget", func(f *fixture) {
			a, b := f.lease("a", chat, token), f.lease("b", chat)
			other, none := f.lease("other", relay.Budget{Key: "chat 2"}, token, chat), f.lease("none")
			f.talk(a, "a", "anna", "1.01")
			f.wantThreads("another lane of that chat", b, threads{"anna": {Root: "1.01"}}, "anna")
			f.wantThreads("a lane of another chat", other, threads{}, "anna")
			f.wantThreads("a lane without budgets", none, threads{}, "anna")
			f.talk(none, "none", "anna", "9.09")
			f.wantThreads("a lane without budgets remembers none", none, threads{}, "anna")
			f.talk(other, "other", "anna", "5")
			f.talk(b, "b", "anna", "2.02")
			f.wantThreads("the first lane", a, threads{"anna": {Root: "2.02"}}, "anna")
			f.wantThreads("the other chat", other, threads{"anna": {Root: "5"}}, "anna")
		}},
		{"thread/is forgotten by itself", func(f *fixture) {
			a, other := f.lease("a", chat), f.lease("other", relay.Budget{Key: "chat 2"})
			f.talk(a, "a", "anna", "1.01")
			f.talk(a, "a", "ben", "2.02")
			f.talk(other, "other", "anna", "5")
			f.put("a")
			f.send(a, 1, again(0, "busy")) // says nothing
			f.wantThreads("before", a, threads{"anna": {Root: "1.01"}, "ben": {Root: "2.02"}}, "anna", "ben")
			gone := again(0, "no such message")
			gone.Keep, gone.Thread = true, queue.ThreadChange{Key: "anna"}
			f.send(a, 1, gone)
			f.wantThreads("afterwards", a, threads{"ben": {Root: "2.02"}}, "anna", "ben")
			f.wantThreads("in the other chat", other, threads{"anna": {Root: "5"}}, "anna")
			f.send(a, 1, gone) // of which nothing is known
			arrived := sent("")
			arrived.Thread = queue.ThreadChange{Key: "ben"}
			f.send(a, 1, arrived)
			f.wantThreads("sent, with no name to answer", a, threads{}, "anna", "ben")
		}},
		{"thread/is forgotten when its destination moves", func(f *fixture) {
			a, b, other := f.lease("a", chat), f.lease("b", chat), f.lease("other", relay.Budget{Key: "chat 2"})
			for _, key := range []string{"anna", "ben"} {
				f.talk(a, "a", key, "1")
				f.talk(other, "other", key, "5")
			}
			f.put("a", "b")
			move := func(lane queue.Lane, to string) {
				s := again(0, "migrated")
				s.Move = queue.Move{Key: "chat 1", To: to}
				f.send(lane, 1, s)
			}
			move(a, "-100")
			f.wantThreads("it moved", b, threads{}, "anna", "ben")
			f.wantThreads("the other did not", other, threads{"anna": {Root: "5"}, "ben": {Root: "5"}}, "anna", "ben")
			f.send(a, 1, sent("m"))
			f.talk(a, "a", "anna", "7")
			move(b, "-100") // who was told of it late
			f.wantThreads("what was begun since", b, threads{"anna": {Root: "7"}}, "anna", "ben")
			move(b, "-200")
			f.wantThreads("it moved once more", b, threads{}, "anna", "ben")
		}},
		{"thread/is forgotten after as long a silence as sent events are kept", func(f *fixture) {
			const many = 600
			lane := f.lease("a", chat)
			for n := range many {
				f.talk(lane, "a", fmt.Sprint(n), "1.01")
			}
			f.talk(lane, "a", "old", "2.02")
			f.pass(30*24*time.Hour - time.Millisecond)
			f.talk(lane, "a", "kept", "3.03")
			f.talk(lane, "a", "0", "1.01")
			f.prune(0, days(30, 1))
			f.wantThreads("just before", lane, threads{"0": {Root: "1.01"}, "old": {Root: "2.02", Quiet: 30*24*time.Hour - time.Millisecond}}, "0", "old")
			f.pass(time.Millisecond)
			f.prune(many+1, days(30, 1))
			want := threads{"0": {Root: "1.01", Quiet: time.Millisecond}, "kept": {Root: "3.03", Quiet: time.Millisecond}}
			keys := []string{"old", "kept"}
			for n := range many {
				keys = append(keys, fmt.Sprint(n))
			}
			f.wantThreads("those that went on", lane, want, keys...)
		}},
		{"thread/of a lane that was lost tells and changes nothing", func(f *fixture) {
			old := f.lease("a", chat)
			f.talk(old, "a", "anna", "1.01")
			f.put("a")
			batch := f.begun(old, 1)
			f.Advance(ttl)
			lane := f.lease("a", chat)
			_, err := old.Threads(f.Context(), []string{"anna"})
			f.wantError("reading", err, queue.ErrLost)
			s := sent("m")
			s.Thread = queue.ThreadChange{Key: "anna", Root: "2.02"}
			f.wantError("settling", old.Settle(f.Context(), batch, s), queue.ErrLost)
			f.wantThreads("the next one", lane, threads{"anna": {Root: "1.01", Quiet: ttl}}, "anna")
		}},
		{"thread/goes on only by what is sent", func(f *fixture) {
			f.put("a")
			lane := f.lease("a", chat)
			batch := f.begun(lane, 1)
			for _, s := range []queue.Settlement{again(0, "busy"), dead("bad form")} {
				s.Thread = queue.ThreadChange{Key: "anna", Root: "1.01"}
				if err := lane.Settle(f.Context(), batch, s); err == nil {
					f.Errorf("settled as %s", s.State)
				}
			}
			f.wantThreads("afterwards", lane, threads{}, "anna")
			f.settle(lane, batch, sent("m"))
		}},
		{"thread/keys and names of any length and kind", func(f *fixture) {
			lane := f.lease("a", chat)
			long := strings.Repeat("ä", 1<<19)
			odd := []string{"", long, long + "x", `"'%_\`, "a\x00b", "a", "A", "\xff", "\xfe", "\U0010ffff", "[1]", "null"}
			want := threads{}
			for n, key := range odd {
				root := fmt.Sprint(n, " ", strings.Repeat(`"`, n))
				f.talk(lane, "a", key, root)
				if key != "" { // a message that stands alone
					want[key] = queue.Thread{Root: root}
				}
			}
			f.wantThreads("each", lane, want, odd...)
		}},
		{"thread/is never quiet for less than no time, though the clock is set back", func(f *fixture) {
			lane := f.lease("a", chat)
			f.talk(lane, "a", "anna", "1.01")
			f.pass(-time.Hour)
			f.wantThreads("afterwards", lane, threads{"anna": {Root: "1.01"}}, "anna")
		}},
	}
}
