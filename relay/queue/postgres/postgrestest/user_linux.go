package postgrestest

import (
	"os"
	"syscall"
)

// nobody is the user that everybody has: PostgreSQL refuses to run as root.
const nobody = 65534

// unprivileged lets a program run as nobody where we are root, and end with us.
func unprivileged() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if os.Geteuid() == 0 {
		attr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	}
	return attr
}

// giveAway makes a folder that user's.
func giveAway(folder string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	return os.Chown(folder, nobody, nobody)
}
