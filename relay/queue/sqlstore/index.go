package sqlstore

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/queue/rows"
	"botrelay/relay/search/segment"
)

// What is derived from events in the background: segments of the search index, and how
// many events came in each slot of time. A segment is of the events of 256 neighbouring
// places, or of 16 segments that it replaces: 4,096 places, or 65,536. So there are few
// of them, and each is written at most three times.

const (
	// leafBits is how many places a segment of level 0 has, as a power of two; fanBits how
	// many segments become one of the level above.
	leafBits, fanBits = 8, 4
	topLevel          = 2
	// mergeStep is how many pages of a merged segment one step writes, and sweepStep how
	// many one deletes.
	mergeStep, sweepStep = 48, 200
	// maxPages is how many pages a segment may have: more are not merged.
	maxPages = 30_000
	// indexLease is how long nobody else indexes after a step.
	indexLease = 10 * time.Second
	// goneTime is how long the pages of a replaced segment stay, for those who look.
	goneTime = time.Minute
)

// errOthers: somebody else indexes, or has changed what this step stands on.
var errOthers = errors.New("another relay indexes")

// indexer is what is remembered between two steps.
type indexer struct {
	mu    sync.Mutex
	name  string
	merge *merge // under way, or nil
}

// Index does a step of indexing: see queue.Indexer. Several callers take turns.
func (s *Store) Index(ctx context.Context) (indexed int, more bool, err error) {
	s.indexer.mu.Lock()
	defer s.indexer.mu.Unlock()
	indexed, more, err = s.index(ctx)
	if err != nil {
		s.indexer.merge = nil // begun anew with the next step
	}
	switch {
	case errors.Is(err, errOthers):
		return 0, false, nil
	case err != nil:
		return 0, false, fmt.Errorf("indexing: %w", s.db.Classify(err))
	}
	return indexed, more, nil
}

func (s *Store) index(ctx context.Context) (indexed int, more bool, err error) {
	if s.indexer.merge != nil {
		return 0, true, s.mergeOn(ctx)
	}
	now, err := s.db.Now(ctx)
	if err != nil {
		return 0, false, err
	}
	at, err := s.progress(ctx)
	if err != nil {
		return 0, false, err
	}
	if at.holder != s.indexer.name && at.until > now && at.until <= now+rows.Micros(indexLease) {
		return 0, false, nil
	}
	all, err := s.segments(ctx)
	if err != nil {
		return 0, false, err
	}
	if children := due(all, at.indexed); children != nil {
		return 0, true, s.mergeBegin(ctx, children)
	}
	swept, err := s.sweep(ctx, all, now)
	if swept || err != nil {
		return 0, swept, err
	}
	return s.leaf(ctx, at)
}

// progress is the row of the table indexing.
type progress struct {
	indexed, counted int64
	holder           string
	until            int64
}

func (h History) progress(ctx context.Context) (p progress, err error) {
	err = h.row(ctx, `SELECT indexed, counted, holder, until FROM @indexing`).Scan(&p.indexed, &p.counted, &p.holder, &p.until)
	return p, err
}

// segmentRow is a row of the table segments.
type segmentRow struct {
	id, first, last, putFrom, putTo, goneAt int64
	level, pages                            int
	state                                   string
}

const (
	makingSegment = "making"
	liveSegment   = "live"
	goneSegment   = "gone"
)

// segments returns all segments, in the order of their events.
func (h History) segments(ctx context.Context) (all []segmentRow, err error) {
	var r segmentRow
	found, err := h.query(ctx, `SELECT id, level, first, last, put_from, put_to, pages, state, gone_at FROM @segments`)
	err = each(found, err, []any{&r.id, &r.level, &r.first, &r.last, &r.putFrom, &r.putTo, &r.pages, &r.state, &r.goneAt}, func() { all = append(all, r) })
	slices.SortFunc(all, func(a, b segmentRow) int { return int(a.first - b.first) })
	return all, err
}

// indexTexts are the statements of Index.
type indexTexts struct {
	take, segment, page, live, gone, pagesOf string
	dropPages, dropSegment                   string
	arrival, way                             string
}

