package deliver_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay"
	"botrelay/relay/deliver"
	"botrelay/relay/queue"
	"botrelay/relay/queue/sqlite"
)

// attempt is one request to a scripted sink.
type attempt struct {
	at      time.Duration // since the start
	titles  string        // of the post's messages
	form    relay.Form
	nonce   string
	movedTo string
	probe   bool

	reply     string
	broadcast bool
	roots     []string
}

// platform is a sink that answers by a script and remembers what it was asked.
type platform struct {
	budgets []relay.Budget
	holds   int // how many messages fit a post; 0 means 10
	answer  func(n int, p relay.Post) relay.Verdict
	probe   func() relay.Verdict

	mu       sync.Mutex
	started  time.Time
	attempts []attempt
	sent     int
	busy     bool
	overlaps int
}

func (p *platform) Budgets() []relay.Budget { return p.budgets }

func (p *platform) Fit(messages []relay.Message) int {
	holds := p.holds
	if holds == 0 {
		holds = 10
	}
	return min(holds, len(messages))
}

func (p *platform) Probe(ctx context.Context) relay.Verdict {
	p.mu.Lock()
	p.attempts = append(p.attempts, attempt{at: time.Since(p.started), titles: "?", probe: true})
	p.mu.Unlock()
	if p.probe == nil {
		return relay.Verdict{Outcome: relay.Sent}
	}
	v := p.probe()
	if v.Reason == "hang" {
		<-ctx.Done()
		return relay.Verdict{Outcome: relay.Later, Reason: "no answer"}
	}
	return v
}

func (p *platform) Send(ctx context.Context, post relay.Post) relay.Verdict {
	p.mu.Lock()
	n := p.sent
	p.sent++
	var titles []string
	for _, m := range post.Messages {
		titles = append(titles, m.Title)
	}
	p.attempts = append(p.attempts, attempt{
		at: time.Since(p.started), titles: strings.Join(titles, "+"), form: post.Form, nonce: post.Nonce, movedTo: post.MovedTo,
		reply: post.Reply, broadcast: post.Broadcast, roots: post.Roots,
	})
	if p.busy {
		p.overlaps++
	}
	p.busy = true
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		p.busy = false
		p.mu.Unlock()
	}()
	if p.answer == nil {
		return relay.Verdict{Outcome: relay.Sent, ID: fmt.Sprint(n)}
	}
	v := p.answer(n, post)
	if v.Reason == "hang" {
		<-ctx.Done()
		return relay.Verdict{Outcome: relay.Later, Doubtful: true, Reason: "no answer"}
	}
	return v
}

// seen returns the attempts so far.
func (p *platform) seen() []attempt {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.attempts)
}

// titles tells of every request so far: the titles of its messages, or "?" for
// a probe.
func (p *platform) titles() string {
	var titles []string
	for _, a := range p.seen() {
		titles = append(titles, a.titles)
	}
	return strings.Join(titles, " ")
}

// times tells when each request was made.
func (p *platform) times() []time.Duration {
	var times []time.Duration
	for _, a := range p.seen() {
		times = append(times, a.at)
	}
	return times
}

// lanes runs senders over the real store, inside a synctest bubble.
type lanes struct {
	t     *testing.T
	path  string
	store queue.Store
	next  int
}

func newLanes(t *testing.T) *lanes {
	t.Helper()
	l := &lanes{t: t, path: filepath.Join(t.TempDir(), "test.db")}
	l.open()
	return l
}

func (l *lanes) open() {
	l.t.Helper()
	store, err := sqlite.Open(l.t.Context(), sqlite.Config{Path: l.path})
	if err != nil {
		l.t.Fatal(err)
	}
	l.store = store
}

// put owes one event, whose name is its text, to sinks.
func (l *lanes) put(name string, sinks ...string) {
	l.t.Helper()
	l.putIn("", name, sinks...)
}

// putIn owes an event of a conversation to sinks.
func (l *lanes) putIn(conversation, name string, sinks ...string) {
	l.t.Helper()
	l.next++
	var owed []relay.Owed
	for _, s := range sinks {
		owed = append(owed, relay.Owed{Sink: s, Route: "all"})
	}
	e := relay.Event{ID: fmt.Sprintf("%s-%d", name, l.next), Source: "website", Kind: relay.Lead, Text: name, ConversationID: conversation, ReceivedAt: time.Now()}
	if _, err := l.store.Put(l.t.Context(), e, owed); err != nil {
		l.t.Fatal(err)
	}
}

// burst puts n events named by their numbers, from 1.
func (l *lanes) burst(n int, sinks ...string) {
	l.t.Helper()
	for i := range n {
		l.put(fmt.Sprint(i+1), sinks...)
	}
}

// start runs a sender; stop ends it and waits.
func (l *lanes) start(name string, p *platform) (stop func()) {
	return l.startWith(deliver.Config{Name: name, Sink: p})
}

// startWith runs a sender with what cfg sets, and the tests' usual otherwise.
func (l *lanes) startWith(cfg deliver.Config) (stop func()) {
	_, stop = l.startSender(cfg)
	return stop
}

// startSender is startWith for who wants to tell the sender something.
func (l *lanes) startSender(cfg deliver.Config) (s *deliver.Sender, stop func()) {
	s = deliver.New(l.complete(cfg))
	ctx, cancel := context.WithCancel(l.t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Run(ctx)
	}()
	return s, func() {
		cancel()
		<-done
	}
}

// complete sets what cfg leaves out.
func (l *lanes) complete(cfg deliver.Config) deliver.Config {
	if p, ok := cfg.Sink.(*platform); ok {
		p.mu.Lock()
		p.started = time.Now()
		p.mu.Unlock()
	}
	if cfg.Render == nil {
		cfg.Render = func(e relay.Event, _ string) relay.Message {
			return relay.Message{Title: e.Subject + e.Text, Thread: e.ConversationID, Loud: strings.HasSuffix(e.Text, "!")}
		}
	}
	cfg.Grace, cfg.Log = 8*time.Second, slog.New(slog.DiscardHandler)
	if cfg.Lanes == nil {
		cfg.Lanes = l.store
	}
	if cfg.GiveUpAfter == 0 {
		cfg.GiveUpAfter = 72 * time.Hour
	}
	return cfg
}

func (l *lanes) status(sink string) queue.LaneStatus {
	l.t.Helper()
	all, err := l.store.LaneStatus(l.t.Context())
	if err != nil {
		l.t.Fatal(err)
	}
	return all[sink]
}

func (l *lanes) close() {
	if err := l.store.Close(); err != nil {
		l.t.Error(err)
	}
}

// pass lets the bubble's time pass, and waits until everything has come to rest.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}
