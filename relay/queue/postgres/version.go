package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

const (
	// version is the newest of the migrations. A migration that adds to the tables
	// leaves relays that do not know it their way: new columns have defaults. It
	// begins with SET LOCAL lock_timeout = '3s', so that it never holds up the relays
	// that run for long; what was in its way is tried again.
	version = 7
	// oldest is the oldest version whose relays may work beside this one's. It is
	// raised to version with a migration that changes what is there.
	oldest = 1
)

// version returns the version of the tables; 0: there are none.
func (d *database) version(ctx context.Context) (have int64, err error) {
	var there bool
	if err := d.sql.QueryRowContext(ctx, `SELECT to_regclass($1) IS NOT NULL`, versionTable).Scan(&there); err != nil || !there {
		return 0, err
	}
	err = d.sql.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM `+versionTable+` WHERE is_applied`).Scan(&have)
	return have, err
}

// checkVersion notes whether this relay is too old for the tables, and returns an
// error that wraps errOld if it is.
func (d *database) checkVersion(ctx context.Context) error {
	var needed int64
	err := d.vital.QueryRowContext(ctx, `SELECT oldest FROM botrelay.compatible`).Scan(&needed)
	if errors.Is(err, sql.ErrNoRows) {
		return errors.New("the table botrelay.compatible is empty")
	}
	if err != nil {
		return err
	}
	return d.fits(needed)
}

// fits is checkVersion for one who has read which version the tables need.
func (d *database) fits(needed int64) error {
	if needed <= version {
		d.old.Store(false)
		return nil
	}
	if !d.old.Swap(true) {
		d.wakes.Wake(d.peers.own()) // to be given back
	}
	return fmt.Errorf("%w (the tables want version %d or newer, this one has %d)", errOld, needed, version)
}

// retire lets the relays leave that are too old for what is to be made of the
// tables. It blocks until none of them can change anything any more, or another
// relay has brought the tables up to date. They take no events then, and record
// what they have under way.
func (d *database) retire(ctx context.Context) error {
	if _, err := d.sql.ExecContext(ctx, `UPDATE botrelay.compatible SET oldest = $1 WHERE oldest < $1`, oldest); err != nil {
		return err
	}
	d.log.Info("older relays cannot use the tables any more once they are brought up to date; waiting until those have left")
	began := time.Now()
	for {
		have, err := d.version(ctx)
		if err != nil || have >= version {
			return err
		}
		if time.Since(began) > operationTime { // what they had begun before is over
			left, err := d.isLeft(ctx)
			if err != nil || left {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lockPoll):
		}
	}
}

// isLeft reports whether no relay runs that could use the tables, nor has a lane.
func (d *database) isLeft(ctx context.Context) (left bool, err error) {
	err = d.sql.QueryRowContext(ctx, `SELECT NOT EXISTS (SELECT FROM botrelay.relays WHERE until > botrelay.now_micros())
		AND NOT EXISTS (SELECT FROM botrelay.lanes WHERE leased_until > botrelay.now_micros())`).Scan(&left)
	return left, err
}
