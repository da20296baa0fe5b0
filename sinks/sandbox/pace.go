package sandbox

import (
	"sync"
	"time"
)

// limit is so many messages in any window of time.
type limit struct {
	count int
	per   time.Duration
}

// The platforms' limits, as sliding windows, kept to the letter. None of the
// platforms documents them exactly, and Slack and Telegram let short bursts
// pass; but who relies on that is refused one day. So the sandbox lets none
// pass: what it never refuses is in time everywhere.

// slackLimit holds for a channel or a webhook.
func slackLimit() limit { return limit{1, time.Second} }

// discordShort and discordLong hold for a webhook or a channel, and
// discordGlobal for all that a bot posts, or all webhooks together, since they
// come from one address.
func discordShort() limit  { return limit{5, 2 * time.Second} }
func discordLong() limit   { return limit{30, time.Minute} }
func discordGlobal() limit { return limit{50, time.Second} }

// telegramChat holds for a chat, telegramGroup for a group or a channel too,
// and telegramBot for all that a bot sends.
func telegramChat() limit  { return limit{1, time.Second} }
func telegramGroup() limit { return limit{20, time.Minute} }
func telegramBot() limit   { return limit{30, time.Second} }

// window is a limit that holds for something.
type window struct {
	key string
	limit
}

// pacer counts requests. It may be used from several goroutines.
type pacer struct {
	mu    sync.Mutex
	now   func() time.Time
	taken map[window][]time.Time // oldest first
	sweep time.Time              // when windows nobody uses are next thrown away
}

func newPacer(now func() time.Time) *pacer {
	return &pacer{now: now, taken: map[window][]time.Time{}}
}

// take counts a request in every window and returns 0, or, if one is full,
// counts it in none and returns how long until all have room.
func (p *pacer) take(windows ...window) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	p.clean(now)
	var wait time.Duration
	for _, w := range windows {
		if times := p.current(w, now); len(times) >= w.count {
			wait = max(wait, times[len(times)-w.count].Add(w.per).Sub(now))
		}
	}
	if wait > 0 {
		return wait
	}
	for _, w := range windows {
		p.taken[w] = append(p.taken[w], now)
	}
	return 0
}

// room returns how many more requests w takes now, and how long until its
// oldest one leaves it.
func (p *pacer) room(w window) (left int, reset time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	times := p.current(w, now)
	if len(times) == 0 {
		return w.count, w.per
	}
	return max(w.count-len(times), 0), times[0].Add(w.per).Sub(now)
}

// current drops what has left w and returns the rest.
func (p *pacer) current(w window, now time.Time) []time.Time {
	times := p.taken[w]
	for len(times) > 0 && now.Sub(times[0]) >= w.per {
		times = times[1:]
	}
	if len(times) == 0 {
		delete(p.taken, w)
		return nil
	}
	p.taken[w] = times
	return times
}

// clean throws empty windows away, now and then, so that a great many places
// take no memory for ever.
func (p *pacer) clean(now time.Time) {
	if now.Before(p.sweep) {
		return
	}
	p.sweep = now.Add(time.Minute)
	for w := range p.taken {
		p.current(w, now)
	}
}
