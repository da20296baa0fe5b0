package sinks_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"botrelay/relay"
	"botrelay/sinks"
	"botrelay/sinks/discord"
	"botrelay/sinks/slack"
	"botrelay/sinks/telegram"
	"botrelay/sinks/transport"
)

// good returns options with which a kind of sink opens.
func good(name string) sinks.Options {
	secret := relay.NewSecret
	switch name {
	case "slack":
		return &slack.Options{Token: secret("xoxb-1"), Channel: "#a"}
	case "discord":
		return &discord.Options{Token: secret("abc"), ChannelID: "1"}
	case "telegram":
		return &telegram.Options{Token: secret("1:abc"), ChatID: "1"}
	}
	return nil
}

func TestKinds(t *testing.T) {
	var names []string
	for _, kind := range sinks.Kinds() {
		names = append(names, kind.Name)
		fresh := kind.Options()
		if want := reflect.TypeOf(good(kind.Name)); reflect.TypeOf(fresh) != want || fresh == kind.Options() {
			t.Errorf("%s: options are %T, want a %s of its own each time", kind.Name, fresh, want)
		}
		if len(fresh.Check()) == 0 {
			t.Errorf("%s: nothing is wrong with no options at all", kind.Name)
		}
		if sink, err := kind.Open(fresh, transport.Config{}); err == nil || sink != nil || !strings.Contains(err.Error(), kind.Name) {
			t.Errorf("%s: opened without options: %v, %v", kind.Name, sink, err)
		}
		if sink, err := kind.Open(good(kind.Name), transport.Config{}); err != nil || sink == nil {
			t.Errorf("%s: %v", kind.Name, err)
		}
		for _, other := range sinks.Kinds() {
			if _, err := kind.Open(good(other.Name), transport.Config{}); (err == nil) != (other.Name == kind.Name) {
				t.Errorf("%s opened with %s's options: %v", kind.Name, other.Name, err)
			}
		}
	}
	if got := strings.Join(names, " "); got != "slack discord telegram" {
		t.Errorf("kinds: %s", got)
	}
}

// Every field of the options is a key of routes.toml.
func TestOptionsHaveKeys(t *testing.T) {
	for _, kind := range sinks.Kinds() {
		for field := range reflect.TypeOf(kind.Options()).Elem().Fields() {
			if key, _, _ := strings.Cut(field.Tag.Get("toml"), ","); key == "" || key != strings.ToLower(key) {
				t.Errorf("%s: %s has the key %q", kind.Name, field.Name, key)
			}
		}
	}
}

// TestStandIns: what stands for values that are not known lets a sink open, and
// no two sinks share a destination by it.
func TestStandIns(t *testing.T) {
	fill := func(kind sinks.Kind, number int, keys ...string) sinks.Options {
		options := kind.Options()
		for field, value := range reflect.ValueOf(options).Elem().Fields() {
			key, _, _ := strings.Cut(field.Tag.Get("toml"), ",")
			if !slices.Contains(keys, key) {
				continue
			}
			text := kind.StandIn(key, number)
			if text == "" {
				text = "#any"
			}
			switch value.Interface().(type) {
			case relay.Secret:
				value.Set(reflect.ValueOf(relay.NewSecret(text)))
			default:
				value.SetString(text)
			}
		}
		return options
	}
	ways := map[string][][]string{
		"slack":    {{"webhook_url"}, {"token", "channel", "api_url"}},
		"discord":  {{"webhook_url", "thread_id"}, {"token", "channel_id", "api_url"}},
		"telegram": {{"token", "chat_id", "api_url"}},
	}
	for _, kind := range sinks.Kinds() {
		for _, keys := range ways[kind.Name] {
			seen := make(map[string]bool)
			for number := range 3 {
				options := fill(kind, number, keys...)
				if problems := options.Check(); len(problems) > 0 {
					t.Errorf("%s %v: %v", kind.Name, keys, problems)
				}
				sink, err := kind.Open(options, transport.Config{})
				if err != nil {
					t.Fatal(err)
				}
				seen[sink.Budgets()[0].Key] = true
			}
			if len(seen) != 3 && keys[1%len(keys)] != "channel" { // a channel stays as it is written
				t.Errorf("%s %v: %d destinations for 3 sinks", kind.Name, keys, len(seen))
			}
		}
	}
}
