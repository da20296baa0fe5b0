package queuetest

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"botrelay/relay/queue"
)

// Overtaken has a new store count while the background does: a step of it before each
// statement. Every event must be there once. w watches the store's reads, and
// its clock stands still.
func Overtaken(t *testing.T, s queue.Store, w *Watch) {
	t.Helper()
	const events = 2600
	for i := range events {
		e := event(fmt.Sprint("event-", i))
		if _, err := s.Put(t.Context(), e, owed([]string{"a", "b"}[i%2])); err != nil {
			t.Fatal(err)
		}
	}
	count := func() queue.Counts {
		c, err := s.Counts(t.Context(), time.Hour, 5*time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	want := count()
	if len(want.Ways) != 2 || want.Ways[0].Events != events/2 || want.Ways[1].Events != events/2 {
		t.Fatalf("counted before: %+v", want)
	}
	steps, within := 0, false
	w.Before = func() {
		if within {
			return
		}
		within = true
		if n, _, err := s.Index(t.Context()); err != nil {
			t.Error(err)
		} else if n > 0 {
			steps++
		}
		within = false
	}
	for range 3 {
		if got := count(); !reflect.DeepEqual(got, want) {
			t.Errorf("after %d steps: got %+v, want %+v", steps, got, want)
		}
	}
	if w.Before = nil; steps < 10 {
		t.Errorf("%d steps counted something", steps)
	}
}
