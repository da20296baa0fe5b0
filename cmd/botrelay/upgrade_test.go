//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	versionFile = "../../relay/queue/postgres/version.go"
	// nextFile is the migration of a botrelay that is newer than this one.
	nextFile = "../../relay/queue/postgres/migrations/00099_next.sql"
	// addition is one that this botrelay can go on with, and change one that it
	// cannot: it notes whatever a relay writes that was told to call itself old.
	addition = `-- +goose Up
SET LOCAL lock_timeout = '3s';
ALTER TABLE botrelay.events ADD COLUMN mood text NOT NULL DEFAULT '';
ALTER TABLE botrelay.deliveries ADD COLUMN urgent boolean NOT NULL DEFAULT FALSE;
ALTER TABLE botrelay.lanes ADD COLUMN colour text;
`
	change = `-- +goose Up
SET LOCAL lock_timeout = '3s';
CREATE TABLE botrelay.guesses (what text NOT NULL);
-- +goose StatementBegin
CREATE FUNCTION botrelay.guessed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF current_setting('application_name') = 'old' THEN
		INSERT INTO botrelay.guesses VALUES (TG_OP || ' ' || TG_TABLE_NAME);
	END IF;
	RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER guessed AFTER INSERT OR UPDATE ON botrelay.events FOR EACH STATEMENT EXECUTE FUNCTION botrelay.guessed();
CREATE TRIGGER guessed AFTER INSERT OR UPDATE ON botrelay.deliveries FOR EACH STATEMENT EXECUTE FUNCTION botrelay.guessed();
CREATE TRIGGER guessed AFTER INSERT OR UPDATE ON botrelay.lanes FOR EACH STATEMENT EXECUTE FUNCTION botrelay.guessed();
CREATE TRIGGER guessed AFTER INSERT OR UPDATE ON botrelay.relays FOR EACH STATEMENT EXECUTE FUNCTION botrelay.guessed();
CREATE TRIGGER guessed AFTER INSERT OR UPDATE ON botrelay.uses FOR EACH STATEMENT EXECUTE FUNCTION botrelay.guessed();
`
)

// TestUpgrade lets relays of this botrelay and of a newer one share a database under
// load, while one after the other is replaced, and one by an older one again.
func TestUpgrade(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	t.Parallel()
	newer := buildNewer(t, addition, false)
	f := newFleet(t)
	stop := f.load()
	f.pass(2 * time.Second)
	f.replace(newer, f.env, 0)
	f.pass(3 * time.Second)
	f.replace(newer, f.env, 1, 2)
	f.pass(2 * time.Second)
	f.replace("botrelay", f.env, 0)
	f.pass(3 * time.Second)
	stop()
	f.arrive()
	for _, p := range f.relays {
		p.stop(t)
		p.checkFaults(t)
	}
	f.check()
	f.tell()
}

// TestUpgradeThatOlderOnesCannotFollow is the same where the newer botrelay changes
// the tables: the older relays say so, record what they have begun, and touch
// nothing any more.
func TestUpgradeThatOlderOnesCannotFollow(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	t.Parallel()
	newer := buildNewer(t, change, true)
	f := newFleet(t)
	old := f.named("old")
	f.replace("botrelay", old, 0, 1, 2)
	stop := f.load()
	f.pass(2 * time.Second)
	f.replace(newer, f.env, 0, 1) // two at once
	f.isTooOld(f.relay(2).url)
	f.refusesToStart(old)
	f.pass(2 * time.Second)
	f.relay(2).checkFaults(t)
	f.replace(newer, f.env, 2)
	f.pass(time.Second)
	stop()
	f.arrive()
	for _, p := range f.relays {
		p.stop(t)
		p.checkFaults(t)
	}
	f.checkGuesses()
	f.check()
	f.tell()
}

