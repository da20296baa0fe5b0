package receive

import (
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	"botrelay/relay"
	"botrelay/relay/vendors"
)

// outcome is how a request ended: what is answered, and what the log tells.
type outcome struct {
	reply     reply
	refused   Reason // why it was not accepted; empty if it was
	err       error
	event     *relay.Event
	owed      []relay.Owed
	duplicate bool
	test      bool
}

// refuse turns a request away in words of our own.
func refuse(status int, reason Reason, why string) outcome {
	return outcome{reply: reply{Reply: vendors.Reply{Status: status, Body: why + "\n"}}, refused: reason}
}

// tryLater turns a request away for now.
func tryLater(reason Reason, why string, err error) outcome {
	out := refuse(http.StatusServiceUnavailable, reason, why)
	out.reply.header = http.Header{"Retry-After": {strconv.Itoa(retryAfter)}}
	out.err = err
	return out
}

// reply is an answer with headers of its own.
type reply struct {
	vendors.Reply
	header http.Header
	plain  bool // Body is plain text, whatever it begins with
}

func answer(r vendors.Reply) reply { return reply{Reply: r} }

func (r reply) write(w http.ResponseWriter) {
	maps.Copy(w.Header(), r.header)
	contentType := "text/plain; charset=utf-8"
	if !r.plain && strings.HasPrefix(r.Body, "{") {
		contentType = "application/json"
	}
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(r.Status)
	_, _ = io.WriteString(w, r.Body) // the vendor has gone: it will ask again
}

// log writes the request's one line. It tells nothing that a customer wrote.
func (h *Handler) log(r *http.Request, out outcome, took time.Duration) {
	attrs := []slog.Attr{
		slog.String("source", short(r.PathValue("source"))),
		slog.Int("status", out.reply.Status),
		slog.Float64("took_ms", float64(took.Microseconds())/1000),
	}
	if out.err != nil {
		attrs = append(attrs, slog.String("error", out.err.Error()))
	}
	switch {
	case out.refused != "":
		attrs = append(attrs, slog.String("reason", string(out.refused)), slog.String("method", r.Method), slog.String("remote", r.RemoteAddr))
		h.cfg.Log.LogAttrs(r.Context(), slog.LevelWarn, "request refused", attrs...)
	case out.test:
		h.cfg.Log.LogAttrs(r.Context(), slog.LevelInfo, "test request accepted", attrs...)
	default:
		attrs = append(attrs, describe(out)...)
		h.cfg.Log.LogAttrs(r.Context(), slog.LevelInfo, "event accepted", attrs...)
	}
}

// short returns a name as it may stand in the log: what is longer than a name,
// or holds what names do not, may be what somebody wrote.
func short(name string) string {
	const most = 64
	odd := strings.ContainsFunc(name, func(c rune) bool {
		return c > unicode.MaxASCII || !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune("._-:/", c)
	})
	if odd || len(name) > most {
		return fmt.Sprintf("(%d bytes that are no name)", len(name))
	}
	return name
}

func describe(out outcome) []slog.Attr {
	sinks := make([]string, len(out.owed))
	for i, o := range out.owed {
		sinks[i] = o.Sink
	}
	return []slog.Attr{
		slog.String("event", out.event.ID),
		slog.String("vendor", out.event.Vendor),
		slog.String("kind", string(out.event.Kind)),
		slog.String("event_type", short(out.event.EventType)),
		slog.Any("sinks", sinks),
		slog.Bool("duplicate", out.duplicate),
	}
}
