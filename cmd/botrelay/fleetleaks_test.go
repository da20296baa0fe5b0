//go:build unix

package main

import (
	"io"
	"net/http"
	"regexp"
	"strconv"
	"time"
)

const (
	// maxConns is how many connections a relay has to the database at most: ten, and
	// one that listens.
	maxConns = 11
	// maxFiles is how many files and connections a relay has open at most once it has
	// little to do: those to the database, one to each place, those of the clients,
	// and some of its own.
	maxFiles = 80
	// maxGoroutines is the same for goroutines: a handful for each lane and each
	// connection.
	maxGoroutines = 250
)

// checkLeaks holds that the relays have let go of what they opened in their
// troubles.
func (f *fleet) checkLeaks() {
	f.Helper()
	for _, line := range f.lines { // else the database does not know that they have
		line.Forget()
	}
	f.until("the relays have let go of connections to the database", time.Minute, func() bool { return f.connections() <= fleetSize*maxConns })
	for _, m := range f.relays {
		var files, goroutines int
		f.until("a relay has let go of files and goroutines", time.Minute, func() bool {
			files, goroutines = f.gauge(m, "process_open_fds"), f.gauge(m, "go_goroutines")
			if files > maxFiles || goroutines > maxGoroutines {
				f.Logf("%d files and %d goroutines are open", files, goroutines)
				f.pass(time.Second)
			}
			return files <= maxFiles && goroutines <= maxGoroutines
		})
		f.Logf("a relay has %d files and %d goroutines open", files, goroutines)
	}
	f.Logf("the relays have %d connections to the database", f.connections())
}

// gauge returns a number that a relay tells of itself.
func (f *fleet) gauge(m *member, name string) int {
	f.Helper()
	req, err := http.NewRequestWithContext(f.Context(), http.MethodGet, m.url+"/admin/metrics", nil)
	if err != nil {
		f.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+leadSecret)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		f.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		f.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^` + name + ` (\S+)$`).FindSubmatch(text)
	if found == nil {
		return 0 // not every system tells it
	}
	n, err := strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		f.Fatal(err)
	}
	return int(n)
}
