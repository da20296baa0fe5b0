package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/vendors"
)

// leadSecret signs the leads of the tests.
const leadSecret = "the-tests-own-secret"

// lead is a lead of a test: the n-th of a client.
type lead struct{ client, n int }

// String is how the lead is recognised wherever it arrives. It has nothing in
// it that any platform would write differently.
func (l lead) String() string { return fmt.Sprintf("q%dn%dz", l.client, l.n) }

// leadsIn returns the leads that a text tells of, each once, in the order in
// which they are first told of.
func leadsIn(text []byte) []lead {
	seen := make(map[lead]bool)
	var leads []lead
	for _, m := range regexp.MustCompile(`q(\d+)n(\d+)z`).FindAllSubmatch(text, -1) {
		client, _ := strconv.Atoi(string(m[1])) // the expression has seen digits
		n, _ := strconv.Atoi(string(m[2]))
		if l := (lead{client, n}); !seen[l] {
			seen[l] = true
			leads = append(leads, l)
		}
	}
	return leads
}

// body is the lead as Chatbase would send it. Of what a customer wrote there are
// 50 to 200 characters.
func (l lead) body() []byte {
	words := "Hello, we are looking for a bot that answers our guests at night, in Danish and in German. " +
		"Could somebody call me back tomorrow afternoon and tell me what it would cost for three hotels of forty rooms each?"
	body, err := json.Marshal(map[string]any{
		"eventType": "leads.submit",
		"chatbotId": "bot_flora",
		"payload": map[string]any{
			"conversationId": fmt.Sprintf("conv-%04d-%04d", l.client, l.n),
			"customerEmail":  l.String() + "@example.com",
			"customerName":   "Mira Holm-Petersen",
			"customerPhone":  fmt.Sprintf("+49 30 90%04d", l.n%10000),
			"message":        words[:50+l.n%150],
			"pageUrl":        "https://www.example.com/pricing",
		},
	})
	if err != nil {
		panic(err) // texts and maps have a JSON form
	}
	return body
}

// vendor is a Chatbase that posts leads to a relay, over connections of its own.
type vendor struct {
	client http.Client
	vendor *vendors.Vendor
}

func newVendor(t *testing.T) *vendor {
	t.Helper()
	known, ok := vendors.Lookup("chatbase")
	if !ok {
		t.Fatal("there is no vendor chatbase")
	}
	carrier := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(carrier.CloseIdleConnections)
	return &vendor{http.Client{Transport: carrier, Timeout: 30 * time.Second}, known}
}

// post posts a body to a relay's source and returns its answer. The error tells
// that there was none.
func (v *vendor) post(ctx context.Context, relayURL, source string, body []byte) (status int, header http.Header, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, relayURL+"/hooks/"+source, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	maps.Copy(req.Header, v.vendor.Sign(body, relay.NewSecret(leadSecret), time.Now()))
	resp, err := v.client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return 0, nil, err // an answer that breaks off acknowledges nothing
	}
	return resp.StatusCode, resp.Header, nil
}

// tally is what relays have acknowledged.
type tally struct {
	mu    sync.Mutex
	leads map[int][]lead // by client, in the order in which they were sent
	next  map[int]int    // by client
}

func newTally() *tally {
	return &tally{leads: make(map[int][]lead), next: make(map[int]int)}
}

// draw returns a client's next lead.
func (b *tally) draw(client int) lead {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.next[client]++
	return lead{client, b.next[client]}
}

// acknowledge notes that a lead was accepted.
func (b *tally) acknowledge(l lead) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.leads[l.client] = append(b.leads[l.client], l)
}

// acknowledged returns what was accepted from a range of clients.
func (b *tally) acknowledged(from, to int) (leads []lead) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for client := from; client <= to; client++ {
		leads = append(leads, b.leads[client]...)
	}
	return leads
}
