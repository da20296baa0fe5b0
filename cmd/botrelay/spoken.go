package main

import (
	"fmt"
	"time"

	"botrelay/relay/config"
)

// span is a duration on the command line, such as 30m, 24h or 7d.
type span time.Duration

// UnmarshalText reads a duration as routes.toml has them.
func (s *span) UnmarshalText(text []byte) error {
	d, err := config.ParseDuration(string(text))
	if err == nil && d <= 0 {
		err = fmt.Errorf("wants more than nothing")
	}
	*s = span(d)
	return err
}
