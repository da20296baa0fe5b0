package trial_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay"
	"botrelay/relay/compose"
	"botrelay/relay/config"
	"botrelay/sinks/trial"
)

const routes = `
[server]
admin_listen = "127.0.0.1:8081"
[sources.website]
vendor = "chatbase"
secret = "${WEBSITE_SECRET}"
[sources.support]
vendor = "chatzuri"
secret_file = "/run/secrets/chatzuri"
[sinks.sales]
type = "slack"
token = "${SLACK_TOKEN}"
channel = "#sales"
[sinks.night]
type = "telegram"
token_file = "/run/secrets/telegram"
chat_id = "${CHAT}"
[[routes]]
name = "leads"
match = { kind = "lead" }
to = ["sales"]
message = "hot"
[[routes]]
name = "at night"
match = { kind = "lead" }
active = { hours = "22:00-06:00" }
to = ["sales", "night"]
[[routes]]
name = "messages"
match = { kind = "message" }
to = ["sales"]
[messages.hot]
title = "Hot: {{ .Contact.Name }}"
`

func file(text string) config.File { return config.File{Name: "routes.toml", Data: []byte(text)} }

func try(t *testing.T, text string, in compose.Input, at time.Time) *trial.Result {
	t.Helper()
	r, err := trial.NewBench().Try(t.Context(), trial.Request{Routes: file(text), Event: in, At: at})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// brief says of each message where it is, by which route, and what it looks like.
func brief(shots []trial.Shot) string {
	var parts []string
	for _, s := range shots {
		first, _, _ := strings.Cut(strings.TrimSpace(s.Message.Text), "\n")
		text := s.Type + " " + s.Sink + " by " + s.Route + ": " + first
		if s.StandIn {
			text = "(" + s.Type + ": " + first + ")"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

// TestTry: an event goes where the routes of the edited file send it at that time, and
// is shown on every platform.
func TestTry(t *testing.T) {
	noon, night := time.Date(2026, 3, 6, 12, 0, 0, 0, time.UTC), time.Date(2026, 3, 6, 23, 0, 0, 0, time.UTC)
	lead := compose.Input{Source: "website"}
	for name, tc := range map[string]struct {
		text string
		in   compose.Input
		at   time.Time
		want string
	}{
		"by day":           {routes, lead, noon, "slack sales by leads: Hot: Mira Holm; (discord: Hot: Mira Holm); (telegram: Hot: Mira Holm)"},
		"by night":         {routes, lead, night, "slack sales by leads: Hot: Mira Holm; telegram night by at night: 🎯 New lead: Mira Holm; (discord: Hot: Mira Holm)"},
		"an edited copy":   {strings.Replace(routes, "Hot:", "Warm:", 1), lead, noon, "slack sales by leads: Warm: Mira Holm; (discord: Warm: Mira Holm); (telegram: Warm: Mira Holm)"},
		"no route":         {routes, compose.Input{Source: "support", Sample: "escalation"}, noon, "(slack: 🚨 "},
		"another vendor":   {routes, compose.Input{Vendor: "newoaks", Sample: "lead"}, noon, "slack sales by leads: Hot: "},
		"a pasted one":     {routes, compose.Input{Source: "website", Body: []byte(`{"eventType":"leads.submit","payload":{"customerName":"Ada"}}`)}, noon, "slack sales by leads: Hot: Ada; "},
		"one that is kept": {routes, compose.Input{Stored: &relay.Event{ID: "e", Vendor: "chatbase", Source: "gone", Kind: relay.Lead, Contact: relay.Contact{Name: "Eve"}, ReceivedAt: noon}}, time.Time{}, "slack sales by leads: Hot: Eve; "},
	} {
		t.Run(name, func(t *testing.T) {
			r := try(t, tc.text, tc.in, tc.at)
			if r.Config == nil || r.Mistake != nil || len(r.Explanation.Steps) != 3 {
				t.Fatalf("%v %v %+v", r.Problems, r.Mistake, r.Explanation)
			}
			if got := brief(r.Shots); !strings.HasPrefix(got, tc.want) {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
			types := make(map[string]bool)
			for _, s := range r.Shots {
				types[s.Type] = true
				if s.Look == "" || s.Refused != "" || !json.Valid(s.Body) || s.Method != "POST" || !strings.HasPrefix(s.URL, "https://") {
					t.Errorf("%+v", s)
				}
			}
			if len(types) != 3 {
				t.Errorf("shown on %v", types)
			}
		})
	}
}

// TestProblems: what is wrong with the file is told as check tells it, and the event's
// own mistake beside it.
func TestProblems(t *testing.T) {
	r := try(t, strings.Replace(routes, `"messages"`, `"messages"`+"\nmach = 1", 1), compose.Input{Source: "website", Body: []byte(`{"a":`)}, time.Time{})
	if r.Config != nil || len(r.Problems) != 1 || !strings.Contains(r.Problems.String(), `routes.toml:30:1: unknown key "mach": did you mean "match"?`+"\n    mach = ***\n    ^") {
		t.Errorf("problems: %v", r.Problems)
	}
	if r.Mistake == nil || r.Mistake.Line != 1 || r.Mistake.Col != 6 || len(r.Shots) != 0 {
		t.Errorf("mistake: %+v", r.Mistake)
	}
	for want, in := range map[string]compose.Input{
		`unknown source "websit": did you mean "website"?`: {Source: "websit"},
		`unknown vendor "acme"`:                            {Vendor: "acme"},
		`unknown sample "leed": did you mean "lead"?`:      {Source: "website", Sample: "leed"},
		`a test request of NewOaks`:                        {Vendor: "newoaks", Sample: "test"},
		`it is empty`:                                      {Source: "website", Body: []byte("  \n")},
		`byte order mark`:                                  {Source: "website", Body: []byte("\xef\xbb\xbf{}")},
		`larger than max_body`:                             {Source: "website", Body: []byte(`"` + strings.Repeat("x", 1<<20) + `"`)},
		`larger than 4 MiB`:                                {Source: "website", Body: []byte(strings.Repeat(" ", 5<<20))},
	} {
		if r := try(t, routes, in, time.Time{}); r.Mistake == nil || !strings.Contains(r.Mistake.Error(), want) || len(r.Shots) != 0 {
			t.Errorf("want %s, got %v", want, r.Mistake)
		}
	}
}

// TestSealed: a file that somebody has sent learns nothing of this machine.
func TestSealed(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TRIAL_SECRET", "hunter-variable")
	for _, name := range []string{"secret", "cert.pem", "key.pem"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("hunter-file"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text := strings.NewReplacer("/run/secrets/chatzuri", folder+"/secret", "/run/secrets/telegram", folder+"/secret", "#sales", "#${TRIAL_SECRET}",
		"[server]", "[server]\ntls_cert = \""+folder+"/cert.pem\"\ntls_key = \""+folder+"/key.pem\"\nadmin_token_file = \""+folder+"/secret\"\ntimezone = \"${TRIAL_SECRET}\"\n",
		"Hot:", "Hot: ${TRIAL_SECRET} ${HOME} ${PATH}").Replace(routes)
	r := try(t, text, compose.Input{Source: "website"}, time.Date(2026, 3, 6, 23, 0, 0, 0, time.UTC))
	if r.Config == nil || len(r.Shots) != 3 {
		t.Fatal(r.Problems)
	}
	var seen strings.Builder
	for _, s := range r.Shots {
		fmt.Fprintf(&seen, "%+v %s %s\n", s, s.Body, s.Look)
	}
	fmt.Fprintf(&seen, "%+v %v %+v %v", r.Explanation, r.Problems, r.Event, r.Config.Sources[1].Secrets)
	for _, secret := range []string{"hunter", os.Getenv("HOME") + " ", os.Getenv("PATH")} {
		if strings.Contains(seen.String(), secret) {
			t.Errorf("%s is shown: %s", secret, seen.String())
		}
	}
	if !strings.Contains(r.Shots[0].Message.Text, "Hot: ${TRIAL_SECRET} ${HOME} ${PATH} Mira Holm") || r.Config.Server.Certificate != nil {
		t.Errorf("%+v", r.Shots[0].Message.Text)
	}
	for _, folder := range []string{".", "../../relay/compose", "../../relay/config"} {
		sources, _ := filepath.Glob(folder + "/*.go")
		for _, name := range sources {
			if text, err := os.ReadFile(name); !strings.HasSuffix(name, "_test.go") && (err != nil || strings.Contains(string(text), `"os"`)) {
				t.Errorf("%s can read what it likes", name)
			}
		}
	}
}

// TestBounded: whatever is sent, an answer comes before long.
func TestBounded(t *testing.T) {
	many := func(n int, line string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, line, i, i)
		}
		return b.String()
	}
	loops := func(depth int) string {
		return strings.Repeat("{{ range $.Payload }}", depth) + strings.Repeat("{{ end }}", depth)
	}
	wide := []byte(`{"eventType":"leads.submit"` + many(3000, `,"k%d":%d`) + `}`)
	for name, tc := range map[string]struct {
		text string
		body []byte
	}{
		"conditions":       {routes + many(9000, "[[routes]]\nname=\"c%d\"\nmatch={}\nwhen='any(1..300000, # == %d) or true'\nto=[\"sales\"]\n"), nil},
		"templates":        {routes + many(3000, "[messages.m%d]\ntitle='%d"+loops(5)+"x'\n"), wide},
		"loops":            {strings.Replace(routes, "Hot: {{ .Contact.Name }}", loops(2), 1), wide},
		"output":           {strings.Replace(routes, "Hot: {{ .Contact.Name }}", `{{ range .Payload }}{{ printf \"%999999d\" 1 }}{{ end }}`, 1), wide},
		"sinks":            {routes + many(8000, "[sinks.s%d]\ntype=\"slack\"\ntoken=\"${X%d}\"\nchannel=\"#x\"\n") + "[[routes]]\nmatch={}\nto=[" + many(8000, `"s%d",#%d`+"\n") + "]\n", nil},
		"deep":             {routes, []byte(strings.Repeat("[", 500_000) + strings.Repeat("]", 500_000))},
		"deep and good":    {routes, []byte(`{"eventType":"leads.submit","payload":` + strings.Repeat(`{"a":`, 9000) + "1" + strings.Repeat("}", 9000) + `}`)},
		"a file too large": {strings.Repeat("# x\n", 1<<19), nil},
		"no text":          {"\x00\xff", nil},
		"nested":           {"a = " + strings.Repeat("[", 100_000), nil},
	} {
		t.Run(name, func(t *testing.T) {
			started := time.Now()
			r, err := trial.Hasty(time.Second).Try(t.Context(), trial.Request{Routes: file(tc.text), Event: compose.Input{Source: "website", Body: tc.body}})
			if took := time.Since(started); took > time.Minute {
				t.Errorf("it took %s", took)
			}
			if slow := errors.Is(err, trial.ErrSlow); err != nil && !slow || slow && r != nil {
				t.Fatalf("%+v, %v", r, err)
			}
			if r == nil {
				return
			}
			if len(r.Shots) > 12+3 || len(r.Problems) > 200 {
				t.Errorf("%d shots, %d problems", len(r.Shots), len(r.Problems))
			}
			if text := fmt.Sprint(r.Failed); (name == "loops" || name == "output") != (len(r.Failed) == 1 && strings.Contains(text, "failed on this event")) {
				t.Errorf("failed: %s %v", text, r.Problems)
			}
		})
	}
}

// TestTogether: several people try at the same time, and each sees their own.
func TestTogether(t *testing.T) {
	b := trial.NewBench()
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			text := strings.Replace(routes, "Hot:", fmt.Sprintf("Hot %d:", i), 1)
			r, err := b.Try(t.Context(), trial.Request{Routes: file(text), Event: compose.Input{Source: "website"}})
			if err != nil || !strings.Contains(brief(r.Shots), fmt.Sprintf("sales by leads: Hot %d: Mira Holm", i)) {
				t.Errorf("%d: %+v, %v", i, r, err)
			}
		})
	}
	all.Wait()
}

// TestManySinks: of very many messages the first are made, and the others counted.
func TestManySinks(t *testing.T) {
	text, to := routes, ""
	for i := range 30 {
		text += fmt.Sprintf("[sinks.s%d]\ntype = \"slack\"\ntoken = \"${X%d}\"\nchannel = \"#x%d\"\n", i, i, i)
		to += fmt.Sprintf("\"s%d\",", i)
	}
	r := try(t, text+"[[routes]]\nmatch = {}\nto = ["+to+"]\n", compose.Input{Source: "website"}, time.Date(2026, 3, 6, 12, 0, 0, 0, time.UTC))
	if len(r.Shots) != 12+2 || r.More != 31-12 || r.Shots[11].Place != "#x10" || !r.Shots[12].StandIn {
		t.Errorf("%d messages and %d more: %s, %v", len(r.Shots), r.More, brief(r.Shots), r.Problems)
	}
}

// TestBusy: who comes while others are trying waits for a turn, and not for ever.
func TestBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := trial.NewBench()
		release := trial.Occupy(t.Context(), b)
		answers := make(chan error, 2)
		ask := func(ctx context.Context) {
			_, err := b.Try(ctx, trial.Request{Routes: file(routes), Event: compose.Input{Source: "website"}})
			answers <- err
		}
		started := time.Now()
		go ask(t.Context())
		if err := <-answers; !errors.Is(err, trial.ErrBusy) || time.Since(started) != 10*time.Second {
			t.Errorf("after %s: %v", time.Since(started), err)
		}
		gone, leave := context.WithCancel(t.Context())
		go ask(gone)
		synctest.Wait()
		leave()
		if err := <-answers; !errors.Is(err, context.Canceled) {
			t.Errorf("whoever has gone: %v", err)
		}
		go ask(t.Context())
		synctest.Wait()
		release()
		if err := <-answers; err != nil {
			t.Errorf("once there is room: %v", err)
		}
	})
}

