package sandbox

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"time"
)

// maxRequest is how much a platform reads of a request, in bytes: the largest
// legal message (40,000 characters, percent-encoded) takes less than half.
const maxRequest = 1 << 20

// call is a request whose body has been read.
type call struct {
	*http.Request
	body []byte
}

// answer is what a platform says to a call.
type answer struct {
	status int
	header http.Header
	body   []byte
	reason string // for the log: empty if it is a success
}

// with returns the answer with one more header.
func (a answer) with(key, value string) answer {
	a.header = maps.Clone(a.header)
	if a.header == nil {
		a.header = http.Header{}
	}
	a.header.Set(key, value)
	return a
}

// jsonAnswer answers with v as JSON.
func jsonAnswer(status int, reason string, v any) answer {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil { // only values of our own making come here
		return textAnswer(http.StatusInternalServerError, "encoding the answer: "+err.Error())
	}
	a := answer{status: status, body: bytes.TrimSpace(b.Bytes()), reason: reason}
	return a.with("Content-Type", "application/json")
}

// textAnswer answers with a text; a status other than 200 makes it the reason.
func textAnswer(status int, text string) answer {
	a := answer{status: status, body: []byte(text)}
	if status != http.StatusOK {
		a.reason = text
	}
	return a.with("Content-Type", "text/plain; charset=utf-8")
}

// api makes a platform's handler of h: it reads the body, lets a fault
// interfere, and logs.
func (s *Sandbox) api(h func(call) answer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
		if err != nil {
			http.Error(w, "request too large or broken off", http.StatusRequestEntityTooLarge)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		fault := s.faultFor(r)
		if fault == nil || fault.After {
			a := h(call{r, body})
			if a.status == http.StatusTooManyRequests {
				s.late.Add(1)
			}
			s.cfg.Log.DebugContext(r.Context(), "sandbox request", "method", r.Method, "status", a.status, "reason", a.reason)
			if fault == nil {
				a.write(w)
				return
			}
		}
		fault.write(w, r, s.closed)
	}
}

func (a answer) write(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.header)
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // a client that has gone away needs no answer
}

// seconds returns d in whole seconds, rounded up, as Retry-After wants it.
func seconds(d time.Duration) int {
	return int((d + time.Second - 1) / time.Second)
}