func (d Dialect) indexTexts() indexTexts {
	// Of several 5 minutes one row is made for the hour or the day that they are in.
	const (
		levels = `FROM {each $1 as k} CROSS JOIN (SELECT 300 AS level UNION ALL SELECT 3600 UNION ALL SELECT 86400) l WHERE TRUE`
		slot   = `CAST({at k 0} AS bigint) / l.level`
	)
	return indexTexts{
		// Who does not have it changes nothing: two who want it meet here.
		take: d.Text(`UPDATE @indexing SET holder = $1, until = $2, segment = segment + $3, indexed = $4, counted = {greatest}(counted, $4)
			WHERE indexed = $5 AND (holder = $1 OR until <= $6 OR until > $7) RETURNING segment`),
		segment: d.Text(`INSERT INTO @segments (id, level, first, last, put_from, put_to, pages, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`),
		page: d.Text(`INSERT INTO @pages (id, segment, first, data)
			SELECT CAST({at k 0} AS bigint), CAST($2 AS bigint), {at k 1}, {bytes k 2} FROM {each $1 as k}`),
		live: d.Text(`UPDATE @segments SET state = 'live', pages = $1 WHERE id = $2 AND state = 'making'`),
		gone: d.Text(`UPDATE @segments SET state = 'gone', gone_at = $1
			WHERE state = 'live' AND id IN (SELECT CAST(value AS bigint) FROM {each $2 as s})`),
		pagesOf:     d.Text(`SELECT data FROM @pages WHERE id BETWEEN $1 AND $2 ORDER BY id`),
		dropPages:   d.Text(`DELETE FROM @pages WHERE id IN (SELECT id FROM @pages WHERE segment = $1 ORDER BY first LIMIT $2 + 0)`),
		dropSegment: d.Text(`DELETE FROM @segments WHERE id = $1`),
		arrival: d.Text(`INSERT INTO @arrivals AS a (level, slot, source, kind, events)
			SELECT l.level, ` + slot + `, {at k 2}, {at k 3}, sum(CAST({at k 1} AS bigint)) ` + levels + ` GROUP BY 1, 2, 3, 4
			ON CONFLICT (level, slot, source, kind) DO UPDATE SET events = a.events + excluded.events`),
		way: d.Text(`INSERT INTO @ways AS w (level, slot, source, route, sink, events)
			SELECT l.level, ` + slot + `, {at k 2}, {at k 3}, {at k 4}, sum(CAST({at k 1} AS bigint)) ` + levels + ` GROUP BY 1, 2, 3, 4, 5
			ON CONFLICT (level, slot, source, route, sink) DO UPDATE SET events = w.events + excluded.events`),
	}
}

// take makes sure, in a transaction, that nobody else indexes, and that all is indexed up
// to a place as this step believes; from then on up to another. It returns the
// number of a new segment, if it is to have one.
func (s *Store) take(ctx context.Context, tx Runner, now int64, from, to int64, segments int) (id int64, err error) {
	lease := rows.Micros(indexLease)
	err = tx.QueryRowContext(ctx, s.indexes.take, s.indexer.name, now+lease, segments, to, from, now, now+lease).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		err = errOthers
	}
	return id, err
}

// writePages writes pages of a segment, of which there are n already.
func (s *Store) writePages(ctx context.Context, tx Runner, id int64, n int, pages []segment.Page) error {
	list := make([]any, len(pages))
	for i, p := range pages {
		list[i] = []any{pageID(id, n+i), p.First, hex.EncodeToString(p.Data)}
	}
	return execRows(ctx, tx, s.indexes.page, list, id)
}

// execRows runs a statement with a JSON array of rows before its other values.
func execRows(ctx context.Context, tx Runner, text string, list []any, more ...any) error {
	if len(list) == 0 {
		return nil
	}
	rows, err := json.Marshal(list)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, text, append([]any{string(rows)}, more...)...)
	return err
}

// pageID is the number of the nth page of a segment.
func pageID(id int64, nth int) int64 { return id<<16 | int64(nth) }

// sweep deletes some pages of a segment that is of no more use, if there is one.
func (s *Store) sweep(ctx context.Context, all []segmentRow, now int64) (swept bool, err error) {
	at := slices.IndexFunc(all, func(r segmentRow) bool {
		return r.state == makingSegment || r.state == goneSegment && r.goneAt <= now-rows.Micros(goneTime)
	})
	if at < 0 {
		return false, nil
	}
	p, err := s.progress(ctx)
	if err != nil {
		return false, err
	}
	return true, s.db.Do(ctx, Operation{Run: func(ctx context.Context, tx Runner, now int64) error {
		if _, err := s.take(ctx, tx, now, p.indexed, p.indexed, 0); err != nil {
			return err
		}
		n, err := affected(tx.ExecContext(ctx, s.indexes.dropPages, all[at].id, sweepStep))
		if err == nil && n < sweepStep {
			_, err = tx.ExecContext(ctx, s.indexes.dropSegment, all[at].id)
		}
		return err
	}})
}

var _ queue.Indexer = (*Store)(nil)
