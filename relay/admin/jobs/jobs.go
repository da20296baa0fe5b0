// Package jobs does long work that people asked for on a page, one piece after the
// other, and tells how far it is. What the work is, is left to who asks.
package jobs

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"
)

const (
	maxWaiting = 10        // jobs that wait for others
	maxEnded   = 5         // jobs that are told of when they have ended
	endedTime  = time.Hour // and for how long
)

// ErrTooMany is that of Start: so many jobs wait already that one more makes no sense.
var ErrTooMany = errors.New("many jobs wait for each other already: let them end first")

// Job is a piece of work, as it stands.
type Job struct {
	ID      string    `json:"id"`
	Title   string    `json:"title"` // what it does, in a few words
	Total   int       `json:"total"` // steps there are to come to, as far as it is known; 0: it is not
	Done    int       `json:"done"`
	Started time.Time `json:"started_at"` // when it was asked for
	Ended   time.Time `json:"ended_at,omitzero"`
	Told    []string  `json:"told,omitempty"`  // what came of it, a sentence each
	Error   string    `json:"error,omitempty"` // why it did not come to its end
}

// Running reports whether the job has not ended.
func (j Job) Running() bool { return j.Ended.IsZero() }

// Follow says, in a sentence, how far what a job has begun has come, or "" if there is
// nothing to say, and whether that is the end. It returns soon, by ctx. It is called by
// one goroutine at a time, and no more after the end.
type Follow func(ctx context.Context) (sentence string, ended bool)

// Work does a job until ctx ends. It tells how far it is, and returns what came of it,
// also with an error.
type Work func(ctx context.Context, done func(n int)) (told []string, err error)

// Desk does jobs. It may be used from several goroutines.
type Desk struct {
	changed func()
	queue   chan *task

	mu   sync.Mutex
	last int
	all  []*task // the newest first

	following sync.Mutex // who has it asks how far jobs have come
}

// task is a job and its work.
type task struct {
	Job

	work   Work
	follow Follow // nil: there is nothing to ask any more
	since  string // what it said last
}

// followTime is how long Jobs waits to learn how far it all has come.
const followTime = 50 * time.Millisecond

// New returns a Desk. changed is told whenever a job goes on; nil: nobody is. It must
// not block.
func New(changed func()) *Desk {
	if changed == nil {
		changed = func() {}
	}
	return &Desk{changed: changed, queue: make(chan *task, maxWaiting)}
}

// Run does what is asked for until ctx ends. What is under way then ends where it is.
func (d *Desk) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case t := <-d.queue:
			told, err := t.work(ctx, func(n int) { d.change(func() { t.Done = n }) })
			d.change(func() {
				t.Ended, t.Told = time.Now(), told
				if err != nil {
					t.Error = err.Error()
				}
			})
		}
	}
}

// Start asks for work. What it has begun goes on after its end, and is followed; nil: there
// is nothing to follow. It does not block; the error is ErrTooMany.
func (d *Desk) Start(title string, total int, work Work, follow Follow) (Job, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := &task{Job: Job{Title: title, Total: total, Started: time.Now()}, work: work, follow: follow}
	select {
	case d.queue <- t:
	default:
		return Job{}, ErrTooMany
	}
	d.last++
	t.ID = strconv.Itoa(d.last)
	d.all = slices.Insert(d.all, 0, t)
	d.changed()
	return t.Job, nil
}

// Jobs returns those that have not ended, and the last ones that have, the newest first.
// It asks those how far what they have begun has come, for a moment.
func (d *Desk) Jobs() []Job {
	d.ask()
	d.mu.Lock()
	defer d.mu.Unlock()
	var all []Job
	for _, t := range d.all {
		j := t.Job
		j.Told = slices.Clone(j.Told)
		if t.since != "" {
			j.Told = append(j.Told, t.since)
		}
		all = append(all, j)
	}
	return all
}

// ask asks the jobs that have ended how far what they have begun has come, unless
// somebody else is doing so.
func (d *Desk) ask() {
	if !d.following.TryLock() {
		return
	}
	defer d.following.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), followTime)
	defer cancel()
	for _, t := range d.told() {
		if t.follow == nil || ctx.Err() != nil {
			continue
		}
		since, ended := t.follow(ctx)
		if ended {
			t.follow = nil
		}
		d.mu.Lock()
		t.since = since
		d.mu.Unlock()
	}
}

// told forgets what ended long ago, and returns the other jobs that have ended.
func (d *Desk) told() (ended []*task) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	d.all = slices.DeleteFunc(d.all, func(t *task) bool {
		if t.Running() {
			return false
		}
		n++
		return n > maxEnded || time.Since(t.Ended) > endedTime
	})
	for _, t := range d.all {
		if !t.Running() {
			ended = append(ended, t)
		}
	}
	return ended
}

func (d *Desk) change(how func()) {
	d.mu.Lock()
	how()
	d.mu.Unlock()
	d.changed()
}
