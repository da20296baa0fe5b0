package postgres

import (
	"testing"
	"time"
)

// A relay that stops is gone for the others, also where it was just telling them
// something: what is on its way to the database is not cut off, to be done later.
func TestLeaves(t *testing.T) {
	url := server.Database(t)
	other := openAt(t, url)
	for range 30 {
		s, err := Open(t.Context(), Config{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		lane, err := s.Lease(t.Context(), "a", time.Hour, nil)
		if err == nil {
			err = lane.Release(t.Context()) // which it tells the others
		}
		if err == nil {
			err = s.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var left int
	if err := other.db.sql.QueryRowContext(t.Context(), `SELECT count(*) FROM botrelay.relays WHERE id <> $1`, other.db.id).Scan(&left); err != nil || left > 0 {
		t.Errorf("%d are left, %v", left, err)
	}
}
