package relay

// Problem is something wrong with the value of a key in a table of
// routes.toml, said by the part that owns the table. Who read the file adds
// where it stands.
type Problem struct {
	Key     string // the key within its table; empty if the table as a whole is meant
	Text    string // what is wrong and what to do: lower case, no full stop
	Warning bool   // legal, but surely not meant
}
