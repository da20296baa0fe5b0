package postgres

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

const (
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
	// upgradeTime is how long it takes until bringing the tables up to date is tried
	// again where something else was in the way, and upgradeTries how often.
	upgradeTime  = 5 * time.Second
	upgradeTries = 1000
)

// migrate makes the tables, or brings them up to date. Of several relays that
// start at once one does it and the others wait.
func (d *database) migrate(ctx context.Context) error {
	have, err := d.version(ctx)
	if err == nil && have > 0 {
		err = d.checkVersion(ctx)
	}
	if err == nil && have > 0 && have < oldest {
		err = d.retire(ctx)
	}
	for tries := 1; err == nil && have < version; tries++ {
		err = d.upgrade(ctx)
		failure, ok := errors.AsType[*pgconn.PgError](err)
		isLocked := ok && failure.Code == "55P03" // lock_not_available
		if !isLocked && !inTheWay(err) || tries == upgradeTries {
			break
		}
		d.log.Warn("something else uses the tables; they are brought up to date later", "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(upgradeTime):
		}
		err = ctx.Err()
	}
	if err != nil {
		return err
	}
	return d.checkVersion(ctx)
}

// upgrade runs the migrations that the tables lack.
func (d *database) upgrade(ctx context.Context) error {
	// Who may not make one can use what an administrator has made. Of two who make it
	// at once one may be told that it exists already.
	var there bool
	err := d.sql.QueryRowContext(ctx, `SELECT to_regnamespace('botrelay') IS NOT NULL`).Scan(&there)
	if err == nil && !there {
		_, err = d.sql.ExecContext(ctx, `CREATE SCHEMA IF NOT EXISTS botrelay`)
	}
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
	_, err = provider.Up(ctx)
	return err
}
