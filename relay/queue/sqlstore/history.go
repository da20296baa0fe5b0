package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/queue/rows"
)

const (
	defaultLimit = 100
	// pageSize is how many events one read returns at most. An open read keeps
	// the write-ahead log from being emptied.
	pageSize = 100
)

// Source is what an Archive reads from.
type Source interface {
	// Read returns what runs statements that only read, each by itself.
	Read() Runner
	// Now returns the store's time in microseconds since 1970. It blocks for as
	// long as the database takes to answer.
	Now(ctx context.Context) (int64, error)
	// Classify makes an error of a statement wrap queue.ErrUnavailable if a later
	// try may succeed.
	Classify(err error) error
}

// Archive answers what people ask of a store. It only reads, and each of its reads
// is short. Its methods may be called from several goroutines.
type Archive struct {
	db Source
	d  Dialect
}

var (
	_ queue.History = Archive{}
	_ queue.Finder  = Archive{}
)

// NewArchive returns an Archive, which owns nothing.
func NewArchive(db Source, d Dialect) Archive { return Archive{db, d} }

func (a Archive) query(ctx context.Context, statement string, args ...any) (*sql.Rows, error) {
	return a.db.Read().QueryContext(ctx, a.d.Text(statement), args...)
}

func (a Archive) row(ctx context.Context, statement string, args ...any) *sql.Row {
	return a.db.Read().QueryRowContext(ctx, a.d.Text(statement), args...)
}

// Events returns records: see queue.History. It reads them in pieces, so what is
// put or settled meanwhile may be in some and not in others.
func (a Archive) Events(ctx context.Context, q queue.Query) ([]queue.Record, error) {
	records, err := a.events(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("reading events: %w", a.db.Classify(err))
	}
	return records, nil
}

func (a Archive) events(ctx context.Context, q queue.Query) ([]queue.Record, error) {
	s, err := a.search(ctx, q)
	if err != nil {
		return nil, err
	}
	var all []queue.Record
	for len(all) < s.q.Limit && s.lo <= s.hi {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		places, err := s.places(ctx, min(pageSize, s.q.Limit-len(all)))
		if err != nil {
			return nil, err
		}
		records, err := s.load(ctx, places)
		if err != nil {
			return nil, err
		}
		all = append(all, records...)
		if len(records) == 0 {
			if err := s.skipOld(ctx); err != nil {
				return nil, err
			}
		}
	}
	return all[:min(len(all), s.q.Limit)], nil
}

// search is a query on its way: what is left of the events' order, and how to
// find events in it.
type search struct {
	archive Archive
	q       queue.Query
	cutoff  int64 // events put before then are not wanted
	lo, hi  int64 // places (events.seq) that may still hold wanted ones
	sinks   []string
	// places returns some of the places that may hold wanted events, in the
	// order asked for, and takes them, and what it has passed, off lo and hi.
	places  func(ctx context.Context, n int) ([]int64, error)
	skipped bool // what is too old has been taken off
}

func (a Archive) search(ctx context.Context, q queue.Query) (*search, error) {
	if q.Limit <= 0 {
		q.Limit = defaultLimit
	}
	s := &search{archive: a, q: q, cutoff: math.MinInt64, hi: math.MaxInt64}
	if q.Since > 0 {
		now, err := a.db.Now(ctx)
		if err != nil {
			return nil, err
		}
		s.cutoff = now - int64(min(q.Since, rows.FarOff)/time.Microsecond)
	}
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	return s, s.choose(ctx)
}

// begin leaves what comes after the event that the query names.
func (s *search) begin(ctx context.Context) error {
	if s.q.After == "" {
		return nil
	}
	var after int64
	err := s.archive.row(ctx, `SELECT seq FROM @events WHERE id = $1`, s.q.After).Scan(&after)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("event %q, after which to begin, is not kept", s.q.After)
	case err != nil:
		return err
	}
	s.passed(after)
	return nil
}

// passed takes place, and all that is before it in the order asked for, off the
// search.
func (s *search) passed(place int64) {
	if s.q.Oldest {
		s.lo = max(s.lo, place+1)
	} else {
		s.hi = min(s.hi, place-1)
	}
}

// exhausted ends the search.
func (s *search) exhausted() { s.lo, s.hi = 1, 0 }

// skipOld takes what is too old off the search, once. Where the clock was set
// back, events are not in the order of their times, so it looks at all times
// since the cutoff; it is called only when the search finds nothing.
func (s *search) skipOld(ctx context.Context) error {
	if s.skipped || s.q.Since <= 0 {
		return nil
	}
	s.skipped = true
	var first sql.Null[int64]
	err := s.archive.row(ctx, sinceQuery, s.cutoff).Scan(&first)
	if err == nil && !first.Valid {
		s.exhausted()
	}
	s.lo = max(s.lo, first.V)
	return err
}

const sinceQuery = `SELECT min(seq) FROM @events {by events_put_at} WHERE put_at >= $1`

