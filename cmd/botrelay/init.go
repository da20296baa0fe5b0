package main

import (
	"bufio"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"

	"botrelay/relay/config"
	"botrelay/relay/config/reference"
	"botrelay/relay/vendors"
	"botrelay/relay/wording"
)

//go:embed init.toml
var initFile embed.FS

type initCmd struct {
	Vendor string `help:"Who sends: chatbase, chatdata, chatzuri or newoaks." placeholder:"NAME"`
	Sink   string `help:"Who is told: slack, discord or telegram." placeholder:"TYPE"`
	Output string `help:"The file to write, ${default} without this; - is standard output." default:"routes.toml" placeholder:"FILE"`
	Force  bool   `help:"Write over a file that is there."`
}

// Help is what --help adds to the flags.
func (*initCmd) Help() string {
	return `Without --vendor and --sink it asks, if somebody is there to answer; else it takes chatbase and slack. Beside the file it writes ` + schemaFile + `, with which editors such as VS Code (Even Better TOML) complete it and mark mistakes.`
}

// Run writes a routes file to start from, and says what to do next.
func (c *initCmd) Run(w *world) error {
	if err := c.decide(w); err != nil {
		return err
	}
	start := startOf(c.Vendor, c.Sink)
	text, err := start.text()
	if err != nil {
		return err
	}
	if c.Output == "-" {
		_, err := fmt.Fprint(w.stdout, text)
		return err
	}
	if err := c.write("#:schema ./" + schemaFile + "\n\n" + text); err != nil {
		return err
	}
	if err := c.writeSchema(); err != nil {
		return err
	}
	start.next(newScreen(w), c.Output)
	return nil
}

