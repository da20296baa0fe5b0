package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"botrelay/relay"
	"botrelay/relay/config"
	"botrelay/sinks/sandbox"
	"botrelay/sinks/transport"
)

// onlineTimeout is how long all that is asked of one sink's platform may take.
const onlineTimeout = 15 * time.Second

// inspected is what a platform has told of a sink.
type inspected struct {
	sink  string
	found []relay.Finding
}

// inspect asks the platforms, or their stand-in.
func (c *checkCmd) inspect(ctx context.Context, cfg *config.Config) ([]inspected, error) {
	if !c.Sandbox {
		return inspect(ctx, cfg, transport.Config{})
	}
	box := sandbox.New(sandbox.Config{})
	defer box.Close()
	base, stop, err := serveHTTP(ctx, box)
	if err != nil {
		return nil, fmt.Errorf("starting the sandbox: %w", err)
	}
	defer stop()
	return inspect(ctx, cfg, transport.Config{Base: base})
}

// inspect asks the platforms of all sinks at once, each within onlineTimeout. It
// posts nothing. It blocks until all have answered, or ctx ends.
func inspect(ctx context.Context, cfg *config.Config, to transport.Config) ([]inspected, error) {
	opened, _, err := openSinks(cfg.Sinks, to, nil)
	if err != nil {
		return nil, err
	}
	all := make([]inspected, len(opened))
	var asking sync.WaitGroup
	for i, sink := range opened {
		all[i].sink = cfg.Sinks[i].Name
		asking.Go(func() {
			ctx, stop := context.WithTimeout(ctx, onlineTimeout)
			defer stop()
			if inspector, ok := sink.(relay.Inspector); ok {
				all[i].found = inspector.Inspect(ctx)
			}
		})
	}
	asking.Wait()
	return all, ctx.Err()
}

// wrong counts what has to be mended.
func wrong(all []inspected) int {
	n := 0
	for _, one := range all {
		for _, f := range one.found {
			if f.Standing == relay.Wrong {
				n++
			}
		}
	}
	return n
}

// unknown returns an error if there is a sink of which no platform has told
// whether it is good: then all may be well, or not.
func unknown(all []inspected) error {
	var names []string
	for _, one := range all {
		if !slices.ContainsFunc(one.found, func(f relay.Finding) bool { return f.Standing != relay.Unclear }) {
			names = append(names, one.sink)
		}
	}
	switch {
	case len(names) > 0 && len(names) == len(all):
		return errors.New("asked nobody: no platform could be reached, or would tell")
	case len(names) > 0:
		return fmt.Errorf("it is not known whether all is well: no platform told of %s", strings.Join(names, ", "))
	}
	return nil
}

// tellOnline prints what the platforms have told.
func tellOnline(s screen, all []inspected, standIn bool) {
	width := 0
	for _, one := range all {
		width = max(width, columns(one.sink))
	}
	_, _ = fmt.Fprintln(s)
	if standIn {
		s.flow(bold, "A stand-in", "  ", " of the platforms was asked, not they themselves")
	} else {
		s.flow(bold, "The platforms", "  ", " were asked; nothing was posted")
	}
	for _, one := range all {
		name := one.sink
		for _, f := range one.found {
			mark, color := "✓", green
			switch f.Standing {
			case relay.Fine:
			case relay.Wrong:
				mark, color = "✗", red
			case relay.Unclear:
				mark, color = "?", yellow
			}
			head := "  " + pad(name, width) + "  " + mark + " "
			s.flow(color, head, strings.Repeat(" ", columns(head)), f.Text)
			name = ""
		}
	}
}
