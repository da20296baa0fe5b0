package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"botrelay/relay/config"
)

type healthCmd struct {
	configFlag
	URL string `help:"Where the relay listens, instead of what the routes file says." placeholder:"URL"`
}

// Run asks /healthz of the relay on this machine.
func (c *healthCmd) Run(ctx context.Context, w *world) error {
	base := c.URL
	if base == "" {
		base = localURL(c.listenAddress(w))
	}
	ctx, cancel := context.WithTimeout(ctx, 4*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/healthz", nil)
	if err != nil {
		return usage{err}
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("no relay answers: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s: %s", base, resp.Status, bytes.TrimSpace(text))
	}
	_, err = fmt.Fprintf(w.stdout, "%s\n", bytes.TrimSpace(text))
	return err
}

// listenAddress returns where the relay listens. A file that has become bad
// must not make a relay look dead that runs with the former one, so then it is
// the shipped file's address.
func (c *healthCmd) listenAddress(w *world) string {
	if data, err := readFile(c.Config); err == nil {
		if cfg, _ := config.Parse(config.File{Name: c.Config, Data: data}, configEnv(w.getenv)); cfg != nil {
			return cfg.Server.Listen
		}
	}
	if port, ok := w.getenv("PORT"); ok && port != "" {
		return ":" + port
	}
	return ":8080"
}

// localURL returns the URL of a listen address, seen from this machine.
func localURL(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "http://" + address
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}
