package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"botrelay/relay/config"
	"botrelay/relay/vendors"
	"botrelay/relay/wording"
)

type sendCmd struct {
	configFlag
	eventFlags
	Sandbox bool `help:"The relay runs with --sandbox: where a secret is not set, sign with its stand-in."`

	URL string `help:"Where the relay is, instead of where the one on this machine says that it listens." placeholder:"URL"`
}

// Help is what --help adds to the flags.
func (*sendCmd) Help() string {
	return `It goes to the relay that runs on this machine, through its front door: it is stored, routed and delivered like any other. Of the variables in routes.toml only the source's own need be set. botrelay events shows where it went; with serve --sandbox, the page that its log names does.

    botrelay send                                    the vendor's first sample
    botrelay send --sample whatsapp                  another one; --list names them
    botrelay send --source website lead.json         an event of yours
    botrelay send --sandbox                          to a relay that runs with --sandbox
    botrelay send --url https://hooks.example.com    to one that is elsewhere`
}

// Run signs an event and posts it.
func (c *sendCmd) Run(ctx context.Context, w *world) error {
	cfg, err := c.read(w)
	if err != nil {
		return err
	}
	if asked, err := c.shown(w, cfg); asked {
		return err
	}
	source, v, err := c.from(cfg)
	if err != nil {
		return err
	}
	if err := ownSecrets(w, c.Config, &source, ", or --sandbox for a relay that runs with it"); err != nil {
		return err
	}
	event, isSample, err := c.event(w, v)
	if err != nil {
		return err
	}
	if isSample {
		event = renewed(v, event)
	}
	if source.Pending {
		return fmt.Errorf("source %s is pending: it has no secret to sign with", source.Name)
	}
	header := v.Sign(event.Body, source.Secrets[0], time.Now())
	client := http.DefaultClient
	if c.URL == "" {
		client = localClient()
	}
	status, answer, err := post(ctx, client, c.target(cfg, source.Name), header, event)
	if err != nil {
		return fmt.Errorf("is the relay running? %w", err)
	}
	_, _ = fmt.Fprintln(w.stdout, wording.Line(status+" "+answer)) // whoever it was that answered
	if !strings.HasPrefix(status, "2") {
		return fmt.Errorf("the relay did not accept the event: %s", why(source.Name, v, status, answer))
	}
	if _, builtin := vendors.Lookup(v.Name); !builtin {
		newScreen(w).note(fmt.Sprintf("It was signed by the description of %s, which so agrees with itself. Whether %[1]s signs like that, a request that it really sent shows: botrelay verify --source %s REQUEST", v.Name, source.Name))
	}
	return nil
}

// read reads the routes file. Only the source's own secret is needed, and in the
// sandbox not even that.
func (c *sendCmd) read(w *world) (cfg *config.Config, err error) {
	if c.Sandbox {
		cfg, _, err = readSandboxed(w, c.Config)
	} else {
		cfg, _, err = readWithoutSecrets(w, c.Config)
	}
	return cfg, err
}

// why says what a relay's answer to an event of the source means that is no yes, and what to do.
func why(source string, v *vendors.Vendor, status, answer string) string {
	code, _, _ := strings.Cut(status, " ")
	is := func(status int) bool { return code == strconv.Itoa(status) }
	switch {
	case is(v.Refused.Status) && answer == v.Refused.Body:
		return fmt.Sprintf("the signature does not match: is the secret of source %s here the same as there?", source)
	case is(http.StatusBadRequest) && strings.Contains(answer, "JSON"):
		return "what was sent is not JSON"
	case is(http.StatusForbidden) && strings.Contains(answer, "address"):
		return fmt.Sprintf("source %s does not listen to this machine: see its allow_ips", source)
	case is(http.StatusNotFound):
		return fmt.Sprintf("it has no source %s: does it use another routes file, or can it not use this one? its log says so", source)
	case is(http.StatusRequestEntityTooLarge):
		return "it is larger than max_body in the relay's routes file"
	case is(http.StatusServiceUnavailable) && strings.Contains(answer, "pending"):
		return fmt.Sprintf("there source %s has no secret yet: put it into the relay's routes file", source)
	case is(http.StatusServiceUnavailable) && strings.Contains(answer, "store"):
		return "it cannot store events at the moment: its log says why"
	case is(http.StatusServiceUnavailable):
		return "it has too much to do at the moment, or something in front of it cannot reach it: try again"
	}
	return "its log says why"
}

// target returns the URL to post to: of the relay that runs, or else what the
// routes file says.
func (c *sendCmd) target(cfg *config.Config, source string) string {
	base := c.URL
	switch {
	case base == "":
		base = cmp.Or(addressOf(cfg.Store.URL.Reveal()), localURL(cfg.Server))
	case !strings.Contains(base, "://"):
		base = "http://" + base
	}
	base = strings.TrimSuffix(base, "/")
	if path := "/hooks/" + source; !strings.HasSuffix(base, path) {
		base += path
	}
	return base
}

// renewed returns a sample with a conversation ID of its own, or of now if it has
// none, so that a sample that is sent again is not taken for the vendor's retry.
func renewed(v *vendors.Vendor, s vendors.Sample) vendors.Sample {
	e := v.Decode(s.Header, s.Body)
	serial := cmp.Or(s.Serial, e.ConversationID)
	own := fmt.Sprintf("%s-%016x", serial, rand.Uint64()) //nolint:gosec // it keeps no secret
	if serial == "" || !bytes.Contains(s.Body, []byte(serial)) {
		now := time.Now().UTC().Format("2006-01-02T15:04:05.000000000Z")
		s.Body = bytes.ReplaceAll(s.Body, []byte(e.CreatedAt.UTC().Format(time.RFC3339)), []byte(now))
	} else {
		s.Body = bytes.ReplaceAll(s.Body, []byte(serial), []byte(own))
	}
	if s.Serial == "" {
		return s
	}
	s.Header = s.Header.Clone()
	for _, values := range s.Header {
		for i := range values {
			values[i] = strings.ReplaceAll(values[i], s.Serial, own)
		}
	}
	return s
}

// post sends an event with its own header and the signature's, and returns the
// answer.
func post(ctx context.Context, client *http.Client, url string, signature http.Header, event vendors.Sample) (status, answer string, err error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(event.Body))
	if err != nil {
		return "", "", err
	}
	req.Header.Set("Content-Type", "application/json")
	for _, h := range []http.Header{event.Header, signature} {
		maps.Copy(req.Header, h)
	}
	resp, err := client.Do(req)
	if err != nil {
		return "", "", err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	return resp.Status, strings.TrimSpace(string(body)), err
}
