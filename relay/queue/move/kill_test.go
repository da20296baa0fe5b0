//go:build unix

package move_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"botrelay/relay/queue/move"
	"botrelay/relay/queue/postgres/postgrestest"
)

// A child process moves and is killed at a random moment, again and again until
// one comes to the end.
func TestKilled(t *testing.T) {
	url, path := server.Database(t), filepath.Join(t.TempDir(), "botrelay.db")
	fill(t, path)
	killed := 0
	for ; killChild(t, path, url, 20+100*killed); killed++ {
		if killed > 100 {
			t.Fatal("it never came to the end")
		}
	}
	if killed == 0 {
		t.Error("no child was killed")
	}
	t.Log("killed", killed, "times")
	same(t, openFile(t, path), openDatabase(t, url))
}

// killChild runs a child, kills it within so many milliseconds, and reports whether
// that was before the end.
func killChild(t *testing.T, path, url string, within int) bool {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChildMoves$")
	child.Env = append(os.Environ(), "BOTRELAY_TEST_MOVE="+path, postgrestest.Variable+"="+url)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	ended := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		switch lines.Text() {
		case "begun":
			time.AfterFunc(time.Duration(rand.IntN(within))*time.Millisecond, func() { _ = child.Process.Kill() })
		case "done":
			ended = true
		}
	}
	if err := child.Wait(); err != nil && err.Error() != "signal: killed" {
		t.Fatal(err)
	}
	return !ended
}

func TestChildMoves(t *testing.T) {
	path := os.Getenv("BOTRELAY_TEST_MOVE")
	if path == "" {
		t.Skip("only for TestKilled")
	}
	fmt.Println("begun")
	if r, err := run(t.Context(), t, path, os.Getenv(postgrestest.Variable), func(move.Report) {}); err != nil {
		t.Fatalf("%+v, %v", r, err)
	}
	fmt.Println("done")
}
