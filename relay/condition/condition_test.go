package condition_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/condition"
)

// sample is an event with something in every field.
func sample() relay.Event {
	return relay.Event{
		ID: "0197", Vendor: "chatzuri", Source: "support", EventType: "message.received", Kind: relay.Inbound,
		Channel: "whatsapp", BotID: "agent_1", ConversationID: "c 1",
		Contact: relay.Contact{Name: "Ada", Email: "ada@example.com", Phone: "+44 20", Handle: "ada_l"},
		Subject: "Engines", Text: "Please call me, it is URGENT", Answer: "**Sure**",
		Transcript: []relay.Turn{{Role: "user", Text: "Hi"}, {Role: "assistant", Text: "Hello"}},
		PageURL:    "https://example.com/pricing", Scheduled: "tomorrow",
		CreatedAt: time.Date(2026, 3, 1, 22, 59, 0, 0, time.UTC), ReceivedAt: time.Date(2026, 3, 1, 23, 0, 0, 0, time.UTC),
		Payload: []byte(`{"data":{"plan":"pro","seats":12,"big":12345678901234567890,"none":null},"list":[1,2.5]}`),
	}
}

// holds tells whether a condition holds for an event.
func holds(t *testing.T, when string, e *relay.Event) (bool, error) {
	t.Helper()
	c, err := condition.Parse(when)
	if err != nil {
		t.Fatalf("%s: %v", when, err)
	}
	return c.Holds(condition.NewView(e, condition.Names{
		Bots:            map[string]string{"agent_1": "Support bot"},
		ConversationURL: func(e relay.Event) string { return "https://crm.example/c/" + e.ConversationID },
		Zone:            time.FixedZone("CET", 3600),
	}))
}

// TestCondition holds every name that a condition may have, and what the
// language's manual promises of its operators.
func TestCondition(t *testing.T) {
	e := sample()
	for when, want := range map[string]bool{
		`vendor == "chatzuri" and source == "support" and event_type == "message.received" and kind == "message"`:          true,
		`channel in ["whatsapp", "sms"] && bot_id startsWith "agent_" && bot == "Support bot"`:                             true,
		`conversation_id == "c 1" and conversation_url == "https://crm.example/c/c 1"`:                                     true,
		`contact.name == "Ada" and contact.email endsWith "@example.com" and contact.phone != "" and contact.handle != ""`: true,
		`subject == "Engines" and answer contains "Sure" and page_url matches "/pricing$" and scheduled == "tomorrow"`:     true,
		`not (text contains "unsubscribe")`: true,
		`text contains "urgent"`:            false,
		`lower(text) contains "urgent"`:     true,
		`len(transcript) == 3 and transcript[0].role == "user" and any(transcript, .text == "Hello") and transcript[2].text == answer`: true,
		`created_at < received_at and received_at.Hour() == 0`:                                                                         true, // in the server's zone
		`id == "0197"`:                               true,
		`payload.data.plan == "pro"`:                 true,
		`payload.data.seats > 10`:                    true,
		`payload.data.missing == nil`:                true,
		`payload.data?.other?.thing == nil`:          true,
		`payload.data.none == nil`:                   true,
		`payload.data.big == "12345678901234567890"`: true, // too large for a number
		`payload["list"][1] == 2.5`:                  true,
		`false`:                                      false,
	} {
		if got, err := holds(t, when, &e); got != want || err != nil {
			t.Errorf("%s: %v, %v, want %v", when, got, err, want)
		}
	}
}

// TestFails holds that what cannot be told is told of without a customer's words.
func TestFails(t *testing.T) {
	e := sample()
	for _, when := range []string{
		`payload.data.plan > 3`, `payload.data.plan.name == "x"`, `payload.nothing.here == 1`, `transcript[7].text == ""`,
		`int(contact.name) > 3`, `text matches payload.data.plan + "("`, `payload.data`, `len(1..len(text) * 100000000) > 0`,
	} {
		_, err := holds(t, when, &e)
		if _, ok := errors.AsType[*condition.Error](err); !ok {
			t.Errorf("%s: %v", when, err)
			continue
		}
		if text := err.Error(); strings.Contains(text, "Ada") || strings.Contains(text, "pro") || !strings.Contains(text, "true") && !strings.Contains(text, "told") && !strings.Contains(text, "too much work") {
			t.Errorf("%s: says %q", when, text)
		}
	}
}

