package sqlstore

// laneTexts are the statements of a leased lane.
type laneTexts struct {
	lane, open, tell, resume      string
	pending, head, batch          string
	headIDs, standing, begin, try string
	settleLane, settle, outcome   string
	addAttempts, dropAttempts     string
	budgets, window, openBudget   string
	lockBudgets, lockPaces        string
	addUses, closeUses, pullUses  string
	dropUses, openUses            string
	freeBudgets, endHolds         string
	restBudget, holdBudget, move  string
}

// deliveryColumns are what scanDelivery reads.
const deliveryColumns = `d.id, d.route, d.attempts, d.form, d.owed_at, e.event, e.payload`

// lockedBudgets finds those of a JSON array of keys: more conditions follow, and the
// order in which to lock them.
const lockedBudgets = `SELECT b.key FROM {each $1 as k} CROSS JOIN @budgets b WHERE b.key = k.value `

// SQLite prepares a statement anew for each value of a LIMIT that is a parameter
// alone, which takes longer than to run it. Hence the "+ 0".

func (d Dialect) laneTexts() laneTexts {
	return laneTexts{
		lane: d.Text(`SELECT ` + laneColumns + ` FROM @lanes WHERE sink = $1`),
		// Whoever mended a destination that refused everything wants to see it at once.
		open: d.Text(`INSERT INTO @lanes AS l (sink, budgets) VALUES ($1, $2) ON CONFLICT (sink) DO UPDATE
			SET budgets = excluded.budgets, resume_at = CASE WHEN l.held AND NOT l.asked THEN 0 ELSE l.resume_at END`),
		tell: d.Text(`UPDATE @lanes SET told = $1 WHERE sink = $2`),
		resume: d.Text(`UPDATE @lanes SET resume_at = CASE WHEN asked THEN resume_at ELSE 0 END, failed = 0, failures = 0, failed_at = 0
			WHERE sink = $1`),

		// The head of a lane is one step down an index, however long the lane is, and
		// counting goes along the same index, up to a limit.
		head: d.Text(`SELECT ` + deliveryColumns + `
			FROM @deliveries d {by deliveries_pending} JOIN @events e ON e.seq = d.event
			WHERE d.sink = $1 AND d.state = 'pending' ORDER BY d.id LIMIT $2 + 0`),
		pending: d.Text(`SELECT count(*) FROM
			(SELECT 1 FROM @deliveries {by deliveries_pending} WHERE sink = $1 AND state = 'pending' LIMIT $2 + 0) p`),
		headIDs: d.Text(`SELECT id FROM @deliveries {by deliveries_pending}
			WHERE sink = $1 AND state = 'pending' ORDER BY id LIMIT $2 + 0`),
		batch: d.Text(`SELECT ` + deliveryColumns + `
			FROM {each $1 as b} JOIN @deliveries d ON d.id = CAST(b.value AS bigint) JOIN @events e ON e.seq = d.event ORDER BY b.key`),

		begin: d.Text(`UPDATE @lanes SET batch = $1, begun_at = $2, form = $3, doubts = $4, deliveries = $5 WHERE sink = $6`),
		standing: d.Text(`SELECT count(*) FILTER (WHERE state = 'replayed'), count(*) FILTER (WHERE state = 'pending' AND sink = $2)
			FROM @deliveries WHERE id IN (SELECT CAST(value AS bigint) FROM {each $1 as b})`),
		try: d.Text(`UPDATE @deliveries SET attempts = attempts + 1, batch = $1
			WHERE id IN (SELECT CAST(value AS bigint) FROM {each $2 as b})`),
		settleLane: d.settleLane(),
		outcome:    d.Text(outcomeText(`$1`, `$2`, `$3`, `$4`)),
		settle: d.Text(`UPDATE @deliveries SET state = $1, form = $2, reason = coalesce($3, reason), message_id = $4, settled_at = $5
			WHERE id IN (SELECT CAST(value AS bigint) FROM {each $6 as b})`),
		addAttempts: d.Text(`INSERT INTO @attempts (delivery, attempt, batch, at, took, outcome, status, reason, size)
			SELECT id, attempts, $1, $2, $3, $4, $5, $6, $7 FROM @deliveries
			WHERE id IN (SELECT CAST(value AS bigint) FROM {each $8 as b})`),
		dropAttempts: d.Text(`DELETE FROM @attempts WHERE (delivery, attempt) IN
			(SELECT a.delivery, a.attempt FROM {each $1 as b} CROSS JOIN @deliveries d CROSS JOIN @attempts a
				WHERE d.id = CAST(b.value AS bigint) AND a.delivery = d.id AND a.attempt <= d.attempts - $2)`),
	}.withBudgets(d)
}

