package supervise

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// whoListens names the process that listens on a TCP port, like "nginx (pid 42)", or returns "" when it belongs to
// somebody whose processes we may not look into.
func whoListens(port int) string {
	inodes := listeningSockets(port)
	links, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, link := range links {
		target, err := os.Readlink(link)
		if err != nil || !inodes[target] {
			continue
		}
		pid := strings.Split(link, "/")[2]
		name, _ := os.ReadFile("/proc/" + pid + "/comm")
		return fmt.Sprintf("%s (pid %s)", strings.TrimSpace(string(name)), pid)
	}
	return ""
}

// listeningSockets returns the sockets that listen on the port, as links in /proc/<pid>/fd show them.
func listeningSockets(port int) map[string]bool {
	const local, state, inode, listening = 1, 3, 9, "0A" // columns of /proc/net/tcp
	found := map[string]bool{}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		content, _ := os.ReadFile(table)
		for line := range strings.Lines(string(content)) {
			fields := strings.Fields(line)
			if len(fields) <= inode || fields[state] != listening {
				continue
			}
			_, hex, _ := strings.Cut(fields[local], ":")
			if n, err := strconv.ParseInt(hex, 16, 32); err == nil && int(n) == port {
				found["socket:["+fields[inode]+"]"] = true
			}
		}
	}
	return found
}
