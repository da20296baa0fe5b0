package slack

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"botrelay/relay"
	"botrelay/sinks/sinktest"
	"botrelay/sinks/transport"
)

// ascii is v as JSON in which every character beyond ASCII is escaped, as
// Slack writes it.
func ascii(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Error(err)
	}
	var b strings.Builder
	for _, r := range string(data) {
		switch {
		case r < 0x80:
			b.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+(r-0x10000)>>10, 0xdc00+(r-0x10000)&0x3ff)
		}
	}
	return b.String()
}

// Slack answers with the message that it has posted. The longest is read
// whole: the ID is known.
func TestLongestEcho(t *testing.T) {
	longest := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text := r.PostFormValue("text")
		blocks := []any{map[string]any{"type": "rich_text", "elements": []any{map[string]any{"type": "text", "text": text}}}}
		if sent := r.PostFormValue("blocks"); sent != "" {
			if err := json.Unmarshal([]byte(sent), &blocks); err != nil {
				t.Error(err)
			}
		}
		for i := range blocks {
			if block, ok := blocks[i].(map[string]any); ok {
				block["block_id"] = "aBcDe"
			}
		}
		answer := ascii(t, map[string]any{"ok": true, "channel": "C1", "ts": "1.2", "message": map[string]any{"text": text, "blocks": blocks}})
		longest = max(longest, len(answer))
		_, _ = w.Write([]byte(answer))
	}))
	defer server.Close()
	base, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	sink, err := Open(bot(), transport.Config{Base: base})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"\U0001F600", "é", "字", "&", "\""} {
		for _, form := range []relay.Form{relay.Rich, relay.Text} {
			v := sink.Send(t.Context(), relay.Post{Messages: []relay.Message{sinktest.Filled(text, 6000)}, Form: form})
			if v.Outcome != relay.Sent || v.ID != "C1/1.2" {
				t.Errorf("%.20q as %s: got %+v", text, form, v)
			}
		}
	}
	if longest < 90_000 { // 4,000 surrogate pairs, twice, are 96,000 bytes
		t.Errorf("the longest answer had %d bytes", longest)
	}
	t.Logf("the longest answer had %d bytes", longest)
}
