package sinktest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
)

// maxInspect is how many requests an inspection may make.
const maxInspect = 3

// inspect looks at a sink in front of s, and fails t if what is found is not
// something, tells a secret, or took too many requests.
func (c Case) inspect(ctx context.Context, t *testing.T, s *server, timeout time.Duration) []relay.Finding {
	t.Helper()
	inspector, ok := c.open(t, s, timeout).(relay.Inspector)
	if !ok {
		t.Fatal("the sink is no relay.Inspector")
	}
	found := inspector.Inspect(ctx)
	if len(found) == 0 {
		t.Error("nothing was found")
	}
	for _, f := range found {
		if f.Text == "" || strings.Contains(f.Text, "\n") || len([]rune(f.Text)) > 300 {
			t.Errorf("not one short line: %q", f.Text)
		}
		if c.tells(f.Text) {
			t.Errorf("it tells a secret: %s", f.Text)
		}
		if f.Standing != relay.Fine && f.Standing != relay.Wrong && f.Standing != relay.Unclear {
			t.Errorf("no standing: %+v", f)
		}
	}
	if n := len(s.got()); n > maxInspect {
		t.Errorf("%d requests", n)
	}
	return found
}

// inspections: what is not the platform's word is unclear, neither fine nor wrong;
// a server that answers with what it was asked gives no secret away; and nothing
// takes longer than it may.
func (c Case) inspections(t *testing.T) {
	unclear := func(t *testing.T, found []relay.Finding) {
		t.Helper()
		for _, f := range found {
			if f.Standing != relay.Unclear {
				t.Errorf("%+v", f)
			}
		}
	}
	for name, answer := range map[string]Answer{
		"500": {500, "text/plain", "oops"}, "502 page": {502, "text/html", "<html>bad gateway</html>"}, "429": {429, "text/plain", "slow down"},
		"200 page": {200, "text/html", "<html>sign in</html>"}, "200 and nothing": {200, "", ""}, "200 {}": {200, "application/json", "{}"},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer.write(w) })
			unclear(t, c.inspect(t.Context(), t, s, enough))
		})
	}
	t.Run("nobody", func(t *testing.T) { unclear(t, c.inspect(t.Context(), t, nowhere(t), enough)) })
	t.Run("hangs", func(t *testing.T) {
		release := make(chan struct{})
		s := serve(t, func(http.ResponseWriter, *http.Request) { <-release })
		ctx, stop := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer stop()
		found := c.inspect(ctx, t, s, enough)
		close(release)
		unclear(t, found)
	})
	t.Run("echo", func(t *testing.T) {
		for _, status := range []int{200, 400, 401, 403, 404, 500} {
			for _, ok := range []bool{true, false} {
				s := serve(t, func(w http.ResponseWriter, r *http.Request) {
					told := strings.Join(c.Secrets, " ") + " " + r.URL.RequestURI() + " " + r.Header.Get("Authorization")
					Answer{status, "application/json", fmt.Sprintf(`{"ok":%t,"id":"1","error":"%[2]s","user":"%[2]s","team":"%[2]s","name":"%[2]s","username":"%[2]s","description":"%[2]s","message":"%[2]s",`+
						`"result":{"id":1,"username":"%[2]s","title":"%[2]s","type":"channel","status":"%[2]s"}}`, ok, told)}.write(w)
				})
				c.inspect(t.Context(), t, s, enough)
			}
		}
	})
}
