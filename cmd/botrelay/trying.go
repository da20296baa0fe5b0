package main

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"sync"

	"botrelay/relay"
	"botrelay/relay/admin/look"
	"botrelay/relay/admin/mask"
	"botrelay/relay/admin/page"
	"botrelay/relay/admin/playground"
	"botrelay/relay/compose"
	"botrelay/relay/config"
	"botrelay/relay/queue"
	"botrelay/sinks/sandbox"
	"botrelay/sinks/trial"
)

// playgroundOf returns what the playground is made of.
func (b *built) playgroundOf(c *config.Config) playground.Config {
	return playground.Config{
		Routes: c,
		InUse: sync.OnceValue(func() config.File {
			file := c.Unsecret(compose.Env(trial.SinkOptions()))
			file.Name = filepath.Base(file.Name) // it is a copy, and stands in no folder
			return file
		}),
		Standing: b.pages.board.Configuration,
		OnDisk: func() (config.File, bool) {
			file := b.pages.refused.Load()
			if file == nil {
				return config.File{}, false
			}
			text, ok := config.UnsecretMistaken(*file, compose.Env(trial.SinkOptions()))
			return config.File{Name: filepath.Base(file.Name), Data: text}, ok
		},
		Event: func(ctx context.Context, id string) (relay.Event, error) {
			records, err := b.store.Events(ctx, queue.Query{ID: id, Limit: 1})
			if err == nil && len(records) == 0 {
				err = playground.ErrNoEvent
			}
			if err != nil {
				return relay.Event{}, err
			}
			return records[0].Event, nil
		},
		Shown: func(e relay.Event) relay.Event { return mask.Shown(e, secretsOf(c)) },
		Try: func(ctx context.Context, q playground.Request) (*playground.Result, error) {
			r, err := b.pages.bench.Try(ctx, trial.Request(q))
			if err != nil {
				return nil, tired(err)
			}
			return tried(r), nil
		},
	}
}

// tired is the error of a trial as a page tells it.
func tired(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, trial.ErrBusy):
		return &page.Error{Status: http.StatusServiceUnavailable, Text: "Too much is being tried at once: try again in a moment."}
	case errors.Is(err, trial.ErrSlow):
		return &page.Error{Status: http.StatusUnprocessableEntity, Text: "This takes too long to try. A condition or a template of the file may go on and on."}
	}
	return err
}

// tried is what came of a trial, for the page.
func tried(r *trial.Result) *playground.Result {
	out := &playground.Result{
		Problems: r.Problems, Config: r.Config, Mistake: r.Mistake, Event: r.Event, Explanation: r.Explanation, More: r.More,
	}
	for _, s := range r.Shots {
		out.Looks = append(out.Looks, lookOf(s))
	}
	for _, f := range r.Failed {
		out.Notes = append(out.Notes, f.String())
	}
	return out
}

// lookOf is a message of a trial, for pages.
func lookOf(s trial.Shot) look.Look {
	place := s.Place
	if s.Nowhere() != "" {
		place = ""
	}
	return look.Look{
		Sink: s.Sink, Platform: s.Type, Route: s.Route, Place: place, StandIn: s.StandIn,
		Method: s.Method, URL: s.URL, Body: s.Body, Refused: s.Refused, HTML: s.Look, Styles: sandbox.FragmentStyles(),
	}
}
