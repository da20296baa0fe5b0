//go:build !linux

package postgrestest

import "syscall"

func unprivileged() *syscall.SysProcAttr { return nil }

func giveAway(string) error { return nil }
