//go:build !linux

package main

// limited is botrelay: only Linux can take the disk from a running process.
func limited() { main() }
