package sqlstore

import (
	"context"
	"fmt"

	"botrelay/relay/queue"
	"botrelay/relay/queue/rows"
)

// threadTexts are the statements on conversations.
type threadTexts struct{ find, add, drop, dropAll string }

func (d Dialect) threadTexts() threadTexts {
	return threadTexts{
		// One step down the primary key for each of a JSON array of hashes.
		find: d.Text(`SELECT t.thread, t.root, t.sent_at
			FROM {each $1 as k} CROSS JOIN @threads t WHERE t.destination = $2 AND t.thread = k.value`),
		add: d.Text(`INSERT INTO @threads (destination, thread, root, sent_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (destination, thread) DO UPDATE SET root = excluded.root, sent_at = excluded.sent_at`),
		drop: d.Text(`DELETE FROM @threads WHERE destination = $1 AND thread = $2`),
		// A move leaves all behind. Who is told of it late must not make others forget
		// what they have begun since.
		dropAll: d.Text(`DELETE FROM @threads WHERE destination = $1
			AND NOT EXISTS (SELECT 1 FROM @budgets WHERE key = $1 AND moved_to = $2)`),
	}
}

// Threads returns what is remembered of conversations: see queue.Sending.
func (l *lane) Threads(ctx context.Context, keys []string) (map[string]queue.Thread, error) {
	threads, err := l.threads(ctx, keys)
	if err != nil {
		return nil, fmt.Errorf("reading conversations of lane %s: %w", l.sink, l.store.db.Classify(err))
	}
	return threads, nil
}

func (l *lane) threads(ctx context.Context, keys []string) (map[string]queue.Thread, error) {
	now, err := l.store.db.Held(ctx, nil, l.sink, l.fence, false)
	if err != nil {
		return nil, err
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
	found, err := l.store.db.Read().QueryContext(ctx, l.store.thread.find, jsonOf(hashes), destination)
	if err != nil {
		return nil, err
	}
	defer func() { _ = found.Close() }() // its error is that of Err
	threads := make(map[string]queue.Thread)
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
func (l *lane) settleThread(ctx context.Context, tx Runner, t queue.ThreadChange, now int64) (err error) {
	texts := &l.store.thread
	switch destination := l.destination(); {
	case t.Key == "" || destination == "":
	case t.Root == "":
		_, err = tx.ExecContext(ctx, texts.drop, destination, rows.ThreadHash(t.Key))
	default:
		_, err = tx.ExecContext(ctx, texts.add, destination, rows.ThreadHash(t.Key), t.Root, now)
	}
	return err
}

// move notes where a destination is now, and forgets its conversations.
func (s *Store) move(ctx context.Context, tx Runner, m queue.Move) error {
	if _, err := tx.ExecContext(ctx, s.thread.dropAll, m.Key, m.To); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, s.lane.move, m.Key, m.To)
	return err
}