// buildNewer builds a botrelay that has one migration more. changes: one that older
// relays cannot live with.
func buildNewer(t *testing.T, migration string, changes bool) (program string) {
	t.Helper()
	text, err := os.ReadFile(versionFile)
	if err != nil {
		t.Fatal(err)
	}
	text = newest(t, text, "version")
	if changes {
		text = newest(t, text, "oldest")
	}
	folder := t.TempDir()
	overlay := struct{ Replace map[string]string }{make(map[string]string)}
	for path, text := range map[string][]byte{versionFile: text, nextFile: []byte(migration)} {
		instead := filepath.Join(folder, filepath.Base(path))
		if path, err = filepath.Abs(path); err == nil {
			err = os.WriteFile(instead, text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		overlay.Replace[path] = instead
	}
	list, err := json.Marshal(overlay)
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "overlay.json"), list, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	program = filepath.Join(folder, "newer")
	build := exec.CommandContext(t.Context(), "go", "build", "-overlay", filepath.Join(folder, "overlay.json"), "-o", program, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building a newer botrelay: %v\n%s", err, out)
	}
	return program
}

// newest makes a constant of Go code 99.
func newest(t *testing.T, text []byte, name string) []byte {
	t.Helper()
	before, after, found := bytes.Cut(text, []byte("\n\t"+name+" = "))
	if _, after, _ = bytes.Cut(after, []byte("\n")); !found {
		t.Fatalf("%s has no %s", versionFile, name)
	}
	return bytes.Join([][]byte{before, []byte("\n\t" + name + " = 99\n"), after}, nil)
}

// named returns the relays' environment, in which the database knows them by a name.
func (f *fleet) named(name string) []string {
	f.Helper()
	env := append([]string(nil), f.env...)
	for i, v := range env {
		if text, ok := strings.CutPrefix(v, "DATABASE="); ok {
			u, err := url.Parse(text)
			if err != nil {
				f.Fatal("the database's URL is none")
			}
			q := u.Query()
			q.Set("application_name", name)
			u.RawQuery = q.Encode()
			env[i] = "DATABASE=" + u.String()
		}
	}
	return env
}

// replace stops relays one after the other, and starts others in their place at once.
func (f *fleet) replace(program string, env []string, which ...int) {
	f.Helper()
	for _, i := range which {
		p := f.relay(i)
		f.set(i, nil)
		p.stop(f.T)
		p.checkFaults(f.T)
	}
	began := time.Now()
	var all sync.WaitGroup
	for _, i := range which {
		all.Go(func() { f.set(i, &member{relayProcess: startProgram(f.T, program, f.routes, env)}) })
	}
	all.Wait()
	if f.Failed() { // one that did not start is no relay
		f.FailNow()
	}
	if program != "botrelay" && f.version() != 99 {
		f.Errorf("the tables are of version %d", f.version())
	}
	f.Logf("relays %v are another program, ready after %s", which, time.Since(began).Round(10*time.Millisecond))
}

// version returns the version of the tables.
func (f *fleet) version() (have int) {
	f.Helper()
	conn := f.connect()
	defer func() { _ = conn.Close(f.Context()) }()
	if err := conn.QueryRow(f.Context(), `SELECT max(version_id) FROM botrelay.goose_db_version`).Scan(&have); err != nil {
		f.Fatal(err)
	}
	return have
}

// isTooOld holds what a relay says for which the tables are too new.
func (f *fleet) isTooOld(base string) {
	f.Helper()
	for path, want := range map[string]struct {
		status int
		text   string
	}{
		"/readyz":  {http.StatusServiceUnavailable, "events cannot be stored: this relay is too old for the database\n"},
		"/healthz": {http.StatusOK, "ok\n"},
	} {
		req, err := http.NewRequestWithContext(f.Context(), http.MethodGet, base+path, nil)
		if err != nil {
			f.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			f.Fatal(err)
		}
		text, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || resp.StatusCode != want.status || string(text) != want.text {
			f.Errorf("%s: %d %q, %v", path, resp.StatusCode, text, err)
		}
	}
	status, header, err := f.vendor.post(f.Context(), base, "flood", lead{99, 1}.body())
	if err != nil || status != http.StatusServiceUnavailable || header.Get("Retry-After") == "" {
		f.Errorf("a post to a relay that is too old: %d, Retry-After %q, %v", status, header.Get("Retry-After"), err)
	}
}

// refusesToStart holds that this botrelay does not start, and says why.
func (f *fleet) refusesToStart(env []string) {
	f.Helper()
	for _, args := range [][]string{{"serve"}, {"events"}, {"replay", "--dead"}} {
		cmd := exec.CommandContext(f.Context(), "botrelay", append(args, "--config", f.routes)...)
		cmd.Env = env
		out, _ := cmd.CombinedOutput()
		if cmd.ProcessState.ExitCode() != exitFailed || !strings.Contains(string(out), "this one is too old for them: start the newer version in its place (the tables want version 99 or newer, this one has ") {
			f.Errorf("%s left with %d:\n%s", args[0], cmd.ProcessState.ExitCode(), out)
		}
	}
}

// checkGuesses holds that no relay wrote into tables that it does not know, and lets
// this botrelay look at them again.
func (f *fleet) checkGuesses() {
	f.Helper()
	conn := f.connect()
	defer func() { _ = conn.Close(f.Context()) }()
	var guesses []string
	if err := conn.QueryRow(f.Context(), `SELECT coalesce(array_agg(DISTINCT what), '{}') FROM botrelay.guesses`).Scan(&guesses); err != nil {
		f.Fatal(err)
	}
	if len(guesses) > 0 {
		f.Errorf("old relays went on: %q", guesses)
	}
	// From here on it is this botrelay that looks.
	if _, err := conn.Exec(f.Context(), `UPDATE botrelay.compatible SET oldest = 1`); err != nil {
		f.Fatal(err)
	}
}
