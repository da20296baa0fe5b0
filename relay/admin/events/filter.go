package events

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/page"
	"botrelay/relay/config"
	"botrelay/relay/notice"
	"botrelay/relay/queue"
	"botrelay/relay/wording"
)

// The names of what a list can be asked for, as they stand in its address.
const (
	byWords        = "q"
	byKind         = "kind"
	bySource       = "source"
	byChannel      = "channel"
	byBot          = "bot"
	bySink         = "sink"
	byStatus       = "status"
	byReason       = "reason"
	byConversation = "conversation"
	byTime         = "time"
	byFrom         = "from"
	byTo           = "to"
	ofZone         = "zone"
	after          = "after"
)

// longestAsked is how many bytes of a word of an address count.
const longestAsked = 1000

// filter is what a list was asked for.
type filter struct {
	url.Values // without what is empty or of no meaning here

	since    time.Duration
	from, to time.Time
	zone     *time.Location // the one that from, to and the names of days are told in
	now      time.Time      // when it was asked
}

// filterOf reads what a list is asked for at now. The error is a page.Error.
func filterOf(asked url.Values, zone *time.Location, now time.Time) (filter, error) {
	f := filter{Values: make(url.Values), zone: zone, now: now}
	for _, key := range []string{byWords, byKind, bySource, byChannel, byBot, bySink, byStatus, byReason, byConversation, byTime, byFrom, byTo, ofZone, after} {
		if value := strings.TrimSpace(asked.Get(key)); value != "" {
			f.Set(key, value[:min(len(value), longestAsked)])
		}
	}
	if err := f.checkNames(); err != nil {
		return f, err
	}
	return f, f.readTimes()
}

// checkNames returns what is wrong with the words of which there is a fixed number.
func (f *filter) checkNames() error {
	var statuses []string
	for _, s := range queue.Statuses() {
		statuses = append(statuses, string(s))
	}
	kinds := kindNames()
	switch {
	case f.Has(byKind) && !slices.Contains(kinds, f.Get(byKind)):
		return wrong(config.Unknown("kind", f.Get(byKind), kinds))
	case f.Has(byStatus) && !slices.Contains(statuses, f.Get(byStatus)):
		return wrong(config.Unknown("status", f.Get(byStatus), statuses))
	case f.Has(byReason) && f.Get(byStatus) != string(queue.StatusDead):
		return wrong("a reason goes with status=dead")
	}
	return nil
}

func kindNames() []string { return append(relay.KindNames(), string(relay.Notice)) }

// readTimes reads the times that a list is asked for. A window from a time or to a
// time counts before how long ago.
func (f *filter) readTimes() error {
	if name := f.Get(ofZone); name != "" {
		zone, err := time.LoadLocation(name)
		if err != nil || len(name) > 64 {
			return wrong("there is no such time zone: zone wants a name such as Europe/Berlin")
		}
		f.zone = zone
	}
	for key, to := range map[string]*time.Time{byFrom: &f.from, byTo: &f.to} {
		if !f.Has(key) {
			continue
		}
		at, ok := timeOf(f.Get(key), f.zone)
		if !ok {
			return wrong(key + " wants a time such as 2026-03-14T22:30 or 2026-03-14T22:30:00Z")
		}
		*to = at
		f.Del(byTime)
	}
	if name := f.Get(byTime); isDay(name) {
		f.from, f.to = dayOf(name, f.now.In(f.zone))
		return nil
	}
	if f.from.IsZero() && f.to.IsZero() {
		f.Del(ofZone)
	}
	if !f.Has(byTime) {
		return nil
	}
	since, err := config.ParseDuration(f.Get(byTime))
	if err != nil || since <= 0 {
		return wrong("time wants today, yesterday, or how long ago, such as 1h, 24h or 7d")
	}
	f.since = since
	return nil
}

// timeOf reads a time as a browser's field or a program writes it.
func timeOf(text string, zone *time.Location) (time.Time, bool) {
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02", time.RFC3339} {
		if at, err := time.ParseInLocation(layout, text, zone); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// query returns what the store is asked for.
func (f *filter) query() queue.Query {
	q := queue.Query{
		Words:        f.Get(byWords),
		Source:       f.Get(bySource),
		Kind:         relay.Kind(f.Get(byKind)),
		Channel:      strings.ToLower(f.Get(byChannel)),
		BotID:        f.Get(byBot),
		Conversation: f.Get(byConversation),
		Sink:         f.Get(bySink),
		Status:       queue.Status(f.Get(byStatus)),
		Reason:       f.Get(byReason),
		Since:        f.since,
		After:        f.Get(after),
	}
	if !f.from.IsZero() {
		q.Since = max(1, f.now.Sub(f.from))
	}
	if !f.to.IsZero() {
		q.Until = max(0, f.now.Sub(f.to))
	}
	return q
}

// link returns the address of the list, from the root, with one word of it changed;
// empty takes it off. It begins with the newest event, unless that word says where.
func (f *filter) link(key, value string) string {
	next := maps.Clone(f.Values)
	next.Del(after)
	if key == byTime {
		next.Del(byFrom)
		next.Del(byTo)
	}
	if key == byStatus && value != string(queue.StatusDead) {
		next.Del(byReason)
	}
	if value == "" {
		next.Del(key)
	} else {
		next.Set(key, value)
	}
	if !next.Has(byFrom) && !next.Has(byTo) && !isDay(next.Get(byTime)) {
		next.Del(ofZone)
	}
	return listAt(next)
}

// sameDay returns the address of a list of today or yesterday that means the same day
// tomorrow, or "".
func (f *filter) sameDay() string {
	if !isDay(f.Get(byTime)) {
		return ""
	}
	const layout = "2006-01-02T15:04"
	fixed := filter{Values: maps.Clone(f.Values)}
	fixed.Del(byTime)
	fixed.Set(byFrom, f.from.Format(layout))
	fixed.Set(byTo, f.to.Format(layout))
	return fixed.link(ofZone, f.zone.String())
}

// listAt returns the address of a list, from the root.
func listAt(asked url.Values) string {
	if len(asked) == 0 {
		return "events"
	}
	return "events?" + asked.Encode()
}

// listOf returns the address of the list of what has one value, from the root, or ""
// if that is longer than what can be asked for.
func listOf(key, value string) string {
	if len(value) > longestAsked {
		return ""
	}
	return listAt(url.Values{key: {value}})
}

// wrong is the error of a request that asks for what cannot be.
func wrong(text string) error {
	return &page.Error{Status: http.StatusBadRequest, Text: sentence(text)}
}

// sentence makes a sentence of what is said in the middle of a line elsewhere.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	return wording.Capital(strings.TrimSuffix(text, ".")) + "."
}

// sources returns the names of what events may come from.
func (p *pages) sources() []string {
	var names []string
	for _, s := range p.Routes.Sources {
		names = append(names, s.Name)
	}
	return append(names, notice.Name)
}

// sinks returns the names of today's sinks.
func (p *pages) sinks() []string {
	var names []string
	for _, s := range p.Routes.Sinks {
		names = append(names, s.Name)
	}
	return names
}

// knows reports whether there is such a sink today.
func (p *pages) knows(sink string) bool { return slices.Contains(p.sinks(), sink) }