// TestLook: a delivery's message is that of the configuration in use, and shows none
// of its secrets.
func TestLook(t *testing.T) {
	env := compose.Env(trial.SinkOptions())
	env.Getenv = func(name string) (string, bool) {
		return cmp.Or(map[string]string{"CHAT": "-5"}[name], "hunter"), true
	}
	env.ReadFile = func(string) ([]byte, error) { return []byte("1:hunter"), nil }
	cfg, problems := config.Parse(file(routes), env)
	if cfg == nil {
		t.Fatal(problems)
	}
	e := relay.Event{ID: "e", Vendor: "chatbase", Source: "website", Kind: relay.Lead, Contact: relay.Contact{Name: `<script>alert(1)</script><img src=x onerror=alert(1)>`}}
	at := time.Date(2026, 3, 6, 8, 5, 0, 0, time.UTC)
	for _, o := range []relay.Owed{{Sink: "sales", Route: "leads"}, {Sink: "night", Route: "at night"}, {Sink: "night", Route: "long gone"}} {
		s, err := trial.NewBench().Look(t.Context(), cfg, e, o, at)
		if err != nil {
			t.Fatal(err)
		}
		if title := map[string]string{"leads": "Hot: &lt;script&gt;alert(1)"}[o.Route]; !strings.Contains(string(s.Look), title) || strings.Contains(string(s.Look), "<script") || strings.Contains(string(s.Look), "<img") || strings.Contains(string(s.Look), `class="raw"`) {
			t.Errorf("%+v: %s", o, s.Look)
		}
		if all := fmt.Sprintf("%+v %s %s", s, s.Body, s.Look); strings.Contains(all, "hunter") {
			t.Errorf("%+v: a secret in %s", o, all)
		}
		if !strings.Contains(string(s.Look), `datetime="2026-03-06T08:05:00`) {
			t.Errorf("%+v: not of that time: %s", o, s.Look)
		}
	}
	if e, x, err := trial.NewBench().Explain(t.Context(), cfg, compose.Input{Source: "support", Sample: "lead"}); err != nil || e.Vendor != "chatzuri" || len(x.Owed) == 0 || x.Owed[0] != (relay.Owed{Sink: "sales", Route: "leads"}) {
		t.Errorf("%+v, %+v, %v", e, x, err)
	}
	if _, err := trial.NewBench().Look(t.Context(), cfg, e, relay.Owed{Sink: "gone"}, at); !errors.Is(err, trial.ErrNoSink) {
		t.Errorf("a sink that is gone: %v", err)
	}
}
