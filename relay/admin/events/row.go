package events

import (
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/render"
	"botrelay/relay/wording"
)

const (
	// longestSaid is how many runes of what was said are shown in a list.
	longestSaid = 160
	// longestReach is how many of a mail address, a number or a handle.
	longestReach = 60
)

// row is an event in a list.
type row struct {
	ID      string
	At      time.Time
	Kind    relay.Kind
	Who     string
	Reach   []string // how to reach them
	Said    string   // what they said begins so
	Source  string
	Channel string
	Bot     string
	Stops   []stop // none: no route took it
	Why     string // why one of them is dead, or that one has arrived after a replay
}

// stop is a sink that an event goes to.
type stop struct {
	wording.Stop
}

// Class is how a stop's state looks.
func (s stop) Class() string { return class(s.State) }

// class is how a state looks.
func class(s queue.State) string {
	switch s {
	case queue.Sent:
		return "good"
	case queue.Dead:
		return "bad"
	case queue.Pending:
		return "warn"
	case queue.Replayed, queue.Discarded:
	}
	return "quiet"
}

// row returns an event as a list shows it.
func (p *pages) row(r *queue.Record) row {
	e := p.mask.Event(brief(&r.Event))
	v := row{
		ID: e.ID, At: e.ReceivedAt, Kind: e.Kind, Who: wording.Who(e),
		Source: wording.Line(e.Source), Channel: wording.Line(e.Channel), Bot: p.botName(e.BotID),
	}
	for _, s := range []string{e.Contact.Email, e.Contact.Phone, e.Contact.Handle} {
		if s = render.Line(s, longestReach); s != "" && s != v.Who && (len(v.Reach) == 0 || s != v.Reach[len(v.Reach)-1]) {
			v.Reach = append(v.Reach, s)
		}
	}
	v.Said = said(e)
	if v.Who == "“"+render.Line(e.Text, 60)+"”" && v.Said == render.Line(e.Text, longestSaid) || v.Said == v.Who {
		v.Said = ""
	}
	for _, s := range wording.Stops(p.mask.Record(&queue.Record{Deliveries: r.Deliveries})) {
		v.Stops = append(v.Stops, stop{s})
		switch {
		case s.State == queue.Dead && (v.Why == "" || v.Why == wording.ArrivedAgain):
			v.Why = s.Reason
		case s.Again && v.Why == "":
			v.Why = wording.ArrivedAgain
		}
	}
	return v
}

// said returns what an event's first words are.
func said(e *relay.Event) string {
	texts := []string{e.Text, e.Subject, e.Scheduled}
	for _, t := range e.Transcript {
		texts = append(texts, t.Text)
	}
	for _, text := range append(texts, e.Answer) {
		if text = render.Line(text, longestSaid); text != "" {
			return text
		}
	}
	return ""
}
