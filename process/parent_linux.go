package process

import "syscall"

// dieWithParent has the kernel kill the child when the parent is gone, so that the next start finds no strangers on
// its ports. Everything a child promises is on disk before it promises it, so SIGKILL loses nothing.
func dieWithParent(attr *syscall.SysProcAttr) {
	if attr.Pdeathsig == 0 {
		attr.Pdeathsig = syscall.SIGKILL
	}
}
