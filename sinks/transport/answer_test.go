package transport

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
)

// What every platform's judge leaves to the transport, and what not.
func TestJudge(t *testing.T) {
	later, doubt := relay.Verdict{Outcome: relay.Later}, relay.Verdict{Outcome: relay.Later, Doubtful: true}
	wait := relay.Verdict{Outcome: relay.Later, After: 7 * time.Second}
	for _, test := range []struct {
		status     int
		retryAfter string
		want       relay.Verdict
	}{
		{100, "", later},
		{101, "", later},
		{199, "", later},
		{302, "", relay.Verdict{Outcome: relay.Held}},
		{407, "", later},
		{408, "7", wait},
		{421, "", later},
		{425, "7", wait},
		{500, "", doubt},
		{599, "", doubt},
	} {
		a := Answer{Status: test.status, Header: http.Header{"Retry-After": {test.retryAfter}}, Written: true}
		v, done := a.Judge("X", time.Now())
		test.want.Status, test.want.Reason = test.status, v.Reason
		if v != test.want || !done || !strings.HasPrefix(v.Reason, "X: ") {
			t.Errorf("%d: got %+v", test.status, v)
		}
	}
	for _, status := range []int{200, 204, 400, 401, 403, 404, 410, 413, 422, 426, 429, 451} {
		if v, done := (Answer{Status: status}).Judge("X", time.Now()); done {
			t.Errorf("%d: got %+v", status, v)
		}
	}
}

func TestJudgeForeign(t *testing.T) {
	for status, want := range map[int]relay.Outcome{
		400: relay.Later, 401: relay.Held, 402: relay.Later, 403: relay.Held, 404: relay.Held, 405: relay.Held, 409: relay.Later,
		410: relay.Held, 413: relay.Refused, 414: relay.Later, 418: relay.Later, 422: relay.Later, 431: relay.Later, 451: relay.Later,
	} {
		v := Answer{Status: status, Header: http.Header{"Retry-After": {"3"}}, Body: []byte("no way"), Written: true}.JudgeForeign("X", "why", time.Now())
		if v.Outcome != want || v.Status != status || v.Doubtful || v.Scope != "" || (v.After == 3*time.Second) != (want == relay.Later) {
			t.Errorf("%d: got %+v", status, v)
		}
		if want != relay.Later {
			if v.Reason != "why" {
				t.Errorf("%d: the reason is %q", status, v.Reason)
			}
			continue
		}
		for _, part := range []string{"X: ", "not its own", "in the way", http.StatusText(status), "no way"} {
			if !strings.Contains(v.Reason, part) {
				t.Errorf("%d: the reason is %q", status, v.Reason)
			}
		}
	}
}
