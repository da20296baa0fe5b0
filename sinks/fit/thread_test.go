package fit

import (
	"fmt"
	"reflect"
	"testing"

	"botrelay/relay"
)

// conversations are links to n conversations.
func conversations(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprint("https://app.example/t/", i)
	}
	return out
}

// A title leads to its conversation, unless it leads to a page: then a word does.
func TestEntriesLinkToThreads(t *testing.T) {
	messages := []relay.Message{lead("Ada", 1), lead("Bob", 2), lead("Cyd", 3)}
	messages[1].Link = "https://x.example/page"
	d := NewBatch(messages).WithThreads([]string{"https://app.example/t/0", "https://app.example/t/1"}).Digest(func(Digest) bool { return true })
	if e := d.Entries[0]; e.Link != "https://app.example/t/0" || e.Thread != "" || len(e.After()) != 1 {
		t.Errorf("without a page: %+v", e)
	}
	want := []relay.Span{{Text: " · 09:02"}, {Text: " · "}, {Text: "thread", Link: "https://app.example/t/1"}}
	if e := d.Entries[1]; e.Link != "https://x.example/page" || !reflect.DeepEqual(e.After(), want) {
		t.Errorf("with a page: %q %+v", e.Link, e.After())
	}
	if e := d.Entries[2]; e.Link != "" || e.Thread != "" {
		t.Errorf("of which nothing is known: %+v", e)
	}
}

// A long text makes way for links as long as enough of it is left, and a digest
// that holds no more than it must loses nothing for them.
func TestThreadsTakeOnlyRoom(t *testing.T) {
	messages := []relay.Message{lead("Ada", 1), lead("Bob", 2), lead("Cyd", 3), lead("Dan", 4)}
	batch := NewBatch(messages)
	with := batch.WithThreads(conversations(4))
	links := func(d Digest) (n int) {
		for _, e := range d.Entries {
			if e.Link != "" {
				n++
			}
		}
		return n
	}
	seen := map[int]bool{}
	for most := weight(batch.whole(4).cut(least(4))); most < weight(batch.Digest(func(Digest) bool { return true }))+200; most += 5 {
		ok := func(d Digest) bool { return weight(d) <= most }
		if batch.Holds(ok) != with.Holds(ok) {
			t.Fatalf("room for %d: %d with links, %d without", most, with.Holds(ok), batch.Holds(ok))
		}
		plain, linked := batch.Digest(ok), with.Digest(ok)
		n := links(linked)
		seen[n] = true
		if !ok(linked) {
			t.Fatalf("room for %d: %d", most, weight(linked))
		}
		for i, e := range linked.Entries {
			if was := plain.Entries[i]; e.Title != was.Title || len(e.Facts) != len(was.Facts) || e.Text != was.Text && (n < 4 || size([]relay.Span{{Text: e.Text}}) < enough) {
				t.Fatalf("room for %d, %d links: entry %d was %+v and is %+v", most, n, i+1, was, e)
			}
		}
	}
	if !seen[0] || !seen[4] {
		t.Errorf("numbers of links: %v", seen)
	}
}

// Where there is not room for all links, the first stand.
func TestThreadsForSome(t *testing.T) {
	messages := []relay.Message{lead("Ada", 1), lead("Bob", 2), lead("Cyd", 3)}
	for i := range messages {
		messages[i].Body = nil
	}
	links := conversations(3)
	most := weight(NewBatch(messages).Digest(func(Digest) bool { return true })) + 2*len(links[0]) + 5
	d := NewBatch(messages).WithThreads(links).Digest(func(d Digest) bool { return weight(d) <= most })
	if d.Entries[0].Link != links[0] || d.Entries[1].Link != links[1] || d.Entries[2].Link != "" {
		t.Errorf("got %+v", d.Entries)
	}
}

func TestThreaded(t *testing.T) {
	messages := []relay.Message{lead("Ada", 1), lead("Bob", 2)}
	all := func([]relay.Message) bool { return true }
	out := Threaded(messages, []string{"https://app.example/t/0"}, all)
	want := relay.Block{Spans: []relay.Span{{Text: "Open the thread", Link: "https://app.example/t/0"}}}
	if n := len(out[0].Body); n != 2 || !reflect.DeepEqual(out[0].Body[1], want) || len(out[1].Body) != 1 || len(messages[0].Body) != 1 {
		t.Errorf("got %+v from %+v", out, messages)
	}
	few := func(m []relay.Message) bool { return len(m[0].Body) == 1 }
	if out := Threaded(messages, conversations(2), few); !reflect.DeepEqual(out, messages) {
		t.Errorf("without room for links: %+v", out)
	}
}
