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

// Work does a job until ctx ends. It tells how far it is, and returns what came of it,
// also with an error.
type Work func(ctx context.Context, done func(n int)) (told []string, err error)

// Desk does jobs. It may be used from several goroutines.
type Desk struct {
	changed func()
	queue   chan task

	mu   sync.Mutex
	last int
	all  []*Job // the newest first
}

// task is a job and its work.
type task struct {
	job  *Job
	work Work
}

// New returns a Desk. changed is told whenever a job goes on; nil: nobody is. It must
// not block.
func New(changed func()) *Desk {
	if changed == nil {
		changed = func() {}
	}
	return &Desk{changed: changed, queue: make(chan task, maxWaiting)}
}

// Run does what is asked for until ctx ends. What is under way then ends where it is.
func (d *Desk) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case t := <-d.queue:
			told, err := t.work(ctx, func(n int) { d.change(func() { t.job.Done = n }) })
			d.change(func() {
				t.job.Ended, t.job.Told = time.Now(), told
				if err != nil {
					t.job.Error = err.Error()
				}
			})
		}
	}
}

// Start asks for work. It does not block; the error is ErrTooMany.
func (d *Desk) Start(title string, total int, work Work) (Job, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	job := &Job{Title: title, Total: total, Started: time.Now()}
	select {
	case d.queue <- task{job, work}:
	default:
		return Job{}, ErrTooMany
	}
	d.last++
	job.ID = strconv.Itoa(d.last)
	d.all = slices.Insert(d.all, 0, job)
	d.changed()
	return *job, nil
}

// Jobs returns those that have not ended, and the last ones that have, the newest first.
func (d *Desk) Jobs() []Job {
	d.mu.Lock()
	defer d.mu.Unlock()
	ended := 0
	d.all = slices.DeleteFunc(d.all, func(j *Job) bool {
		if j.Running() {
			return false
		}
		ended++
		return ended > maxEnded || time.Since(j.Ended) > endedTime
	})
	var all []Job
	for _, j := range d.all {
		all = append(all, *j)
	}
	return all
}

func (d *Desk) change(how func()) {
	d.mu.Lock()
	how()
	d.mu.Unlock()
	d.changed()
}
