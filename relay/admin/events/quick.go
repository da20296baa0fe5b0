package events

import "botrelay/relay/queue"

// quick is a group of things that are asked for often, each by one click.
type quick struct {
	Label string
	Links []quickLink
}

// quickLink asks for one of them beside what is asked for already, or no more.
type quickLink struct {
	Text   string
	To     string // from the root
	Chosen bool
	Zoned  bool // what it means depends on the reader's time zone
}

// mostQuick is how many channels are offered so.
const mostQuick = 10

// quick returns what can be asked for by one click.
func (p *pages) quick(f *filter, channels []string) []quick {
	group := func(label, key string, values []string, text func(string) string) quick {
		q := quick{Label: label}
		for _, v := range values {
			l := quickLink{Text: text(v), Chosen: f.Get(key) == v, Zoned: v == today || v == yesterday}
			if l.To = f.link(key, v); l.Chosen {
				l.To = f.link(key, "")
			}
			q.Links = append(q.Links, l)
		}
		return q
	}
	all := []quick{group("Came in", byTime, []string{today, yesterday, "7d"}, timeText)}
	if len(channels) > 0 {
		all = append(all, group("by", byChannel, channels[:min(len(channels), mostQuick)], shown))
	}
	return append(all, group("and", byStatus, []string{string(queue.StatusPending), string(queue.StatusDead), string(queue.StatusUnrouted)}, func(status string) string {
		switch queue.Status(status) {
		case queue.StatusPending:
			return "waits"
		case queue.StatusDead:
			return "was given up on"
		case queue.StatusUnrouted, queue.AnyStatus, queue.StatusSent, queue.StatusReplayed, queue.StatusDiscarded:
		}
		return "had no route"
	}))
}