// withBudgets adds the statements on budgets and their uses.
func (t laneTexts) withBudgets(d Dialect) laneTexts {
	t.budgets = d.Text(budgetsOf)
	t.lockBudgets = d.Text(lockedBudgets + `ORDER BY b.key {lock}`)
	// Of budgets where uses count, of which no two must take the last place. One without
	// a pace, such as a whole platform's, is many lanes': they would wait for each other.
	t.lockPaces = d.Text(lockedBudgets + `AND b.span > 0 ORDER BY b.key {lock}`)
	t.window = d.Text(windowOf)
	// One that is there is not written, nor locked: many lanes may share it.
	t.openBudget = d.Text(`INSERT INTO @budgets AS b (key, span)
		SELECT CAST($1 AS text), CAST($2 AS bigint) WHERE NOT EXISTS (SELECT 1 FROM @budgets WHERE key = $1 AND span >= $2)
		ON CONFLICT (key) DO UPDATE SET span = {greatest}(b.span, excluded.span)`)

	t.addUses = d.Text(`INSERT INTO @uses (key, at, sink) SELECT b.key, 9223372036854775807, $1
		FROM {each $2 as k} CROSS JOIN @budgets b WHERE b.key = k.value AND b.span > 0`)
	t.closeUses = d.Text(`UPDATE @uses {by uses_open} SET at = $1 WHERE sink = $2 AND at = 9223372036854775807`)
	t.pullUses = d.Text(`UPDATE @uses {by uses_key} SET at = $1
		WHERE key IN (SELECT value FROM {each $2 as k}) AND at > $1 AND at < 9223372036854775807`)
	// What matters to nobody is forgotten: a few at a time, but more than come in.
	t.dropUses = d.Text(`DELETE FROM @uses WHERE id IN
		(SELECT u.id FROM {each $1 as k} CROSS JOIN @budgets b CROSS JOIN @uses u {by uses_key}
			WHERE b.key = k.value AND u.key = b.key AND u.at <= $2 - b.span LIMIT 32 {skip u})`)
	t.openUses = d.Text(`SELECT DISTINCT sink FROM @uses {by uses_open} WHERE at = 9223372036854775807`)

	t.freeBudgets = d.Text(`UPDATE @budgets SET retry_at = 0
		WHERE key IN (` + lockedBudgets + `AND b.held AND b.retry_at > 0 ORDER BY b.key {lock}) RETURNING key`)
	t.endHolds = d.Text(`UPDATE @budgets SET held = FALSE, held_at = 0, retry_from = 0, retry_at = 0, reason = ''
		WHERE key IN (` + lockedBudgets + `AND b.held ORDER BY b.key {lock}) RETURNING key`)
	// A shorter rest does not end a longer one.
	t.restBudget = d.Text(`INSERT INTO @budgets AS b (key, rested_at, resume_at) VALUES ($1, $2, $3) ON CONFLICT (key) DO UPDATE
		SET rested_at = excluded.rested_at, resume_at = excluded.resume_at
		WHERE b.rested_at > excluded.rested_at OR b.resume_at < excluded.resume_at`)
	t.holdBudget = d.Text(`INSERT INTO @budgets AS b (key, held, held_at, retry_from, retry_at, reason) VALUES ($1, TRUE, $2, $2, $3, $4)
		ON CONFLICT (key) DO UPDATE SET held = TRUE, held_at = CASE WHEN b.held THEN b.held_at ELSE excluded.held_at END,
			retry_from = excluded.retry_from, retry_at = excluded.retry_at, reason = excluded.reason`)
	t.move = d.Text(`INSERT INTO @budgets (key, moved_to) VALUES ($1, $2)
		ON CONFLICT (key) DO UPDATE SET moved_to = excluded.moved_to`)
	return t
}

// settleLane returns the statement that ends a lane's batch, and counts what came of it
// where one statement does both.
func (d Dialect) settleLane() string {
	text := `UPDATE @lanes SET rested_at = $1, resume_at = $2, asked = $3, held = $4, reason = $5, failing_at = $6,
		failed = $7, failures = $8, failed_at = $9, most = $10, most_until = $11,
		sent = sent + $12, dead = dead + $13, batch = $14, begun_at = 0, doubts = $15, deliveries = $16 WHERE sink = $17`
	if d.Chains {
		text = `WITH counted AS (` + outcomeText(`$17`, `$18`, `$12`, `$13`) + `) ` + text
	}
	return d.Text(text)
}

// outcomeText returns the statement that counts what was sent and what died, in each
// level's slot of a time in seconds.
func outcomeText(sink, at, sent, died string) string {
	return `INSERT INTO @outcomes AS o (level, slot, sink, sent, died)
		SELECT l.level, CAST(` + at + ` AS bigint) / l.level, ` + sink + `, CAST(` + sent + ` AS bigint), CAST(` + died + ` AS bigint)
		FROM (SELECT 300 AS level UNION ALL SELECT 3600 UNION ALL SELECT 86400) l WHERE ` + sent + ` + ` + died + ` > 0
		ON CONFLICT (level, slot, sink) DO UPDATE SET sent = o.sent + excluded.sent, died = o.died + excluded.died`
}
