package config_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"botrelay/relay/config"
)

// large writes a file of n routes, and n of what they may name.
func large(n int, each, route string) string {
	var b strings.Builder
	b.WriteString("[sources.a]\nvendor = 'chatbase'\nsecret = 's'\n[sinks.s]\ntype = 'slack'\nwebhook_url = 'https://hooks.slack.com/x'\n")
	for i := range n {
		b.WriteString(strings.ReplaceAll(each, "%d", fmt.Sprint(i)))
	}
	for i := range n {
		b.WriteString(strings.ReplaceAll("[[routes]]\n"+route+"\n", "%d", fmt.Sprint(i)))
	}
	return b.String()
}

// TestManyMistakes: a file with thousands of mistakes is told of about as fast as
// one without is read. Each of these took many times as long, since each
// mistake was compared with all names.
func TestManyMistakes(t *testing.T) {
	took := func(text string) time.Duration {
		start := time.Now()
		_, problems := config.Parse(config.File{Name: "routes.toml", Data: []byte(text)}, env(nil))
		if len(problems) == 0 {
			t.Error("there is no problem")
		}
		return time.Since(start)
	}
	const sink, source = "[sinks.s%d]\ntype = 'slack'\nwebhook_url = 'https://hooks.slack.com/x'\n", "[sources.s%d]\nvendor = 'chatbase'\nsecret = 's'\n"
	for name, of := range map[string]struct {
		n                 int
		each, good, wrong string
	}{
		"sinks that are not there":   {1500, sink, "match = {}\nto = ['s']", "match = {}\nto = ['yyy%d']"},
		"sources that are not there": {1500, source, "match = {}\nto = ['s']", "match = { source = 'yyy%d' }\nto = ['s']"},
	} {
		usual, long := took(large(of.n, of.each, of.good)), took(large(of.n, of.each, of.wrong))
		if long > 6*usual {
			t.Errorf("%s: %s, and %s without", name, long, usual)
		}
		t.Logf("%s: %s, and %s without", name, long, usual)
	}
}
