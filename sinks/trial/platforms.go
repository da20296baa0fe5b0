package trial

import (
	"context"
	_ "embed" // the platforms' sinks
	"fmt"
	"slices"

	"botrelay/relay"
	"botrelay/relay/compose"
	"botrelay/relay/config"
)

//go:embed platforms.toml
var platformsFile []byte

// platforms returns a sink of each platform that stands in for all of it.
func platforms() ([]config.Sink, error) {
	env := compose.Env(SinkOptions())
	env.StandIn = NewStandIns().Of
	cfg, problems := config.Parse(config.File{Name: "platforms.toml", Data: platformsFile}, env)
	if cfg == nil {
		return nil, fmt.Errorf("reading the platforms' sinks: %v", problems) // a file of ours
	}
	return cfg.Sinks, nil
}

// standIns takes the message on each platform that no shot is of: as the first of the
// routes wants it that the event is owed by.
func (t *Trial) standIns(ctx context.Context, e relay.Event, owed []relay.Owed, shots []Shot) ([]Shot, error) {
	all, err := platforms()
	if err != nil {
		return nil, err
	}
	route := ""
	if len(owed) > 0 {
		route = owed[0].Route
	}
	var others []Shot
	for _, s := range all {
		if slices.ContainsFunc(shots, func(shot Shot) bool { return shot.Type == s.Type }) {
			continue
		}
		shot, err := t.shoot(ctx, e, s, route)
		if err != nil {
			return others, err
		}
		shot.StandIn, shot.Route, shot.Unset = true, "", nil
		others = append(others, shot)
	}
	return others, nil
}
