package route_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"botrelay/relay"
	"botrelay/relay/condition"
	"botrelay/relay/route"
)

// TestMatch goes through the semantics of a match one sentence at a time.
func TestMatch(t *testing.T) {
	lead := relay.Event{Vendor: "chatzuri", Source: "support", EventType: "lead.submit", Kind: relay.Lead, BotID: "agent_abc"}
	web := relay.Event{Vendor: "chatzuri", Source: "support", EventType: "message.received", Kind: relay.Inbound, Channel: "web", BotID: "agent_abc"}
	for _, tc := range []struct {
		about string
		match route.Match
		event relay.Event
		want  bool
	}{
		{"an empty match takes all", route.Match{}, lead, true},
		{"a string must be equal", route.Match{Vendor: []string{"chatzuri"}}, lead, true},
		{"a string is not a prefix", route.Match{Vendor: []string{"chat"}}, lead, false},
		{"case counts", route.Match{Vendor: []string{"Chatzuri"}}, lead, false},
		{"all keys must hold", route.Match{Vendor: []string{"chatzuri"}, Kind: []string{"message"}}, lead, false},
		{"source", route.Match{Source: []string{"sales"}}, lead, false},
		{"event_type with *", route.Match{EventType: []string{"lead.*"}}, lead, true},
		{"kind", route.Match{Kind: []string{"lead"}}, lead, true},
		{"* is also nothing", route.Match{BotID: []string{"agent_abc*"}}, lead, true},
		{"? is one character", route.Match{BotID: []string{"agent_ab?"}}, lead, true},
		{"? is not nothing", route.Match{BotID: []string{"agent_abc?"}}, lead, false},
		{"? is one character, not one byte", route.Match{BotID: []string{"b?t"}}, relay.Event{BotID: "böt"}, true},
		{"a backslash escapes *", route.Match{BotID: []string{`a\*`}}, relay.Event{BotID: "ab"}, false},
		{"an escaped * is a *", route.Match{BotID: []string{`a\*`}}, relay.Event{BotID: "a*"}, true},
		{"an escaped ! is a !", route.Match{BotID: []string{`\!x`}}, relay.Event{BotID: "!x"}, true},
		{"a ! within is a !", route.Match{BotID: []string{`a!`}}, relay.Event{BotID: "a!"}, true},
		{"a list holds if one item does", route.Match{Channel: []string{"whatsapp", "web"}}, web, true},
		{"a list does not hold if none does", route.Match{Channel: []string{"whatsapp", "email"}}, web, false},
		{"! negates", route.Match{Channel: []string{"!web"}}, web, false},
		{"! alone lets all others pass", route.Match{Channel: []string{"!email"}}, web, true},
		{"a negated item outweighs a plain one", route.Match{Channel: []string{"*", "!web"}}, web, false},
		{"beside a negated item a plain one must match", route.Match{Channel: []string{"email", "!whatsapp"}}, web, false},
		{"several negated items", route.Match{Channel: []string{"!email", "!web"}}, web, false},
		{"an absent field matches *", route.Match{Channel: []string{"*"}}, lead, true},
		{"an absent field is not present", route.Match{Channel: []string{"?*"}}, lead, false},
		{"?* means present", route.Match{Channel: []string{"?*"}}, web, true},
		{"an absent field is not web", route.Match{Channel: []string{"!web"}}, lead, true},
		{"an empty string means absent", route.Match{Channel: []string{""}}, lead, true},
		{"an empty string is not any", route.Match{Channel: []string{""}}, web, false},
		{"not absent", route.Match{Channel: []string{"!"}}, lead, false},
	} {
		table, err := route.New(route.Config{Rules: []route.Rule{{Name: "r", Match: tc.match, To: []string{"s"}}}})
		if err != nil {
			t.Fatal(err)
		}
		if got := len(table.Route(&tc.event)) == 1; got != tc.want {
			t.Errorf("%s: %+v: got %v", tc.about, tc.match, got)
		}
	}
}

func TestOrderAndFinal(t *testing.T) {
	all := route.Match{}
	leads := route.Match{Kind: []string{"lead"}}
	for _, tc := range []struct {
		about    string
		rules    []route.Rule
		fallback []string
		want     string
	}{
		{"every match applies, top to bottom", []route.Rule{{Name: "a", Match: all, To: []string{"x"}}, {Name: "b", Match: all, To: []string{"y", "z"}}}, nil, "x:a y:b z:b"},
		{"final stops", []route.Rule{{Name: "a", Match: leads, To: []string{"x"}, Final: true}, {Name: "b", Match: all, To: []string{"y"}}}, []string{"d"}, "x:a"},
		{"a final rule that does not match stops nothing", []route.Rule{{Name: "a", Match: route.Match{Kind: []string{"chat"}}, To: []string{"x"}, Final: true}, {Name: "b", Match: all, To: []string{"y"}}}, nil, "y:b"},
		{"a sink gets an event once, from the first route", []route.Rule{{Name: "a", Match: all, To: []string{"x", "y", "x"}}, {Name: "b", Match: all, To: []string{"y", "z", "x"}}}, nil, "x:a y:a z:b"},
		{"the default takes what no route took", []route.Rule{{Name: "a", Match: route.Match{Kind: []string{"chat"}}, To: []string{"x"}}}, []string{"d", "e"}, "d:default e:default"},
		{"the default is not for what a route took", []route.Rule{{Name: "a", Match: leads, To: []string{"x"}}}, []string{"d"}, "x:a"},
		{"without a default it is unrouted", []route.Rule{{Name: "a", Match: route.Match{Kind: []string{"chat"}}, To: []string{"x"}}}, nil, ""},
		{"no rules at all", nil, nil, ""},
	} {
		table, err := route.New(route.Config{Rules: tc.rules, Default: tc.fallback})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, o := range table.Route(&relay.Event{Kind: relay.Lead}) {
			got = append(got, o.Sink+":"+o.Route)
		}
		if strings.Join(got, " ") != tc.want {
			t.Errorf("%s: got %q, want %q", tc.about, got, tc.want)
		}
	}
}

