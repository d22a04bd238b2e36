package testkit

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// postgresPrograms returns the folder with initdb and postgres, installing Debian's package if there is none.
func postgresPrograms() (string, error) {
	if dir := findPostgres(); dir != "" {
		return dir, nil
	}
	if err := install("postgresql"); err != nil {
		return "", fmt.Errorf("its programs initdb and postgres are neither in PATH nor in /usr/lib/postgresql: %w; "+
			"run: sudo apt-get install -y postgresql", err)
	}
	if dir := findPostgres(); dir != "" {
		return dir, nil
	}
	return "", errors.New("the package postgresql was installed, but /usr/lib/postgresql/*/bin has no initdb; run: sudo apt-get install -y --reinstall postgresql")
}

func findPostgres() string {
	var dirs []string
	if path, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
		dirs = append(dirs, filepath.Dir(path))
	}
	// The highest version comes last in the listing; versions have two digits for years to come.
	packaged, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	for i := len(packaged) - 1; i >= 0; i-- {
		dirs = append(dirs, packaged[i])
	}
	for _, dir := range dirs {
		_, errInit := os.Stat(filepath.Join(dir, "initdb"))
		_, errServer := os.Stat(filepath.Join(dir, "postgres"))
		if errInit == nil && errServer == nil {
			return dir
		}
	}
	return ""
}

// install installs a package of Debian.
func install(name string) error {
	apt, err := exec.LookPath("apt-get")
	if err != nil {
		return fmt.Errorf("this is no Debian, install %s by hand", name)
	}
	prefix := []string{}
	if os.Geteuid() != 0 {
		// -n: never ask for a password inside a test.
		if err := exec.Command("sudo", "-n", "true").Run(); err != nil {
			return errors.New("installing needs root")
		}
		prefix = []string{"sudo", "-n"}
	}
	for _, args := range [][]string{{"update", "-qq"}, {"install", "-y", "-qq", name}} {
		full := append(append(append([]string{}, prefix...), "env", "DEBIAN_FRONTEND=noninteractive", apt), args...)
		cmd := exec.Command(full[0], full[1:]...)
		cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("apt-get %s: %w", args[0], err)
		}
	}
	return nil
}

// serverUser returns whom to run as: ourselves, or for root an ordinary user of this machine.
func serverUser() (runAs, error) {
	if os.Geteuid() != 0 {
		return runAs{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errU := strconv.ParseUint(found.Uid, 10, 32)
		gid, errG := strconv.ParseUint(found.Gid, 10, 32)
		if errU == nil && errG == nil {
			return runAs{&syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
		}
	}
	return runAs{}, errors.New("PostgreSQL refuses to run as root and there is neither a user postgres nor nobody; run the tests as an ordinary user")
}
