package slack

import (
	"cmp"
	"encoding/json"
	"regexp"
	"strings"
	"sync"

	"botrelay/sinks/fit"
	"botrelay/sinks/transport"
)

// workspace is what a sink has learned of where its channel is: nothing at
// first, since it asks nothing for it. It may be used from several goroutines.
type workspace struct {
	mu   sync.Mutex
	url  string // https://example.slack.com/, as auth.test tells
	team string // the workspace's ID, as every message that was posted tells
}

// learn remembers what the answer to a message or to auth.test tells.
func (w *workspace) learn(a transport.Answer) {
	var body struct {
		URL     string `json:"url"`
		TeamID  string `json:"team_id"`
		Message struct {
			Team string `json:"team"`
		} `json:"message"`
	}
	if json.Unmarshal(a.Body, &body) != nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if regexp.MustCompile(`^https://[a-z0-9.-]+/$`).MatchString(body.URL) && fit.Web(body.URL) {
		w.url = body.URL
	}
	if team := cmp.Or(body.Message.Team, body.TeamID); isSlackID(team) {
		w.team = team
	}
}

// links returns where the threads of these messages are, by their verdicts'
// IDs: "" where that cannot be told. With the workspace's address they are what
// Slack itself copies as links; without it they lead to its web client.
func (w *workspace) links(roots []string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	links := make([]string, len(roots))
	for i, root := range roots {
		channel, ts, _ := strings.Cut(root, "/")
		switch {
		case !isSlackID(channel) || !isTS(ts):
		case w.url != "":
			links[i] = w.url + "archives/" + channel + "/p" + strings.ReplaceAll(ts, ".", "") + "?thread_ts=" + ts + "&cid=" + channel
		case w.team != "":
			links[i] = "https://app.slack.com/client/" + w.team + "/" + channel + "/thread/" + channel + "-" + ts
		}
	}
	return links
}

// isSlackID reports whether text has the form of the IDs of channels and
// workspaces.
func isSlackID(text string) bool { return regexp.MustCompile(`^[A-Z][A-Z0-9]+$`).MatchString(text) }
