package preview

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"botrelay/sinks/sandbox"
)

// camera is a RoundTripper that keeps the request and lets the stand-in answer.
type camera struct {
	box    *sandbox.Sandbox
	method string
	url    *url.URL // nil: there was no request
	header http.Header
	body   []byte
}

// RoundTrip keeps a request and answers it.
func (c *camera) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		var err error
		body, err = io.ReadAll(req.Body)
		_ = req.Body.Close()
		if err != nil {
			return nil, err
		}
	}
	c.method, c.url, c.header, c.body = req.Method, req.URL, req.Header, body
	asked := req.Clone(req.Context())
	asked.URL.Path, asked.URL.RawPath = known(req.URL.Path), ""
	asked.Body = io.NopCloser(bytes.NewReader(body))
	answer := &recorder{header: make(http.Header), status: http.StatusOK}
	c.box.ServeHTTP(answer, asked)
	return &http.Response{
		Status: http.StatusText(answer.status), StatusCode: answer.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: req,
		Header: answer.header, Body: io.NopCloser(&answer.body), ContentLength: int64(answer.body.Len()),
	}, nil
}

// recorder keeps an answer.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }

// known returns a path that the stand-in knows: a webhook may have one of its
// own, on a server that speaks Slack's language, and an older version of
// Discord's.
func known(path string) string {
	if rest, ok := strings.CutPrefix(regexp.MustCompile(`^/api/v\d+/`).ReplaceAllString(path, "/api/v10/"), "/api/"); ok {
		return "/api/" + strings.TrimSuffix(rest, "/")
	}
	if strings.HasPrefix(path, "/bot") && !strings.HasPrefix(path, "/bot/") && strings.Contains(path, ":") {
		return path
	}
	if m := regexp.MustCompile(`^/services/(T[^/]+/B[^/]+)/[^/]+$`).FindStringSubmatch(path); m != nil {
		return "/services/" + m[1] + "/preview"
	}
	return "/services/T00000000/B00000000/preview"
}

// masked returns an address with *** for each secret in it.
func masked(u url.URL) string {
	path := "/***"
	for _, form := range []string{`^(/services/[^/]+/[^/]+/)[^/]+()$`, `^(/api/(?:v\d+/)?webhooks/\d+/)[^/]+(/?)$`, `^(/bot)[^/]+(/\w+)$`} {
		if m := regexp.MustCompile(form).FindStringSubmatch(u.Path); m != nil {
			path = m[1] + "***" + m[2]
			break
		}
	}
	if strings.HasPrefix(u.Path, "/api/") && !strings.Contains(u.Path, "/webhooks/") {
		path = u.Path
	}
	var query []string
	for part := range strings.SplitSeq(u.RawQuery, "&") {
		key, _, _ := strings.Cut(part, "=")
		switch key {
		case "":
		case "wait", "thread_id":
			query = append(query, part)
		default:
			query = append(query, key+"=***")
		}
	}
	text := u.Scheme + "://" + u.Host + path
	if len(query) > 0 {
		text += "?" + strings.Join(query, "&")
	}
	return text
}

// payload returns a request's body as JSON: see Shot.Body.
func payload(contentType string, body []byte) json.RawMessage {
	kind, _, _ := mime.ParseMediaType(contentType)
	if kind != "application/x-www-form-urlencoded" {
		if json.Valid(body) {
			return body
		}
		text, _ := json.Marshal(string(body)) // a string can always be written
		return text
	}
	form, _ := url.ParseQuery(string(body)) // what a library of ours has written
	structured := []string{"blocks", "attachments", "metadata", "entities", "link_preview_options", "reply_parameters", "reply_markup"}
	object := make(map[string]any, len(form))
	for key := range form {
		value := form.Get(key)
		switch {
		case key == "token":
		case slices.Contains(structured, key) && json.Valid([]byte(value)):
			object[key] = json.RawMessage(value)
		default:
			object[key] = value
		}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(object) // strings and valid JSON
	return bytes.TrimSpace(b.Bytes())
}
