package mask_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"botrelay/relay"
	"botrelay/relay/admin/mask"
	"botrelay/relay/queue"
)

// masker knows a secret of the routes file.
func masker() *mask.Masker { return mask.New([]relay.Secret{relay.NewSecret("never-to-be-said")}) }

// TestText: what is ours, has the form of a secret, or stands where one is carried is not
// shown; what only looks a little like it is.
func TestText(t *testing.T) {
	for text, want := range map[string]string{
		"it is never-to-be-said!":      "it is ***!",
		"xoxb-1234567890-abcdefgh":     "***",
		"ghp_abcdefghijklmnopqrstuvwx": "***",
		"https://api.telegram.org/bot123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc/getMe": "https://api.telegram.org/***/getMe",
		"/123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc/send":                             "/***/send",
		"https://hooks.slack.com/services/T0/B0/abcdef":                                   "https://hooks.slack.com/services/***",
		"https://discord.com/api/v10/webhooks/1/abcdefgh":                                 "https://discord.com/api/v10/webhooks/***",
		"https://x.example/?token=abcdefgh&b=2":                                           "https://x.example/?token=***&b=2",
		"postgres://me:hunter22@db/x":                                                     "postgres://me:***@db/x",
		"Authorization: Bearer abcdefghijkl":                                              "Authorization: Bearer ***",
		"+49 170 1234567":                                                                 "+49 170 1234567",
		"anna@example.com":                                                                "anna@example.com",
		"max_tokens is 100, see https://x.example/?page=abcdef":                           "max_tokens is 100, see https://x.example/?page=abcdef",
	} {
		if got := masker().Text(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestRecord: whom an event is about, its details and why its deliveries failed hold no
// secret, and what was handed in stays as it was.
func TestRecord(t *testing.T) {
	const evil = "xoxb-1234567890-abcdefgh and never-to-be-said"
	from := queue.Record{
		Event: relay.Event{
			Contact: relay.Contact{Name: evil, Email: evil, Phone: evil, Handle: evil}, Subject: "never-to-be-said", Text: "never-to-be-said", Answer: "never-to-be-said",
			PageURL: evil, Scheduled: evil, Details: []relay.Detail{{Label: "API key", Text: "any"}, {Label: "x", Text: evil}}, Transcript: []relay.Turn{{Text: "never-to-be-said"}},
		},
		Deliveries: []queue.DeliveryRecord{{Reason: evil, Attempts: []queue.Attempt{{Reason: evil}}}},
	}
	before, err := json.Marshal(from)
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(masker().Record(&from))
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"never-to-be-said", "xoxb", `"any"`} {
		if strings.Contains(string(got), bad) {
			t.Errorf("%q is told: %s", bad, got)
		}
	}
	if after, err := json.Marshal(from); err != nil || string(after) != string(before) {
		t.Errorf("the record itself has changed: %s %v", after, err)
	}
}

// TestPretty: JSON is cut to so many bytes and told to be; what is none is one text.
func TestPretty(t *testing.T) {
	text, places, cut := masker().Pretty([]byte(`{"a":{"password":"x"},"b":[1]}`), 0)
	if want := "{\n  \"a\": {\n    \"password\": \"***\"\n  },\n  \"b\": [\n    1\n  ]\n}"; string(text) != want || !slices.Equal(places, []string{"a.password"}) || cut {
		t.Errorf("%s %q %v", text, places, cut)
	}
	if text, _, cut = masker().Pretty([]byte(`["`+strings.Repeat("é", 100)+`","b"]`), 20); len(text) > 20 || !cut || !strings.HasPrefix(string(text), "[\n  \"éé") || strings.Contains(string(text), "\ufffd") {
		t.Errorf("%q %v", text, cut)
	}
	if text, _, _ = masker().Pretty([]byte(`Bearer abcdefghijkl`), 0); string(text) != `"Bearer ***"` {
		t.Errorf("%q", text)
	}
	if text, _ := masker().JSON([]byte(`{`)); text != nil {
		t.Errorf("%q", text)
	}
}

// TestTextCarried: what stands in a text where secrets stand is not shown, however the
// text was written; what is none stays, though it looks a little like it.
func TestTextCarried(t *testing.T) {
	for text, want := range map[string]string{
		"redis://:pw@cache:6379/0":                         "redis://:***@cache:6379/0",
		"https://me:p@ss@x.example:8443/a":                 "https://me:***@x.example:8443/a",
		"https://x.example:8443/cart?page=2":               "https://x.example:8443/cart?page=2",
		"see https://x.example:8443/~me/a@b":               "see https://x.example:8443/~me/a@b",
		"/login?next=https%3A%2F%2Fy%3Ftoken%3Dabcdefgh":   "/login?next=https%3A%2F%2Fy%3Ftoken%3D***",
		"/a?client_secret=abc&hub.verify_token=d&x=1":      "/a?client_secret=***&hub.verify_token=***&x=1",
		"password=abc&user=me":                             "password=***&user=me",
		`cannot read {"password":"hunter22", "a`:           `cannot read {"password":"***", "a`,
		`got "{\"api_key\":\"hunter\\u0032\", \"a\":`:      `got "{\"api_key\":\"***\", \"a\":`,
		"POST / HTTP/1.1\r\nX-Api-Key: abc\r\nAccept: */*": "POST / HTTP/1.1\r\nX-Api-Key: ***\r\nAccept: */*",
		"Authorization: Basic dXNlcjpwYXNz":                "Authorization: Basic ***",
		"Basic dXNlcjpwYXNz":                               "Basic ***",
		"I have basic questions":                           "I have basic questions",
		"the password is on the card":                      "the password is on the card",
		"design=modern, tokens=3, https://x.example/a?b=1": "design=modern, tokens=3, https://x.example/a?b=1",
	} {
		if got := masker().Text(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestOddJSON: a secret is found wherever JSON holds it: as a key, before its name, after
// the name of a header, in JSON that is a text of JSON, twice.
func TestOddJSON(t *testing.T) {
	for text, want := range map[string]string{
		`{"xoxb-1234567890-abcdefgh":1}`:                                     `{"***":1}`,
		`{"never-to-be-said":{"a":"never-to-be-said"}}`:                      `{"***":{"a":"***"}}`,
		`[{"value":"abc","name":"Password"},{"value":"de","name":"City"}]`:   `[{"value":"***","name":"Password"},{"value":"de","name":"City"}]`,
		`{"Value":{"name":"x","value":"y"},"Key":"token","z":[{"value":1}]}`: `{"Value":"***","Key":"token","z":[{"value":1}]}`,
		`{"secret":{"name":"x"},"b":{"value":"a","label":"PIN"}}`:            `{"secret":"***","b":{"value":"***","label":"PIN"}}`,
		`{"\u0076alue":"a","name":"pass\u0077ord","name":"x"}`:               `{"value":"***","name":"password","name":"x"}`,
		`{"raw":["Host","a","X-Api-Key","abc","Accept","b"]}`:                `{"raw":["Host","a","X-Api-Key","***","Accept","b"]}`,
		`[["Cookie","a"],["Set-Cookie",["b"],"c"],["token","billing"]]`:      `[["Cookie","***"],["Set-Cookie","***","c"],["token","billing"]]`,
		`{"body":"{\"password\":\"a\\\"b\",\"n\":1.50}"}`:                    `{"body":"{\"password\":\"***\",\"n\":1.50}"}`,
		`{"body":"{ \"x\": \"y\" }"}`:                                        `{"body":"{ \"x\": \"y\" }"}`,
		`"[\"{\\\"token\\\":[\\\"a\\\"]}\"]"`:                                `"[\"{\\\"token\\\":\\\"***\\\"}\"]"`,
		`{"password":"a","password":["b"],"PASS_WORD":{"c":"d"}}`:            `{"password":"***","password":"***","PASS_WORD":"***"}`,
		`{"name":"token","value":"a","value":"b"}`:                           `{"name":"token","value":"***","value":"***"}`,
	} {
		if got, _ := masker().JSON([]byte(text)); string(got) != want {
			t.Errorf("%s\ngot  %s\nwant %s", text, got, want)
		}
	}
	for depth := range 8 { // however often it is a text of a text, none is shown whole
		text := `{"password":"hunter22"}`
		for range depth {
			quoted, err := json.Marshal(text)
			if err != nil {
				t.Fatal(err)
			}
			text = string(quoted)
		}
		if got, _ := masker().JSON([]byte(text)); got == nil || strings.Contains(string(got), "hunter22") {
			t.Errorf("%d deep: %s", depth, got)
		}
	}
}
