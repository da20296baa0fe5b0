package queuetest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// Corpus makes events as a busy relay's are, for benchmarks: of 8 sources, one of which
// sends nothing but every 100,000th event, with names, addresses and numbers of which few
// are the same, and texts of common and rare words. The same seed makes the same ones.
type Corpus struct{ random *rand.Rand }

// NewCorpus returns a Corpus.
func NewCorpus(seed uint64) *Corpus {
	return &Corpus{rand.New(rand.NewPCG(seed, seed))} //nolint:gosec // no secret
}

// Event returns the nth event.
func (c *Corpus) Event(n int) relay.Event {
	r := c.random
	of := func(list ...string) string { return list[r.IntN(len(list))] }
	first := of("Ada", "Grace", "Alan", "Edsger", "Barbara", "Łukasz", "Zoë", "Müjde", "Ann", "Annabel", "Jürgen", "Søren", "李", "Иван", "María", "José")
	last := fmt.Sprintf("%s%s", of("Love", "Hop", "Tur", "Dijk", "Lis", "Kowal", "Öz", "Schmidt", "Lee", "Ng"), of("lace", "per", "ing", "stra", "kov", "ski", "türk", "", "son", "berg"))
	e := relay.Event{
		ID:     fmt.Sprintf("0192f0e0-%04x-7000-%04x-%012x", n>>16&0xffff, n&0xffff, r.Int64N(1<<48)),
		Vendor: "chatbase", Source: fmt.Sprint("site-", r.IntN(7)), Kind: relay.Kinds()[r.IntN(4)], EventType: "leads.submit",
		Channel: of("web", "whatsapp", "telegram", ""), BotID: fmt.Sprint("agent_", r.IntN(20)), ConversationID: fmt.Sprintf("c%08x", r.IntN(300_000)),
		Contact: relay.Contact{
			Name: first + " " + last, Email: fmt.Sprintf("%s%d@%s.example.com", "mail", r.IntN(400_000), of("post", "home", "work")),
			Phone: fmt.Sprintf("+49 %d %07d", 150+r.IntN(30), r.IntN(10_000_000)),
		},
		PageURL: "https://www.example.com/" + of("pricing", "contact", "docs", "about"), ReceivedAt: time.Unix(1_750_000_000+int64(n), 0).UTC(),
	}
	if n%100_000 == 50_000 {
		e.Source, e.Contact.Name = "quiet", "Hedwig Kiesler"
	}
	for range 5 + r.IntN(25) {
		e.Text += fmt.Sprintf("%s ", c.word())
	}
	e.Payload = json.RawMessage(fmt.Sprintf(`{"eventType":"leads.submit","chatbotId":%q,"payload":{"conversationId":%q,"customerEmail":%q,"customerName":%q,"message":%q}}`,
		e.BotID, e.ConversationID, e.Contact.Email, e.Contact.Name, e.Text))
	return e
}

// word returns a word, the more often the smaller its number is.
func (c *Corpus) word() string {
	const syllables = "baceditofuganimolupesirotavewizoku"
	n := int(c.random.ExpFloat64() * c.random.ExpFloat64() * 400)
	var word strings.Builder
	for range 2 + n%3 {
		at := n % (len(syllables) / 2) * 2
		word.WriteString(syllables[at : at+2])
		n = n/(len(syllables)/2) + 7*n%5
	}
	return word.String()
}

// Fates returns what has become of the nth event: one in a hundred was routed nowhere, one
// in ten is dead at its first sink, for one of a few reasons, and the rest is sent.
func Fates(n int) []queue.DeliveryRecord {
	if n%100 == 0 {
		return nil
	}
	all := []queue.DeliveryRecord{{Sink: fmt.Sprint("sink-", n%4), Route: fmt.Sprint("route ", n%3), State: queue.Sent}}
	if n%10 == 5 {
		all[0].State, all[0].Reason = queue.Dead, []string{"Slack: channel_not_found", "Discord: 400 Invalid Form Body", "Telegram: chat not found", "no answer"}[n/10%4]
	}
	if n%3 == 0 {
		all = append(all, queue.DeliveryRecord{Sink: "all", Route: "everything", State: queue.Sent})
	}
	if n%50_000 == 25_001 {
		all = append(all, queue.DeliveryRecord{Sink: "rare", Route: "rare", State: queue.Sent})
	}
	return all
}

// asker is what the page asks.
type asker interface {
	queue.History
	queue.Counter
	queue.DeadLetters
}

