package main

import (
	"context"
	"net/url"
	"reflect"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/events"
	"botrelay/relay/admin/look"
	"botrelay/relay/compose"
	"botrelay/relay/config"
	"botrelay/relay/route"
	"botrelay/sinks"
)

// eventsOf returns what the pages of events are made of.
func (b *built) eventsOf(c *config.Config, store pageStore, table *route.Table) (events.Config, error) {
	// What fails on a page is no failure of the relay's, so it is not counted.
	renderer, err := compose.Renderer(c, nil)
	if err != nil {
		return events.Config{}, err
	}
	return events.Config{
		Store:           store,
		Routes:          c,
		Explain:         table.Explain,
		ConversationURL: renderer.ConversationURL,
		Advise:          sinks.Advise,
		Look: func(ctx context.Context, e relay.Event, owed relay.Owed, at time.Time) (look.Look, error) {
			shot, err := b.pages.bench.Look(ctx, c, e, owed, at)
			if err != nil {
				return look.Look{}, tired(err)
			}
			return lookOf(shot), nil
		},
		Secrets:  secretsOf(c),
		Channels: compose.Channels(),
		Changed:  b.pages.acted,
	}, nil
}

// secretsOf returns the secrets of a routes file, in case one comes back from where
// it was sent to.
func secretsOf(c *config.Config) []relay.Secret {
	all := []relay.Secret{c.Server.AdminToken}
	for _, s := range c.Sources {
		all = append(all, s.Secrets...)
	}
	for _, s := range c.Sinks {
		all = append(all, secretsIn(reflect.ValueOf(s.Options))...)
	}
	if at, err := url.Parse(c.Store.URL.Reveal()); err == nil {
		if password, ok := at.User.Password(); ok {
			all = append(all, c.Store.URL, relay.NewSecret(password))
		}
	}
	return all
}

// secretsIn returns the secrets in the fields of a sink's options.
func secretsIn(v reflect.Value) []relay.Secret {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return nil
	}
	var all []relay.Secret
	for i := range v.NumField() {
		if !v.Type().Field(i).IsExported() {
			continue
		}
		switch field := v.Field(i).Interface().(type) {
		case relay.Secret:
			all = append(all, field)
		case []relay.Secret:
			all = append(all, field...)
		default:
			all = append(all, secretsIn(v.Field(i))...)
		}
	}
	return all
}
