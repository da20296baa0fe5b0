package events_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
)

// TestPayload: the vendor's JSON in its order and with its numbers, and nothing in it
// that may be secret: by its key, by its form, or since it is ours.
func TestPayload(t *testing.T) {
	s := open(t, routes)
	const sent = `{"z":1.50,"a":12345678901234567890,"token":"abc","max_tokens":100,"nested":{"apiKey":"k","list":[{"password":"p"},true,null]},` +
		`"headers":[{"name":"Authorization","value":"Basic abc"},{"name":"Accept","value":"text/html"}],"authorization":{"a":[1]},"empty":{},"none":[],` +
		`"url":"https://x.example/a?token=abcdefgh&b=2","said":"Bearer abcdefghijkl","jwt2":"x eyJhbGciOiJI.eyJzdWIiOiIx.abc","own":"it is never-to-be-said-website!","bidi":"\u202egnp.exe","same":1,"same":2}`
	const want = `{"z":1.50,"a":12345678901234567890,"token":"***","max_tokens":100,"nested":{"apiKey":"***","list":[{"password":"***"},true,null]},` +
		`"headers":[{"name":"Authorization","value":"***"},{"name":"Accept","value":"text/html"}],"authorization":"***","empty":{},"none":[],` +
		`"url":"https://x.example/a?token=***&b=2","said":"Bearer ***","jwt2":"x ***","own":"it is ***!","bidi":"` + "\u202e" + `gnp.exe","same":1,"same":2}`
	id := s.put(relay.Event{Payload: json.RawMessage(sent)}, "sales")
	var got struct {
		Payload json.RawMessage
		Masked  []string
	}
	s.program("GET", "/events/"+id, nil, &got)
	if string(got.Payload) != want {
		t.Errorf("got  %s\nwant %s", got.Payload, want)
	}
	if places := "token nested.apiKey nested.list.password headers.value authorization url said jwt2 own"; strings.Join(got.Masked, " ") != places {
		t.Errorf("masked %q", got.Masked)
	}
	s.shows("/events/"+id, "{\n  \"z\": 1.50,\n", `"token": "***"`, `\u202egnp.exe`, "\n    \"list\": [\n      {\n", "nested.apiKey", `"empty": {},`, `"none": [],`)
	file := s.get("/events/" + id + "/payload")
	var back any
	if err := json.Unmarshal(file.Body.Bytes(), &back); err != nil || strings.Contains(file.Body.String(), "never-to-be-said") || !strings.HasPrefix(file.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("%v %v %s", err, file.Header(), file.Body)
	}
}

// TestPayloadSize: a large or a deep one is cut, and costs no more than it is.
func TestPayloadSize(t *testing.T) {
	s := open(t, routes)
	for _, payload := range []string{
		`["` + strings.Repeat("é", 1<<19) + `"]`,
		strings.Repeat("[", 9000) + strings.Repeat("]", 9000),
		"[" + strings.Repeat("0,", 1<<19) + "0]",
		strings.Repeat(`{"secret":[`, 3000) + strings.Repeat("]}", 3000),
		`{"` + strings.Repeat("k", 300_000) + `":[` + strings.Repeat(`"ghp_abcdefghijklmnopqrstuvwx",`, 10_000) + `0]}`,
	} {
		began := time.Now()
		id := s.put(relay.Event{Payload: json.RawMessage(payload)}, "sales")
		got := s.get("/events/" + id)
		if got.Code != 200 || got.Body.Len() > 1<<20 {
			t.Errorf("%.20s: %d, %d bytes", payload, got.Code, got.Body.Len())
		}
		if got := s.get("/events/" + id + "/payload"); got.Code != 200 || got.Body.Len() > 4<<20 {
			t.Errorf("%.20s as a file: %d, %d bytes", payload, got.Code, got.Body.Len())
		}
		if took := time.Since(began); took > 20*time.Second { // it takes a fraction of one
			t.Errorf("%.20s: took %v", payload, took)
		}
	}
}

// TestDeepSecrets: to tell where something is not shown costs no more than to show it,
// however deep and often that is.
func TestDeepSecrets(t *testing.T) {
	s := open(t, routes)
	const depth = 9000
	id := s.put(relay.Event{Payload: json.RawMessage(`{"pin":"1","nested":` + strings.Repeat(`{"a":`, depth) +
		"[" + strings.Repeat(`{"token":"t"},`, 30_000) + `0]` + strings.Repeat("}", depth) + `,"pwd":"2"}`)}, "sales")
	started := time.Now()
	var got struct{ Masked []string }
	if s.program("GET", "/events/"+id, nil, &got); time.Since(started) > 10*time.Second {
		t.Errorf("it took %s", time.Since(started))
	}
	if len(got.Masked) != 3 || got.Masked[0] != "pin" || !strings.HasPrefix(got.Masked[1], "nested.a.a.") || !strings.HasSuffix(got.Masked[1], ".a.…") || len(got.Masked[1]) > 300 || got.Masked[2] != "pwd" {
		t.Errorf("%q", got.Masked)
	}
}
