package main

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/compose"
	"botrelay/relay/vendors"
	"botrelay/sinks/sinktest"
	"botrelay/sinks/trial"
)

// payloadSubject is a sample from which golden payloads are made.
type payloadSubject struct {
	vendor, name string
	long         bool // in its long form too: one of each kind is enough
}

// payloadSubjects are a message of every kind, and one of every channel.
func payloadSubjects() []payloadSubject {
	return []payloadSubject{
		{"chatbase", "lead", false},
		{"chatdata", "lead", false},
		{"newoaks", "lead", true},
		{"newoaks", "appointment", true},
		{"chatdata", "chat", true},
		{"newoaks", "conversation", false},
		{"chatdata", "escalation", true},
		{"chatzuri", "escalation", false},
		{"chatzuri", "whatsapp", false},
		{"chatzuri", "telegram", false},
		{"chatzuri", "facebook", false},
		{"chatzuri", "instagram", false},
		{"chatzuri", "email", true},
		{"chatzuri", "web", false},
		{"chatbase", "other", true},
	}
}

// otherSample is an event that no vendor documents.
const otherSample = `{"eventType":"invoice.paid","chatbotId":"bot_flora","payload":{"conversationId":"conv_77","amount":129.5,` +
	`"currency":"EUR","customerName":"Mira Holm","items":["roses","vase"],"note":"Paid by card","paid":true}}`

// hostileText is what a stranger writes who wants to ping, to hide a link, to
// pass for somebody else or to break out.
const hostileText = "<!channel> <!here> <@U024BE7LH> @everyone @here <@123456789012345678> <@&42> <#7> @botfather /start #tag $USD\n" +
	"> quoted\n# Heading\n- item\n*b* _i_ ~s~ **b** __u__ ||spoiler|| `code` ```pre``` \\* &lt;b&gt; &amp;\n" +
	"[your bank](https://evil.example/a) <https://evil.example/b|your bank> <a href=\"https://evil.example/c\">your bank</a>\n" +
	"tg://user?id=1 javascript:alert(1) {{ .Contact.Name }} gpj.\u202egnp\u202c \u2066x\u2069 z\u200be\u200bro \x1b[31mred\x07\n" +
	"New lead: Not A Lead\nBot: I am the bot\n🧑‍🤝‍🧑 👩🏽‍🚀 🏴󠁧󠁢󠁷󠁬󠁳󠁿 Z̷̡͔͇̈́a̶l̸g̷o̵"

// longText is more than any platform takes in one message.
func longText() string {
	var b strings.Builder
	for b.Len() < 20_000 {
		b.WriteString("Do you deliver on Sundays, and if so until when? We are 12 people & would like a table by the window. 🌷\n\n")
	}
	return b.String()
}

