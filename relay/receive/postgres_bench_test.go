package receive_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"botrelay/relay/queue/postgres"
	"botrelay/relay/queue/postgres/postgrestest"

	"github.com/jackc/pgx/v5"
)

// BenchmarkReceivePostgres compares receiving, HTTP and signature included, with
// the single-row inserts of an event's size that pgbench reaches with as many
// connections on the same server. The two take turns in one run. "share" is
// acknowledged events a second as a share of pgbench's transactions a second, and
// "commits/event" how many transactions the database made for one.
func BenchmarkReceivePostgres(b *testing.B) {
	pgbench := findProgram(b)
	var server postgrestest.Server
	stop, err := server.Start(postgrestest.Durable)
	if err != nil {
		b.Skip(err)
	}
	defer stop()
	const seconds = 2 // in one, pgbench may not even have made its connections
	for _, connections := range []int{16, 64, 256} {
		b.Run(fmt.Sprint(connections), func(b *testing.B) {
			url := server.Database(b)
			script := prepareInserts(b, url)
			store, err := postgres.Open(b.Context(), postgres.Config{URL: url})
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = store.Close() }()
			relay := listen(b, receiver(b, store))
			var sequence atomic.Int64
			var events, commits int64
			var inserts float64
			var spent time.Duration
			turns := 0
			for b.Loop() {
				inserts += runInserts(b, pgbench, url, script, connections, seconds)
				before, began := commitsOf(b, url), time.Now()
				events += drive(b, relay, connections, &sequence, time.Duration(seconds)*time.Second)
				spent += time.Since(began)
				commits += commitsOf(b, url) - before
				turns++
			}
			perSecond := float64(events) / spent.Seconds()
			b.ReportMetric(inserts/float64(turns), "inserts/s")
			b.ReportMetric(perSecond, "events/s")
			b.ReportMetric(perSecond/(inserts/float64(turns)), "share")
			b.ReportMetric(float64(commits)/float64(events), "commits/event")
			b.ReportMetric(0, "ns/op") // a turn has a fixed length
		})
	}
}

func findProgram(b *testing.B) string {
	b.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench") // the pattern is well formed
	if path, err := exec.LookPath("pgbench"); err == nil {
		found = append(found, path)
	}
	if len(found) == 0 {
		b.Skip("no pgbench: install the Debian package postgresql-contrib")
	}
	return found[0]
}

// prepareInserts makes a table as pgbench is to fill it, with an index, and
// returns the script: rows of about the size of a lead's event and payload.
func prepareInserts(b *testing.B, url string) (script string) {
	b.Helper()
	conn := connect(b, url)
	defer func() { _ = conn.Close(b.Context()) }()
	if _, err := conn.Exec(b.Context(), `CREATE TABLE inserts (id bigserial PRIMARY KEY, at timestamptz DEFAULT now(), event text)`); err != nil {
		b.Fatal(err)
	}
	script = filepath.Join(b.TempDir(), "insert.sql")
	if err := os.WriteFile(script, []byte(`INSERT INTO inserts (event) VALUES (repeat('x', 600));`+"\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	return script
}

func connect(b *testing.B, url string) *pgx.Conn {
	b.Helper()
	conn, err := pgx.Connect(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	return conn
}

// runInserts returns how many inserts a second pgbench reaches in so many seconds.
func runInserts(b *testing.B, pgbench, url, script string, connections, seconds int) float64 {
	b.Helper()
	out, err := exec.CommandContext(b.Context(), pgbench, "-n", "-M", "prepared", "-c", strconv.Itoa(connections), "-j", "2", "-T", strconv.Itoa(seconds), "-f", script, url).CombinedOutput()
	if err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	found := regexp.MustCompile(`(?m)^tps = ([0-9.]+)`).FindSubmatch(out)
	if found == nil {
		b.Fatalf("pgbench said\n%s", out)
	}
	tps, err := strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		b.Fatal(err)
	}
	return tps
}

// commitsOf returns how many transactions the database has committed.
func commitsOf(b *testing.B, url string) (n int64) {
	b.Helper()
	conn := connect(b, url)
	defer func() { _ = conn.Close(b.Context()) }()
	// A session tells of its commits when it is idle for a second, or ends.
	if err := conn.QueryRow(b.Context(), `SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()`).Scan(&n); err != nil {
		b.Fatal(err)
	}
	return n
}
