package config_test

import (
	"fmt"
	"strings"
	"testing"
	_ "time/tzdata" // the test machine may have no zone files

	"botrelay/relay/config"
	"botrelay/relay/route"
)

// TestMatchConverts holds the promise that a Match can become a route.Match.
func TestMatchConverts(t *testing.T) {
	m := config.Match{Vendor: []string{"1"}, Source: []string{"2"}, EventType: []string{"3"}, Kind: []string{"4"}, Channel: []string{"5"}, BotID: []string{"6"}}
	r := route.Match(m)
	got := fmt.Sprint(r.Vendor, r.Source, r.EventType, r.Kind, r.Channel, r.BotID)
	if got != "[1] [2] [3] [4] [5] [6]" {
		t.Errorf("got %s", got)
	}
}

// TestBadOptions: a field that nothing can fill is a mistake of the program.
func TestBadOptions(t *testing.T) {
	defer func() {
		if p := recover(); p == nil || !strings.Contains(fmt.Sprint(p), `"channel" is bound to a chan int`) {
			t.Errorf("got %v", p)
		}
	}()
	e := env(vars())
	e.Sinks["slack"] = func() config.SinkOptions { return new(badOptions) }
	config.Parse(config.File{Data: []byte(`sinks.x = { type = "slack", channel = "x" }`)}, e)
}

type badOptions struct {
	Channel chan int `toml:"channel"`
}
