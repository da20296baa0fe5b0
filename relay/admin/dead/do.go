package dead

import (
	"context"
	"fmt"
	"iter"
	"net/http"

	"botrelay/relay/admin/jobs"
	"botrelay/relay/admin/page"
	"botrelay/relay/queue"
	"botrelay/relay/replay"
	"botrelay/relay/wording"
)

// longestForm is how much a form may send, in bytes.
const longestForm = 256 << 10

// chosen reads the choice that a form sends, and counts it.
func (r *room) chosen(req *http.Request) (choice, int, error) {
	c, err := choiceFrom(req)
	switch {
	case err != nil:
		return c, 0, err
	case c.Whole() && c.Sink == "" && req.PostForm.Get("all") != "1": // what was not understood, or stands in the address, must not come to mean all
		return c, 0, &page.Error{Status: http.StatusBadRequest, Text: "Say which dead letters are meant: a sink, a reason of it, events, or all=1."}
	}
	if c.To != "" && !r.knows(c.To) {
		return c, 0, &page.Error{Status: http.StatusBadRequest, Text: fmt.Sprintf("There is no sink %q in routes.toml.", c.To)}
	}
	n, err := c.count(req.Context(), r.Store)
	if err == nil && n == 0 {
		err = noneLeft()
	}
	return c, n, err
}

// noneLeft says that what was meant is gone.
func noneLeft() error {
	return &page.Error{Status: http.StatusNotFound, Text: "There are no such dead letters any more: somebody has replayed or discarded them, or they are too old."}
}

func choiceFrom(req *http.Request) (choice, error) {
	if err := page.ReadForm(req, longestForm); err != nil {
		return choice{}, err
	}
	return choiceOf(req.PostForm)
}

// start begins a job, and leads to where it can be seen. owed is what it owes again; nil:
// it does not.
func (r *room) start(title string, total int, owed *replay.Watch, work jobs.Work) (jobs.Job, string, error) {
	var follow jobs.Follow
	if owed != nil {
		follow = func(ctx context.Context) (string, bool) {
			so, err := owed.Look(ctx, r.Store)
			return wording.Arrived(so), err == nil && so.Ended()
		}
	}
	job, err := r.Jobs.Start(title, total, work, follow)
	if err != nil {
		err = &page.Error{Status: http.StatusTooManyRequests, Text: "Much waits to be done here already. Let that end first."}
	}
	return job, "dead", err
}

// replay owes what was chosen once more.
func (r *room) replay(req *http.Request) (jobs.Job, string, error) {
	c, n, err := r.chosen(req)
	if err != nil {
		return jobs.Job{}, "", err
	}
	title := "Replaying " + c.what(n)
	if c.To != "" {
		title = fmt.Sprintf("Sending %s to %s", c.what(n), c.To)
	}
	owed := new(replay.Watch)
	return r.start(title, n, owed, func(ctx context.Context, done func(int)) ([]string, error) {
		plan := replay.Plan{Sink: c.Sink, To: c.To, Knows: r.knows}
		return r.owe(ctx, c.records(ctx, r.Store), plan.Dead, owed, done)
	})
}

// reroute owes, by today's rules, what no route took and what is meant for a sink that
// is gone.
func (r *room) reroute(req *http.Request) (jobs.Job, string, error) {
	lanes, err := r.Store.LaneStatus(req.Context())
	if err != nil {
		return jobs.Job{}, "", err
	}
	owed := new(replay.Watch)
	return r.start("Delivering by today's rules what nobody got", 0, owed, func(ctx context.Context, done func(int)) ([]string, error) {
		plan := replay.Plan{Route: r.Route, Knows: r.knows}
		return r.owe(ctx, replay.Stranded(ctx, r.Store, lanes, r.knows, 0), plan.Dead, owed, done)
	})
}

// owe owes events again as plan says, and tells what came of it. owed follows it from then on.
func (r *room) owe(ctx context.Context, events iter.Seq2[queue.Record, error], plan func(*queue.Record) replay.Step, owed *replay.Watch, done func(int)) ([]string, error) {
	run := replay.Run{Store: r.Store, Watch: owed}
	err := func() error {
		seen := 0
		for record, err := range events {
			if err != nil {
				return err
			}
			if err := run.Add(ctx, plan(&record)); err != nil {
				return err
			}
			if seen++; seen%50 == 0 {
				done(seen)
			}
		}
		done(seen)
		return run.Flush(ctx)
	}()
	return wording.Replayed(run.Report), err
}

// discard puts away what was chosen, and nothing that died since the question was
// asked; of who was asked nothing, since the request came.
func (r *room) discard(req *http.Request) (jobs.Job, string, error) {
	c, n, err := r.chosen(req)
	if err == nil && c.Before.IsZero() {
		c.Before, err = r.now(req.Context())
	}
	if err != nil {
		return jobs.Job{}, "", err
	}
	return r.start("Discarding "+c.what(n), n, nil, func(ctx context.Context, done func(int)) ([]string, error) {
		discarded := 0
		put := func(ids []int64) error {
			n, err := r.Store.Discard(context.WithoutCancel(ctx), ids)
			discarded += n
			done(discarded)
			return err
		}
		err := c.each(ctx, r.Store, put)
		return []string{wording.Count(discarded, "dead letter") + " put away. Their events stay, and can be replayed one by one."}, err
	})
}

// each calls do with the IDs of the deliveries that are meant, so many at a time that a
// running relay's own writes never wait long.
func (c choice) each(ctx context.Context, h queue.History, do func([]int64) error) error {
	var ids []int64
	for record, err := range c.records(ctx, h) {
		if err != nil {
			return err
		}
		for _, d := range record.Deliveries {
			if c.has(d) {
				ids = append(ids, d.ID)
			}
		}
		if len(ids) < replay.Chunk {
			continue
		}
		if err := do(ids); err != nil {
			return err
		}
		ids = nil
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return do(ids)
}
