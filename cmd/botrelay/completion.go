package main

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"botrelay/relay"
	"botrelay/relay/config"
	"botrelay/relay/vendors"
	"botrelay/sinks"

	"github.com/alecthomas/kong"
)

type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Help is what --help adds to the flags.
func (*completionCmd) Help() string {
	return `Commands, flags, and the names of routes.toml's sources and sinks are completed then.

  bash   source <(botrelay completion bash)             in ~/.bashrc
  zsh    source <(botrelay completion zsh)              in ~/.zshrc, behind compinit
  fish   botrelay completion fish | source              in ~/.config/fish/config.fish`
}

// Run prints the script that a shell wants. It asks botrelay complete each time,
// so that the script need not change with the program.
func (c *completionCmd) Run(w *world) error {
	script := map[string]string{
		"bash": `_botrelay() {
  COMPREPLY=()
  local found
  while IFS= read -r found; do
    COMPREPLY+=("$found")
  done < <("${COMP_WORDS[0]}" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o bashdefault -o default -F _botrelay botrelay
`,
		"zsh": `_botrelay() {
  local -a found
  found=(${(f)"$("${words[1]}" complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( ${#found} )); then compadd -a found; else _files; fi
}
compdef _botrelay botrelay
`,
		"fish": `function __botrelay
  set -l words (commandline -opc)
  set -l found ($words[1] complete -- $words[2..-1] (commandline -ct) 2>/dev/null)
  if set -q found[1]
    printf '%s\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c botrelay -f -a '(__botrelay)'
`,
	}[c.Shell]
	_, err := io.WriteString(w.stdout, script)
	return err
}

type completeCmd struct {
	Words []string `arg:"" optional:"" passthrough:""`
}

// Run prints what the last of the words may become, one a line; nothing where the
// shell knows better, as for files.
func (c *completeCmd) Run(ctx *kong.Context, w *world) error {
	words := c.Words
	if len(words) > 0 && words[0] == "--" {
		words = words[1:]
	}
	line := completed{w: w, app: ctx.Model}
	begin := ""
	line.before, begin, line.last = parted(words)
	plain := regexp.MustCompile(`^[\w./-]+$`) // whatever a file holds, a shell is to take it as it is
	for _, candidate := range line.candidates() {
		if strings.HasPrefix(candidate, line.last) && plain.MatchString(candidate) {
			_, _ = fmt.Fprintln(w.stdout, begin+candidate)
		}
	}
	return nil
}

// parted takes a command line apart: the words before the one that is being
// written, and that one. Of --flag=value only the value is being written: begin is
// what stands before it in the same word. Bash makes three words of it.
func parted(words []string) (before []string, begin, last string) {
	if len(words) == 0 {
		return nil, "", ""
	}
	before, last = words[:len(words)-1], words[len(words)-1]
	n := len(before)
	switch flag, value, is := strings.Cut(last, "="); {
	case last == "=" && n > 0:
		return before, "", ""
	case n > 1 && before[n-1] == "=":
		return before[:n-1], "", last
	case is && strings.HasPrefix(flag, "--"):
		return append(slices.Clip(before), flag), flag + "=", value
	}
	return before, "", last
}

// completed is a command line that is being written.
type completed struct {
	w      *world
	app    *kong.Application
	before []string // the words before the one that is being written
	last   string   // and that one, which may be empty
}

// candidates returns what the last word may be.
func (l completed) candidates() []string {
	command := l.command()
	if flag := l.valued(command); flag != nil {
		return l.values(command, flag)
	}
	switch {
	case strings.HasPrefix(l.last, "-"):
		return flagNames(l.flags(command))
	case command == nil:
		return commandNames(l.app)
	case command.Name == "completion":
		return []string{"bash", "zsh", "fish"}
	}
	return nil
}

// command returns the command that was named already, or nil.
func (l completed) command() *kong.Node {
	for _, word := range l.before {
		for _, child := range l.app.Children {
			if child.Name == word {
				return child
			}
		}
	}
	return nil
}

// valued returns the flag whose value is being written, or nil.
func (l completed) valued(command *kong.Node) *kong.Flag {
	if len(l.before) == 0 {
		return nil
	}
	name, isFlag := strings.CutPrefix(l.before[len(l.before)-1], "--")
	for _, flag := range l.flags(command) {
		if isFlag && flag.Name == name && !flag.IsBool() {
			return flag
		}
	}
	return nil
}

func (l completed) flags(command *kong.Node) []*kong.Flag {
	flags := slices.Clone(l.app.Flags)
	if command != nil {
		flags = append(flags, command.Flags...)
	}
	return flags
}

// values returns the values that a flag may have, as far as they are known.
func (l completed) values(command *kong.Node, flag *kong.Flag) []string {
	isInit := command != nil && command.Name == "init"
	switch {
	case flag.Name == "vendor":
		return vendorNames()
	case flag.Name == "sink" && isInit:
		return sinkTypes()
	case flag.Name == "sink", flag.Name == "to":
		return l.outline().Sinks
	case flag.Name == "source":
		return l.outline().Sources
	case flag.Name == "kind":
		return relay.KindNames()
	case flag.Name == "sample":
		return sampleNames()
	case flag.Enum != "":
		return flag.EnumSlice()
	}
	return nil
}

// outline reads the routes file that the line names. One that cannot be read has
// no names.
func (l completed) outline() config.Outline {
	path := "routes.toml"
	if i := slices.Index(l.before, "--config"); i >= 0 && i+1 < len(l.before) {
		path = strings.TrimPrefix(strings.Join(l.before[i+1:min(i+3, len(l.before))], " "), "= ")
		path, _, _ = strings.Cut(path, " ")
	}
	for _, word := range l.before {
		if named, is := strings.CutPrefix(word, "--config="); is {
			path = named
		}
	}
	data, err := readFile(path)
	if err != nil {
		return config.Outline{}
	}
	outline, _ := config.ParseOutline(config.File{Name: path, Data: data}, configEnv(l.w.getenv))
	if outline == nil {
		return config.Outline{}
	}
	return *outline
}

func flagNames(flags []*kong.Flag) []string {
	var names []string
	for _, flag := range flags {
		if !flag.Hidden {
			names = append(names, "--"+flag.Name)
		}
	}
	return names
}

func commandNames(app *kong.Application) []string {
	var names []string
	for _, child := range app.Children {
		if !child.Hidden {
			names = append(names, child.Name)
		}
	}
	return names
}

func vendorNames() []string {
	var names []string
	for _, v := range vendors.Builtin() {
		names = append(names, v.Name)
	}
	return names
}

func sinkTypes() []string {
	var names []string
	for _, k := range sinks.Kinds() {
		names = append(names, k.Name)
	}
	return names
}

// sampleNames returns the names of all samples, with their vendors.
func sampleNames() []string {
	var names []string
	for _, v := range vendors.Builtin() {
		for _, s := range v.Samples {
			names = append(names, v.Name+"/"+s.Name)
		}
	}
	return names
}
