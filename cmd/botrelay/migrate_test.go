package main

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/queue/postgres"
	"botrelay/relay/queue/sqlite"

	"github.com/jackc/pgx/v5"
	"github.com/rogpeppe/go-internal/testscript"
)

// TestMigrate runs the manual of the move with a real database, whose URL is in TO,
// and a store of 1,500 events. "block" lets a move wait in the middle until
// "unblock"; "brought N" waits until so many events are there.
func TestMigrate(t *testing.T) {
	common := newCommonStore(t)
	s, err := postgres.Open(t.Context(), postgres.Config{URL: common.url})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil { // the tables are there
		t.Fatal(err)
	}
	other, err := pgx.Connect(t.Context(), common.url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close(context.WithoutCancel(t.Context())) })
	do := func(ts *testscript.TestScript, text string) {
		_, err := other.Exec(t.Context(), text)
		ts.Check(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/migrate",
		Setup: func(env *testscript.Env) error {
			env.Setenv("TO", through(t, common.url))
			return fillStore(t.Context(), filepath.Join(env.WorkDir, "store.db"))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"block": func(ts *testscript.TestScript, _ bool, _ []string) {
				do(ts, `BEGIN; INSERT INTO botrelay.events (id, put_at, source, vendor, kind, routed, event) VALUES ('event-1200', 0, '', '', '', FALSE, '{}')`)
			},
			"unblock": func(ts *testscript.TestScript, _ bool, _ []string) { do(ts, `ROLLBACK`) },
			"brought": func(ts *testscript.TestScript, _ bool, args []string) {
				until(ts, args[0]+" events there", time.Tick(20*time.Millisecond), func() bool {
					look, err := pgx.Connect(t.Context(), common.url)
					ts.Check(err)
					defer func() { _ = look.Close(t.Context()) }()
					var moved string
					return look.QueryRow(t.Context(), `SELECT moved::text FROM botrelay.moves`).Scan(&moved) == nil && moved == args[0]
				})
			},
		},
	})
}

// fillStore makes a store of 1,500 events, each owed to one sink.
func fillStore(ctx context.Context, path string) error {
	s, err := sqlite.Open(ctx, sqlite.Config{Path: path})
	if err != nil {
		return err
	}
	var putting sync.WaitGroup
	failed := make(chan error, 1)
	for worker := range 50 {
		putting.Go(func() {
			for n := worker; n < 1500; n += 50 {
				id := fmt.Sprintf("event-%04d", n)
				if _, err := s.Put(ctx, relay.Event{ID: id, DedupKey: id, Source: "website"}, []queue.Owed{{Sink: "sales", Route: "leads"}}); err != nil {
					select {
					case failed <- err:
					default:
					}
				}
			}
		})
	}
	putting.Wait()
	select {
	case err = <-failed:
	default:
	}
	if closing := s.Close(); err == nil {
		err = closing
	}
	return err
}
