package config

// unbuiltKey is a key that the file may have and this version does nothing
// with.
type unbuiltKey struct {
	table, key string
	// refused: going on without it would send messages elsewhere, or take what
	// should be turned away. Otherwise a warning will do.
	refused bool
}

// unbuiltKeys is the one place that knows what is not built yet: a version that
// builds something takes its line out.
func unbuiltKeys() []unbuiltKey {
	return []unbuiltKey{
		{"server", "tls_cert", true},
		{"server", "tls_key", true},
	}
}

// unbuilt reports the table's keys that are not built yet.
func (t *table) unbuilt(name string) {
	for _, u := range unbuiltKeys() {
		if u.table != name {
			continue
		}
		for _, n := range []*node{t.node.get(u.key), t.node.get(u.key + fileSuffix)} {
			switch {
			case n == nil:
			case u.refused:
				t.r.errorf(n.key, "%q is not supported by this version", n.name)
			default:
				t.r.warnf(n.key, "%q has no effect in this version", n.name)
			}
		}
	}
}
