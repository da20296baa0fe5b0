package sqlite

import (
	"context"
	"encoding/json"
	"fmt"

	"botrelay/relay/queue"
	"botrelay/relay/queue/rows"
)

// threadsQuery reads the conversations of a JSON array of hashes at a
// destination: one step down the primary key for each.
const threadsQuery = `SELECT t.thread, t.root, t.sent_at
	FROM json_each(?) k CROSS JOIN threads t ON t.destination = ? AND t.thread = k.value`

// dropThreadsQuery forgets what a move leaves behind. Who is told of the move
// late must not make others forget what they have begun since.
const dropThreadsQuery = `DELETE FROM threads WHERE destination = ?1
	AND NOT EXISTS (SELECT 1 FROM budgets WHERE key = ?1 AND moved_to = ?2)`

// threadStatements are those that write conversations.
func (c *conn) threadStatements() []statement {
	return []statement{
		{&c.addThread, `INSERT INTO threads (destination, thread, root, sent_at) VALUES (?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET root = excluded.root, sent_at = excluded.sent_at`},
		{&c.dropThread, `DELETE FROM threads WHERE destination = ? AND thread = ?`},
		{&c.dropThreads, dropThreadsQuery},
	}
}

// Threads returns what is remembered of conversations: see queue.Sending.
func (l *lane) Threads(ctx context.Context, keys []string) (map[string]queue.Thread, error) {
	threads, err := l.threads(ctx, keys)
	if err != nil {
		return nil, fmt.Errorf("reading conversations of lane %s: %w", l.sink, classify(err))
	}
	return threads, nil
}

func (l *lane) threads(ctx context.Context, keys []string) (map[string]queue.Thread, error) {
	if err := l.store.usable(ctx); err != nil {
		return nil, err
	}
	if !l.valid() {
		return nil, queue.ErrLost
	}
	destination := l.destination()
	if destination == "" || len(keys) == 0 {
		return nil, nil
	}
	keyOf := make(map[string]string, len(keys)) // by its hash
	hashes := make([]string, 0, len(keys))
	for _, key := range keys {
		hash := rows.ThreadHash(key)
		if _, twice := keyOf[hash]; !twice {
			hashes = append(hashes, hash)
		}
		keyOf[hash] = key
	}
	text, err := json.Marshal(hashes)
	if err != nil {
		return nil, err
	}
	ctx = context.WithoutCancel(ctx) // as in next
	found, err := l.store.read.threads.QueryContext(ctx, string(text), destination)
	if err != nil {
		return nil, err
	}
	defer func() { _ = found.Close() }() // its error is that of Err
	now, threads := l.store.micros(), make(map[string]queue.Thread)
	for found.Next() {
		var hash, root string
		var sentAt int64
		if err := found.Scan(&hash, &root, &sentAt); err != nil {
			return nil, err
		}
		threads[keyOf[hash]] = queue.Thread{Root: root, Quiet: rows.Age(now, sentAt)}
	}
	return threads, found.Err()
}

// destination returns the key of what the lane shares its conversations by, or
// nothing.
func (l *lane) destination() string {
	if len(l.budgets) == 0 {
		return ""
	}
	return l.budgets[0].Key
}

// settleThread remembers that a conversation has gone on, or forgets it.
func (l *lane) settleThread(ctx context.Context, c *conn, t queue.ThreadChange, now int64) (err error) {
	switch destination := l.destination(); {
	case t.Key == "" || destination == "":
	case t.Root == "":
		_, err = c.dropThread.ExecContext(ctx, destination, rows.ThreadHash(t.Key))
	default:
		_, err = c.addThread.ExecContext(ctx, destination, rows.ThreadHash(t.Key), t.Root, now)
	}
	return err
}

// move notes where a destination is now, and forgets its conversations.
func move(ctx context.Context, c *conn, m queue.Move) error {
	if _, err := c.dropThreads.ExecContext(ctx, m.Key, m.To); err != nil {
		return err
	}
	_, err := c.moveBudget.ExecContext(ctx, m.Key, m.To)
	return err
}
