package sqlstore

import "botrelay/relay/queue"

// Texts returns statements in the words of the store's database, by the names that
// the tests have for them.
func (s *Store) Texts() map[string]string {
	d := s.db.Dialect()
	lane, thread, replay, prune := d.laneTexts(), d.threadTexts(), d.replayTexts(), d.pruneTexts()
	texts := map[string]string{
		"head": lane.head, "pending": lane.pending, "window": lane.window, "headIDs": lane.headIDs, "waits": replay.waits,
		"threads": thread.find, "forget": prune.threads, "dropThreads": thread.dropAll, "budgets": lane.budgets,
		"try": lane.try, "dropUses": lane.dropUses, "standing": lane.standing,
	}
	for name, statement := range map[string]string{
		"newest place": firstQuery(false), "oldest place": firstQuery(true),
		"unrouted": unrouted.query(false), "pending places": pending.query(false), "pending again": pendingAgain.query(false),
		"oldest dead": dead.query(true), "dead": dead.query(false), "replayed": replayed.query(false),
		"sinks with pending": sinksQuery(queue.StatusPending), "sinks with dead": sinksQuery(queue.StatusDead),
		"sinks with replayed": sinksQuery(queue.StatusReplayed), "sinks with discarded": sinksQuery(queue.StatusDiscarded),
		"dead of a reason": deadOf.query(false), "discarded": discarded.query(true), "repeated": repeatedQuery, "where": whereQuery,
		"first group": firstGroupQuery, "next group": nextGroupQuery, "count group": countGroupQuery, "last of group": lastOfGroupQuery, "within": withinQuery, "times": timesQuery,
		"arrivals": countArrivalsQuery, "ways": countWaysQuery, "outcomes": countOutcomesQuery,
		"since": sinceQuery, "old": oldQuery, "count dead": countDeadQuery, "count pending": countPendingQuery, "find": findQuery,
	} {
		texts[name] = d.Text(statement)
	}
	return texts
}
