package telegram

import (
	"strconv"
	"strings"

	"botrelay/relay"
)

// links returns where the messages of p.Roots are, "" where no link leads there:
// only supergroups and channels have them, and a chat that has moved took none
// of its messages along (https://core.telegram.org/api/links#message-links).
func (s *Sink) links(p relay.Post) []string {
	links := make([]string, len(p.Roots))
	for i, root := range p.Roots {
		chat, message, _ := strings.Cut(root, "/")
		if base := s.linkBase(p, chat); base != "" && isNumber(message) {
			links[i] = base + "/" + message
		}
	}
	return links
}

// linkBase is what links to the messages of the chat begin with, or "".
func (s *Sink) linkBase(p relay.Post, chat string) string {
	const prefix = "-100" // of the IDs of supergroups and channels
	to := s.way(p).to
	name, public := strings.CutPrefix(to, "@")
	number, super := strings.CutPrefix(chat, prefix)
	base := "https://t.me/c/" + number
	switch {
	case !super || len(number) < len("1000000000") || !isNumber(number) || !public && chat != normalChat(to):
		return ""
	case public:
		base = "https://t.me/" + name
	}
	if s.options.TopicID > generalTopic {
		base += "/" + strconv.FormatInt(s.options.TopicID, 10)
	}
	return base
}

// isNumber reports whether text is a positive number.
func isNumber(text string) bool {
	n, err := strconv.ParseInt(text, 10, 64)
	return err == nil && n > 0 && text == strconv.FormatInt(n, 10)
}