func TestBadCondition(t *testing.T) {
	for when, want := range map[string]condition.Error{
		``:                                       {Text: `is empty: leave it out, or write what is to hold, such as text contains "urgent"`},
		`kind = "lead"`:                          {Offset: 5, Text: `unexpected "=": write == to compare`},
		`kin == "lead"`:                          {Offset: 0, Unknown: "kin"},
		`kind == "ä" and kin == 1`:               {Offset: 17, Unknown: "kin"}, // an umlaut has two bytes
		`contact.mail == ""`:                     {Offset: 8, Text: `contact has no field "mail": it has name, email, phone, handle`},
		`kind`:                                   {Text: `is a text, not a condition: say what it has to be, as in kind != ""`},
		`contact.name`:                           {Text: `is a text, not a condition: say what it has to be, as in contact.name != ""`},
		`"unsubscribe"`:                          {Text: `is a text, not a condition: say what has to hold it, as in text contains "unsubscribe"`},
		`len(text)`:                              {Text: "comes out as int instead of true or false"},
		`kind ==`:                                {Offset: 6, Text: "ends too early: something is missing after =="},
		`transcript[0].who == ""`:                {Offset: 14, Text: `turn has no field "who": it has role, text`},
		`kind == 3`:                              {Offset: 5, Text: "a text and a number do not go together with =="},
		`.Contact.Name == "x"`:                   {Text: `unexpected ".Contact.Name": write contact.name, since names have no point before them here`},
		`kind == "a" and .ConversationURL == ""`: {Offset: 16, Text: `unexpected ".ConversationURL": write conversation_url, since names have no point before them here`},
		`.Nothing == "x"`:                        {Text: `unexpected "."`},
		`kind == "lead" AND text == ""`:          {Offset: 15, Text: `unexpected "AND": write and`},
		`NOT (kind == "lead")`:                   {Text: `unexpected "NOT": write not`},
		`kind == “lead”`:                         {Offset: 8, Text: "unexpected '“': write straight quotes, \" or '"},
		strings.Repeat("a", 10_001):              {Text: "is longer than 10000 bytes"},
	} {
		_, err := condition.Parse(when)
		got, ok := errors.AsType[*condition.Error](err)
		if !ok || got.Offset != want.Offset || got.Unknown != want.Unknown || got.Unknown == "" && got.Text != want.Text {
			t.Errorf("%.30s: got %#v, want %#v", when, got, want)
		}
	}
}