// Ask asks a store of a Corpus what the page asks, and logs how long each answer takes.
func Ask(t *testing.T, s asker) {
	t.Helper()
	newest, err := s.Events(t.Context(), queue.Query{Limit: 1})
	if err != nil || len(newest) == 0 {
		t.Fatal(newest, err)
	}
	e := newest[0].Event
	for _, a := range []struct {
		what string
		q    queue.Query
	}{
		{"newest", queue.Query{}},
		{"rare word", queue.Query{Words: "hedwig"}},
		{"two rare words", queue.Query{Words: "hedwig kiesler"}},
		{"common word", queue.Query{Words: "baba"}},
		{"common name", queue.Query{Words: "annabel"}},
		{"two common words", queue.Query{Words: "grace kowalski"}},
		{"common and rare", queue.Query{Words: "mail hedwig"}},
		{"common words, rarely together", queue.Query{Words: "grace 李 "}},
		{"prefix of 1", queue.Query{Words: "g"}},
		{"prefix of 3, rare with it", queue.Query{Words: "ann hedw"}},
		{"prefix of an address", queue.Query{Words: "mail1234"}},
		{"address", queue.Query{Words: e.Contact.Email}},
		{"phone", queue.Query{Words: "0" + strings.TrimPrefix(e.Contact.Phone, "+49 ")}},
		{"phone's end", queue.Query{Words: e.Contact.Phone[len(e.Contact.Phone)-5:]}},
		{"end of an ID", queue.Query{Words: e.ID[len(e.ID)-8:]}},
		{"no hit", queue.Query{Words: "zzyzx"}},
		{"no hit, of what is common", queue.Query{Words: "grace hopper nobody@nowhere"}},
		{"rare source", queue.Query{Source: "quiet"}},
		{"rare source, last", queue.Query{Source: "quiet", Limit: 1}},
		{"no such source", queue.Query{Source: "nobody", Limit: 1}},
		{"source and kind", queue.Query{Source: "site-3", Kind: relay.Chat}},
		{"bot and channel", queue.Query{BotID: "agent_7", Channel: "telegram"}},
		{"conversation", queue.Query{Conversation: e.ConversationID}},
		{"rare sink", queue.Query{Sink: "rare"}},
		{"sent at a rare sink", queue.Query{Sink: "rare", Status: queue.StatusSent}},
		{"dead", queue.Query{Status: queue.StatusDead}},
		{"dead of a reason", queue.Query{Status: queue.StatusDead, Sink: "sink-1", Reason: "Slack: channel_not_found"}},
		{"dead, rare word", queue.Query{Status: queue.StatusDead, Words: "hedwig"}},
		{"dead, rare source", queue.Query{Status: queue.StatusDead, Source: "quiet"}},
		{"unrouted, common word", queue.Query{Status: queue.StatusUnrouted, Words: "grace"}},
		{"channel in a window of old", queue.Query{Channel: "whatsapp", Since: 480 * time.Hour, Until: 479 * time.Hour}},
		{"a window of old, the oldest first", queue.Query{Since: 480 * time.Hour, Until: 479 * time.Hour, Oldest: true}},
		{"word in the last day", queue.Query{Words: "hedwig", Since: 24 * time.Hour}},
		{"dead in the last day", queue.Query{Status: queue.StatusDead, Since: 24 * time.Hour}},
		{"nothing in the last minute", queue.Query{Status: queue.StatusPending, Since: time.Minute}},
	} {
		var found []queue.Record
		took(t, a.what, func() (n int, err error) {
			found, err = s.Events(t.Context(), a.q)
			return len(found), err
		})
	}
	for what, c := range map[string][2]time.Duration{
		"counts of 1h": {time.Hour, 5 * time.Minute}, "counts of 24h": {24 * time.Hour, 15 * time.Minute},
		"counts of 7d": {7 * 24 * time.Hour, time.Hour}, "counts of 7d by 15m": {7 * 24 * time.Hour, 15 * time.Minute}, "counts of 30d": {30 * 24 * time.Hour, 6 * time.Hour},
	} {
		took(t, what, func() (int, error) {
			c, err := s.Counts(t.Context(), c[0], c[1])
			return len(c.Ways), err
		})
	}
	took(t, "lane status", func() (int, error) {
		all, err := s.LaneStatus(t.Context())
		return len(all), err
	})
	took(t, "dead groups", func() (int, error) {
		all, err := s.DeadGroups(t.Context())
		return len(all), err
	})
}

// took logs how long something takes, the best of three times and the first.
func took(t *testing.T, what string, do func() (n int, err error)) {
	t.Helper()
	var first, best time.Duration
	n := 0
	for i := range 3 {
		began := time.Now()
		var err error
		if n, err = do(); err != nil {
			t.Fatal(what, err)
		}
		d := time.Since(began)
		if i == 0 {
			first, best = d, d
		}
		best = min(best, d)
	}
	t.Logf("%-36s %4d in %8.2f ms, at first %8.2f ms", what, n, float64(best.Microseconds())/1000, float64(first.Microseconds())/1000)
}
