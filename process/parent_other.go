//go:build !linux

package process

import "syscall"

// dieWithParent does nothing where the kernel has no such service: after a kill -9 of the parent, the next start
// names the process that still holds a port.
func dieWithParent(*syscall.SysProcAttr) {}
