package route_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/condition"
	"botrelay/relay/route"
)

// sample is a customer's message.
func sample() relay.Event {
	return relay.Event{
		ID: "0197", Vendor: "chatzuri", Source: "support", EventType: "message.received", Kind: relay.Inbound,
		Channel: "whatsapp", BotID: "agent_1", Contact: relay.Contact{Name: "Ada"}, Text: "Please call me, it is URGENT",
		Transcript: []relay.Turn{{Role: "user", Text: "Hi"}, {Role: "assistant", Text: "Hello"}},
		ReceivedAt: time.Date(2026, 3, 1, 23, 0, 0, 0, time.UTC),
		Payload:    []byte(`{"data":{"plan":"pro"}}`),
	}
}

func parse(t testing.TB, text string) *condition.Condition {
	t.Helper()
	c, err := condition.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestExplain holds that each rule says why, and what comes of all of them.
func TestExplain(t *testing.T) {
	e := sample()
	table, err := route.New(route.Config{Rules: []route.Rule{
		{Name: "leads", Match: route.Match{Vendor: []string{"chatzuri"}, Kind: []string{"lead", "!chat"}}, To: []string{"a"}},
		{Name: "never", Active: route.Active{From: 9 * 60, To: 10 * 60}, To: []string{"a"}},
		{Name: "calm", When: parse(t, `text contains "thanks"`), To: []string{"a"}},
		{Name: "broken", When: parse(t, `payload.data.plan > 3`), To: []string{"a", "b"}, Final: true},
		{Name: "whatsapp", Match: route.Match{Channel: []string{"whatsapp"}}, To: []string{"b", "c"}, Final: true},
		{Name: "rest", To: []string{"d"}},
	}, Default: []string{"z"}})
	if err != nil {
		t.Fatal(err)
	}
	x := table.Explain(&e)
	want := []route.Step{
		{Route: "leads", To: []string{"a"}, Miss: &route.Miss{Key: "kind", Want: []string{"lead", "!chat"}, Got: "message"}},
		{Route: "never", To: []string{"a"}, Miss: &route.Miss{Key: "active"}},
		{Route: "calm", To: []string{"a"}, Miss: &route.Miss{Key: "when", Want: []string{`text contains "thanks"`}}},
		{Route: "broken", To: []string{"a", "b"}, Final: true, New: []string{"a", "b"}},
		{Route: "whatsapp", To: []string{"b", "c"}, Final: true, New: []string{"c"}},
		{Route: "rest", To: []string{"d"}, Behind: "whatsapp"},
	}
	for i, step := range x.Steps {
		if (step.Err != nil) != (step.Route == "broken") {
			t.Errorf("%s: error %v", step.Route, step.Err)
		}
		step.Err = nil
		if !reflect.DeepEqual(step, want[i]) {
			t.Errorf("step %d:\n got %+v %+v\nwant %+v %+v", i+1, step, step.Miss, want[i], want[i].Miss)
		}
	}
	if len(x.Default) != 0 || !slices.Equal(x.Owed, table.Route(&e)) || len(x.Owed) != 3 {
		t.Errorf("default %v, owed %v", x.Default, x.Owed)
	}
	if x := table.Explain(&relay.Event{Channel: "sms"}); x.Owed[len(x.Owed)-1] != (relay.Owed{Sink: "d", Route: "rest"}) {
		t.Errorf("owed %v", x.Owed)
	}
}

func TestExplainDefault(t *testing.T) {
	for _, fallback := range [][]string{{"z", "y"}, nil} {
		table, err := route.New(route.Config{Rules: []route.Rule{{Name: "leads", Match: route.Match{Kind: []string{"lead"}}, To: []string{"a"}}}, Default: fallback})
		if err != nil {
			t.Fatal(err)
		}
		x := table.Explain(&relay.Event{Kind: relay.Chat})
		if !slices.Equal(x.Default, fallback) || len(x.Owed) != len(fallback) || len(fallback) > 0 && x.Owed[0].Route != route.DefaultName {
			t.Errorf("default %v: %+v", fallback, x)
		}
	}
}

// FuzzExplain holds that an explanation ends where the event goes.
func FuzzExplain(f *testing.F) {
	f.Add("lead", "web", uint16(0b1011), "x")
	f.Add("chat", "", uint16(0xFFFF), "payload")
	f.Fuzz(func(t *testing.T, kind, channel string, shape uint16, text string) {
		whens := []*condition.Condition{nil, parse(t, `text contains "x"`), parse(t, `transcript[3].text == ""`), parse(t, `channel == "web"`)}
		var rules []route.Rule
		for i := range 4 {
			bits := int(shape>>(4*i)) & 15
			r := route.Rule{Name: fmt.Sprint(i), When: whens[bits&3], Final: bits&4 != 0, To: []string{fmt.Sprint("s", i%3), fmt.Sprint("s", bits%4)}}
			if bits&8 != 0 {
				r.Match.Kind = []string{"lead", "c*"}
			}
			rules = append(rules, r)
		}
		table, err := route.New(route.Config{Rules: rules, Default: []string{"d"}})
		if err != nil {
			t.Fatal(err)
		}
		e := relay.Event{Kind: relay.Kind(kind), Channel: channel, Text: text}
		x := table.Explain(&e)
		if owed := table.Route(&e); !slices.Equal(x.Owed, owed) {
			t.Errorf("explained as %v, routed to %v", x.Owed, owed)
		}
		var sinks []string
		for _, s := range x.Steps {
			sinks = append(sinks, s.New...)
		}
		if sinks = append(sinks, x.Default...); len(sinks) != len(x.Owed) {
			t.Errorf("the steps name %v, owed are %v", sinks, x.Owed)
		}
	})
}
