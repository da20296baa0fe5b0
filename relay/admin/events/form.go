package events

import (
	"maps"
	"slices"
	"strings"

	"botrelay/relay/config"
	"botrelay/relay/render"
	"botrelay/relay/wording"
)

// form is what a list can be asked for, as its reader sees it.
type form struct {
	Words, Bot, Conversation, From, To, Reason string

	Kinds, Sources, Sinks, Statuses, Times, Channels []choice

	Bots  []choice // names that may be meant by the bot
	Zone  string   // in which From, To and the names of days are told, unless the browser says another
	Zoned bool     // somebody has chosen Zone
	Open  bool     // what is asked for seldom is
}

// choice is one of several words.
type choice struct {
	Value, Text string
	Chosen      bool
}

// chip is something that a list is asked for, which can be taken off.
type chip struct {
	Label, Text string
	Without     string // the list without it, from the root
}

// form returns the form of a list. channels are those that there are.
func (p *pages) form(f *filter, channels []string) form {
	s := form{
		Words: shown(f.Get(byWords)), Bot: shown(f.Get(byBot)), Conversation: shown(f.Get(byConversation)),
		From: shown(f.Get(byFrom)), To: shown(f.Get(byTo)), Reason: shown(f.Get(byReason)), Zone: f.zone.String(), Zoned: f.Has(ofZone),
		Kinds:    choices(kindNames(), f.Get(byKind)),
		Sources:  choices(p.sources(), f.Get(bySource)),
		Sinks:    choices(p.sinks(), f.Get(bySink)),
		Channels: choices(channels, strings.ToLower(f.Get(byChannel))),
	}
	for _, v := range []string{s.Bot, s.Conversation, s.From, s.To} {
		s.Open = s.Open || v != ""
	}
	var statuses []string
	for _, o := range statusTexts() {
		statuses = append(statuses, o.Value)
	}
	s.Statuses = choices(statuses, f.Get(byStatus))
	for i, o := range statusTexts() {
		s.Statuses[i].Text = o.Text
	}
	s.Times = choices([]string{today, yesterday, "1h", "24h", "7d", "30d"}, f.Get(byTime))
	for i := range s.Times {
		s.Times[i].Text = timeText(s.Times[i].Value)
	}
	for _, id := range slices.Sorted(maps.Keys(p.Routes.Bots)) {
		s.Bots = append(s.Bots, choice{Value: id, Text: p.Routes.Bots[id]})
	}
	return s
}

// shown is what was asked for as its field shows it: an address may come from anybody.
func shown(value string) string { return render.Line(value, longestAsked) }

// choices returns names to choose from, and the chosen one if it is none of them.
func choices(names []string, chosen string) []choice {
	if chosen != "" && !slices.Contains(names, chosen) {
		names = append(slices.Clip(names), chosen)
	}
	var all []choice
	for _, name := range names {
		all = append(all, choice{shown(name), wording.Line(name), name == chosen})
	}
	return all
}

// statusTexts are the statuses, and what they mean.
func statusTexts() []choice {
	return []choice{
		{Value: "pending", Text: "pending: waits"},
		{Value: "sent", Text: "sent: has arrived"},
		{Value: "dead", Text: "dead: given up on"},
		{Value: "replayed", Text: "replayed"},
		{Value: "discarded", Text: "discarded: put away"},
		{Value: "unrouted", Text: "unrouted: no route"},
	}
}

// timeText says what a time of the address means.
func timeText(value string) string {
	if isDay(value) {
		return value
	}
	span, err := config.ParseDuration(value)
	if err != nil {
		return wording.Line(value)
	}
	return wording.Last(span)
}

// chips returns what a list is asked for.
func (p *pages) chips(f *filter) []chip {
	var all []chip
	for _, c := range []struct{ key, label string }{
		{byWords, ""},
		{byKind, "kind"},
		{bySource, "source"},
		{byChannel, "channel"},
		{byBot, "bot"},
		{bySink, "sink"},
		{byStatus, "status"},
		{byReason, "reason"},
		{byConversation, "conversation"},
		{byTime, "time"},
		{byFrom, "from"},
		{byTo, "to"},
	} {
		value := f.Get(c.key)
		if value == "" {
			continue
		}
		text := wording.Line(value)
		switch c.key {
		case byWords:
			text = "“" + text + "”"
		case byBot:
			text = p.botName(value)
		case byTime:
			if c.label, text = "", timeText(value); isDay(value) {
				text += f.from.Format(": Mon 2 Jan 2006 (") + f.zone.String() + ")"
			}
		case byFrom:
			text = f.from.Format("2006-01-02 15:04 MST")
		case byTo:
			text = f.to.Format("2006-01-02 15:04 MST")
		}
		all = append(all, chip{c.label, text, f.link(c.key, "")})
	}
	return all
}

// botName returns the name of a bot, or its ID.
func (p *pages) botName(id string) string {
	if name := wording.Line(p.Routes.Bots[id]); name != "" {
		return name
	}
	return wording.Line(id)
}
