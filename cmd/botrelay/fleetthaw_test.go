//go:build unix

package main

import (
	"net/http"
	"os"
	"syscall"
	"testing"
	"time"
)

// TestFleetThaw freezes a relay while a request of its is under way. Another one
// takes its lane over, and sends the same batch, and while that is under way the
// first one goes on, to an answer of its own: that the request failed. Were it to
// record that, the other's success would be none.
func TestFleetThaw(t *testing.T) {
	t.Parallel()
	c := &gathering{commonStore: newCommonStore(t), hooks: newHooks(t), vendor: newVendor(t)}
	asked, answers := make(chan int, 10), make(chan int)
	c.hooks.answer = func(_ string, n int) int {
		if n > 2 {
			return http.StatusOK
		}
		asked <- n
		return <-answers
	}
	c.env = append(os.Environ(), "SECRET="+leadSecret, "HOOKS="+c.hooks.url, "DATABASE="+through(t, c.url))
	first := c.add("s1")
	c.until("it has the lane", time.Minute, func() bool { return c.holders()["s1"] == first.id })
	l := c.put(first, "s1")
	c.receive(asked)
	must(t, first.cmd.Process.Signal(syscall.SIGSTOP))
	other := c.add("s1")
	answers <- http.StatusServiceUnavailable
	c.until("the other has the lane", time.Minute, func() bool { return c.holders()["s1"] == other.id })
	c.receive(asked)
	must(t, first.cmd.Process.Signal(syscall.SIGCONT))
	c.until("the first one has come to itself", time.Minute, func() bool { return first.says(`"msg":"attempt"`) })
	answers <- http.StatusOK
	next := c.put(other, "s1") // by the time that it has come, the former one is settled
	c.hooks.await(t, "s1", next)
	times := 0
	for _, p := range c.hooks.to("s1") {
		if p.leads[0] == l && p.status == http.StatusOK {
			times++
		}
	}
	if times != 1 {
		t.Errorf("%s was accepted %d times", l, times)
	}
}

func (c *gathering) receive(from <-chan int) {
	c.Helper()
	select {
	case <-from:
	case <-time.After(time.Minute):
		c.Fatal("no request came")
	}
}