func TestBadPattern(t *testing.T) {
	_, err := route.New(route.Config{Rules: []route.Rule{{Name: "night", Match: route.Match{Channel: []string{"web", `x\`}}, To: []string{"s"}}}})
	if err == nil || !strings.Contains(err.Error(), `route "night": channel: "x\\"`) {
		t.Errorf("got %v", err)
	}
	if route.CheckPattern(`x\`) == nil || route.CheckPattern(`\\`) != nil {
		t.Error("CheckPattern disagrees")
	}
}

// reference is a match written down the slow way, with regular expressions.
func reference(items []string, text string) bool {
	plain, hit := false, false
	for _, item := range items {
		item, negated := strings.CutPrefix(item, "!")
		var re strings.Builder
		runes := []rune(item)
		for i := 0; i < len(runes); i++ {
			switch c := runes[i]; c {
			case '*':
				re.WriteString(`(?s:.*)`)
			case '?':
				re.WriteString(`(?s:.)`)
			case '\\':
				i++
				re.WriteString(regexp.QuoteMeta(string(runes[i])))
			default:
				re.WriteString(regexp.QuoteMeta(string(c)))
			}
		}
		found := regexp.MustCompile(`^(?:` + re.String() + `)$`).MatchString(text)
		if negated && found {
			return false
		}
		plain = plain || !negated
		hit = hit || (!negated && found)
	}
	return hit || !plain
}

func FuzzMatch(f *testing.F) {
	for _, seed := range [][3]string{
		{"*a*b*", "!x?", "zaybz"}, {"?*", "*", ""}, {`\*`, `!\!`, "*"}, {"a*a*a*a*b", "!", strings.Repeat("a", 40)}, {"é?", "ü*", "éü"},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, first, second, text string) {
		items := []string{first, second}
		for _, s := range append(items, text) {
			if strings.ToValidUTF8(s, "") != s {
				t.Skip() // a regular expression cannot hold it
			}
		}
		table, err := route.New(route.Config{Rules: []route.Rule{{Match: route.Match{BotID: items}, To: []string{"s"}}}})
		if err != nil {
			if slices.ContainsFunc(items, func(s string) bool { return strings.HasSuffix(s, `\`) }) {
				return
			}
			t.Fatalf("%q refused: %v", items, err)
		}
		got := len(table.Route(&relay.Event{BotID: text})) == 1
		if want := reference(items, text); got != want {
			t.Errorf("%q on %q: got %v, want %v", items, text, got, want)
		}
	})
}

func BenchmarkRoute(b *testing.B) {
	var rules []route.Rule
	for i := range 50 {
		rules = append(rules, route.Rule{Name: fmt.Sprint(i), Match: route.Match{Kind: []string{"lead"}, BotID: []string{fmt.Sprintf("agent_%d_*", i)}}, To: []string{"s"}})
	}
	table, err := route.New(route.Config{Rules: rules, Default: []string{"d"}})
	if err != nil {
		b.Fatal(err)
	}
	e := relay.Event{Kind: relay.Lead, BotID: "agent_49_x"}
	for b.Loop() {
		table.Route(&e)
	}
}

// BenchmarkManyRoutes is what one event takes with 10,000 routes: by their patterns
// alone, and where each condition has to be looked at.
func BenchmarkManyRoutes(b *testing.B) {
	for _, conditions := range []bool{false, true} {
		b.Run(fmt.Sprintf("conditions=%v", conditions), func(b *testing.B) {
			table := manyRoutes(b, conditions)
			e := relay.Event{Kind: relay.Lead, BotID: "agent_9999_x", Text: "hello"}
			for b.Loop() {
				if owed := table.Route(&e); len(owed) != 1 {
					b.Fatal(owed)
				}
			}
		})
	}
}

func manyRoutes(b *testing.B, conditions bool) *route.Table {
	b.Helper()
	rules := make([]route.Rule, 10_000)
	for i := range rules {
		rules[i] = route.Rule{Name: fmt.Sprint(i), Match: route.Match{BotID: []string{fmt.Sprintf("agent_%d_*", i)}}, To: []string{"s"}}
		if conditions {
			when, err := condition.Parse(fmt.Sprintf(`text contains "hell" and len(text) == %d`, i-9_994))
			if err != nil {
				b.Fatal(err)
			}
			rules[i].Match, rules[i].When = route.Match{}, when
		}
	}
	table, err := route.New(route.Config{Rules: rules})
	if err != nil {
		b.Fatal(err)
	}
	return table
}
