package queuetest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
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
