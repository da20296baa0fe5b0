package trial_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"botrelay/relay/compose"
	"botrelay/relay/config"
	"botrelay/sinks/trial"
)

// TestCompiledOnce: what a condition was found good as is what the routes have.
// Compiling 10,000 of them again would take as long as all else of a reload.
func TestCompiledOnce(t *testing.T) {
	cfg := manyConditions(t, 3)
	compiled := cfg.Routes[1].Condition
	cfg.Routes[1].When = "not what was compiled"
	if _, err := compose.Table(cfg, nil, nil); err != nil {
		t.Errorf("compiled again: %v", err)
	}
	if got, want := compiled.String(), `text contains "word 1"`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	cfg.Routes[1].Condition = nil
	if _, err := compose.Table(cfg, nil, nil); err == nil {
		t.Error("a route has lost its condition, and takes everything")
	}
}

// TestManyWarnings: a file with a warning for each of thousands of routes is read
// about as fast as one without. It took many times as long, since for each route
// all that was said before was looked through.
func TestManyWarnings(t *testing.T) {
	took := func(route string) (time.Duration, int) {
		text := "[sources.a]\nvendor = 'chatbase'\nsecret = 's'\n[sinks.s]\ntype = 'slack'\ntoken = 'xoxb-1'\nchannel = '#s'\n" + strings.Repeat(route, 10_000)
		var problems config.Problems
		best := time.Hour // of two: others may be using the machine
		for range 2 {
			start := time.Now()
			_, problems = config.Parse(config.File{Name: "routes.toml", Data: []byte(text)}, compose.Env(trial.SinkOptions()))
			best = min(best, time.Since(start))
		}
		return best, len(problems)
	}
	good, few := took("[[routes]]\nmatch = { event_type = 'leads.submit' }\nto = ['s']\n")
	odd, many := took("[[routes]]\nmatch = { event_type = 'leads.submitt' }\nto = ['s']\n")
	if few >= many || odd > 3*good {
		t.Errorf("%s for %d problems, and %s for %d", odd, many, good, few)
	}
	t.Logf("%s for %d problems, and %s for %d", odd, many, good, few)
}

// BenchmarkLoad is what a reload takes to understand a file of 10,000 routes, each
// with a condition of its own.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := compose.Table(manyConditions(b, 10_000), nil, nil); err != nil {
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
	cfg, problems := config.Parse(config.File{Name: "routes.toml", Data: []byte(text.String())}, compose.Env(trial.SinkOptions()))
	if cfg == nil {
		t.Fatal(problems)
	}
	return cfg
}