// load reads the records at places that the query selects.
func (s *search) load(ctx context.Context, places []int64) ([]queue.Record, error) {
	if len(places) == 0 {
		return nil, nil
	}
	list, err := json.Marshal(places)
	if err != nil {
		return nil, err
	}
	found, err := s.loadEvents(ctx, string(list))
	if err != nil {
		return nil, err
	}
	if err := s.loadDeliveries(ctx, string(list), found); err != nil {
		return nil, err
	}
	if s.q.Attempts {
		if err := s.loadAttempts(ctx, found); err != nil {
			return nil, err
		}
	}
	records := make([]queue.Record, 0, len(found))
	for _, place := range places {
		// What became of it since its place was found may have changed the answer.
		if r := found[place]; r != nil && selects(s.q, r.Deliveries) {
			records = append(records, *r)
		}
	}
	return records, nil
}

// selects reports whether an event's deliveries are as the query wants them.
func selects(q queue.Query, all []queue.DeliveryRecord) bool {
	if q.Status == queue.StatusUnrouted {
		return len(all) == 0 && q.Sink == ""
	}
	if q.Sink == "" && q.Status == queue.AnyStatus {
		return true
	}
	return slices.ContainsFunc(all, func(d queue.DeliveryRecord) bool {
		return (q.Sink == "" || d.Sink == q.Sink) && (q.Status == queue.AnyStatus || string(d.State) == string(q.Status))
	})
}

// loadEvents reads the events of a JSON list of places.
func (s *search) loadEvents(ctx context.Context, list string) (map[int64]*queue.Record, error) {
	args := values{list}
	result, err := s.archive.query(ctx, `SELECT seq, event, payload FROM @events e
		WHERE seq IN (SELECT CAST(value AS bigint) FROM {each $1 as p})`+s.filter(&args), args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = result.Close() }() // its error is that of Err
	found := make(map[int64]*queue.Record)
	for result.Next() {
		var place int64
		var event, payload []byte
		if err := result.Scan(&place, &event, &payload); err != nil {
			return nil, err
		}
		decoded, err := rows.Decode(event, payload)
		if err != nil {
			return nil, err
		}
		found[place] = &queue.Record{Event: decoded}
	}
	return found, result.Err()
}

// values are those of a statement that is put together.
type values []any

// add adds a value, and returns what stands for it.
func (v *values) add(value any) string {
	*v = append(*v, value)
	return "$" + strconv.Itoa(len(*v))
}

// filter returns the conditions on an event itself, whose values it adds.
func (s *search) filter(args *values) (where string) {
	if s.q.Source != "" {
		where += ` AND e.source = ` + args.add(s.q.Source)
	}
	if s.q.Kind != "" {
		where += ` AND e.kind = ` + args.add(string(s.q.Kind))
	}
	if s.q.Since > 0 {
		where += ` AND e.put_at >= ` + args.add(s.cutoff)
	}
	return where
}

// loadDeliveries fills in the deliveries of the events that were found.
func (s *search) loadDeliveries(ctx context.Context, list string, found map[int64]*queue.Record) error {
	const query = `SELECT event, id, sink, route, state, attempts, reason, message_id, owed_at, settled_at
		FROM @deliveries WHERE event IN (SELECT CAST(value AS bigint) FROM {each $1 as p}) ORDER BY event, id`
	result, err := s.archive.query(ctx, query, list)
	if err != nil {
		return err
	}
	defer func() { _ = result.Close() }() // its error is that of Err
	for result.Next() {
		var place, owedAt, settledAt int64
		var d queue.DeliveryRecord
		err := result.Scan(&place, &d.ID, &d.Sink, &d.Route, &d.State, &d.Tries, &d.Reason, &d.MessageID, &owedAt, &settledAt)
		if err != nil {
			return err
		}
		d.OwedAt = time.UnixMicro(owedAt)
		if settledAt != 0 {
			d.SettledAt = time.UnixMicro(settledAt)
		}
		if r := found[place]; r != nil {
			r.Deliveries = append(r.Deliveries, d)
		}
	}
	return result.Err()
}

// loadAttempts fills in the attempts of the deliveries that were found.
func (s *search) loadAttempts(ctx context.Context, found map[int64]*queue.Record) error {
	of := make(map[int64]*queue.DeliveryRecord)
	ids := []int64{}
	for _, r := range found {
		for i := range r.Deliveries {
			d := &r.Deliveries[i]
			of[d.ID], ids = d, append(ids, d.ID)
		}
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	const query = `SELECT delivery, attempt, at, took, outcome, status, reason, size
		FROM @attempts WHERE delivery IN (SELECT CAST(value AS bigint) FROM {each $1 as p}) ORDER BY delivery, attempt`
	result, err := s.archive.query(ctx, query, string(list))
	if err != nil {
		return err
	}
	defer func() { _ = result.Close() }() // its error is that of Err
	for result.Next() {
		var id, at, took int64
		var outcome string
		var a queue.Attempt
		if err := result.Scan(&id, &a.Number, &at, &took, &outcome, &a.Status, &a.Reason, &a.Size); err != nil {
			return err
		}
		a.At, a.Took, a.Outcome = time.UnixMicro(at), time.Duration(took)*time.Microsecond, relay.Outcome(outcome)
		of[id].Attempts = append(of[id].Attempts, a)
	}
	return result.Err()
}
