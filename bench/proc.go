package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// clockTick is the unit of CPU times in /proc: USER_HZ, 100 a second on every Linux that Go runs on.
const clockTick = 10 * time.Millisecond

// usage is CPU time, user and system, by the name of the process.
type usage map[string]time.Duration

// cpuOf adds up what processes and all their descendants have used so far. Descendants that have ended count in
// the parent that waited for them.
func cpuOf(pids map[string]int) usage {
	ticks, children := map[int]int64{}, map[int][]int{}
	entries, _ := os.ReadDir("/proc")
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		content, err := os.ReadFile("/proc/" + entry.Name() + "/stat")
		if err != nil {
			continue
		}
		// The name may hold blanks and parentheses; fields after it are counted from 3.
		fields := strings.Fields(string(content[strings.LastIndexByte(string(content), ')')+1:]))
		if len(fields) < 15 {
			continue
		}
		parent, _ := strconv.Atoi(fields[1])
		children[parent] = append(children[parent], pid)
		for _, field := range fields[11:15] { // utime, stime, cutime, cstime
			n, _ := strconv.ParseInt(field, 10, 64)
			ticks[pid] += n
		}
	}
	used := usage{}
	var add func(name string, pid int)
	add = func(name string, pid int) {
		used[name] += time.Duration(ticks[pid]) * clockTick
		for _, child := range children[pid] {
			add(name, child)
		}
	}
	for name, pid := range pids {
		add(name, pid)
	}
	return used
}

// since is what was used after an earlier look.
func (u usage) since(before usage) usage {
	used := usage{}
	for name, cpu := range u {
		used[name] = cpu - before[name]
	}
	return used
}

func (u usage) total() time.Duration {
	var sum time.Duration
	for _, cpu := range u {
		sum += cpu
	}
	return sum
}

// rss is the resident memory of a process in bytes; 0 when it is gone.
func rss(pid int) int64 {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(content)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kib << 10
		}
	}
	return 0
}

// machine describes where the figures come from.
func machine() string {
	model, memory := "unknown CPU", ""
	if content, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(content)) {
			if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	if content, err := os.ReadFile("/proc/meminfo"); err == nil {
		if fields := strings.Fields(string(content)); len(fields) > 1 {
			kib, _ := strconv.ParseInt(fields[1], 10, 64)
			memory = fmt.Sprintf(", %.0f GB", float64(kib)/(1<<20))
		}
	}
	kernel, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	commit, _ := exec.Command("git", "describe", "--always", "--dirty").Output()
	load, _ := os.ReadFile("/proc/loadavg")
	return fmt.Sprintf("%s, %d cores%s, Linux %s, %s, commit %s, load before %s", model, runtime.NumCPU(), memory,
		strings.TrimSpace(string(kernel)), runtime.Version(), strings.TrimSpace(string(commit)), strings.Fields(string(load) + " ?")[0])
}
