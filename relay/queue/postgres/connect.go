package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	defaultConns = 10
	// connectTime is how long one try to connect may take.
	connectTime = 5 * time.Second
	// pingTime is how long a connection that has been idle may take to show that it
	// still is one.
	pingTime = 2 * time.Second
	// oldestServer is the oldest PostgreSQL that has all that statements need.
	oldestServer = 11
)

// connectAndMigrate connects, and makes the tables or brings them up to date.
func connectAndMigrate(ctx context.Context, cfg Config) (*database, error) {
	db, err := connect(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if err := db.migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("preparing the tables: %w", explain(classify(err), &db.config.Config)), db.close())
	}
	return db, nil
}

// connect opens the pool and sees whether the database answers.
func connect(ctx context.Context, cfg Config) (*database, error) {
	config, err := pgxpool.ParseConfig(cfg.URL)
	if err != nil {
		return nil, fmt.Errorf("opening the store: %w", unreadable(err))
	}
	config.MaxConns = int32(cfg.MaxConns) //nolint:gosec // a handful
	if cfg.MaxConns == 0 {
		config.MaxConns = defaultConns
	}
	config.ConnConfig.ConnectTimeout = connectTime
	// Poolers know these two, as everybody sends them.
	config.ConnConfig.RuntimeParams["client_encoding"] = "UTF8"
	config.ConnConfig.RuntimeParams["DateStyle"] = "ISO"
	// A prepared statement would be part of a session.
	config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeExec
	lines := newLines(config.ConnConfig.DialFunc)
	config.ConnConfig.DialFunc = lines.dial
	config.AfterConnect = readBytea
	config.PingTimeout = pingTime
	config.ConnConfig.StatementCacheCapacity, config.ConnConfig.DescriptionCacheCapacity = 0, 0
	config.MaxConnIdleTime = idleTime
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("opening the store: %w", err)
	}
	db := &database{
		id: uuid.NewString(), pool: pool, config: config.ConnConfig, lines: lines, log: cfg.Log,
		remote: make(chan struct{}, 1), beat: make(chan struct{}, 1), renewals: newRenewals(), looking: make(chan struct{}, 1),
	}
	db.gate = newGate(int(config.MaxConns), db.deafen)
	db.sql, db.vital = openGated(pool, db.gate), openGated(pool, db.gate)
	if db.log == nil {
		db.log = slog.New(slog.DiscardHandler)
	}
	if err := db.checkServer(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("opening the store: %w", explain(classify(err), &db.config.Config)), db.close())
	}
	return db, nil
}

// checkServer returns an error if the server is too old, or the database cannot hold
// what people write.
func (d *database) checkServer(ctx context.Context) error {
	conn, release, err := d.acquire(ctx)
	if err != nil {
		return err
	}
	defer release()
	version := conn.Conn().PgConn().ParameterStatus("server_version")
	digits, _, _ := strings.Cut(version, ".")
	if major, err := strconv.Atoi(digits); err == nil && major < oldestServer {
		return fmt.Errorf("the server is PostgreSQL %s, which lacks what botrelay needs: upgrade it to %d at least; botrelay is tried with 15", version, oldestServer)
	} // one that does not tell is tried
	switch encoding := conn.Conn().PgConn().ParameterStatus("server_encoding"); encoding {
	case "UTF8", "SQL_ASCII", "": // the second takes any bytes; one that does not tell is tried
	default:
		return fmt.Errorf("the database keeps texts as %s, which lacks most of the world's letters, so that events would be refused: "+
			"make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0", encoding)
	}
	ctx, cancel := context.WithTimeout(ctx, operationTime)
	defer cancel()
	// A pooler may let no transaction through, of more than one message.
	if _, err := conn.Exec(ctx, `BEGIN`); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, `ROLLBACK`)
	return err
}

func (d *database) close() error {
	d.closed.Store(true)
	err := errors.Join(d.sql.Close(), d.vital.Close())
	d.pool.Close()
	return err
}
