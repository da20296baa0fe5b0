package postgrestest

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// startTime is how long a server may take to start.
const startTime = 30 * time.Second

// process is a server of our own, in a folder of its own.
type process struct {
	folder string
	url    string
	words  []string // the program and its arguments
	server *exec.Cmd
	gone   chan struct{} // closed once it has ended
	output bytes.Buffer
}

// start makes and starts a server, or returns errNone.
func start(settings []string) (*process, error) {
	programs := findPrograms()
	if programs == "" {
		return nil, errNone
	}
	folder, err := os.MkdirTemp("", "botrelay-postgres-")
	if err != nil {
		return nil, err
	}
	p := &process{folder: folder}
	if err := p.start(programs, settings); err != nil {
		_ = os.RemoveAll(folder)
		return nil, fmt.Errorf("%w\n%s", err, p.output.String())
	}
	return p, nil
}

func (p *process) start(programs string, settings []string) error {
	if err := giveAway(p.folder); err != nil {
		return err
	}
	data := filepath.Join(p.folder, "data")
	initdb := p.command(filepath.Join(programs, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	if err := initdb.Run(); err != nil {
		return fmt.Errorf("initdb: %w", err)
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	args := []string{"-D", data, "-p", strconv.Itoa(port), "-h", "127.0.0.1", "-k", p.folder}
	for _, setting := range append([]string{"fsync=off", "max_connections=400", "log_min_messages=fatal"}, settings...) {
		args = append(args, "-c", setting)
	}
	p.words = append([]string{filepath.Join(programs, "postgres")}, args...)
	p.url = fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port)
	return p.begin()
}

// begin starts the server on what it has, and blocks until it answers.
func (p *process) begin() error {
	p.gone = make(chan struct{})
	p.server = p.command(p.words[0], p.words[1:]...)
	if err := p.run(); err != nil {
		return err
	}
	return p.await()
}

// crash ends the server at once, in the middle of whatever it does.
func (p *process) crash() {
	_ = p.server.Process.Signal(syscall.SIGQUIT)
	<-p.gone
}

// command returns one that runs as a user that PostgreSQL accepts.
func (p *process) command(program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(context.Background(), program, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = p.folder, &p.output, &p.output
	cmd.SysProcAttr = unprivileged()
	return cmd
}

func (p *process) stop() {
	_ = p.server.Process.Signal(os.Interrupt) // it ends without waiting for its clients
	select {
	case <-p.gone:
	case <-time.After(startTime):
		_ = p.server.Process.Kill()
		<-p.gone
	}
	_ = os.RemoveAll(p.folder)
}

// findPrograms returns the folder of the server's programs, the newest version's,
// or nothing.
func findPrograms() string {
	folders, _ := filepath.Glob("/usr/lib/postgresql/*/bin") // the pattern is well formed
	slices.SortFunc(folders, func(a, b string) int { return len(b) - len(a) })
	if program, err := exec.LookPath("initdb"); err == nil {
		folders = append(folders, filepath.Dir(program))
	}
	slices.Reverse(folders)
	for _, folder := range folders {
		if _, err := os.Stat(filepath.Join(folder, "initdb")); err == nil {
			return folder
		}
	}
	return ""
}

func freePort() (int, error) {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil //nolint:forcetypeassert // it listens by TCP
}
