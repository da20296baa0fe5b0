package routes_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"botrelay/relay"
	"botrelay/relay/admin/pagetest"
	"botrelay/relay/admin/routes"
	"botrelay/relay/config"
	"botrelay/relay/notice"
	"botrelay/relay/queue"
	"botrelay/relay/status"
)

// newHouse returns a store with the page of some rules before it.
func newHouse(t *testing.T, rules *config.Config) *pagetest.House {
	t.Helper()
	h := pagetest.New(t)
	if err := routes.Mount(h.Mux, h.Shell, routes.Config{Routes: rules, Counts: h.Store, Events: h.Store, Standing: func() status.Configuration { return status.Configuration{} }}); err != nil {
		t.Fatal(err)
	}
	return h
}

func rules() *config.Config {
	return &config.Config{
		Sources: []config.Source{{Name: "website", Vendor: "chatbase"}, {Name: "shop", Vendor: "chatzuri"}},
		Sinks:   []config.Sink{{Name: "sales", Type: "slack"}, {Name: "night", Type: "telegram"}},
		Routes: []config.Route{
			{Name: "leads", Match: config.Match{Kind: []string{"lead"}}, To: []string{"sales", "night"}, Final: true},
			{Name: "only the shop", Match: config.Match{Source: []string{"shop"}}, To: []string{"night"}},
			{Name: "lost", To: []string{"sales"}, Never: "the route \"leads\" takes all"},
		},
	}
}

// report is what the page tells programs.
type report struct {
	Span    string
	Sources []struct {
		Name   string
		Events int
	}
	Routes []struct {
		Name, Asks, Never string
		Deliveries        int
	}
	Sinks []struct {
		Name       string
		Deliveries int
	}
	Unrouted, Gone int
	Ways           []struct {
		Source, Route, Sink string
		Events              int
	}
}

// TestCounts: it tells how much went which way, and what went no way.
func TestCounts(t *testing.T) {
	h := newHouse(t, rules())
	for range 3 {
		h.Put(relay.Event{}, "sales", "night")
	}
	h.Put(relay.Event{Source: "shop"}, "night")
	h.Put(relay.Event{Source: "shop"}, "old")
	h.Put(relay.Event{Source: "shop"})
	h.Put(relay.Event{Source: notice.Name, Vendor: notice.Name, Kind: relay.Notice}, "night")
	var got report
	h.JSON(200, "/routes", &got)
	if got.Span != "24h" || got.Unrouted != 1 || got.Gone != 1 || len(got.Ways) != 5 {
		t.Errorf("%+v", got)
	}
	for what, is := range map[string]string{
		"website 3, shop 3":            fmt.Sprintf("%s %d, %s %d", got.Sources[0].Name, got.Sources[0].Events, got.Sources[1].Name, got.Sources[1].Events),
		"leads 7, only the shop 0":     fmt.Sprintf("%s %d, %s %d", got.Routes[0].Name, got.Routes[0].Deliveries, got.Routes[1].Name, got.Routes[1].Deliveries),
		"sales 3, night 4":             fmt.Sprintf("%s %d, %s %d", got.Sinks[0].Name, got.Sinks[0].Deliveries, got.Sinks[1].Name, got.Sinks[1].Deliveries),
		"kind is lead, source is shop": got.Routes[0].Asks + ", " + got.Routes[1].Asks,
	} {
		if what != is {
			t.Errorf("%s, want %s", is, what)
		}
	}
	for _, span := range []string{"1h", "7d", "30d"} {
		h.JSON(200, "/routes?span="+span, &got)
		if got.Unrouted != 1 {
			t.Errorf("%s: %+v", span, got)
		}
	}
	h.Page(400, "/routes?span=1y")
}

