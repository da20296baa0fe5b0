package deliver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

const (
	// requestTime is the most that a first request may take. Slack, Discord and
	// Telegram answer within a second or two when they are well.
	requestTime = 20 * time.Second
	// repeatTime is the same for a request whose content may have arrived already:
	// the longer it waits for the answer, the fewer copies.
	repeatTime = 45 * time.Second
	// probeTime is the most that a probe may take.
	probeTime = 10 * time.Second
	// recordTime bounds how long settling waits for the store once the sender
	// is told to stop.
	recordTime = 5 * time.Second
	// settleWait is the longest rest between two tries to settle. It is short, so that
	// after an outage that outlasts the lease nobody else has the lane before.
	settleWait = time.Second
	// maxDoubts is how many tries of a message may have arrived before another one
	// waits until the destination answers a probe: each may be one more copy.
	maxDoubts = 2
)

// Attempt is one request and what became of it, for those who watch.
type Attempt struct {
	Sink    string
	Verdict relay.Verdict
	State   queue.State
	Form    relay.Form
	Size    int           // how many deliveries it carried
	Notices int           // how many of these tell of the relay's own troubles
	Took    time.Duration // the request alone
	// Ages tells for each delivery how long ago it was owed, if they were sent.
	Ages []time.Duration
}

// attempt makes one request and settles it.
func (s *Sender) attempt(ctx context.Context, lane *leased, turn queue.Turn) error {
	post := s.compose(&turn)
	talk, err := s.join(ctx, lane, &post)
	if err != nil {
		return err
	}
	if err := lane.Begin(ctx, turn.Batch); err != nil {
		return fmt.Errorf("recording the attempt: %w", err)
	}
	started := time.Now()
	verdict, posted := s.request(ctx, lane, turn.Batch, post)
	verdict.ReplyGone = verdict.ReplyGone && post.Reply != "" // else it would go again for ever
	took := time.Since(started)
	run := s.memory.add(turn, verdict, started)
	switch {
	case !posted:
		s.memory.probed(false, time.Now())
	case s.memory.wantsProbe():
		probe := s.ask(ctx, lane, probeTime, s.cfg.Sink.Probe)
		s.memory.probed(probe.Outcome == relay.Sent && !probe.Doubtful, time.Now())
	}
	settlement := s.policy.settle(turn, verdict, run, s.memory.blamed(time.Now()))
	settlement.Thread = talk.after(verdict)
	err = s.settle(ctx, lane, turn.Batch, settlement)
	s.report(ctx, turn.Batch, settlement, took, err)
	return err
}

// compose renders the turn's batch, and leaves as much in it as one message of
// the platform holds. A batch that goes again stays as it was.
func (s *Sender) compose(turn *queue.Turn) (post relay.Post) {
	batch := &turn.Batch
	post = relay.Post{Form: batch.Form, Nonce: batch.ID, MovedTo: turn.MovedTo}
	for _, d := range batch.Deliveries {
		post.Messages = append(post.Messages, s.render(d.Event, d.Route))
	}
	if batch.Doubts == 0 && len(post.Messages) > 1 {
		n := s.fit(post.Messages)
		batch.Deliveries, post.Messages = batch.Deliveries[:n], post.Messages[:n]
	}
	return post
}

// render returns an event's message, as its route wants it. Should rendering panic, the message says
// so: its event is in the store, and a lead that is only announced can be
// looked up there.
func (s *Sender) render(e relay.Event, route string) (m relay.Message) {
	defer func() {
		if p := recover(); p != nil {
			s.panicked("rendering", p)
			m = relay.Message{Title: "An event that cannot be shown", Body: []relay.Block{
				{Spans: []relay.Span{{Text: "Look it up with: botrelay events " + e.ID}}},
			}}
		}
	}()
	return s.cfg.Render(e, route)
}

// fit asks the sink how many messages go into one post.
func (s *Sender) fit(messages []relay.Message) (n int) {
	defer func() {
		if p := recover(); p != nil {
			s.panicked("fitting", p)
			n = 1
		}
	}()
	return min(max(s.cfg.Sink.Fit(messages), 1), len(messages))
}

