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

// TestLargeFiles: a file of eight times as much takes about eight times as long to try,
// also where each of its parts could be compared with all others: reading a file cannot
// be broken off, and 1 MiB of it may come from anybody who has the page open. Each of
// these took minutes.
func TestLargeFiles(t *testing.T) {
	if raced {
		t.Skip("the race detector takes minutes for that")
	}
	const head = "[sources.a]\nvendor = 'chatbase'\nsecret = 's'\n[sinks.s]\ntype = 'slack'\nwebhook_url = 'https://hooks.slack.com/x'\n"
	for name, of := range map[string]struct{ head, each, end string }{
		"secrets with warnings":  {head, "[sinks.x%d]\ntype='slack'\nwebhook_url='https://hooks.slack.com/services/T/B/x%[1]d'\n", ""},
		"sinks in a row":         {head, "[sinks.x%d]\ntype='slack'\nwebhook_url='https://hooks.slack.com/x%[1]d'\nfallback='s'\n", ""},
		"a list of secrets":      {"[sources.a]\nvendor='chatbase'\nsecret=[", "'a%d',", "]\n"},
		"kinds":                  {head + "[vendors.x]\nsignature={header='X'}\n[vendors.x.kinds]\n", "'a%d'='lead'\n", ""},
		"keys of a table":        {head + "[bots]\n", "a%d='b'\n", ""},
		"keys of a table inline": {"a={", "a%d=1,", "z=1}\n"},
		"sources":                {head, "[sources.x%d]\nvendor='chatbase'\nsecret='a'\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			took := func(size int) time.Duration {
				var b strings.Builder
				b.WriteString(of.head)
				for i := 0; b.Len() < size-200; i++ {
					_, _ = fmt.Fprintf(&b, of.each, i)
				}
				b.WriteString(of.end)
				start := time.Now()
				r, err := trial.NewBench().Try(t.Context(), trial.Request{
					Routes: config.File{Name: "routes.toml", Data: []byte(b.String())},
					Event:  compose.Input{Vendor: "chatbase", Sample: "lead"},
				})
				if err != nil || r == nil {
					t.Fatalf("%d bytes, after %s: %v", size, time.Since(start), err)
				}
				return time.Since(start)
			}
			var little, much time.Duration
			for range 5 { // others may be using the machine
				if little, much = max(little, took(1<<17)), took(1<<20); much < 24*little {
					t.Logf("%s, and %s for eight times as much", little, much)
					return
				}
			}
			t.Errorf("%s, and %s for eight times as much", little, much)
		})
	}
}
