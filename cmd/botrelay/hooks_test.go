//go:build unix

package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// hooks are Slack webhooks that answer as told, and keep a record of the leads that
// were posted to them. Its methods may be called from several goroutines.
type hooks struct {
	url     string
	mu      sync.Mutex
	posts   []*hookPost
	changed chan struct{} // closed at the next post
	// answer answers the n-th post to a hook, and may block; nil: each is accepted.
	answer func(hook string, n int) (status int)
}

// hookPost is a post to a hook.
type hookPost struct {
	hook   string
	leads  []lead
	at     time.Time
	status int // 0: it is not answered yet
}

func newHooks(t *testing.T) *hooks {
	t.Helper()
	h := &hooks{changed: make(chan struct{})}
	web := httptest.NewServer(h)
	t.Cleanup(web.Close)
	h.url = web.URL
	return h
}

func (h *hooks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	leads := leadsIn(body)
	if err != nil || len(leads) == 0 {
		http.Error(w, "no_text", http.StatusBadRequest) // as Slack answers who only asks
		return
	}
	p := &hookPost{hook: r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:], leads: leads, at: time.Now()}
	n := h.add(p)
	status := http.StatusOK
	if h.answer != nil {
		status = h.answer(p.hook, n)
	}
	h.mu.Lock()
	p.status = status
	h.mu.Unlock()
	w.WriteHeader(status)
	if status == http.StatusOK {
		_, _ = io.WriteString(w, "ok") // a relay that has gone needs no answer
	}
}

// add records a post, and returns which of its hook's it is, from 1.
func (h *hooks) add(p *hookPost) (n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.posts = append(h.posts, p)
	for _, other := range h.posts {
		if other.hook == p.hook {
			n++
		}
	}
	close(h.changed)
	h.changed = make(chan struct{})
	return n
}

// to returns the posts to a hook.
func (h *hooks) to(hook string) (posts []hookPost) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, p := range h.posts {
		if p.hook == hook {
			posts = append(posts, *p)
		}
	}
	return posts
}

// await waits until a lead has come to a hook, and returns when.
func (h *hooks) await(t *testing.T, hook string, l lead) time.Time {
	t.Helper()
	for end := time.After(time.Minute); ; {
		h.mu.Lock()
		changed := h.changed
		h.mu.Unlock()
		for _, p := range h.to(hook) {
			if slices.Contains(p.leads, l) {
				return p.at
			}
		}
		select {
		case <-changed:
		case <-end:
			t.Fatalf("%s never came to %s", l, hook)
		}
	}
}
