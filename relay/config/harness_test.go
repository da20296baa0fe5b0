package config_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the test machine may have no zone files

	"botrelay/relay"
	"botrelay/relay/condition"
	"botrelay/relay/config"
	"botrelay/relay/render"
	"botrelay/relay/route"
	"botrelay/relay/vendors"
)

// slackOptions and chatOptions are what two kinds of sinks could want to know.
type slackOptions struct {
	WebhookURL relay.Secret `toml:"webhook_url"`
	Token      relay.Secret `toml:"token"`
	Channel    string       `toml:"channel"`
	APIURL     string       `toml:"api_url"`
}

func (o *slackOptions) Replies() bool { return !o.Token.IsZero() }

func (o *slackOptions) Where() string { return "somewhere" }

func (o *slackOptions) Check() []relay.Problem {
	var ps []relay.Problem
	if o.WebhookURL.IsZero() && o.Token.IsZero() {
		ps = append(ps, relay.Problem{Text: `needs "webhook_url", or "token" and "channel"`})
	}
	if !o.Token.IsZero() && o.Channel == "" {
		ps = append(ps, relay.Problem{Key: "channel", Text: "a token goes with a channel"})
	}
	if o.APIURL != "" && !strings.HasPrefix(o.APIURL, "https:") {
		ps = append(ps, relay.Problem{Key: "api_url", Text: o.APIURL + " is not encrypted", Warning: strings.HasPrefix(o.APIURL, "http:")})
	}
	if url := o.WebhookURL.Reveal(); url != "" && !strings.HasPrefix(url, "http") {
		ps = append(ps, relay.Problem{Key: "webhook_url", Text: "is not a URL: " + url})
	}
	return ps
}

type chatOptions struct {
	Token   relay.Secret      `toml:"token,required"`
	ChatID  string            `toml:"chat_id,number,required"`
	TopicID int64             `toml:"topic_id"`
	Silent  bool              `toml:"silent"`
	Retries int               `toml:"retries"`
	Wait    time.Duration     `toml:"wait"`
	Labels  map[string]string `toml:"labels"`
	Skipped chan int
}

func (o *chatOptions) Check() []relay.Problem { return nil }

func (o *chatOptions) Replies() bool { return true }

func (o *chatOptions) Where() string { return "somewhere" }

// env is a world with the given variables, and files at /run/secrets.
func env(vars map[string]string) config.Env {
	return config.Env{
		Getenv:   func(name string) (string, bool) { v, ok := vars[name]; return v, ok },
		ReadFile: readFile,
		Vendors:  []string{"chatbase", "chatdata", "chatzuri", "newoaks"},

		Described: func() config.VendorOptions { return new(vendors.Description) },
		Sinks: map[string]func() config.SinkOptions{
			"slack":    func() config.SinkOptions { return new(slackOptions) },
			"telegram": func() config.SinkOptions { return new(chatOptions) },
		},
		Globs: route.CheckPattern,
		Templates: func(place, text string, _ []config.Vendor) *config.Fault {
			return (*config.Fault)(render.Check(render.Place(place), text, nil))
		},
		Conditions: func(text string) (config.Condition, *config.Fault) {
			c, err := condition.Parse(text)
			fault, wrong := errors.AsType[*condition.Error](err)
			if !wrong {
				return c, nil
			}
			return nil, &config.Fault{Offset: fault.Offset, Text: fault.Text, What: "name", Name: fault.Unknown, Known: condition.FieldNames()}
		},
	}
}

func readFile(name string) ([]byte, error) {
	switch name {
	case "/run/secrets/one":
		return []byte("from-file-1\n"), nil
	case "/run/secrets/two":
		return []byte("from-file-2\r\n"), nil
	case "/run/secrets/blank":
		return []byte("two newlines\n\n"), nil
	case "/run/secrets/empty":
		return []byte("\n"), nil
	case "/run/secrets/locked":
		return nil, errors.New("the vault /run/secrets/locked is sealed")
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

func vars() map[string]string {
	return map[string]string{
		"SECRET": "s3cr3t-of-source", "TOKEN": "tok-1234567", "HOOK": "https://hooks.example/T0/B0/xyzzy",
		"EMPTY": "", "SHORT": "1234567", "QUOTED": `"s3cret-in-quotes"`, "CHAT_ID": "-1001", "YES": "true", "SOME": "maybe-later", "DOLLARS": "$$${TOKEN}", "WHO": "/run/secrets/one", "LOCKED": "/run/secrets/locked", "NEAR": "chatbas",
	}
}

func parse(t *testing.T, text string) (*config.Config, config.Problems) {
	t.Helper()
	return config.Parse(config.File{Name: "routes.toml", Data: []byte(text)}, env(vars()))
}

// mustParse parses a file that is good without a warning.
func mustParse(t *testing.T, text string) *config.Config {
	t.Helper()
	cfg, problems := parse(t, text)
	if len(problems) > 0 {
		t.Fatalf("unexpected problems:\n%s", problems)
	}
	return cfg
}