// request posts, and reports whether it did. If several answers were lost
// already, the last one too, the destination must answer a probe first.
func (s *Sender) request(ctx context.Context, lane *leased, batch queue.Batch, post relay.Post) (v relay.Verdict, posted bool) {
	limit := requestTime
	if batch.Doubts > 0 {
		limit = repeatTime
	}
	if batch.Doubts >= maxDoubts && !s.memory.answered {
		if v := s.ask(ctx, lane, probeTime, s.cfg.Sink.Probe); v.Outcome != relay.Sent {
			return relay.Verdict{
				Outcome: relay.Later, After: v.After, Scope: v.Scope, Status: v.Status,
				Reason: "not repeated, since the platform does not answer a harmless question either: " + v.Reason,
			}, false
		}
	}
	v = s.ask(ctx, lane, limit, func(ctx context.Context) relay.Verdict { return s.cfg.Sink.Send(ctx, post) })
	s.memory.answered = v.Status >= http.StatusBadRequest
	return v, true
}

// ask makes a request that takes at most so long. It outlives ctx by the grace,
// so that a stop leaves no answer unread that is about to come; after the end of
// ctx none is begun. None outlives the lease, by which another sender would begin.
func (s *Sender) ask(ctx context.Context, lane *leased, limit time.Duration, do func(context.Context) relay.Verdict) (v relay.Verdict) {
	defer func() {
		if p := recover(); p != nil {
			s.panicked("sending", p)
			v = relay.Verdict{Outcome: relay.Refused, Reason: "this message makes botrelay itself fail; please report it", Doubtful: true}
		}
	}()
	if ctx.Err() != nil {
		return relay.Verdict{Outcome: relay.Later, Reason: "the relay stops"}
	}
	if !lane.lasts() {
		return relay.Verdict{Outcome: relay.Later, Reason: "the lane is another relay's by now"}
	}
	request, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(s.cfg.Grace, cancel) })()
	defer context.AfterFunc(lane.over, cancel)()
	return do(request)
}

func (s *Sender) panicked(doing string, p any) {
	s.cfg.Log.Error("a fault of botrelay's own", "doing", doing, "error", fmt.Sprint(p), "stack", string(debug.Stack()))
}

// settle records what an attempt came to, and tries for as long as it takes: an
// attempt that is not recorded is made again, and its message arrives twice.
// Once ctx has ended, its patience does too.
func (s *Sender) settle(ctx context.Context, lane *leased, batch queue.Batch, settlement queue.Settlement) error {
	record, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(recordTime, cancel) })()
	for failures := 1; ; failures++ {
		err := lane.Settle(record, batch, settlement)
		switch {
		case err == nil:
			return nil
		case record.Err() != nil || !errors.Is(err, queue.ErrUnavailable):
			return fmt.Errorf("settling the attempt: %w", err)
		}
		wait, level := min(storeWait(failures), settleWait), slog.LevelDebug // the same as before
		if failures%sameTrouble == 1 {
			level = slog.LevelError
		}
		s.cfg.Log.Log(ctx, level, "what an attempt came to cannot be recorded", "error", err, "retry_in_ms", wait.Milliseconds())
		pause(record, nil, nil, wait)
	}
}

// report tells those who watch of an attempt, and writes its one line. err is
// why it could not be settled, or nil.
func (s *Sender) report(ctx context.Context, batch queue.Batch, settled queue.Settlement, took time.Duration, err error) {
	head, v := batch.Deliveries[0], settled.Verdict
	level, state := slog.LevelInfo, string(settled.State)
	switch {
	case err != nil:
		level, state = slog.LevelError, "not recorded"
	case settled.State == queue.Dead:
		level = slog.LevelError
	case v.Outcome != relay.Sent:
		level = slog.LevelWarn
	}
	if err == nil {
		a := Attempt{Sink: s.cfg.Name, Verdict: v, State: settled.State, Form: batch.Form, Size: len(batch.Deliveries), Took: took}
		for _, d := range batch.Deliveries {
			if d.Event.Kind == relay.Notice {
				a.Notices++
			}
			if settled.State == queue.Sent {
				a.Ages = append(a.Ages, d.Age+took)
			}
		}
		s.cfg.Observe(a)
	}
	s.cfg.Log.LogAttrs(ctx, level, "attempt",
		slog.String("event", head.Event.ID),
		slog.String("route", head.Route),
		slog.Int("deliveries", len(batch.Deliveries)),
		slog.String("outcome", string(v.Outcome)),
		slog.String("state", state),
		slog.Int("status", v.Status),
		slog.String("reason", v.Reason),
		slog.Int("attempt", head.Attempts+1),
		slog.String("form", string(batch.Form)),
		slog.Bool("doubtful", v.Doubtful),
		slog.Int64("retry_in_ms", settled.After.Milliseconds()),
		slog.Int64("age_ms", head.Age.Milliseconds()),
		slog.Int64("took_ms", took.Milliseconds()),
	)
}
