package deliver

import (
	"context"
	"fmt"
	"time"

	"botrelay/relay"
	"botrelay/relay/notice"
	"botrelay/relay/queue"
)

// troubleTime is how long a lane may fail before people are told: an outage of a
// few minutes is over before anybody could do anything about it.
const troubleTime = 15 * time.Minute

// calmTime is for how long after a lane's return a new hold is no news at once:
// a destination that refuses every other message would tell of itself all day.
const calmTime = 24 * time.Hour

// tell lets people know, once, that this lane is held or has failed for long
// while something waits in it, and once that it is back. A lane that is about to
// try tells nothing before it has: what a former process left may be mended.
func (s *Sender) tell(ctx context.Context, lane *leased, turn queue.Turn) error {
	h := turn.Health
	waits := len(turn.Batch.Deliveries) == 0 && turn.Wait > 0
	news := h.Held && time.Since(s.memory.back) >= calmTime || h.Failing >= troubleTime
	switch {
	case !h.Told && waits && news:
		return s.put(ctx, lane, true, notice.Down(s.cfg.Name, h))
	case h.Told && !h.Held && h.Failing == 0:
		s.memory.back = time.Now()
		return s.put(ctx, lane, false, notice.Back(s.cfg.Name, h))
	}
	return nil
}

// put stores the notice, and that people have been told.
func (s *Sender) put(ctx context.Context, lane *leased, told bool, event relay.Event) error {
	var owed []relay.Owed
	for _, sink := range s.cfg.Tell {
		owed = append(owed, relay.Owed{Sink: sink, Route: notice.Name})
	}
	if err := lane.Tell(ctx, told, event, owed); err != nil {
		return fmt.Errorf("telling of the lane: %w", err)
	}
	s.cfg.Log.Warn("lane tells of itself", "trouble", told, "told", s.cfg.Tell)
	return nil
}
