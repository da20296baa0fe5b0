package sqlstore_test

import (
	"database/sql"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"botrelay/relay/queue/sqlite"
)

// What a sender or a replay asks for again and again is found without looking at the rest:
// a scan or a sort would be a step of its own, or stand in place of these.
func TestLanesAreSearched(t *testing.T) {
	plan := planner(t)
	for name, want := range map[string][]string{
		"head":    {"SEARCH d USING INDEX deliveries_pending (sink=?)", "SEARCH e USING INTEGER PRIMARY KEY (rowid=?)"},
		"pending": {"CO-ROUTINE p", "SEARCH deliveries USING COVERING INDEX deliveries_pending (sink=?)", "SCAN p"},
		"window":  {"CO-ROUTINE w", "SEARCH uses USING COVERING INDEX uses_key (key=? AND at>?)", "SCAN w"},
		"headIDs": {"SEARCH deliveries USING COVERING INDEX deliveries_pending (sink=?)"},
		"waits":   {"SCAN CONSTANT ROW", "SCALAR SUBQUERY 1", "SEARCH deliveries USING INDEX deliveries_event (event=?)"},
		"threads": {"SCAN k VIRTUAL TABLE INDEX 1:", "SEARCH t USING PRIMARY KEY (destination=? AND thread=?)"},
		"forget": {
			"SEARCH threads USING PRIMARY KEY (destination=? AND thread=?)", "LIST SUBQUERY 2",
			"SEARCH threads USING COVERING INDEX threads_sent_at (sent_at<?)",
		},
		"dropThreads": {
			"SEARCH threads USING PRIMARY KEY (destination=?)", "SCALAR SUBQUERY 1", "SEARCH budgets USING PRIMARY KEY (key=?)",
		},
		"budgets":  {"SCAN k VIRTUAL TABLE INDEX 1:", "SEARCH b USING PRIMARY KEY (key=?)", "USE TEMP B-TREE FOR ORDER BY"},
		"try":      {"SEARCH deliveries USING INTEGER PRIMARY KEY (rowid=?)", "LIST SUBQUERY 1", "SCAN b VIRTUAL TABLE INDEX 1:"},
		"standing": {"SEARCH deliveries USING INTEGER PRIMARY KEY (rowid=?)", "LIST SUBQUERY 1", "SCAN b VIRTUAL TABLE INDEX 1:"},
		"dropUses": {
			"SEARCH uses USING INTEGER PRIMARY KEY (rowid=?)", "LIST SUBQUERY 1", "SCAN k VIRTUAL TABLE INDEX 1:",
			"SEARCH b USING PRIMARY KEY (key=?)", "SEARCH u USING COVERING INDEX uses_key (key=? AND at<?)",
		},
	} {
		if got := plan(name); !slices.Equal(got, want) {
			t.Errorf("%s: plan %q, want %q", name, got, want)
		}
	}
}

// What people ask for often is found along an index, in its order, and not by
// looking at every event.
func TestHistoryIsSearched(t *testing.T) {
	plan := planner(t)
	for name, want := range map[string]string{
		"newest place":        "SEARCH events USING INTEGER PRIMARY KEY (rowid>",
		"oldest place":        "SEARCH events USING INTEGER PRIMARY KEY (rowid>",
		"unrouted":            "SEARCH events USING INDEX events_unrouted (seq>",
		"pending places":      "SEARCH deliveries USING INDEX deliveries_pending (sink=? AND rowid>",
		"pending again":       "SEARCH deliveries USING INDEX deliveries_again (sink=? AND event>",
		"oldest dead":         "SEARCH deliveries USING COVERING INDEX deliveries_dead (sink=? AND event>",
		"dead":                "SEARCH deliveries USING COVERING INDEX deliveries_dead (sink=? AND event>",
		"replayed":            "SEARCH deliveries USING COVERING INDEX deliveries_replayed (sink=? AND event>",
		"sinks with pending":  "SEARCH deliveries USING COVERING INDEX deliveries_pending (sink>",
		"sinks with dead":     "SEARCH deliveries USING COVERING INDEX deliveries_dead (sink>",
		"sinks with replayed": "SEARCH deliveries USING COVERING INDEX deliveries_replayed (sink>",
		"since":               "SEARCH events USING COVERING INDEX events_put_at (put_at>",
		"old":                 "SEARCH e USING COVERING INDEX events_put_at (put_at>? AND put_at<",
		"count dead":          "SEARCH deliveries USING COVERING INDEX deliveries_dead (sink=? AND event>",
		"count pending":       "SEARCH deliveries USING COVERING INDEX deliveries_pending (sink=? AND rowid>",
		"last of group":       "SEARCH deliveries USING COVERING INDEX deliveries_reasons (sink=? AND reason=?)",
		"find":                "SCAN events USING COVERING INDEX", // some index, and no event

		"dead of a reason":     "SEARCH deliveries USING COVERING INDEX deliveries_reasons (sink=? AND reason=? AND event>",
		"discarded":            "SEARCH deliveries USING COVERING INDEX deliveries_discarded (sink=? AND event>",
		"sinks with discarded": "SEARCH deliveries USING COVERING INDEX deliveries_discarded (sink>",
		"repeated":             "SEARCH deliveries USING COVERING INDEX deliveries_repeated (sink=?)",
		"where":                "SEARCH pages USING COVERING INDEX pages_first (segment=? AND first<",
		"first group":          "SEARCH deliveries USING COVERING INDEX deliveries_reasons (sink=?)",
		"next group":           "SEARCH deliveries USING COVERING INDEX deliveries_reasons (sink=? AND reason>",
		"count group":          "SEARCH deliveries USING COVERING INDEX deliveries_reasons (sink=? AND reason=? AND event>? AND event<",
		"within":               "SEARCH events USING COVERING INDEX events_put_at (put_at>? AND put_at<",
		"times":                "SEARCH events USING COVERING INDEX events_put_at (put_at>",
		"arrivals":             "SEARCH arrivals USING PRIMARY KEY (level=? AND slot>",
		"ways":                 "SEARCH ways USING PRIMARY KEY (level=? AND slot>",
		"outcomes":             "SEARCH outcomes USING PRIMARY KEY (level=? AND slot>",
	} {
		found := false
		steps := plan(name)
		for _, step := range steps {
			found = found || strings.HasPrefix(step, want)
			scans := strings.HasPrefix(step, "SCAN events") || strings.HasPrefix(step, "SCAN deliveries")
			if scans && !strings.HasPrefix(want, "SCAN") || strings.Contains(step, "TEMP B-TREE") || strings.HasPrefix(step, "SCAN (subquery") {
				found = false
				break
			}
		}
		if !found {
			t.Errorf("%s: plan %q, want %q", name, steps, want)
		}
	}
}

// planner returns a function that tells by which steps SQLite runs a statement.
func planner(t *testing.T) func(name string) (steps []string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "botrelay.db")
	store, err := sqlite.Open(t.Context(), sqlite.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	texts := store.Texts()
	return func(name string) (steps []string) {
		values := make([]any, strings.Count(texts[name], "$"))
		found, err := db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+texts[name], values...)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		defer func() { _ = found.Close() }()
		for found.Next() {
			var step string
			var ignored int
			if err := found.Scan(&ignored, &ignored, &ignored, &step); err != nil {
				t.Fatal(err)
			}
			steps = append(steps, step)
		}
		if err := found.Err(); err != nil {
			t.Fatal(err)
		}
		return steps
	}
}
