package config

// WithoutText returns c as it is if one does not know what it was read from.
func (c *Config) WithoutText() *Config {
	bare := *c
	bare.read = nil
	return &bare
}
