package sinks_test

import (
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/sinks/discord"
	"botrelay/sinks/sandbox"
	"botrelay/sinks/slack"
	"botrelay/sinks/telegram"
	"botrelay/sinks/transport"
)

// clock is a time that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) set(to time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = to
}

// standIn runs a stand-in for the platforms, and returns how to reach it.
func standIn(t testing.TB, cfg sandbox.Config) (*sandbox.Sandbox, transport.Config) {
	t.Helper()
	box := sandbox.New(cfg)
	server := httptest.NewServer(box)
	t.Cleanup(func() { box.Close(); server.Close() })
	base, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return box, transport.Config{Base: base}
}

// opened returns a sink, which must open.
func opened[S relay.Sink](t testing.TB) func(S, error) relay.Sink {
	return func(sink S, err error) relay.Sink {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return sink
	}
}

// all opens one sink of every kind, with what is a secret made from mark.
func all(t testing.TB, cfg transport.Config, mark string) map[string]relay.Sink {
	t.Helper()
	secret := relay.NewSecret
	return map[string]relay.Sink{
		"slack bot":       opened[*slack.Sink](t)(slack.Open(slack.Options{Token: secret("xoxb-12-" + mark), Channel: "#sales"}, cfg)),
		"slack webhook":   opened[*slack.Sink](t)(slack.Open(slack.Options{WebhookURL: secret("https://hooks.slack.com/services/T1/B1/" + mark)}, cfg)),
		"discord bot":     opened[*discord.Sink](t)(discord.Open(discord.Options{Token: secret("bot." + mark), ChannelID: "42"}, cfg)),
		"discord webhook": opened[*discord.Sink](t)(discord.Open(discord.Options{WebhookURL: secret("https://discord.com/api/webhooks/7/" + mark)}, cfg)),
		"telegram group":  opened[*telegram.Sink](t)(telegram.Open(telegram.Options{Token: secret("1:" + mark), ChatID: "-5"}, cfg)),
		"telegram person": opened[*telegram.Sink](t)(telegram.Open(telegram.Options{Token: secret("1:" + mark), ChatID: "5"}, cfg)),
	}
}

func post() relay.Post {
	return relay.Post{Messages: []relay.Message{{Title: "New lead"}}, Form: relay.Rich}
}

// A probe finds the platform at work, whether or not it wants to know us, and
// posts nothing.
func TestProbesPostNothing(t *testing.T) {
	box, cfg := standIn(t, sandbox.Config{})
	for _, mark := range []string{"goodgoodgood", "revoked-revoked"} {
		for name, sink := range all(t, cfg, mark) {
			if v := sink.Probe(t.Context()); v.Outcome != relay.Sent || v.Status == 0 || v.Reason != "" {
				t.Errorf("%s, %s: got %+v", name, mark, v)
			}
		}
	}
	if n := len(box.Messages()); n != 0 {
		t.Errorf("%d messages arrived", n)
	}
}

// Whoever keeps to the budgets is never refused by a platform that does not
// let a single request more pass.
func TestBudgetsArePace(t *testing.T) {
	start := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	c := &clock{now: start}
	box, cfg := standIn(t, sandbox.Config{Rates: true, Now: c.Now})
	for name, sink := range all(t, cfg, "goodgoodgood") {
		var uses []time.Time
		now := c.Now()
		for range 65 {
			for _, b := range sink.Budgets() {
				for _, l := range b.Limits {
					if len(uses) >= l.Count {
						now = later(now, uses[len(uses)-l.Count].Add(l.Per))
					}
				}
			}
			c.set(now)
			if v := sink.Send(t.Context(), post()); v.Outcome != relay.Sent {
				t.Fatalf("%s: after %d: %+v", name, len(uses), v)
			}
			uses = append(uses, now)
		}
		c.set(now.Add(time.Hour))
	}
	if n := box.Throttled(); n != 0 {
		t.Errorf("%d requests were refused for their pace", n)
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// A platform that is asked too fast says so, and the verdict tells for how long
// and whom it holds.
func TestTooFast(t *testing.T) {
	c := &clock{now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)}
	_, cfg := standIn(t, sandbox.Config{Rates: true, Now: c.Now})
	scopes := map[string]relay.Scope{"telegram group": relay.ScopeToken, "telegram person": relay.ScopeToken}
	for name, sink := range all(t, cfg, "goodgoodgood") {
		v := sink.Send(t.Context(), post())
		for range 5 { // Discord takes five
			if v.Outcome == relay.Sent {
				v = sink.Send(t.Context(), post())
			}
		}
		if v.Outcome != relay.Later || v.After < time.Second || v.After > 3*time.Second || v.Doubtful || v.Scope != scopes[name] {
			t.Errorf("%s: got %+v", name, v)
		}
		c.set(c.Now().Add(time.Hour))
	}
}

// A group that becomes a supergroup is followed, and its answers are about the
// new one.
func TestMovedChat(t *testing.T) {
	box, cfg := standIn(t, sandbox.Config{})
	sink := all(t, cfg, "goodgoodgood")["telegram group"]
	first := sink.Send(t.Context(), post())
	if first.Outcome != relay.Sent || first.ID != "-5/1" {
		t.Fatalf("got %+v", first)
	}
	box.Migrate(-5, -1001234567890)
	reply := post()
	reply.Reply = first.ID
	v := sink.Send(t.Context(), reply)
	if v.Outcome != relay.Later || v.MovedTo != "-1001234567890" || v.Doubtful {
		t.Fatalf("got %+v", v)
	}
	reply.MovedTo = v.MovedTo
	if v = sink.Send(t.Context(), reply); v.Outcome != relay.Sent || v.ID != "-1001234567890/2" {
		t.Errorf("got %+v", v)
	}
	messages := box.Messages()
	if last := messages[len(messages)-1]; len(messages) != 2 || last.Place != "-1001234567890" || last.ReplyTo != "" {
		t.Errorf("arrived: %+v", last)
	}
	box.Migrate(-1001234567890, -5) // it never does, and must not be followed round and round
	if v = sink.Send(t.Context(), reply); v.Outcome != relay.Held || v.MovedTo != "" {
		t.Errorf("in a circle: got %+v", v)
	}
	if v = sink.Probe(t.Context()); v.Outcome != relay.Sent {
		t.Errorf("the old chat's probe: %+v", v)
	}
}
