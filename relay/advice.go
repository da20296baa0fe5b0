package relay

// Advice is what a Verdict's Reason means to people who are no programmers, and
// what to do about it. It is in whole sentences, each ending in a full stop, and
// holds no secret and nothing of what anybody else wrote.
type Advice struct {
	Meaning string `json:"meaning,omitempty"` // what is the matter; empty: that is not known
	Cure    string `json:"cure,omitempty"`    // what to do; empty: that is not known
}
