package discord

import (
	"cmp"
	"encoding/json"
	"strings"
	"sync"

	"botrelay/sinks/transport"
)

// guild is the ID of the server in which the channel is, once the sink has
// learned it: nothing is asked for it. It may be used from several goroutines.
type guild struct {
	mu sync.Mutex
	id string
}

// learn remembers what the answer to a reply tells, or to who asks for the
// channel. A message that answers none does not tell it.
func (g *guild) learn(a transport.Answer) {
	var body struct {
		GuildID   string `json:"guild_id"`
		Reference struct {
			GuildID string `json:"guild_id"`
		} `json:"message_reference"`
	}
	if json.Unmarshal(a.Body, &body) != nil {
		return
	}
	if id := cmp.Or(body.GuildID, body.Reference.GuildID); isID(id) {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.id = id
	}
}

// links returns where these messages are, by their verdicts' IDs: "" where that
// cannot be told.
func (g *guild) links(roots []string) []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	links := make([]string, len(roots))
	for i, root := range roots {
		channel, message, _ := strings.Cut(root, "/")
		if g.id != "" && isID(channel) && isID(message) {
			links[i] = "https://discord.com/channels/" + g.id + "/" + channel + "/" + message
		}
	}
	return links
}
