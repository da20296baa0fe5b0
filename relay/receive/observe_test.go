package receive_test

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/receive"
)

const (
	aLead     = `{"eventType":"leads.submit","chatbotId":"b","payload":{"conversationId":"c","customerEmail":"a@example.com"}}`
	unheardOf = `{"eventType":"moon.landed","chatbotId":"b"}`
)

// TestObserved: the observer hears of each request once, in words of a known few.
func TestObserved(t *testing.T) {
	r := start(t, nil)
	for _, tc := range []struct {
		about, method, source, body string
		signature                   string // empty: the right one
		want                        receive.Request
	}{
		{"a lead", "POST", "chatbase", aLead, "", receive.Request{Source: "chatbase", Vendor: "chatbase", Outcome: receive.Accepted, Kind: relay.Lead, Owed: 1, Status: 200}},
		{"the lead again", "POST", "chatbase", aLead, "", receive.Request{Source: "chatbase", Vendor: "chatbase", Outcome: receive.Duplicate, Kind: relay.Lead, Status: 200}},
		{"an unknown event", "POST", "chatbase", unheardOf, "", receive.Request{Source: "chatbase", Vendor: "chatbase", Outcome: receive.Accepted, Kind: relay.Other, Owed: 1, Status: 200}},
		{"a test", "POST", "newoaks", "{}", "", receive.Request{Source: "newoaks", Vendor: "newoaks", Outcome: receive.Test, Status: 200}},
		{"a stranger's name", "POST", "no-such-name", aLead, "", refused("", receive.UnknownSource, 404)},
		{"GET", "GET", "chatbase", "", "", refused("chatbase", receive.Method, 405)},
		{"too large", "POST", "chatbase", strings.Repeat("x", 5000), "", refused("chatbase", receive.TooLarge, 413)},
		{"forged", "POST", "newoaks", aLead, "t=1,v1=00", refused("newoaks", receive.Signature, 401)},
		{"not JSON", "POST", "chatbase", "hello", "", refused("chatbase", receive.NotJSON, 400)},
		{"pending", "POST", "chatbase-pending", aLead, "", refused("chatbase-pending", receive.Pending, 503)},
	} {
		header, signature := sign(strings.TrimSuffix(tc.source, "-pending"), secret, tc.body, r.now)
		if tc.signature != "" {
			signature = tc.signature
		}
		r.send(tc.method, tc.source, tc.body, header, signature)
		if got := <-r.seen; got != tc.want {
			t.Errorf("%s:\ngot  %+v\nwant %+v", tc.about, got, tc.want)
		}
	}
	if len(r.seen) > 0 {
		t.Errorf("told once more: %+v", <-r.seen)
	}
}

func refused(source string, why receive.Reason, status int) receive.Request {
	return receive.Request{Source: source, Vendor: strings.TrimSuffix(source, "-pending"), Outcome: receive.Refused, Reason: why, Status: status}
}

// TestObservedTrouble: what is turned away for no fault of the vendor's.
func TestObservedTrouble(t *testing.T) {
	r := start(t, func(queue.Inbox) queue.Inbox { return failing{fmt.Errorf("disk full: %w", queue.ErrUnavailable)} })
	header, signature := sign("chatbase", secret, aLead, r.now)
	r.send("POST", "chatbase", aLead, header, signature)
	if got := <-r.seen; got != refused("chatbase", receive.Store, 503) {
		t.Errorf("disk full: %+v", got)
	}

	r.handler.Crowd(64 << 20)
	r.send("POST", "chatbase", aLead, header, signature)
	if got := <-r.seen; got != refused("chatbase", receive.Busy, 503) {
		t.Errorf("in a crowd: %+v", got)
	}
	r.handler.Crowd(-(64 << 20))

	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = fmt.Fprintf(c, "POST /hooks/chatbase HTTP/1.1\r\nHost: x\r\n%s: %s\r\nContent-Length: 500\r\n\r\n{", header, signature)
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
	if got := <-r.seen; got != refused("chatbase", receive.Unreadable, 400) {
		t.Errorf("a body that breaks off: %+v", got)
	}
}

// TestReasons: the list is what a known source's request can be refused for.
func TestReasons(t *testing.T) {
	all := receive.Reasons()
	if slices.Contains(all, receive.UnknownSource) || len(all) != 10 || len(slices.Compact(slices.Sorted(slices.Values(all)))) != 10 {
		t.Errorf("got %v", all)
	}
}
