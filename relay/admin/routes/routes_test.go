package routes_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"botrelay/relay"
	"botrelay/relay/admin/pagetest"
	"botrelay/relay/admin/routes"
	"botrelay/relay/config"
	"botrelay/relay/notice"
	"botrelay/relay/status"
)

// newHouse returns a store with the page of some rules before it.
func newHouse(t *testing.T, rules *config.Config) *pagetest.House {
	t.Helper()
	h := pagetest.New(t)
	if err := routes.Mount(h.Mux, h.Shell, routes.Config{Routes: rules, Counts: h.Store, Standing: func() status.Configuration { return status.Configuration{} }}); err != nil {
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
		"r-1 t-sales": true, "r-1 t-night": false, "r-2 t-night": false, "r-3 t-sales": false,
	}
	if fmt.Sprint(lines) != fmt.Sprint(want) {
		t.Errorf("lines %v, want %v", lines, want)
	}
	for _, want := range []string{"1. leads", "the route &#34;leads&#34; takes all", "nowhere: it is kept", ">final<"} {
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
	if n := strings.Count(text, `class="box route`); n != 41 {
		t.Errorf("%d boxes of routes", n)
	}
	if n := strings.Count(text, "<tr"); n != 302 {
		t.Errorf("%d rows", n)
	}
	if !strings.Contains(text, "260 more are in the table") {
		t.Error("it does not say that the picture lacks some")
	}
	for _, m := range regexp.MustCompile(`class="name"[^>]*>([^<]*)<`).FindAllStringSubmatch(text, -1) {
		if len([]rune(m[1])) > 30 {
			t.Errorf("a name leaves its box: %s", m[1])
		}
	}
}
