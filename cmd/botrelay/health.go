package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"botrelay/relay/config"
	"botrelay/relay/wording"
)

type healthCmd struct {
	configFlag
	URL string `help:"Where the relay is, instead of where it says that it listens." placeholder:"URL"`
}

// Run asks /healthz of the relay on this machine.
func (c *healthCmd) Run(ctx context.Context, w *world) error {
	bases, client := []string{c.URL}, http.DefaultClient
	if c.URL == "" {
		bases, client = c.local(w), localClient()
	}
	ctx, cancel := context.WithTimeout(ctx, 4*time.Second)
	defer cancel()
	var err error
	for _, base := range bases {
		if err = healthAt(ctx, client, base, w.stdout); err == nil {
			return nil
		}
	}
	return err
}

// healthAt prints what /healthz answers.
func healthAt(ctx context.Context, client *http.Client, base string, out io.Writer) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/healthz", nil)
	if err != nil {
		return usage{err}
	}
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("no relay answers: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	if err != nil {
		return err
	}
	text := wording.Line(string(body)) // whoever it was that answered
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s: %s", base, wording.Line(resp.Status), text)
	}
	_, err = fmt.Fprintln(out, text)
	return err
}

// local returns where the relay may be found, the likeliest first: where it says
// that it listens, or else where the routes file says: a relay on PostgreSQL tells
// nobody. A file that has become bad must not make a relay look dead that runs with
// the former one. What is still legible of it will do, or else the shipped file's
// address, with HTTPS or without.
func (c *healthCmd) local(w *world) []string {
	file := config.File{Name: c.Config}
	data, err := readFile(c.Config)
	if err == nil {
		file.Data = data
	}
	if base := addressInUse(w, file); base != "" {
		return []string{base}
	}
	if err == nil {
		if o, _ := config.ParseOutline(file, configEnv(w.getenv)); o != nil {
			return []string{localURL(config.Server{Listen: o.Listen, TLSCert: o.TLSCert})}
		}
	}
	s := config.Server{Listen: ":8080"}
	if port, ok := w.getenv("PORT"); ok && port != "" {
		s.Listen = ":" + port
	}
	plain := localURL(s)
	return []string{plain, "https" + strings.TrimPrefix(plain, "http")}
}

// localClient returns what asks a relay at its localURL. It takes any certificate:
// the relay's is for the name that vendors use, and nothing leaves this machine.
func localClient() *http.Client {
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
}
