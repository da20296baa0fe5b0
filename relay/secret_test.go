package relay_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"botrelay/relay"
)

// TestSecretNeverPrints tries every way in which Go turns a value into text.
func TestSecretNeverPrints(t *testing.T) {
	type holder struct {
		Name  string
		Token relay.Secret
		Many  []relay.Secret
	}
	s := relay.NewSecret("xoxb-very-secret")
	h := holder{"sales", s, []relay.Secret{s}}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "s", s, "h", h, "p", &s)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "s", s, "h", h, "p", &s)
	text, err := json.Marshal(map[string]any{"s": s, "h": h, "p": &s})
	if err != nil {
		t.Fatal(err)
	}
	for _, printed := range []string{
		fmt.Sprint(s), fmt.Sprintf("%v %+v %#v %s %q %x %d", s, s, s, s, s, s, s),
		fmt.Sprintf("%v %+v %#v", h, h, h), fmt.Sprintf("%v %+v", &h, &h),
		fmt.Errorf("failed: %v", h).Error(), log.String(), string(text),
	} {
		if strings.Contains(printed, "very-secret") || strings.Contains(printed, fmt.Sprintf("%x", "very-secret")) {
			t.Errorf("printed: %s", printed)
		}
	}
	if s.Reveal() != "xoxb-very-secret" || s.IsZero() || !(relay.Secret{}).IsZero() {
		t.Error("a secret is not what was put in")
	}
}

func TestScrub(t *testing.T) {
	got := relay.Scrub("Post https://x/bot12:abc/send: no route for 12:abc", relay.NewSecret("12:abc"), relay.NewSecret(""), relay.NewSecret("o r"))
	if want := "Post https://x/bot***/send: no route for ***"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
