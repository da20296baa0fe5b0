package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// storePassword is a store's, for tests: no relay may ever say it.
const storePassword = "never-to-be-said"

// relayProcess is a botrelay serve in a process of its own.
type relayProcess struct {
	cmd  *exec.Cmd
	url  string
	once sync.Once
	read chan struct{} // closed when all that it said has been read

	mu     sync.Mutex
	faulty []string // what it said that no relay should ever say
	lines  []string // the first of all that it said
}

// startRelay starts a relay and waits until it is ready. The relay is killed at
// the end of the test at the latest.
func startRelay(t *testing.T, routes string, env []string) *relayProcess {
	t.Helper()
	return startProgram(t, "botrelay", routes, env)
}

// startProgram is startRelay with another program than the one under test.
func startProgram(t *testing.T, program, routes string, env []string) *relayProcess {
	t.Helper()
	cmd := exec.Command(program, "serve", "--config", routes) //nolint:noctx // it is killed by hand
	cmd.Env = env
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &relayProcess{cmd: cmd, read: make(chan struct{})}
	t.Cleanup(p.kill)
	ready, said := make(chan string, 1), make(chan []string, 1)
	go func() {
		defer close(p.read)
		said <- p.listen(bufio.NewScanner(stderr), ready)
	}()
	select {
	case address := <-ready:
		p.url = "http://" + address
	case lines := <-said:
		t.Fatalf("the relay did not start:\n%s", strings.Join(lines, "\n"))
	case <-time.After(time.Minute):
		t.Fatal("the relay is not ready after a minute")
	}
	return p
}

// listen reads all that the relay says, tells its address once it is ready, and
// returns its first lines.
func (p *relayProcess) listen(lines *bufio.Scanner, ready chan<- string) (first []string) {
	const enough, most = 100, 5000
	isReady := regexp.MustCompile(`"botrelay is ready".*"listen":"([^"]+)"`)
	// A process that is killed has nobody who would look at these otherwise.
	isFault := regexp.MustCompile(`DATA RACE|^panic:|^fatal error:|a fault of botrelay's own|is damaged|` + storePassword)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		p.mu.Lock()
		if isFault.MatchString(line) || len(p.faulty) > 0 && len(p.faulty) < enough {
			p.faulty = append(p.faulty, line) // with what follows it
		}
		if len(p.lines) < most {
			p.lines = append(p.lines, line)
		}
		p.mu.Unlock()
		if m := isReady.FindStringSubmatch(line); m != nil {
			ready <- m[1]
		}
		if len(first) < enough {
			first = append(first, line)
		}
	}
	return first
}

// says reports whether a line of its log has a text in it.
func (p *relayProcess) says(text string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.ContainsFunc(p.lines, func(line string) bool { return strings.Contains(line, text) })
}

// kill ends the process at once, as the kernel does when memory runs out.
func (p *relayProcess) kill() {
	p.once.Do(func() {
		_ = p.cmd.Process.Kill()
		<-p.read
		_ = p.cmd.Wait()
	})
}

// stop ends the process in an orderly way and fails t if it cannot.
func (p *relayProcess) stop(t *testing.T) {
	t.Helper()
	p.once.Do(func() {
		if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		<-p.read
		if err := p.cmd.Wait(); err != nil {
			t.Errorf("the relay stopped with %v", err)
		}
	})
}

// checkFaults fails t if the relay said what no relay should ever say.
func (p *relayProcess) checkFaults(t *testing.T) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.faulty) > 0 {
		t.Errorf("the relay said:\n%s", strings.Join(p.faulty, "\n"))
	}
}

// writeRoutes writes a routes file into a folder of its own, in which the store
// is too, and returns its path.
func writeRoutes(t *testing.T, routes string) string {
	t.Helper()
	folder := t.TempDir()
	path := filepath.Join(folder, "routes.toml")
	routes = strings.ReplaceAll(routes, "FOLDER", filepath.ToSlash(folder))
	if err := os.WriteFile(path, []byte(routes), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
