package main

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"botrelay/relay/config"
	"botrelay/relay/metrics"
	"botrelay/relay/queue"
	"botrelay/relay/queue/postgres"
	"botrelay/relay/queue/sqlite"
	"botrelay/relay/server"
)

const (
	// absentTime is how often a database is tried that is not there yet, and
	// absentTold how often the log says so.
	absentTime = time.Second
	absentTold = 5 * time.Minute
)

// openStore opens what a store URL names. It blocks while another relay has a
// file, and until a database is there.
func openStore(ctx context.Context, storeURL string, counts *metrics.Metrics, log *slog.Logger) (queue.Store, error) {
	if config.IsPostgres(storeURL) {
		return openPostgres(ctx, postgres.Config{URL: storeURL, Log: log, Committed: counts.Committed})
	}
	path, err := sqlitePath(storeURL)
	if err != nil {
		return nil, err
	}
	return sqlite.Open(ctx, sqlite.Config{
		Path: path,
		Log:  log,
		Waiting: func() {
			log.Warn("another relay has the store; waiting until it stops", "path", path)
		},
		Committed: counts.Committed,
	})
}

// openPostgres opens a store in a database, which may start at the same time as the
// relay.
func openPostgres(ctx context.Context, cfg postgres.Config) (queue.Store, error) {
	return awaitStore(ctx, cfg.Log, func() (queue.Store, error) { return postgres.Open(ctx, cfg) })
}

// awaitStore opens a store, again and again while its database is not there.
func awaitStore(ctx context.Context, log *slog.Logger, open func() (queue.Store, error)) (queue.Store, error) {
	var told time.Time
	for {
		store, err := open()
		switch {
		case err == nil:
			return store, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case !postgres.Absent(err):
			return nil, err
		case time.Since(told) >= absentTold:
			log.Warn("the database is not there; waiting for it", "error", err)
			told = time.Now()
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(absentTime):
		}
	}
}

// openLedger opens what a store URL names, beside a relay that may be using it.
func openLedger(ctx context.Context, storeURL string) (ledgerStore, error) {
	if config.IsPostgres(storeURL) {
		if text := config.PostgresTrouble(storeURL); text != "" {
			return nil, errors.New("opening the store: its URL " + text)
		}
		return postgres.OpenBeside(ctx, postgres.Config{URL: storeURL})
	}
	path, err := sqlitePath(storeURL)
	if err != nil {
		return nil, err
	}
	return sqlite.OpenBeside(ctx, sqlite.Config{Path: path})
}

// watchedStore is a store that looks by itself whether it is of any use: see
// postgres.Store.
type watchedStore interface {
	Trouble(failed error, at time.Time) (sure bool, trouble error)
}

// announcer is a store that lets other processes read what it is told, for as
// long as it is open.
type announcer interface {
	Announce(text string) error
}

// announcedAt returns what the relay that has a store announces, or nothing.
func announcedAt(storeURL string) string {
	path, err := sqlitePath(storeURL)
	if err != nil {
		return ""
	}
	text, _ := sqlite.Announced(path) // who cannot read it does without
	return text
}

// sqlitePath returns the file that a store URL names.
func sqlitePath(storeURL string) (string, error) {
	path, ok := strings.CutPrefix(storeURL, "sqlite:")
	if !ok {
		return "", errors.New("opening the store: its URL begins neither with sqlite: nor with postgres://")
	}
	return path, nil
}

// unready says of an error of the store what strangers may know of it.
func unready(err error) error {
	if reason := cmp.Or(sqlite.Reason(err), postgres.Reason(err)); reason != "" {
		return &server.Unready{Reason: reason, Err: err}
	}
	return err
}
