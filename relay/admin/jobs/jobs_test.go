package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay/admin/jobs"
)

// TestJobs: work is done in the order in which it was asked for, tells how far it is,
// and what came of it stays to be seen for a while.
func TestJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told atomic.Int64
		d := jobs.New(func() { told.Add(1) })
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go d.Run(ctx)
		slow := func(_ context.Context, done func(int)) ([]string, error) {
			time.Sleep(time.Minute)
			done(5)
			time.Sleep(time.Minute)
			return []string{"all is well"}, nil
		}
		if _, err := d.Start("first", 10, slow, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Start("second", 0, func(context.Context, func(int)) ([]string, error) {
			return []string{"half"}, errors.New("the disk is full")
		}, nil); err != nil {
			t.Fatal(err)
		}
		time.Sleep(90 * time.Second)
		all := d.Jobs()
		if len(all) != 2 || all[0].Title != "second" || !all[0].Running() || all[1].Done != 5 || all[1].Total != 10 || !all[1].Running() || told.Load() != 3 {
			t.Fatalf("under way: %+v, told %d times", all, told.Load())
		}
		time.Sleep(time.Minute)
		all = d.Jobs()
		if all[0].Running() || all[0].Error != "the disk is full" || !slices.Equal(all[0].Told, []string{"half"}) || !slices.Equal(all[1].Told, []string{"all is well"}) || all[0].ID == all[1].ID {
			t.Fatalf("at the end: %+v", all)
		}
		time.Sleep(time.Hour)
		if all = d.Jobs(); len(all) != 0 {
			t.Errorf("an hour later: %+v", all)
		}
	})
}

// TestTooMany: work beyond what can wait is refused, and nothing of it is told.
func TestTooMany(t *testing.T) {
	d := jobs.New(nil)
	for range 10 {
		if _, err := d.Start("x", 0, nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.Start("x", 0, nil, nil); !errors.Is(err, jobs.ErrTooMany) || len(d.Jobs()) != 10 {
		t.Errorf("the eleventh: %v, and %d are told", err, len(d.Jobs()))
	}
}

// TestEnds: at the relay's end a job ends where it is.
func TestEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := jobs.New(nil)
		ctx, stop := context.WithCancel(t.Context())
		over := make(chan struct{})
		go func() {
			d.Run(ctx)
			close(over)
		}()
		_, err := d.Start("endless", 0, func(ctx context.Context, _ func(int)) ([]string, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		stop()
		<-over
		if all := d.Jobs(); len(all) != 1 || all[0].Running() || all[0].Error == "" {
			t.Errorf("%+v", all)
		}
	})
}

// TestFollow: what a job has begun is followed from its end on, until that has come to its
// end too; who asks at the same time does not wait for it.
func TestFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := jobs.New(nil)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go d.Run(ctx)
		arrived, asked := 0, 0
		_, err := d.Start("replay", 0, func(context.Context, func(int)) ([]string, error) {
			time.Sleep(time.Minute)
			return []string{"2 owed"}, nil
		}, func(ctx context.Context) (string, bool) {
			asked++
			if arrived == 1 {
				<-ctx.Done()
			}
			return fmt.Sprintf("%d of 2", arrived), arrived == 2
		})
		if err != nil {
			t.Fatal(err)
		}
		says := func(want ...string) {
			t.Helper()
			if got := d.Jobs()[0].Told; !slices.Equal(got, want) {
				t.Errorf("it tells %q, want %q", got, want)
			}
		}
		synctest.Wait()
		says()
		time.Sleep(2 * time.Minute)
		says("2 owed", "0 of 2")
		arrived = 1
		go d.Jobs()
		synctest.Wait()
		says("2 owed", "0 of 2") // the other one asks
		time.Sleep(time.Second)
		says("2 owed", "1 of 2")
		arrived = 2
		says("2 owed", "2 of 2")
		n := asked
		says("2 owed", "2 of 2")
		if asked != n {
			t.Error("it is asked again after its end")
		}
	})
}