// write writes the file, but over another one only if that is wanted.
func (c *initCmd) write(text string) error {
	how := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if c.Force {
		how = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	file, err := os.OpenFile(c.Output, how, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already: write another with --output, or over it with --force", c.Output)
	}
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	return errors.Join(err, file.Close())
}

// writeSchema writes the schema beside the file, for editors. One that is there is
// an older version's.
func (c *initCmd) writeSchema() error {
	file, err := os.Create(filepath.Join(filepath.Dir(c.Output), schemaFile))
	if err != nil {
		return err
	}
	return errors.Join(reference.WriteSchema(file, config.Reference(configEnv(nil)), offers()), file.Close())
}

// decide finds out what the flags leave open, and refuses what there is not.
func (c *initCmd) decide(w *world) error {
	in := bufio.NewReader(w.stdin)
	for _, choice := range []struct {
		flag, question string
		value          *string
		known          []string
		others         string // what to do about one that is not known
	}{
		{"vendor", "Which chatbot platform sends?", &c.Vendor, vendorNames(), otherVendors},
		{"sink", "Who is to be told?", &c.Sink, sinkTypes(), ""},
	} {
		*choice.value = strings.ToLower(*choice.value)
		if *choice.value == "" && isPerson(w) {
			*choice.value = ask(w, in, choice.question, choice.known, choice.others)
		}
		if *choice.value == "" {
			*choice.value = choice.known[0]
		}
		if !slices.Contains(choice.known, *choice.value) {
			return usage{errors.New("--" + choice.flag + ": " + config.Unknown(choice.flag, *choice.value, choice.known) + choice.others)}
		}
	}
	return nil
}

// isPerson reports whether somebody is there to be asked.
func isPerson(w *world) bool {
	file, ok := w.stdin.(*os.File)
	return ok && isTerminal(file) && isTerminal(w.stdout)
}

// ask asks until the answer is one of those that are known; an empty answer, or
// none, is the first.
func ask(w *world, in *bufio.Reader, question string, known []string, others string) string {
	for {
		_, _ = fmt.Fprintf(w.stdout, "%s %s [%s] ", question, strings.Join(known, ", "), known[0])
		line, err := in.ReadString('\n')
		answer := strings.ToLower(strings.TrimSpace(line))
		switch {
		case slices.Contains(known, answer):
			return answer
		case answer == "" || err != nil:
			return known[0]
		}
		_, _ = fmt.Fprintf(w.stdout, "%s is not one of these%s\n", harmless([]byte(answer)), others)
	}
}

// otherVendors says what to do about a vendor that is not built in.
const otherVendors = "; another vendor is described in the file: begin with any of these, and then write [vendors.NAME], as the README has it"

// start is a routes file to start from.
type start struct {
	Source, Vendor, Title, Secret string
	Pending                       bool
	Sink, SinkKeys                string
	Variables                     []startVariable
	Width                         int // of the variables' names
}

// startVariable is a variable that has to be set.
type startVariable struct{ Name, About string }

func startOf(vendor, sink string) start {
	s := start{Source: "website", Vendor: vendor, Title: vendor, Sink: sink}
	if v, ok := vendors.Lookup(vendor); ok {
		s.Title, s.Pending = v.Title, v.Guide.Late
	}
	name := strings.ToUpper(vendor) + "_SECRET"
	s.Secret = "${" + name + "}"
	if !s.Pending {
		s.Variables = append(s.Variables, startVariable{name, "the secret that " + s.Title + " shows for the webhook"})
	}
	keys, variables := startSink(sink)
	s.SinkKeys = keys
	s.Variables = append(s.Variables, variables...)
	for _, v := range s.Variables {
		s.Width = max(s.Width, len(v.Name))
	}
	return s
}

// startSink returns the keys of a sink, and the variables in them.
func startSink(sink string) (keys string, variables []startVariable) {
	switch sink {
	case "discord":
		return `webhook_url = "${DISCORD_WEBHOOK_URL}"
# or a bot, which can answer its own messages:
# token      = "${DISCORD_BOT_TOKEN}"
# channel_id = "1180000000000000042"
`, []startVariable{{"DISCORD_WEBHOOK_URL", "a webhook: in Discord, the channel's settings, Integrations"}}
	case "telegram":
		variables = []startVariable{
			{"TELEGRAM_BOT_TOKEN", "a bot's token, from @BotFather"},
			{"TELEGRAM_CHAT_ID", "the chat: a number, negative for a group, or @channelname"},
		}
		return `token   = "${TELEGRAM_BOT_TOKEN}"
chat_id = "${TELEGRAM_CHAT_ID}"   # the bot must be in it
# topic_id = 42                     # a topic of a forum
`, variables
	}
	return `webhook_url = "${SLACK_WEBHOOK_URL}"
# or a bot with the scope chat:write, which puts each conversation into a thread:
# token   = "${SLACK_BOT_TOKEN}"
# channel = "#sales"
`, []startVariable{{"SLACK_WEBHOOK_URL", "an incoming webhook: https://api.slack.com/messaging/webhooks"}}
}

// text is the file.
func (s start) text() (string, error) {
	t, err := template.ParseFS(initFile, "init.toml")
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = t.Execute(&b, s)
	return b.String(), err
}

// next says what to do with the file.
func (s start) next(out screen, file string) {
	config := ""
	if file != "routes.toml" {
		config = " --config " + file
	}
	out.flow(bold, "", "  ", fmt.Sprintf("Wrote %s: from %s to %s.", file, s.Title, wording.Platform(s.Sink)))
	out.flow(noTint, "", "  ", "Editors that know "+schemaFile+", which stands beside it, complete it and mark mistakes.")
	_, _ = fmt.Fprintln(out)
	out.flow(noTint, "", "  ", "Set before the start:")
	for _, v := range s.Variables {
		out.flow(noTint, "  "+pad(v.Name, s.Width)+"  ", strings.Repeat(" ", s.Width+4), v.About)
	}
	_, _ = fmt.Fprintln(out)
	out.flow(noTint, "", "  ", "Then:")
	steps := []entry{
		{"botrelay check" + config, "", []string{"what the file means, and the URL to paste at " + s.Title}},
		{"botrelay serve" + config, "", []string{"run the relay; with --sandbox and without an account, to try it"}},
		{"botrelay send" + config + " --source " + s.Source, "", []string{"try it with a sample"}},
	}
	if s.Pending { // what has no secret cannot be signed
		steps[2] = entry{"botrelay preview" + config + " --source " + s.Source, "", []string{"what messages will look like"}}
	}
	entries(out, steps)
}
