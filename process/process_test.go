package process_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/process"
)

// The test binary plays its own children: TestMain branches on this variable.
const role = "PROCESS_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(role) {
	case "polite":
		stop := make(chan os.Signal, 1)
		signal.Notify(stop, syscall.SIGTERM)
		fmt.Println("ready")
		<-stop
		os.Exit(0)
	case "stubborn":
		signal.Ignore(syscall.SIGTERM)
		fmt.Println("ready")
		select {}
	case "parent":
		child, err := process.Start(self("stubborn"))
		if err != nil {
			panic(err)
		}
		fmt.Println(child.PID())
		select {}
	}
	os.Exit(m.Run())
}

func self(as string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), role+"="+as)
	return cmd
}

func startAndRead(t *testing.T, as string) (*process.Child, string) {
	t.Helper()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	defer r.Close()
	cmd := self(as)
	cmd.Stdout = w
	child, err := process.Start(cmd)
	require.NoError(t, err)
	t.Cleanup(child.Kill)
	require.NoError(t, w.Close())
	line, err := bufio.NewReader(r).ReadString('\n')
	require.NoError(t, err)
	return child, strings.TrimSpace(line)
}

func TestStopIsPoliteFirst(t *testing.T) {
	child, _ := startAndRead(t, "polite")
	require.True(t, child.Alive())
	require.False(t, child.Stop(10*time.Second), "a polite child needs no kill")
	require.False(t, child.Alive())
	require.NoError(t, child.Err())
}

func TestStopKillsTheStubborn(t *testing.T) {
	child, _ := startAndRead(t, "stubborn")
	require.True(t, child.Stop(50*time.Millisecond))
	require.ErrorContains(t, child.Err(), "killed")
	require.False(t, child.Stop(time.Second), "stopping twice is harmless")
}

func TestChildLeadsItsOwnGroup(t *testing.T) {
	child, _ := startAndRead(t, "polite")
	group, err := syscall.Getpgid(child.PID())
	require.NoError(t, err)
	require.Equal(t, child.PID(), group)
}

func TestGrandchildrenDieWithAKilledParent(t *testing.T) {
	parent, line := startAndRead(t, "parent")
	grandchild, err := strconv.Atoi(line)
	require.NoError(t, err)
	// Only the parent, not its group: this is what kill -9 of a supervisor does.
	require.NoError(t, syscall.Kill(parent.PID(), syscall.SIGKILL))
	require.Eventually(t, func() bool { return gone(grandchild) }, time.Minute, 10*time.Millisecond)
}

// gone also takes a zombie as gone: nobody may be there to reap it.
func gone(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return true
	}
	after := string(stat[strings.LastIndexByte(string(stat), ')')+1:])
	return strings.HasPrefix(strings.TrimSpace(after), "Z")
}

func TestMissingProgramIsNamed(t *testing.T) {
	_, err := process.Start(exec.Command("/nowhere/at-all"))
	require.ErrorContains(t, err, "/nowhere/at-all")
}
