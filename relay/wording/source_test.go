package wording_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/config"
	"botrelay/relay/receive"
	"botrelay/relay/wording"
)

// Every reason for which a request can be refused is explained, in sentences.
func TestRefusal(t *testing.T) {
	seen := make(map[string]bool)
	for _, reason := range append(receive.Reasons(), receive.UnknownSource) {
		got := wording.Refusal("web", reason)
		for _, text := range []string{got.Meaning, got.Cure} {
			if !strings.HasSuffix(text, ".") || text[0] < 'A' || text[0] > 'Z' {
				t.Errorf("%s: not a sentence: %q", reason, text)
			}
		}
		if seen[got.Meaning] {
			t.Errorf("%s is told as another reason: %q", reason, got.Meaning)
		}
		seen[got.Meaning] = true
	}
	if got := wording.Refusal("web", receive.Signature); !strings.Contains(got.Cure, "[sources.web]") {
		t.Errorf("got %q", got.Cure)
	}
	if got := wording.Refusal("web", "unheard_of"); got != (relay.Advice{}) {
		t.Errorf("invented: %+v", got)
	}
}

func TestSource(t *testing.T) {
	s := config.Source{
		Pending: true, Secrets: make([]relay.Secret, 2),
		AllowIPs: []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("192.0.2.1/32"), netip.MustParsePrefix("2001:db8::1/128")},
	}
	want := "[pending: it has no secret yet, so tests are answered and events are refused 2 secrets only from 203.0.113.0/24, 192.0.2.1, 2001:db8::1]"
	if got := fmt.Sprint(wording.Source(s)); got != want {
		t.Errorf("got %s", got)
	}
	if got := wording.Source(config.Source{}); len(got) != 0 {
		t.Errorf("got %q", got)
	}
}

func TestSink(t *testing.T) {
	no := false
	s := config.Sink{Thread: &no, Fallback: "night", Rate: config.Rate{Count: 20, Per: time.Minute}, Digest: &no, GiveUpAfter: time.Hour}
	want := "no threads: every message by itself|if it is down night is told|20 messages in 1m at most|never several messages as one|given up after 1h"
	if got := strings.Join(wording.Sink(s), "|"); got != want {
		t.Errorf("got %s", got)
	}
	if got := wording.Sink(config.Sink{GiveUpAfter: config.DefaultGiveUpAfter}); len(got) != 0 {
		t.Errorf("got %q", got)
	}
}

func TestPace(t *testing.T) {
	for _, c := range []struct {
		limits []relay.Limit
		want   string
	}{
		{nil, ""},
		{[]relay.Limit{{Count: 1, Per: time.Second}}, "1 message a second"},
		{[]relay.Limit{{Count: 1, Per: time.Second}, {Count: 20, Per: time.Minute}}, "1 message a second, and 20 a minute"},
		{[]relay.Limit{{Count: 5, Per: 2 * time.Second}, {Count: 30, Per: time.Minute}}, "5 messages in 2s, and 30 a minute"},
		{[]relay.Limit{{Count: 1500, Per: time.Hour}}, "1,500 messages an hour"},
		{[]relay.Limit{{Count: 3, Per: 10 * time.Minute}}, "3 messages in 10m"},
		{[]relay.Limit{{Count: 3, Per: 20 * time.Second}}, "3 messages in 20s"},
		{[]relay.Limit{{Count: 3, Per: 10 * time.Hour}}, "3 messages in 10h"},
		{[]relay.Limit{{Count: 3, Per: 24 * time.Hour}}, "3 messages a day"},
		{[]relay.Limit{{Count: 3, Per: 90 * time.Second}}, "3 messages in 1m30s"},
		{[]relay.Limit{{Count: 3, Per: 1500 * time.Millisecond}}, "3 messages in 1.5s"},
	} {
		if got := wording.Pace(c.limits); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
