package overview

import (
	"fmt"
	"strings"
	"time"

	"botrelay/relay/admin/ondisk"
	"botrelay/relay/wording"
)

// EventsText says how many events came in.
func (v view) EventsText() string { return wording.Count(v.Events, "event") }

// SentText says how many deliveries were sent.
func (v view) SentText() string { return wording.Count(v.Sent, "delivery") }

// DiedText says how many were given up on.
func (v view) DiedText() string { return wording.Thousands(v.Died) }

// PendingText says how many wait.
func (v view) PendingText() string { return wording.Thousands(v.Pending) }

// During names the span within a sentence: "the last 24 hours".
func (v view) During() string { return v.over.during }

// SpanText names the span before what is told of it: "Last 24 hours".
func (v view) SpanText() string { return "L" + strings.TrimPrefix(v.over.during, "the l") }

// Strange are the requests to sources that there are none of.
func (v view) Strange() []refusal { return refusals(v.Strangers) }

// OnDisk is what of the files on disk is not in use; nil: all of it is.
func (v view) OnDisk() *ondisk.Told { return ondisk.Of(v.Configuration) }

// News says what was new when the configuration in use was taken up.
func (v view) News() string {
	if len(v.Configuration.Files) == 0 || v.Configuration.Changes == "" {
		return v.Configuration.Changes
	}
	return fmt.Sprintf("%s (by a change of %s)", v.Configuration.Changes, strings.Join(v.Configuration.Files, ", "))
}

// Later names what waits for a restart.
func (v view) Later() string { return ondisk.Told{Later: v.Configuration.Later}.Waits() }

// Sharing says how many relays share the store; empty: this one alone.
func (r relayView) Sharing() string {
	if r.Running < 2 {
		return ""
	}
	return wording.Count(r.Running, "relay") + " share this store"
}

// PendingText says how many wait.
func (l lane) PendingText() string { return wording.Count(l.Pending, "delivery") }

// SentText says how many were sent in the span.
func (l lane) SentText() string { return wording.Thousands(l.SentInSpan) }

// DiedText says how many were given up on in the span.
func (l lane) DiedText() string { return wording.Thousands(l.DiedInSpan) }

// DeadText says how many dead letters there are.
func (l lane) DeadText() string { return wording.Count(l.Dead, "dead letter") }

// Platform is what the sink's platform is called.
func (l lane) Platform() string { return wording.Platform(l.Type) }

// EventsText says how many events came in.
func (s source) EventsText() string { return wording.Count(s.Events, "event") }

// TopText is what the height of the plot means.
func (p plot) TopText() string { return wording.Thousands(p.Top) }

// HalfText is what the middle of the plot's height means.
func (p plot) HalfText() string { return wording.Thousands(p.Top / 2) }

// StepText says how long a slot is.
func (p plot) StepText() string { return wording.Spoken(time.Duration(p.Step) * time.Second) }

// TotalText says how much there was.
func (s series) TotalText() string { return wording.Thousands(s.Total) }
