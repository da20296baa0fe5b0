package transport

import (
	"fmt"

	"botrelay/relay"
)

// Found is what a request that posts nothing has shown, without secrets and on one
// short line.
func (c *Client) Found(standing relay.Standing, format string, args ...any) relay.Finding {
	said := c.Clean(relay.Verdict{Reason: fmt.Sprintf(format, args...)})
	return relay.Finding{Standing: standing, Text: said.Reason}
}

// FoundBy is Found for an answer that was judged and is not a good one: what a
// person must mend is wrong, anything else is unclear, as is what a page or a
// redirect says, which are not the platform's. The cure may be empty.
func (c *Client) FoundBy(a Answer, v relay.Verdict, cure string) relay.Finding {
	if v.Outcome != relay.Held || a.HTML() || a.Status/100 == 3 {
		return c.Found(relay.Unclear, "%s", v.Reason)
	}
	if cure != "" {
		v.Reason += ": " + cure
	}
	return c.Found(relay.Wrong, "%s", v.Reason)
}
