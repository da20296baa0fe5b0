package vendors_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"botrelay/relay"
	"botrelay/relay/vendors"
)

func TestDetailLabels(t *testing.T) {
	for name, want := range map[string]string{
		"pageId": "Page ID", "page_id": "Page ID", "PageID": "Page ID", "pageURLPath": "Page URL path", "x": "X",
		"utm-source": "UTM source", "item2Name": "Item2 name", "What is your budget?": "What is your budget?", "größe": "größe", "__": "__", "HTML": "Html",
	} {
		body, err := json.Marshal(map[string]string{name: "v"})
		if err != nil {
			t.Fatal(err)
		}
		got := decode(t, "chatbase", string(body)).Details
		if len(got) != 1 || got[0].Label != want {
			t.Errorf("%s: %+v, want %s", name, got, want)
		}
	}
}

// TestNoAddress: a customer's IP address is shown nowhere, whatever it is
// called and wherever it is.
func TestNoAddress(t *testing.T) {
	for _, v := range vendors.Builtin() {
		for _, body := range []string{
			`{"client_ip":"203.0.113.7"}`, `{"client_id":"203.0.113.7"}`, `{"x":{"ip":"unknown 203.0.113.7"}}`, `{"seen":["203.0.113.7","203.0.113.7:443"]}`,
			`{"client_ip":"host 203.0.113.7"}`, `{"seen":["203.0.113.7","office"]}`,
			`{"a":"203.0.113.7, 198.51.100.2"}`, `{"a":" 203.0.113.7 "}`, `{"payload":{"ipAddress":"203.0.113.7"},"data":{"remote_addr":["203.0.113.7"]}}`,
			`{"lead":{"IP":"203.0.113.7"},"messages":[],"answer":{"ip":"203.0.113.7"}}`,
			`[{"Name":"x"},{"Client-IP":"203.0.113.7"}]`,
		} {
			e := v.Decode(http.Header{}, []byte(body))
			if text := fmt.Sprint(e.Details); strings.Contains(text, "203.0.113.7") {
				t.Errorf("%s: %s: %s", v.Name, body, text)
			}
		}
	}
	if got := decode(t, "chatdata", `{"client_id":"cl_7","time":"12:30","v":"1.2.3"}`).Details; len(got) != 3 {
		t.Errorf("what is no address is not shown: %+v", got)
	}
}

func TestDetailsAreBounded(t *testing.T) {
	var many strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&many, `,"key%d":"v"`, i)
	}
	e := decode(t, "chatbase", `{"long":"`+strings.Repeat("é", 5000)+`"`+many.String()+`}`)
	if len(e.Details) != 21 || e.Details[20] != (relay.Detail{Label: "More", Text: "not all fields are shown"}) {
		t.Errorf("%d details, the last one %+v", len(e.Details), e.Details[len(e.Details)-1])
	}
	if got, want := e.Details[0].Text, strings.Repeat("é", 250)+"…"; got != want {
		t.Errorf("cut to %q", got)
	}
	// Cut between characters as a reader sees them, not inside a family.
	family := "👩‍👩‍👧‍👦"
	e = decode(t, "chatbase", `{"x":"`+strings.Repeat(family, 100)+`"}`)
	if got, want := e.Details[0].Text, strings.Repeat(family, 500/len(family))+"…"; got != want {
		t.Errorf("cut to %q", got)
	}
	e = decode(t, "chatbase", `{"x":"a`+strings.Repeat("\u0301", 5000)+`"}`)
	if got := e.Details[0].Text; len(got) > 510 || !utf8.ValidString(got) {
		t.Errorf("cut to %d bytes", len(got))
	}
	e = decode(t, "chatbase", `{"`+strings.Repeat("k", 5000)+`":1,"deep":`+strings.Repeat(`{"a":`, 900)+"1"+strings.Repeat("}", 900)+"}")
	if len(e.Details) != 2 || len(e.Details[0].Label) > 64 || len(e.Details[1].Text) > 510 {
		t.Errorf("%+v", e.Details)
	}
}

