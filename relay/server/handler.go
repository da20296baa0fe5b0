package server

import (
	"context"
	"errors"
	"net/http"
)

// handler returns the public address's handler.
func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/hooks/{source}", func(w http.ResponseWriter, r *http.Request) {
		s.parts.Load().Hooks.ServeHTTP(w, r)
	})
	if s.cfg.AdminListener == nil {
		mux.Handle("/admin/", http.StripPrefix("/admin", http.HandlerFunc(s.admin)))
	}
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		say(w, http.StatusNotFound, "This is botrelay. It takes webhooks, and has nothing to show here.")
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		say(w, http.StatusOK, "ok")
	})
	mux.HandleFunc("GET /readyz", s.ready)
	return mux
}

// admin answers those who run the relay, as the parts in use do.
func (s *Server) admin(w http.ResponseWriter, r *http.Request) {
	admin := s.parts.Load().Admin
	if admin == nil {
		http.NotFound(w, r)
		return
	}
	admin.ServeHTTP(w, r)
}

// ready says whether events can be taken. What is to be noted beside that changes
// nothing about it.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if s.stopping.Load() {
		say(w, http.StatusServiceUnavailable, "stopping")
		return
	}
	note := ""
	if s.cfg.Note != nil {
		if note = s.cfg.Note(); note != "" {
			note = "\n" + note
		}
	}
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	if err := s.cfg.Ready(ctx); err != nil {
		text := "events cannot be stored"
		if u, ok := errors.AsType[*Unready](err); ok {
			text += ": " + u.Reason
		}
		if former := s.unready.Swap(&text); former == nil || *former != text { // who asks does so every few seconds
			s.cfg.Log.Warn("not ready", "error", err)
		}
		say(w, http.StatusServiceUnavailable, text+note)
		return
	}
	if s.unready.Swap(nil) != nil {
		s.cfg.Log.Info("ready again")
	}
	say(w, http.StatusOK, "ok"+note)
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n")) // a caller that has gone needs no answer
}