// TestHabits holds what is said of conditions as other languages have them: each
// cure is a condition that is good, or as good as one.
func TestHabits(t *testing.T) {
	for when, want := range map[string]string{
		`text.contains("a")`:                  `5: a text has no contains of its own: write text contains "urgent"`,
		`contact.name.startswith("a")`:        `13: a text has no startswith of its own: write contact.name startsWith "urgent"`,
		`text.toLowerCase() == "a"`:           `5: a text has no toLowerCase of its own: write lower(text)`,
		`text.length > 5`:                     `5: a text has no length of its own: write len(text)`,
		`contains(text, "a")`:                 `0: unexpected "contains": write it between the two, as in text contains "urgent"`,
		`text like "%a%"`:                     `5: unexpected "like": write contains`,
		`text is not null`:                    `5: unexpected "is": write !=`,
		`text doesnt contain "a"`:             `5: unexpected "doesnt": write not contains`,
		`text <> "a"`:                         `5: unexpected "<>": write !=`,
		`text === "a"`:                        `7: unexpected "=": write == to compare`,
		`text =~ "a"`:                         `5: unexpected "=~": write matches`,
		`text ~ "a"`:                          `5: unexpected "~": write matches`,
		`text matches /a/`:                    `13: a pattern stands in quotes, as in text matches "(?i)urgent"`,
		`kind in ("lead", "chat")`:            `8: a list stands in square brackets, as in kind in ["lead", "chat"]`,
		`kind in "lead"`:                      `5: in wants a list, as in kind in ["lead", "chat"]; within a text it is text contains "urgent"`,
		`text contains ["a", "b"]`:            `5: contains wants one text: write text contains "a" or text contains "b"`,
		`text contains "a" or "b"`:            `18: both sides of or are conditions: write out each, as in text contains "a" or text contains "b"`,
		`not text contains "a"`:               `0: not takes the next word alone: write not (text contains "urgent")`,
		`created_at > "2026-01-01"`:           `11: a time is compared with a time: put date( ) around the text, as in date("2026-01-31")`,
		`len(text) > "5"`:                     `10: a number is compared with a number: take the quotes away`,
		`text > 5`:                            `5: a text and a number do not go together with >`,
		`{{ .Kind }} == "lead"`:               `0: names stand here without {{ }} and without a point: write kind`,
		`kind == "{{" and .Kind`:              `17: unexpected ".Kind": write kind, since names have no point before them here`,
		`event.kind == "lead"`:                `0: unknown name "event": write kind alone`,
		`kind == lead`:                        `8: unknown name "lead": a text stands in quotes, as in "lead"`,
		`kind in ["lead", chat]`:              `17: unknown name "chat": a text stands in quotes, as in "chat"`,
		`text contains lower`:                 `5: a text and a function do not go together with contains`,
		`hour() > 18`:                         `0: unknown name "hour": a condition knows no clock, but active does, as in active = { hours = "18:00-08:00" }`,
		`now() > received_at`:                 `0: unknown name "now": a condition knows no clock, but active does, as in active = { hours = "18:00-08:00" }`,
		`text contains "a`:                    `14: the text that begins here has no closing quote`,
		`text contains "(" and (kind == "a"`:  `22: this "(" has no closing ")"`,
		`kind == "\"(" and (kind == "a") and`: `34: ends too early: something is missing after and`,
		`kind == '"' and (kind == "a"`:        `16: this "(" has no closing ")"`,
		`{{ .Kind }} == {{ .Channel }}`:       `0: names stand here without {{ }} and without a point: write kind`,
		`text contains "a" and`:               `20: ends too early: something is missing after and`,
		`len()`:                               `0: invalid number of arguments (expected 1, got 0)`,
		`lower()`:                             `0: not enough arguments to call lower`,
		`if text contains "a"`:                `0: write the condition alone, without if`,
		`kind == "lead")`:                     `14: this ")" closes nothing: take it out, or open it before`,
		`text matches "(a"`:                   "5: the pattern is no regular expression: missing closing ): `(a`",
		`text "a"`:                            `5: something is missing before this text, such as == or contains`,
	} {
		_, err := condition.Parse(when)
		wrong, ok := errors.AsType[*condition.Error](err)
		if !ok {
			t.Errorf("%s: %v", when, err)
			continue
		}
		if got := fmt.Sprintf("%d: %s", wrong.Offset, wrong); got != want {
			t.Errorf("%s: says\n%s\nwant\n%s", when, got, want)
		}
	}
	for when, want := range map[string]string{`email == "a"`: "contact.email", `message contains "a"`: "text", `kin == "a"`: "", `customer.vip == true`: "contact"} {
		_, err := condition.Parse(when)
		if wrong, ok := errors.AsType[*condition.Error](err); !ok || wrong.Unknown == "" || wrong.Like != want {
			t.Errorf("%s: %#v, want %q", when, err, want)
		}
	}
	for _, cure := range []string{
		`text contains "a" or text contains "b"`, `kind in ["lead", "chat"]`, `not (text contains "urgent")`, `text not contains "a"`,
		`created_at > date("2026-01-31")`, `text matches "(?i)urgent"`, `lower(text) == trim(text)`, `contact.name != ""`, `len(text) > 5`,
	} {
		if _, err := condition.Parse(cure); err != nil {
			t.Errorf("the cure %s is none: %v", cure, err)
		}
	}
}

func TestFieldNames(t *testing.T) {
	names := condition.FieldNames()
	if len(names) != 20 || names[0] != "vendor" || !slices.Contains(names, "payload") {
		t.Errorf("%v", names)
	}
}

// TestUnsetTime: a clock that says 1970 says nothing.
func TestUnsetTime(t *testing.T) {
	e := sample()
	for created, want := range map[time.Time]bool{time.Unix(0, 0): true, {}: true, e.CreatedAt: false} {
		e.CreatedAt = created
		if got, err := holds(t, `created_at.Year() == 1`, &e); got != want || err != nil {
			t.Errorf("%s: %v, %v", created, got, err)
		}
	}
}
