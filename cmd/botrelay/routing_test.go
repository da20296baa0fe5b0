package main

import (
	"fmt"
	"strings"
	"testing"

	"botrelay/relay/config"
)

// TestCompiledOnce: what a condition was found good as is what the routes have.
// Compiling 10,000 of them again would take as long as all else of a reload.
func TestCompiledOnce(t *testing.T) {
	cfg := manyConditions(t, 3)
	compiled := cfg.Routes[1].Condition
	cfg.Routes[1].When = "not what was compiled"
	if _, err := tableOf(cfg, nil, nil); err != nil {
		t.Errorf("compiled again: %v", err)
	}
	if got, want := compiled.String(), `text contains "word 1"`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	cfg.Routes[1].Condition = nil
	if _, err := tableOf(cfg, nil, nil); err == nil {
		t.Error("a route has lost its condition, and takes everything")
	}
}

// BenchmarkLoad is what a reload takes to understand a file of 10,000 routes, each
// with a condition of its own.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := tableOf(manyConditions(b, 10_000), nil, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func manyConditions(t testing.TB, n int) *config.Config {
	t.Helper()
	var text strings.Builder
	text.WriteString("[sources.a]\nvendor = \"chatbase\"\nsecret = \"s\"\n[sinks.s]\ntype = \"slack\"\ntoken = \"xoxb-1\"\nchannel = \"#s\"\n")
	for i := range n {
		fmt.Fprintf(&text, "[[routes]]\nmatch = { bot_id = \"b%d\" }\nwhen = 'text contains \"word %d\"'\nto = [\"s\"]\n", i, i)
	}
	cfg, problems := config.Parse(config.File{Name: "routes.toml", Data: []byte(text.String())}, configEnv(shippedEnv))
	if cfg == nil {
		t.Fatal(problems)
	}
	return cfg
}
