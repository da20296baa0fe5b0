package postgres

import (
	"context"
	"database/sql"
	"strings"

	"botrelay/relay/queue/sqlstore"
)

// runner runs statements on a pool or a connection, with texts that PostgreSQL
// takes.
type runner struct{ on sqlstore.Runner }

func (r runner) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return r.on.ExecContext(ctx, query, legible(args)...)
}

func (r runner) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return r.on.QueryContext(ctx, query, legible(args)...)
}

func (r runner) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return r.on.QueryRowContext(ctx, query, legible(args)...)
}

// legible replaces what PostgreSQL's texts cannot hold, which somebody else may
// have written: zero bytes, and what is no UTF-8.
func legible(args []any) []any {
	for i, arg := range args {
		if text, ok := arg.(string); ok {
			args[i] = legibleText(text)
		}
	}
	return args
}

func legibleText(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

// bounded gives every statement its time.
type bounded struct{ db *sql.DB }

func (b bounded) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx, cancel := context.WithTimeout(ctx, operationTime)
	defer cancel()
	return b.db.ExecContext(ctx, query, args...)
}

func (b bounded) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	ctx, cancel := context.WithTimeout(ctx, operationTime)
	context.AfterFunc(ctx, cancel) // nobody can say when the rows have been read: the time ends it
	return b.db.QueryContext(ctx, query, args...)
}

func (b bounded) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	ctx, cancel := context.WithTimeout(ctx, operationTime)
	context.AfterFunc(ctx, cancel)
	return b.db.QueryRowContext(ctx, query, args...)
}
