package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"
)

// fault is what befalls a request. The zero value is none.
type fault struct {
	before bool                       // the request is not carried out
	answer *httptest.ResponseRecorder // what is said in place of the platform's answer
	reset  bool                       // the connection breaks without an answer
	hang   bool                       // no answer, until the relay goes away
	rest   time.Duration              // how long the answer asks to send nothing
	slow   time.Duration              // what the request takes, half of it before it is carried out
}

// anyFault lets 45 of 100 requests fail, as the platforms may, and takes as long
// as they do, so that a kill finds many a request under way.
func anyFault(place string) fault {
	f := failure(place)
	f.slow = time.Duration(rand.IntN(300)) * time.Millisecond
	return f
}

func failure(place string) fault {
	switch n := rand.IntN(1000); {
	case n < 300:
		return fault{before: true, answer: unavailable(place)}
	case n < 350:
		return fault{before: true, reset: true}
	case n < 400:
		return fault{reset: true}
	case n < 415:
		return fault{before: true, hang: true}
	case n < 430:
		return fault{hang: true}
	case n < 450:
		seconds := 1 + rand.IntN(3)
		return fault{before: true, answer: throttled(place, seconds), rest: time.Duration(seconds) * time.Second}
	}
	return fault{}
}

// unavailable is how something between us and a platform says 503.
func unavailable(place string) *httptest.ResponseRecorder {
	if strings.HasPrefix(place, "telegram") {
		return said(http.StatusServiceUnavailable, "application/json", `{"ok":false,"error_code":503,"description":"Service Unavailable"}`)
	}
	return said(http.StatusServiceUnavailable, "text/html", "<html><body>503 Service Temporarily Unavailable</body></html>")
}

// throttled is how a platform asks for patience.
func throttled(place string, seconds int) *httptest.ResponseRecorder {
	platform, _, _ := strings.Cut(place, " ")
	body := map[string]string{
		"slack":    `{"ok":false,"error":"ratelimited"}`,
		"discord":  fmt.Sprintf(`{"message":"You are being rate limited.","retry_after":%d.0,"global":false}`, seconds),
		"telegram": fmt.Sprintf(`{"ok":false,"error_code":429,"description":"Too Many Requests: retry after %d","parameters":{"retry_after":%d}}`, seconds, seconds),
	}[platform]
	answer := said(http.StatusTooManyRequests, "application/json", body)
	answer.Header().Set("Retry-After", fmt.Sprint(seconds))
	return answer
}

func said(status int, kind, body string) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	answer.Header().Set("Content-Type", kind)
	answer.WriteHeader(status)
	_, _ = answer.WriteString(body)
	return answer
}