func TestDetailsOfLists(t *testing.T) {
	got := decode(t, "chatbase", `{"form":[{"q":"Size?","a":"M"},{"q":"Colour?","a":""}],"tags":["a",2,true,null],"pairs":[["x","y"],[]]}`).Details
	want := []relay.Detail{
		{Label: "Form 1 › Q", Text: "Size?"},
		{Label: "Form 1 › A", Text: "M"},
		{Label: "Form 2 › Q", Text: "Colour?"},
		{Label: "Tags", Text: "a, 2, yes"},
		{Label: "Pairs 1", Text: "x, y"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestCreatedAt(t *testing.T) {
	at := time.Date(2026, 2, 25, 6, 13, 20, 0, time.UTC)
	for text, want := range map[string]time.Time{
		`"2026-02-25T06:13:20Z"`:         at,
		`"2026-02-25T07:13:20+01:00"`:    at,
		`"2026-02-25T07:13:20+0100"`:     at,
		`"2026-02-25 06:13:20 UTC"`:      at,
		`"2026-02-25T06:13:20.000Z"`:     at,
		`1772000000`:                     at,
		`1772000000.0`:                   at,
		`"1772000000"`:                   at,
		`1772000000000`:                  at,
		`"2026-02-25T06:13:20"`:          {},
		`"2026-02-25 06:13:20 PST"`:      {},
		`"12026-02-25T06:13:20Z"`:        {},
		`"0001-01-01T00:00:00Z"`:         {},
		`"1970-01-01T00:00:00Z"`:         {},
		`0`:                              {},
		`17`:                             {},
		`1e300`:                          {},
		`9999999999999999`:               {},
		`-1772000000`:                    {},
		`"yesterday"`:                    {},
		`"Infinity"`:                     {},
		`true`:                           {},
		`{"seconds":1772000000}`:         {},
		`"9999-12-31T23:59:59.99-23:59"`: {},
	} {
		e := decode(t, "newoaks", `{"Type":"Lead","CreateTime":`+text+`}`)
		if !e.CreatedAt.Equal(want) {
			t.Errorf("%s: %s, want %s", text, e.CreatedAt, want)
		}
		if _, err := json.Marshal(e); err != nil {
			t.Errorf("%s: the event cannot be stored: %v", text, err)
		}
		if shown := len(e.Details) > 0; shown == !want.IsZero() {
			t.Errorf("%s: details %+v", text, e.Details)
		}
	}
}

// FuzzDecode: whatever was signed is an event of a known kind that can be
// stored, and never a panic.
func FuzzDecode(f *testing.F) {
	for _, v := range vendors.Builtin() {
		for _, s := range v.Samples {
			f.Add(s.Header.Get("X-Chat-Data-Topic"), s.Body)
		}
	}
	f.Add("chat", []byte(`{"messages":"[[{\"content\":[1,{\"text\":2}]}]","answer":[],"lead":7,"payload":[{}],"data":"{}"}`))
	f.Add("", []byte(`[{"Question":[],"Messages":[null,"a"]},"{\"CreateTime\":1e20}"]`))
	f.Fuzz(func(t *testing.T, topic string, body []byte) {
		for _, v := range vendors.Builtin() {
			if v.IsTest != nil {
				v.IsTest(body)
			}
			e := v.Decode(http.Header{"X-Chat-Data-Topic": {topic}}, body)
			if !slices.Contains(relay.Kinds(), e.Kind) {
				t.Errorf("%s: kind %q", v.Name, e.Kind)
			}
			text, err := json.Marshal(e)
			if err != nil || !utf8.Valid(text) {
				t.Errorf("%s: %v", v.Name, err)
			}
			if len(e.Details) > 25 {
				t.Errorf("%s: %d details", v.Name, len(e.Details))
			}
			if again := v.Decode(http.Header{"X-Chat-Data-Topic": {topic}}, body); again.DedupKey != e.DedupKey {
				t.Errorf("%s: two keys", v.Name)
			}
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	for _, v := range vendors.Builtin() {
		b.Run(v.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				v.Decode(v.Samples[0].Header, v.Samples[0].Body)
			}
		})
	}
	var wide strings.Builder
	wide.WriteString(`{"eventType":"message.received","payload":{"x":0`)
	for i := range 60_000 {
		fmt.Fprintf(&wide, `,"key%d":"value"`, i)
	}
	wide.WriteString("}}")
	b.Run("1 MiB of fields", func(b *testing.B) {
		v, _ := vendors.Lookup("chatzuri")
		for b.Loop() {
			v.Decode(http.Header{}, []byte(wide.String()))
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	now := time.Unix(1772000000, 0)
	for _, v := range vendors.Builtin() {
		b.Run(v.Name, func(b *testing.B) {
			h, key := v.Sign(v.Samples[0].Body, relay.NewSecret("s"), now), secrets("s")
			for b.Loop() {
				if _, err := v.Verify(h, v.Samples[0].Body, key, vendors.Options{}, now); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestDeepText: a customer may type as many brackets as a request holds. What is
// only nearly JSON is text, and how deep it goes takes no stack: a stack that is
// full ends the process.
func TestDeepText(*testing.T) {
	const deep = 12 << 20 // what fills a stack of Go, 1 GB, with some 100 bytes a level
	body := `{"eventType":"message.received","data":{"message":"` + strings.Repeat("[", deep) + `"},"payload":"` + strings.Repeat("[", deep) + `"}`
	for _, v := range vendors.Builtin() {
		v.Decode(http.Header{}, []byte(body))
	}
}