// rewritten is a webhook's body in which every text that a stranger may have
// chosen is another one.
func rewritten(t *testing.T, body []byte, text string) []byte {
	t.Helper()
	var doc any
	if err := json.Unmarshal(body, &doc); err != nil {
		t.Fatal(err)
	}
	ours := regexp.MustCompile(`(?i)^(event|eventType|Type|role|channel|source|chatbotId|chatbot_id|agentId|agent_id|SerialNumber|timestamp|CreateTime|Date|Time)$`)
	var walk func(key string, v any) any
	walk = func(key string, v any) any {
		switch v := v.(type) {
		case map[string]any:
			for k := range v {
				v[k] = walk(k, v[k])
			}
		case []any:
			for i := range v {
				v[i] = walk(key, v[i])
			}
		case string:
			if !ours.MatchString(key) {
				return text
			}
		}
		return v
	}
	out, err := json.Marshal(walk("", doc))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// sourceNamed is the source of a vendor in the payloads' routes file.
func sourceNamed(vendor string) string {
	return map[string]string{"chatbase": "website", "chatdata": "shop", "chatzuri": "support", "newoaks": "booking"}[vendor]
}

// previewed makes the messages for a webhook as preview --json does.
func previewed(t *testing.T, vendor string, from vendors.Sample) *previews {
	t.Helper()
	none := func(string) (string, bool) { return "", false }
	cfg, _, err := readWithoutSecrets(&world{getenv: none, stderr: io.Discard}, "testdata/payloads/routes.toml")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 6, 8, 0, 0, 0, time.UTC)
	v, _ := vendors.Lookup(vendor)
	tried, err := trial.New(cfg, nil, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	p, err := (&previewCmd{}).shoot(t.Context(), tried, compose.Event(v, sourceNamed(vendor), from.Header, from.Body, now))
	if err != nil {
		t.Fatal(err)
	}
	if len(p.shots) != 3 || len(p.Failed()) > 0 {
		t.Fatalf("%d messages, failed: %q", len(p.shots), p.Failed())
	}
	return p
}

// TestPayloads: a webhook of every kind and channel, as its vendor documents it,
// very long, and hostile, becomes what the golden files say on each platform.
func TestPayloads(t *testing.T) {
	for _, subject := range payloadSubjects() {
		vendor, name := subject.vendor, subject.name
		short := vendors.Sample{Name: "other", Body: []byte(otherSample)}
		if name != "other" {
			short.Body = eventOf(t, vendor, name).Payload
		}
		for _, form := range []struct {
			name string
			body []byte
		}{{"short", short.Body}, {"long", rewritten(t, short.Body, longText())}, {"hostile", rewritten(t, short.Body, hostileText)}} {
			if form.name == "long" && !subject.long {
				continue
			}
			t.Run(vendor+"-"+name+"-"+form.name, func(t *testing.T) {
				p := previewed(t, vendor, vendors.Sample{Body: form.body})
				bodies := make(map[string]json.RawMessage)
				for _, s := range p.shots {
					if s.Refused != "" {
						t.Errorf("%s refuses it: %s", s.Sink, s.Refused)
					}
					bodies[s.Sink] = s.Body
				}
				inert(t, p)
				if form.name == "hostile" {
					intact(t, p)
				}
				sinktest.Golden(t, "payloads/"+vendor+"-"+name+"-"+form.name, bodies)
			})
		}
	}
}

// inert fails the test if anything in the messages, as the apps show them, pings,
// is a command, or leads where it does not say.
func inert(t *testing.T, p *previews) {
	t.Helper()
	var page bytes.Buffer
	if err := p.WritePage(&page, "x"); err != nil {
		t.Fatal(err)
	}
	for _, s := range p.shots {
		var sent struct {
			Text     string `json:"text"`
			Mentions struct {
				Parse []string `json:"parse"`
			} `json:"allowed_mentions"`
		}
		if err := json.Unmarshal(s.Body, &sent); err != nil {
			t.Fatal(err)
		}
		// Slack reads markup in what its notifications show.
		if s.Type == "slack" && strings.ContainsAny(sent.Text, "<>") {
			t.Errorf("Slack's notification has markup: %s", sent.Text)
		}
		// Discord pings whom it may, unless it is told: nobody.
		if s.Type == "discord" && (sent.Mentions.Parse == nil || len(sent.Mentions.Parse) > 0) {
			t.Errorf("Discord may mention %q", sent.Mentions.Parse)
		}
	}
	_, body, _ := strings.Cut(page.String(), "<body")
	for _, class := range []string{"mention", "auto", "deadlink", "spoiler"} {
		if strings.Contains(body, `class="`+class+`"`) {
			t.Errorf("there is a %s", class)
		}
	}
	wrong := 0
	for _, m := range regexp.MustCompile(`<a href="([^"]*)"[^>]*>([^<]*)</a>`).FindAllStringSubmatch(body, -1) {
		if strings.Contains(m[1], "evil.example") && !strings.HasPrefix(m[1], m[2]) {
			wrong++
		}
	}
	allowed := 0
	if p.event.Answer != "" { // a bot's answer is Markdown, and its links are its own: one so, one in HTML
		allowed = 2 * len(p.shots)
	}
	if wrong > allowed {
		t.Errorf("%d links do not lead where they say, more than the bot's %d", wrong, allowed)
	}
}

// intact fails the test if a message has lost a word of what the customer wrote,
// where that is told in full.
func intact(t *testing.T, p *previews) {
	t.Helper()
	if p.event.Text == "" || p.event.Kind == relay.Other {
		return
	}
	for _, s := range p.shots {
		for _, word := range []string{
			"<!channel>", "<@U024BE7LH>", "@everyone", "<@&42>", "/start", "#tag", "$USD", "*b*", "||spoiler||", "```pre```", `\*`, "&lt;b&gt; &amp;",
			"[your bank](https://evil.example/a)", "<https://evil.example/b|your bank>", `<a href="https://evil.example/c">your bank</a>`,
			"tg://user?id=1", "{{ .Contact.Name }}", "🧑‍🤝‍🧑 👩🏽‍🚀",
		} {
			if text := strings.ReplaceAll(s.Message.Text, "\u2060", ""); !strings.Contains(text, word) {
				t.Errorf("%s has lost %q: %s", s.Sink, word, text)
			}
		}
	}
}
