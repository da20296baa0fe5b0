package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"botrelay/relay/queue/move"

	"github.com/jackc/pgx/v5"
)

const (
	// laneBatch are the columns of a lane that tell of its batch, and laneHealth
	// those that tell how it does.
	laneBatch  = `batch, begun_at, form, doubts, deliveries`
	laneHealth = `rested_at, resume_at, asked, held, reason, failing_at, told, failed, failures, failed_at, most, most_until`

	budgetColumns = `key, span, rested_at, resume_at, held, held_at, retry_from, retry_at, reason, moved_to`
	budgetHold    = `held, held_at, retry_from, retry_at, reason`
)

// laneConflict says what becomes of a lane that is here already. One that nothing
// has become of yet is as good as none; else only the batch under way comes along,
// if there is none here: it goes again as it is.
func laneConflict() string {
	const untouched = `t.sent = 0 AND t.dead = 0 AND t.batch = '' AND t.failing_at = 0 AND NOT t.held AND t.resume_at = 0`
	return `ON CONFLICT (sink) DO UPDATE SET sent = t.sent + excluded.sent, dead = t.dead + excluded.dead,
		budgets = CASE WHEN t.budgets = '[]' THEN excluded.budgets ELSE t.budgets END, ` +
		takenIf(`t.batch = ''`, laneBatch) + `, ` + takenIf(untouched, laneHealth)
}

// budgetConflict does so for a budget. That its destination refuses everything is
// believed unless a relay has sent something there meanwhile: $2 are those.
func budgetConflict() string {
	return `ON CONFLICT (key) DO UPDATE SET span = greatest(t.span, excluded.span),
		moved_to = CASE WHEN t.moved_to = '' THEN excluded.moved_to ELSE t.moved_to END,
		rested_at = CASE WHEN t.resume_at > excluded.resume_at THEN t.rested_at ELSE excluded.rested_at END,
		resume_at = greatest(t.resume_at, excluded.resume_at), ` +
		takenIf(`excluded.held AND NOT t.held AND t.key <> ALL($2::text[])`, budgetHold)
}

// takenIf sets columns to what is brought if a condition holds.
func takenIf(condition, columns string) string {
	var sets []string
	for column := range strings.SplitSeq(columns, ", ") {
		sets = append(sets, column+` = CASE WHEN `+condition+` THEN excluded.`+column+` ELSE t.`+column+` END`)
	}
	return strings.Join(sets, ", ")
}

// usedBudgets returns the keys of the budgets of lanes that relays have sent by.
func (m *Moving) usedBudgets(ctx context.Context) ([]string, error) {
	found, err := m.db.pool.Query(ctx, `SELECT DISTINCT json_array_elements_text(budgets::json) FROM botrelay.lanes WHERE sent > 0`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(found, pgx.RowTo[string])
}

// laneMoved is a lane as it is to stand here.
type laneMoved struct {
	row   move.Row
	batch []int64 // the deliveries of its batch
}

// lanes returns the lanes as they are to stand here. What they name of deliveries
// is named anew.
func (m *Moving) lanes(ctx context.Context, rest []move.Row) ([]laneMoved, error) {
	counts, err := m.counts(ctx)
	if err != nil {
		return nil, err
	}
	var all []laneMoved
	for _, l := range rest {
		moved, err := m.lane(ctx, l)
		if err != nil {
			return nil, fmt.Errorf("lane %s: %w", l.Text("sink"), err)
		}
		// Of a file that was moved before only what was brought now counts.
		if m.newer > 0 {
			count := counts[legibleText(l.Text("sink"))]
			moved.row["sent"], moved.row["dead"] = count.sent, count.dead
		}
		all = append(all, moved)
	}
	return all, nil
}

func (m *Moving) lane(ctx context.Context, l move.Row) (laneMoved, error) {
	moved := laneMoved{row: with(l, "deliveries", "[]")}
	var batch []int64
	if err := json.Unmarshal([]byte(l.Text("deliveries")), &batch); err != nil {
		return moved, err
	}
	if len(batch) > 0 {
		err := m.db.pool.QueryRow(ctx, `SELECT coalesce(array_agg(d.id ORDER BY k.nth), '{}') FROM unnest($2::bigint[]) WITH ORDINALITY AS k (former, nth)
			JOIN botrelay.moved_deliveries m ON m.file = $1 AND m.former = k.former
			JOIN botrelay.deliveries d ON d.id = m.id AND d.state = 'pending'`, m.from.Name, batch).Scan(&moved.batch)
		if err != nil {
			return moved, err
		}
	}
	if len(moved.batch) == len(batch) && len(batch) > 0 {
		text, err := json.Marshal(moved.batch)
		if err != nil {
			return moved, err
		}
		moved.row["deliveries"] = string(text)
	} else { // a part of it came in another way: the batch is none any more
		moved.batch = nil
		moved.row["batch"], moved.row["begun_at"], moved.row["doubts"] = "", 0, 0
	}
	var failed, mostUntil int64
	err := m.db.pool.QueryRow(ctx, `SELECT coalesce((SELECT id FROM botrelay.moved_deliveries WHERE file = $1 AND former = $2), 0),
		coalesce((SELECT max(m.id) FROM botrelay.moved_deliveries m JOIN botrelay.deliveries d ON d.id = m.id AND d.sink = $4
			WHERE m.file = $1 AND m.former <= $3 AND $3 > 0), 0)`,
		m.from.Name, l.Int("failed"), l.Int("most_until"), waitingName(m.from.Name, legibleText(l.Text("sink")))).Scan(&failed, &mostUntil)
	moved.row["failed"], moved.row["most_until"] = failed, mostUntil
	return moved, err
}

type laneCount struct{ sent, dead int64 }

// counts returns what each lane has sent and given up of what was brought by this
// move, where an earlier one has brought the rest.
func (m *Moving) counts(ctx context.Context) (map[string]laneCount, error) {
	counts := make(map[string]laneCount)
	if m.newer == 0 {
		return counts, nil
	}
	found, err := m.db.pool.Query(ctx, `SELECT d.sink, count(*) FILTER (WHERE d.state = 'sent'), count(*) FILTER (WHERE d.state = 'dead')
		FROM botrelay.moved_events m JOIN botrelay.deliveries d ON d.event = m.seq WHERE m.file = $1 GROUP BY d.sink`, m.from.Name)
	if err != nil {
		return nil, err
	}
	var sink string
	var count laneCount
	_, err = pgx.ForEachRow(found, []any{&sink, &count.sent, &count.dead}, func() error {
		counts[sink] = count
		return nil
	})
	return counts, err
}

// bringLanes puts lanes into their table, or into what is there.
func bringLanes(ctx context.Context, tx pgx.Tx, lanes []laneMoved) error {
	var list []move.Row
	for _, l := range lanes {
		list = append(list, l.row)
	}
	return insertRows(ctx, tx, "lanes", `sink, sent, dead, budgets, `+laneHealth+`, `+laneBatch, `ORDER BY sink `+laneConflict(), list)
}
