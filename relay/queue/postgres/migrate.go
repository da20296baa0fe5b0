package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

const (
	// version is the newest of the migrations.
	version      = 3
	versionTable = schema + "goose_db_version"
	lockTable    = schema + "goose_lock"
	// lockPoll is how often a relay looks whether another has brought the tables up
	// to date, and lockTries how often it looks at most.
	lockPoll  = 200 * time.Millisecond
	lockTries = 1500
	// lockTime is how long the lock of one that was killed keeps the others waiting:
	// it is renewed every lockBeat.
	lockTime = 5 * time.Second
	lockBeat = time.Second
)

// migrate makes the tables, or brings them up to date. Of several relays that
// start at once one does it and the others wait.
func (d *database) migrate(ctx context.Context) error {
	have, err := d.version(ctx)
	if err != nil {
		return err
	}
	if have >= version {
		return d.checkVersion(ctx)
	}
	// Of two who make the schema at once one may be told that it exists already.
	_, err = d.sql.ExecContext(ctx, `CREATE SCHEMA IF NOT EXISTS botrelay`)
	if failure, ok := errors.AsType[*pgconn.PgError](err); err != nil && (!ok || failure.Code != "23505" && failure.Code != "42P06") {
		return err
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	// An advisory lock would be part of a session.
	locker, err := lock.NewPostgresTableLocker(
		lock.WithTableName(lockTable), lock.WithTableLockTimeout(lockPoll, lockTries), lock.WithTableLogger(d.log),
		lock.WithTableLeaseDuration(lockTime), lock.WithTableHeartbeatInterval(lockBeat))
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, d.sql, files,
		goose.WithTableName(versionTable), goose.WithLocker(locker), goose.WithSlog(d.log), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return err
	}
	return d.checkVersion(ctx)
}

// version returns the version of the tables; 0: there are none.
func (d *database) version(ctx context.Context) (have int64, err error) {
	var there bool
	if err := d.sql.QueryRowContext(ctx, `SELECT to_regclass($1) IS NOT NULL`, versionTable).Scan(&there); err != nil || !there {
		return 0, err
	}
	err = d.sql.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM `+versionTable+` WHERE is_applied`).Scan(&have)
	return have, err
}

// checkVersion returns an error that wraps errOld if a newer botrelay has changed
// the tables so that this one does not understand them.
func (d *database) checkVersion(ctx context.Context) error {
	var oldest int64
	err := d.sql.QueryRowContext(ctx, `SELECT oldest FROM botrelay.compatible`).Scan(&oldest)
	if errors.Is(err, sql.ErrNoRows) {
		return errors.New("the table botrelay.compatible is empty")
	}
	if err == nil && oldest > version {
		d.old.Store(true)
		err = fmt.Errorf("%w (they are of version %d, this one knows %d)", errOld, oldest, version)
	}
	return err
}
