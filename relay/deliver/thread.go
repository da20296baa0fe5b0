package deliver

import (
	"context"
	"fmt"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// quietTime is after how long a silence a conversation is news again: its next
// message is shown in the channel as well, since nobody follows a bot's thread.
const quietTime = time.Hour

// talk is the conversation that a single message belongs to, as it was before.
type talk struct {
	key  string // empty: the message stands alone
	root string // what began it; empty: nothing is known
}

// join makes a message that goes alone answer what began its conversation, and
// tells a digest, which goes to the channel, what began those of its messages. It
// asks the store at most once, and not at all if no message belongs to any.
//
// As plain text a message answers nothing: that may be what it was refused for.
func (s *Sender) join(ctx context.Context, lane *leased, post *relay.Post) (talk, error) {
	if !s.cfg.Thread {
		return talk{}, nil
	}
	var keys []string
	for _, m := range post.Messages {
		if m.Thread != "" {
			keys = append(keys, m.Thread)
		}
	}
	if len(keys) == 0 {
		return talk{}, nil
	}
	known, err := lane.Threads(ctx, keys)
	if err != nil {
		return talk{}, fmt.Errorf("looking for what to answer: %w", err)
	}
	if len(post.Messages) > 1 {
		post.Roots = roots(post.Messages, known)
		return talk{}, nil
	}
	m := post.Messages[0]
	thread := known[m.Thread]
	if post.Form == relay.Rich {
		post.Reply = thread.Root
		post.Broadcast = thread.Root != "" && (m.Loud || thread.Quiet >= quietTime)
	}
	return talk{m.Thread, thread.Root}, nil
}

// roots returns what began the conversation of each message, or nil if nothing
// is known of any.
func roots(messages []relay.Message, known map[string]queue.Thread) []string {
	if len(known) == 0 {
		return nil
	}
	all := make([]string, len(messages))
	for i, m := range messages {
		all[i] = known[m.Thread].Root
	}
	return all
}

// after returns what becomes of the conversation by a verdict: it goes on from
// where it began, or from this message if that is gone.
func (t talk) after(v relay.Verdict) queue.ThreadChange {
	switch {
	case t.key == "":
	case v.Outcome == relay.Sent && (t.root == "" || v.ReplyGone):
		return queue.ThreadChange{Key: t.key, Root: v.ID} // without an ID there is nothing to answer
	case v.Outcome == relay.Sent:
		return queue.ThreadChange{Key: t.key, Root: t.root}
	case v.ReplyGone: // with Again: it is looked for no more
		return queue.ThreadChange{Key: t.key}
	}
	return queue.ThreadChange{}
}
