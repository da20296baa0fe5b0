package main

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"botrelay/relay/config"
)

// maxNames is how many names of one sort are told.
const maxNames = 8

// changes says in a few words what a configuration has that a former one has not:
// names, and no values.
func changes(former, next *config.Config) string {
	var all []string
	all = append(all, inTable("[server]", former.Server, next.Server, !sameCertificate(former, next))...)
	all = append(all, inTable("[store]", former.Store, next.Store, false)...)
	all = append(all, inList("sources", former.Sources, next.Sources, func(s config.Source) string { return s.Name })...)
	all = append(all, inList("sinks", former.Sinks, next.Sinks, func(s config.Sink) string { return s.Name })...)
	all = append(all, inList("routes", written(former.Routes), written(next.Routes), func(r config.Route) string { return r.Name })...)
	all = append(all, inList("messages", former.Messages, next.Messages, func(m config.Message) string { return m.Name })...)
	all = append(all, inList("vendors", former.Vendors, next.Vendors, func(v config.Vendor) string { return v.Name })...)
	if !slices.Equal(former.Default, next.Default) {
		all = append(all, "[default] changed")
	}
	if !reflect.DeepEqual(former.Bots, next.Bots) {
		all = append(all, "[bots] changed")
	}
	if len(all) == 0 {
		return "none"
	}
	return strings.Join(all, "; ")
}

// inTable names the keys of a table that are not as they were. renewed: its
// certificate is another one.
func inTable[T any](table string, former, next T, renewed bool) []string {
	was, is := reflect.ValueOf(former), reflect.ValueOf(next)
	var keys []string
	for i := range is.NumField() {
		key, _, _ := strings.Cut(is.Type().Field(i).Tag.Get("toml"), ",")
		if key != "" && !reflect.DeepEqual(was.Field(i).Interface(), is.Field(i).Interface()) {
			keys = append(keys, key)
		}
	}
	if renewed {
		keys = append(keys, "certificate")
	}
	if len(keys) == 0 {
		return nil
	}
	return []string{table + " changed: " + strings.Join(keys, ", ")}
}

func sameCertificate(former, next *config.Config) bool {
	chain := func(c *tls.Certificate) [][]byte {
		if c == nil {
			return nil
		}
		return c.Certificate
	}
	return slices.EqualFunc(chain(former.Server.Certificate), chain(next.Server.Certificate), bytes.Equal)
}

// inList tells how many things of a sort there are, if that has changed, and which
// are added, removed, and not as they were.
func inList[T any](sort string, former, next []T, name func(T) string) (all []string) {
	if len(former) != len(next) {
		all = append(all, fmt.Sprintf("%s: %d → %d", sort, len(former), len(next)))
	}
	was, is := byName(former, name), byName(next, name)
	var added, removed, changed, stayedThen, stayedNow []string
	for _, item := range next {
		n := name(item)
		before, known := was[n]
		switch {
		case !known:
			added = append(added, n)
			continue
		case !reflect.DeepEqual(before, item):
			changed = append(changed, n)
		}
		stayedNow = append(stayedNow, n)
	}
	for _, item := range former {
		if n := name(item); has(is, n) {
			stayedThen = append(stayedThen, n)
		} else {
			removed = append(removed, n)
		}
	}
	for _, some := range []struct {
		what  string
		names []string
	}{{"added", added}, {"removed", removed}, {"changed", changed}} {
		if len(some.names) > 0 {
			all = append(all, sort+" "+some.what+": "+fewNames(some.names))
		}
	}
	if !slices.Equal(stayedThen, stayedNow) {
		all = append(all, sort+" in another order")
	}
	return all
}

// written returns routes as the file has them: what their conditions are compiled to
// says no more than their texts, and takes long to compare.
func written(routes []config.Route) []config.Route {
	routes = slices.Clone(routes)
	for i := range routes {
		routes[i].Condition = nil
	}
	return routes
}

func byName[T any](all []T, name func(T) string) map[string]T {
	named := make(map[string]T, len(all))
	for _, item := range all {
		named[name(item)] = item
	}
	return named
}

func has[T any](all map[string]T, name string) bool {
	_, known := all[name]
	return known
}

// fewNames lists names, not all of them if they are many.
func fewNames(names []string) string {
	if more := len(names) - maxNames; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:maxNames], ", "), more)
	}
	return strings.Join(names, ", ")
}
