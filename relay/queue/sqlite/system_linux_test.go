package sqlite

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"botrelay/relay/queue"
)

// A child process opens a store in a folder that it must not write; root may
// write everywhere, so the child is not root.
func TestFolderOfAnotherUser(t *testing.T) {
	folder, user := filepath.Join(os.TempDir(), "botrelay-"+t.Name()), os.Geteuid()
	if err := os.Mkdir(folder, 0o555); err != nil { // not below t.TempDir, which others cannot enter
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Remove(folder) })
	child := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.run=^TestChildOpens$")
	child.Env = append(os.Environ(), "BOTRELAY_TEST_OPEN="+filepath.Join(folder, "botrelay.db"))
	child.Dir = "/"
	if user == 0 {
		user = 65532
		child.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(user), Gid: uint32(user)}}
	}
	out, err := child.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, word := range []string{
		"data folder " + folder + " cannot be written by user id ", fmt.Sprintf(`"chown %d <host folder>"`, user),
		"mount a volume that this user owns", "permission denied",
	} {
		if !strings.Contains(string(out), word) {
			t.Errorf("error %q lacks %q", out, word)
		}
	}
}

func TestChildOpens(t *testing.T) {
	path := os.Getenv("BOTRELAY_TEST_OPEN")
	if path == "" {
		t.Skip("only for TestFolderOfAnotherUser")
	}
	s, err := Open(t.Context(), Config{Path: path})
	if err == nil {
		_ = s.Close()
	}
	fmt.Println(err)
}

// The system lets no file grow beyond what the write-ahead log has now, so that
// it is the commit itself that fails.
func TestCommitThatCannotBeWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "botrelay.db")
	s := openAt(t, path, nil)
	mustPut(t, s, "before")
	large := testEvent("large") // so that the limit is beyond other files, such as the test's own log
	large.Payload = []byte(`"` + strings.Repeat("x", 4<<20) + `"`)
	if err := putCall(t, s, large)(); err != nil {
		t.Fatal(err)
	}
	log, err := os.Stat(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	setLimit := func(bytes uint64) {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: bytes, Max: old.Max}); err != nil {
			t.Fatal(err)
		}
	}
	defer setLimit(old.Cur)
	setLimit(uint64(log.Size()) + 1000)
	for i, err := range together(t, s, putCall(t, s, testEvent("1")), putCall(t, s, testEvent("2"))) {
		if !errors.Is(err, queue.ErrUnavailable) {
			t.Errorf("put %d: error %v", i+1, err)
		}
	}
	if n := count(t, s, "count(*) FROM events"); n != 2 {
		t.Errorf("%d events, want 2", n)
	}
	setLimit(old.Cur)
	mustPut(t, s, "1")
	again := openAt(t, killedCopy(t, path), nil)
	if !stored(t, again, "before") || !stored(t, again, "1") || stored(t, again, "2") {
		t.Error("what was acknowledged and what was not, is not what is there")
	}
}
