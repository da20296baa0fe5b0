package sqlstore

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"botrelay/relay/queue/rows"
)

// laneRow is a row of the table lanes.
type laneRow struct {
	rows.Lane
	budgets    string // JSON array of keys
	deliveries string // those of Lane as a JSON array
}

// laneColumns are what scan reads.
const laneColumns = `budgets, rested_at, resume_at, asked, held, reason, failing_at, told, failed, failures, failed_at,
	most, most_until, batch, begun_at, form, doubts, deliveries`

// scan reads laneColumns, and what stands before them.
func (r *laneRow) scan(row interface{ Scan(to ...any) error }, before ...any) error {
	err := row.Scan(append(
		before,
		&r.budgets, &r.RestedAt, &r.ResumeAt, &r.Asked, &r.Held, &r.Reason, &r.FailingAt, &r.Told, &r.Failed, &r.Failures, &r.FailedAt,
		&r.Most, &r.MostUntil, &r.Batch, &r.BegunAt, &r.Form, &r.Doubts, &r.deliveries,
	)...)
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(r.deliveries), &r.Deliveries); err != nil {
		return fmt.Errorf("reading batch %s: %w", r.Batch, err)
	}
	return nil
}

func scanLane(row *sql.Row) (r laneRow, err error) {
	err = r.scan(row)
	if errors.Is(err, sql.ErrNoRows) {
		err = errors.New("its lane was never opened")
	}
	return r, err
}

// jsonOf returns a list as a JSON array.
func jsonOf[T string | int64](list []T) string {
	if list == nil {
		list = []T{} // not null
	}
	text, err := json.Marshal(list)
	if err != nil { // strings and numbers have no errors
		panic(err)
	}
	return string(text)
}
