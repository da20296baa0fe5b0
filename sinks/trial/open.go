package trial

import (
	"fmt"

	"botrelay/relay"
	"botrelay/relay/config"
	"botrelay/sinks"
	"botrelay/sinks/transport"
)

// SinkOptions returns what makes the options of each kind of sink, as compose.Env
// wants them.
func SinkOptions() map[string]func() config.SinkOptions {
	all := make(map[string]func() config.SinkOptions)
	for _, k := range sinks.Kinds() {
		all[k.Name] = func() config.SinkOptions { return k.Options() }
	}
	return all
}

// Open makes a sink of its part of a routes file. It touches no network. The error
// holds no secret.
func Open(s config.Sink, to transport.Config) (relay.Sink, error) {
	for _, k := range sinks.Kinds() {
		if k.Name == s.Type {
			return k.Open(s.Options, to)
		}
	}
	return nil, fmt.Errorf("unknown type %q", s.Type)
}

// StandIns are what stands for what a routes file takes from variables and files
// that are not there.
type StandIns struct {
	Unset   map[string][]string // keys of a sink that it has stood in for, by the sink's name
	numbers map[string]int      // of the sinks, so that no two are one destination
}

// NewStandIns returns StandIns that have stood in for nothing yet.
func NewStandIns() *StandIns {
	return &StandIns{Unset: make(map[string][]string), numbers: make(map[string]int)}
}

// Of returns what stands for a key of a sink: see config.Env.StandIn.
func (s *StandIns) Of(sink, kind, key string) string {
	s.Unset[sink] = append(s.Unset[sink], key)
	if _, known := s.numbers[sink]; !known {
		s.numbers[sink] = len(s.numbers)
	}
	for _, k := range sinks.Kinds() {
		if k.Name == kind {
			return k.StandIn(key, s.numbers[sink])
		}
	}
	return ""
}