// TestPicture: the ways that something went are drawn as such, those that something
// may go as well, and none to where nothing can.
func TestPicture(t *testing.T) {
	h := newHouse(t, rules())
	h.Put(relay.Event{}, "sales")
	text := h.Page(200, "/routes")
	lines := map[string]bool{}
	for _, m := range regexp.MustCompile(`class="(used)?" data-from="([^"]+)" data-to="([^"]+)"`).FindAllStringSubmatch(text, -1) {
		lines[m[2]+" "+m[3]] = m[1] == "used"
	}
	want := map[string]bool{
		"s-website r-1": true, "s-shop r-1": false, "s-shop r-2": false,
		"r-1 t-sales": true, "r-1 t-night": false, "r-2 t-night": false, "r-3 t-sales": false, "r-0 t": false,
	}
	if fmt.Sprint(lines) != fmt.Sprint(want) {
		t.Errorf("lines %v, want %v", lines, want)
	}
	for _, want := range []string{"1. leads", "the route &#34;leads&#34; takes all", "nowhere: it is kept", ">final<", "Counted over the last 24 hours"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

// TestLargePicture: with very many rules the picture shows some, and the table all; a
// long name is cut where it would leave its box.
func TestLargePicture(t *testing.T) {
	c := rules()
	c.Routes = nil
	for i := range 300 {
		c.Routes = append(c.Routes, config.Route{Name: fmt.Sprintf("%s%d", strings.Repeat("界", 60), i), To: []string{"sales"}})
	}
	c.Default = []string{"night"}
	text := newHouse(t, c).Page(200, "/routes")
	if n := strings.Count(text, `class="box route`); n != 3*81 {
		t.Errorf("%d boxes of routes", n)
	}
	if n := strings.Count(text, "<tr"); n != 302 {
		t.Errorf("%d rows", n)
	}
	if !strings.Contains(text, "220 more are in the table") {
		t.Error("it does not say that the picture lacks some")
	}
	for _, m := range regexp.MustCompile(`class="name"[^>]*>([^<]*)<`).FindAllStringSubmatch(text, -1) {
		if len([]rune(m[1])) > 30 {
			t.Errorf("a name leaves its box: %s", m[1])
		}
	}
}

// TestManyWays: where very many ways are possible, only those are drawn that something
// went, and where each rule sends.
func TestManyWays(t *testing.T) {
	const out = 60 + 2 // of the rules, and of what no route took: to [default], and, once, nowhere
	for sources, want := range map[int]int{5: 5*61 + out, 12: 1 + out} {
		c := rules()
		c.Routes, c.Sources, c.Default = nil, nil, []string{"night"}
		for i := range sources {
			c.Sources = append(c.Sources, config.Source{Name: fmt.Sprint("s", i), Vendor: "chatbase"})
		}
		for i := range 60 {
			c.Routes = append(c.Routes, config.Route{Name: fmt.Sprint("r", i), To: []string{"sales"}})
		}
		h := newHouse(t, c)
		h.Put(relay.Event{Source: "s1", Vendor: "chatbase"})
		if n := strings.Count(h.Page(200, "/routes"), "data-from="); n != 3*want {
			t.Errorf("%d sources: %d ways in 3 pictures, want %d in each", sources, n, want)
		}
	}
}

// TestUnrouted: what no route took is seen in the picture, and leads to the list of it in
// the same time, until there is a [default] that takes it.
func TestUnrouted(t *testing.T) {
	h := newHouse(t, rules())
	h.Put(relay.Event{Source: "shop"})
	text := h.Page(200, "/routes?span=7d")
	for _, want := range []string{
		`class="used" data-from="s-shop" data-to="r-0"`, `class="used" data-from="r-0" data-to="t"`,
		`href="./events?status=unrouted&amp;time=7d" data-box="t" aria-label="Nowhere: no route took 1 event"`,
		`href="./events?source=shop&amp;time=7d" data-box="s-shop" aria-label="Source shop (Chatzuri): 1 event"`,
		`href="#route-1" data-box="r-1" aria-label="Route 1, leads, takes kind is lead → sales and night: 0 deliveries; later routes do not see what it takes"`,
		`<tr id="route-1"`, `<tr class="faint" id="route-0"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	c := rules()
	c.Default = []string{"night"}
	text = newHouse(t, c).Page(200, "/routes")
	if strings.Contains(text, `data-box="t"`) || !strings.Contains(text, `data-from="r-0" data-to="t-night"`) || !strings.Contains(text, `<tr id="route-0"`) {
		t.Error("with a [default] there is nowhere to go, too")
	}
}

// TestSentOn: what no route took is no more to be seen to once it was sent on by hand; the
// rule to be tried is for what is left.
func TestSentOn(t *testing.T) {
	h := newHouse(t, rules())
	first, last := h.Put(relay.Event{Source: "shop"}), h.Put(relay.Event{Source: "shop"})
	for _, want := range []struct{ still, newest string }{{"2 events had no route", last}, {"1 event had no route", first}} {
		text := h.Page(200, "/routes")
		for _, part := range []string{want.still, "./playground?event=" + want.newest, "./events?status=unrouted", "./dead/confirm?do=reroute"} {
			if !strings.Contains(text, part) {
				t.Errorf("the page lacks %q", part)
			}
		}
		if _, err := h.Store.Replay(t.Context(), []queue.Redelivery{{Event: want.newest, Sink: "night"}}); err != nil {
			t.Fatal(err)
		}
	}
	text := h.Page(200, "/routes")
	if strings.Contains(text, "note warn") || !strings.Contains(text, "2 events had no route in the last 24 hours, and nothing is left to do") {
		t.Error("what was sent on is still to be seen to")
	}
}

// TestLayouts: no box stands on another or leaves its picture, however many there are.
func TestLayouts(t *testing.T) {
	many := rules()
	for i := range 60 {
		many.Routes = append(many.Routes, config.Route{Name: fmt.Sprint("more ", i), To: []string{"sales"}})
	}
	for i := range 20 {
		many.Sinks = append(many.Sinks, config.Sink{Name: fmt.Sprint("sink", i), Type: "discord"})
	}
	for name, c := range map[string]*config.Config{"few": rules(), "many": many, "none": {}} {
		text := newHouse(t, c).Page(200, "/routes")
		pictures := regexp.MustCompile(`(?s)<svg class="(wide|medium|narrow)" viewBox="0 0 (\d+) (\d+)".*?</svg>`).FindAllStringSubmatch(text, -1)
		if len(pictures) != 3 {
			t.Fatalf("%s: %d pictures", name, len(pictures))
		}
		for _, p := range pictures {
			var boxes [][4]int
			for _, m := range regexp.MustCompile(`<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"`).FindAllStringSubmatch(p[0], -1) {
				b := [4]int{number(t, m[1]), number(t, m[2]), number(t, m[3]), number(t, m[4])}
				if b[0]+b[2] > number(t, p[2]) || b[1]+b[3] > number(t, p[3]) {
					t.Errorf("%s, %s: a box leaves the picture: %v", name, p[1], b)
				}
				for _, o := range boxes {
					if b[0] < o[0]+o[2] && o[0] < b[0]+b[2] && b[1] < o[1]+o[3] && o[1] < b[1]+b[3] {
						t.Errorf("%s, %s: %v stands on %v", name, p[1], b, o)
					}
				}
				boxes = append(boxes, b)
			}
			if want := map[string]int{"few": 2 + 4 + 3, "many": 2 + 64 + 23, "none": 2}[name]; len(boxes) != want {
				t.Errorf("%s, %s: %d boxes, want %d", name, p[1], len(boxes), want)
			}
		}
	}
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
