package main

import (
	"encoding/json"
	"io"
	"strings"

	"botrelay/relay"
	"botrelay/relay/compose"
	"botrelay/relay/config"
	"botrelay/relay/wording"
)

// checkedJSON is what check --json prints.
type checkedJSON struct {
	File     string        `json:"file"`
	Good     bool          `json:"good"`
	Problems []problemJSON `json:"problems"`
	*meaningJSON
}

type problemJSON struct {
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Warning bool   `json:"warning"`
	Text    string `json:"text"`
}

// meaningJSON is what a good file means.
type meaningJSON struct {
	Server   serverJSON    `json:"server"`
	Store    storeJSON     `json:"store"`
	Sources  []sourceJSON  `json:"sources"`
	Sinks    []sinkJSON    `json:"sinks"`
	Routes   []routeJSON   `json:"routes"`
	Default  []string      `json:"default"`
	Messages []messageJSON `json:"messages"`
}

type serverJSON struct {
	Listen      string   `json:"listen"`
	AdminListen string   `json:"admin_listen"`
	Timezone    string   `json:"timezone"`
	MaxBody     int64    `json:"max_body"` // bytes
	TLS         bool     `json:"tls"`
	Notify      []string `json:"notify"`
}

type storeJSON struct {
	Engine     string `json:"engine"`   // sqlite or postgres
	File       string `json:"file"`     // of SQLite; empty otherwise
	Host       string `json:"host"`     // of PostgreSQL, with its port if the file names one, or a socket's folder; empty otherwise
	Database   string `json:"database"` // of PostgreSQL; empty otherwise
	Retain     string `json:"retain"`
	RetainDead string `json:"retain_dead"`
}

type sourceJSON struct {
	Name     string   `json:"name"`
	Vendor   string   `json:"vendor"`
	URL      string   `json:"url"`
	Pending  bool     `json:"pending"`
	AllowIPs []string `json:"allow_ips"`
}

type sinkJSON struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	Where       string `json:"where"`
	Threads     bool   `json:"threads"`
	Digest      bool   `json:"digest"`
	Fallback    string `json:"fallback"`
	GiveUpAfter string `json:"give_up_after"`

	Found []foundJSON `json:"found,omitempty"`
}

// foundJSON is what a platform has told.
type foundJSON struct {
	Standing relay.Standing `json:"standing"`
	Text     string         `json:"text"`
}

type routeJSON struct {
	Name    string   `json:"name"`
	Takes   string   `json:"takes"` // as a person would say it
	To      []string `json:"to"`
	Final   bool     `json:"final"`
	Message string   `json:"message"`
}

type messageJSON struct {
	Name    string   `json:"name"`
	Changes []string `json:"changes"`
}

// json tells programs.
func (c checked) json(out io.Writer) error {
	said := checkedJSON{File: c.file, Good: c.cfg != nil, Problems: []problemJSON{}}
	for _, p := range c.problems {
		said.Problems = append(said.Problems, problemJSON{p.Line, p.Col, p.Warning, p.Text})
	}
	if c.cfg != nil {
		said.meaningJSON = meaningOf(c.cfg)
		for i, one := range c.online {
			for _, f := range one.found {
				said.Sinks[i].Found = append(said.Sinks[i].Found, foundJSON{f.Standing, f.Text})
			}
		}
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(said); err != nil {
		return err
	}
	return c.verdict()
}

func meaningOf(cfg *config.Config) *meaningJSON {
	m := &meaningJSON{
		Server: serverJSON{
			cfg.Server.Listen, cfg.Server.AdminListen, cfg.Server.Timezone.String(), cfg.Server.MaxBody, cfg.Server.TLSCert != "", noNil(cfg.Server.Notify),
		},
		Store:    storeOf(cfg.Store),
		Default:  noNil(cfg.Default),
		Messages: []messageJSON{},
	}
	for _, s := range cfg.Sources {
		ips := []string{}
		for _, network := range s.AllowIPs {
			ips = append(ips, network.String())
		}
		address, _ := compose.HookURL(cfg, s.Name)
		m.Sources = append(m.Sources, sourceJSON{s.Name, s.Vendor, address, s.Pending, ips})
	}
	for _, s := range cfg.Sinks {
		m.Sinks = append(m.Sinks, sinkJSON{s.Name, s.Type, s.Options.Where(), s.Threads(), s.Digest == nil || *s.Digest, s.Fallback, s.GiveUpAfter.String(), nil})
	}
	m.Routes = []routeJSON{}
	for _, r := range cfg.Routes {
		m.Routes = append(m.Routes, routeJSON{r.Name, wording.Route(r), r.To, r.Final, r.Message})
	}
	for _, msg := range cfg.Messages {
		m.Messages = append(m.Messages, messageJSON{msg.Name, noNil(changed(msg))})
	}
	return m
}

// storeOf names the store, without a user and a password.
func storeOf(store config.Store) storeJSON {
	said := storeJSON{Retain: store.Retain.String(), RetainDead: store.RetainDead.String()}
	where := store.URL.Reveal()
	if !config.IsPostgres(where) {
		said.Engine, said.File = "sqlite", strings.TrimPrefix(where, "sqlite:")
		return said
	}
	said.Engine = "postgres"
	said.Database, said.Host = databaseAt(where)
	return said
}

// noNil makes an empty list of none, for JSON.
func noNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
