package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// tabs are command lines, and what each becomes when somebody presses the tab key
// in a folder with tabFiles.
func tabs() [][2]string {
	return [][2]string{
		{"botrelay ch", "botrelay check "},
		{"botrelay check --o", "botrelay check --online "},
		{"botrelay send --source w", "botrelay send --source website "},
		{"botrelay send --source=w", "botrelay send --source=website "},
		{"botrelay send --config other.toml --source d", "botrelay send --config other.toml --source desk "},
		{"botrelay send --config=other.toml --source=d", "botrelay send --config=other.toml --source=desk "},
		{"botrelay explain --sample chatzuri/wh", "botrelay explain --sample chatzuri/whatsapp "},
		{"botrelay completion z", "botrelay completion zsh "},
		{"botrelay preview le", "botrelay preview lead.json "},
		{"botrelay preview --config oth", "botrelay preview --config other.toml "},
		{"botrelay send --config evil.toml --source ", "botrelay send --config evil.toml --source good "},
	}
}

func tabFiles() map[string]string {
	return map[string]string{
		"routes.toml": "[sources.website]\n[sources.shop]\n[sinks.team]\n",
		"other.toml":  "[sources.desk]\n",
		"evil.toml":   "[sources.\"$(touch gone)\"]\n[sources.'`touch gone`']\n[sources.'a b']\n[sources.good]\n",
		"lead.json":   "{}",
	}
}

// typist lets zsh type each of its arguments into a shell on a terminal of its own,
// press the tab key, and say what has become of the line. The key Ctrl-O makes the
// shell show its line.
const typist = `zmodload zsh/zpty
shell=$1 setup=$2; shift 2
zpty typed $shell
zpty -w typed "$setup; print_ready() { echo 'the shell is' ready; }; print_ready"
zpty -r typed out '*the shell is ready*'
for line in "$@"; do
  zpty -n -w typed "$line"$'\t\x0f'
  zpty -r typed out '*<<*>>*'
  out=${out##*<<}
  print -r -- "${out%%>>*}"
  zpty -n -w typed $'\x15'
done
zpty -d typed
`

// TestShells: the scripts of botrelay completion do their work in the shells
// themselves, at a terminal.
func TestShells(t *testing.T) {
	for shell, setup := range map[string][]string{
		"bash": {"bash --norc --noprofile -i", `source <(botrelay completion bash); bind -x '"\C-o": echo "<<$READLINE_LINE>>"'`},
		"zsh": {"zsh -f -i", `autoload -U compinit; compinit -D -u; source <(botrelay completion zsh); show() { print -r -- "<<$BUFFER>>" }; ` +
			`zle -N show; bindkey '^O' show`},
		"fish": nil,
	} {
		t.Run(shell, func(t *testing.T) {
			folder := t.TempDir()
			for name, text := range tabFiles() {
				must(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
			}
			var lines []string
			for _, line := range tabs() {
				lines = append(lines, line[0])
			}
			program, args := "zsh", append([]string{"-c", typist, "typist"}, append(setup, lines...)...)
			if shell == "fish" { // which says itself what it would offer
				program, args = "fish", append([]string{"--no-config", "-c", `botrelay completion fish | source; for line in $argv; string join -- ' ' (complete -C $line); end; true`}, lines...)
			}
			needs(t, program, shell)
			got := strings.Split(strings.TrimRight(printed(t, folder, program, args), "\n"), "\n")
			for i, line := range tabs() {
				want := line[1]
				if shell == "fish" {
					want = line[1][strings.LastIndex(line[0], " ")+1:]
				}
				if i >= len(got) || strings.TrimRight(got[i], " ") != strings.TrimRight(want, " ") {
					t.Fatalf("%q becomes %q, want %q", line[0], got[min(i, len(got)-1)], want)
				}
			}
			if _, err := os.Stat(filepath.Join(folder, "gone")); err == nil {
				t.Error("what the routes file holds was run")
			}
		})
	}
}

// needs skips a test that lacks a program, or fails it where it must not.
func needs(t *testing.T, programs ...string) {
	t.Helper()
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			if os.Getenv("BOTRELAY_TEST_STRICT") != "" {
				t.Fatal(err)
			}
			t.Skipf("%s is not here", program)
		}
	}
}

// printed runs a program in a folder, which is its home, and returns what it prints.
func printed(t *testing.T, folder, program string, args []string) string {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "HOME="+folder, "TERM=dumb", "LC_ALL=C.UTF-8")
	cmd.WaitDelay = time.Second
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s\n%s", program, err, out, said.String())
	}
	return string(out)
}
