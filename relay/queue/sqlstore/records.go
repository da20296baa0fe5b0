package sqlstore

import (
	"context"
	"slices"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/queue/rows"
)

// load reads the records at places that the query selects.
func (s *search) load(ctx context.Context, places []int64) ([]queue.Record, error) {
	if len(places) == 0 {
		return nil, nil
	}
	list := jsonOf(places)
	found, err := s.loadEvents(ctx, list)
	if err != nil {
		return nil, err
	}
	if err := s.loadDeliveries(ctx, list, found); err != nil {
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

// selectsEvent reports whether an event is as the query wants it.
func (s *search) selectsEvent(e *relay.Event) bool {
	is := func(wanted, has string) bool { return wanted == "" || wanted == has }
	return is(s.q.Channel, e.Channel) && is(s.q.BotID, e.BotID) && is(s.q.Conversation, e.ConversationID) && s.words.Matches(e)
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
		return (q.Sink == "" || d.Sink == q.Sink) && (q.Status == queue.AnyStatus || string(d.State) == string(q.Status)) &&
			(q.Reason == "" || queue.GroupReason(d.Reason) == queue.GroupReason(q.Reason))
	})
}

// loadEvents reads the events of a JSON list of places.
func (s *search) loadEvents(ctx context.Context, list string) (map[int64]*queue.Record, error) {
	args := values{list}
	result, err := s.history.query(ctx, `SELECT seq, event, payload FROM @events e
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
		if s.selectsEvent(&decoded) {
			found[place] = &queue.Record{Event: decoded}
		}
	}
	return found, result.Err()
}

// loadDeliveries fills in the deliveries of the events that were found.
func (s *search) loadDeliveries(ctx context.Context, list string, found map[int64]*queue.Record) error {
	const query = `SELECT event, id, sink, route, state, attempts, reason, message_id, owed_at, settled_at
		FROM @deliveries WHERE event IN (SELECT CAST(value AS bigint) FROM {each $1 as p}) ORDER BY event, id`
	result, err := s.history.query(ctx, query, list)
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
	var ids []int64
	for _, r := range found {
		for i := range r.Deliveries {
			d := &r.Deliveries[i]
			of[d.ID], ids = d, append(ids, d.ID)
		}
	}
	const query = `SELECT delivery, attempt, at, took, outcome, status, reason, size
		FROM @attempts WHERE delivery IN (SELECT CAST(value AS bigint) FROM {each $1 as p}) ORDER BY delivery, attempt`
	result, err := s.history.query(ctx, query, jsonOf(ids))
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
