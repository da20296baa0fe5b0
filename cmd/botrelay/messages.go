package main

import (
	"log/slog"

	"botrelay/relay"
	"botrelay/relay/compose"
	"botrelay/relay/config"
	"botrelay/relay/metrics"
	"botrelay/relay/render"
)

// rendererOf returns what makes messages as a routes file wants them. counts and
// log are told of templates that fail.
func rendererOf(c *config.Config, counts *metrics.Metrics, log *slog.Logger) (*render.Renderer, error) {
	return compose.Renderer(c, func(e relay.Event, message string, err error) {
		counts.TemplateFailed(message)
		log.Warn("a template failed, the default stands in its place", "event", e.ID, "source", e.Source, "message", message, "error", err)
	})
}
