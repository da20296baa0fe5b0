package postgres

import (
	"context"
	"errors"
	"fmt"

	"botrelay/relay/queue"
	"botrelay/relay/queue/sqlstore"
)

// Beside is a store that is looked at, and replayed from, beside the relays that
// use it. Its methods may be called from several goroutines.
type Beside struct {
	sqlstore.Ledger
	db *database
}

var _ queue.Ledger = (*Beside)(nil)

// OpenBeside connects to the database of a store. It makes no tables and joins no
// relays: where there is no store, or one that this version does not understand,
// that is the error. Of cfg only URL counts.
func OpenBeside(ctx context.Context, cfg Config) (*Beside, error) {
	db, err := connect(ctx, Config{URL: cfg.URL, MaxConns: 2})
	if err != nil {
		return nil, err
	}
	have, err := db.version(ctx)
	if err == nil && have == 0 {
		err = errors.New("there is no store yet: has a relay used this database?")
	}
	if err == nil {
		err = db.checkVersion(ctx)
	}
	if err == nil && have < version {
		err = errors.New("its tables are of an older botrelay: ask that one, or start a relay of this version first")
	}
	if err != nil {
		return nil, fmt.Errorf("opening the store: %w", errors.Join(classify(err), db.close()))
	}
	return &Beside{sqlstore.NewLedger(db, dialect(), db.Do, func(sinks []string) {
		if len(sinks) > 0 {
			db.wakeAll()
		}
	}), db}, nil
}

// wakeAll has all relays look at all lanes, at once: there is nobody here to do it
// later. It blocks until they are told, or for as long as an operation may take.
func (d *database) wakeAll() {
	_ = d.notice(context.Background(), everybody) // else they find it by polling
}

// Running reports whether a relay uses the store at the moment.
func (b *Beside) Running() (bool, error) { return b.db.anyAlive(context.Background()) }

// Close ends the use of the store.
func (b *Beside) Close() error { return b.db.close() }
