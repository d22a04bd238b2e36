package supervise

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// LockFile is the file in the data folder that a running supervisor holds locked.
const LockFile = "aftersales.lock"

// Lock makes sure that one supervisor at a time works in a folder. The kernel frees it when the process ends, however
// it ends; the file itself stays.
type Lock struct{ file *os.File }

// ErrLocked is wrapped when another supervisor holds the folder.
var ErrLocked = errors.New("already running")

// TakeLock takes the lock of dir, which must exist, or says who has it.
func TakeLock(dir string) (*Lock, error) {
	path := filepath.Join(dir, LockFile)
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the lock file: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		holder, _ := io.ReadAll(io.LimitReader(file, 32))
		_ = file.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		return nil, fmt.Errorf("`aftersales dev` is %w in %s (pid %s): stop it with Ctrl-C or kill, or give this one another folder, "+
			"AFTERSALES_DATA_DIR, and other ports", ErrLocked, dir, strings.TrimSpace(string(holder)))
	}
	err = file.Truncate(0)
	if err == nil {
		_, err = file.WriteAt(fmt.Appendf(nil, "%d\n", os.Getpid()), 0)
	}
	if err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("write the lock file: %w", err)
	}
	return &Lock{file}, nil
}

// Release frees the folder.
func (l *Lock) Release() { _ = l.file.Close() }
