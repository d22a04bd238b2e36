package temporalserver

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Version is the release of the server that Aftersales is tested with.
const Version = "v1.32.1"

// UIVersion is the release of Temporal's web UI.
const UIVersion = "v2.54.1"

// Program is one of Temporal's programs that `go install` builds.
type Program struct {
	Name     string // file name that the Makefile gives it
	Built    string // file name that `go install` gives it
	Env      string // environment variable that names another path
	Package  string // what `go install` is called with
	Make     string // Makefile target that installs it
	describe string
}

// The programs.
var (
	ServerProgram = Program{
		Name: "temporal-server", Env: "AFTERSALES_TEMPORAL_SERVER", Make: "temporal-tool",
		Package: "go.temporal.io/server/cmd/server@" + Version, Built: "server", describe: "the Temporal server",
	}
	SQLToolProgram = Program{
		Name: "temporal-sql-tool", Env: "AFTERSALES_TEMPORAL_SQL_TOOL", Make: "temporal-sql-tool",
		Package: "go.temporal.io/server/cmd/tools/sql@" + Version, Built: "sql", describe: "Temporal's schema tool",
	}
	UIProgram = Program{
		Name: "temporal-ui-server", Env: "AFTERSALES_TEMPORAL_UI_SERVER", Make: "ui-tool",
		Package: "github.com/temporalio/ui-server/v2/cmd/server@" + UIVersion, Built: "server", describe: "Temporal's web UI",
	}
)

// ErrProgramMissing is wrapped by Find when the program is nowhere.
var ErrProgramMissing = errors.New("program not found")

// Find returns the absolute path of the program: the path in its environment variable; then .tools/ or bin/ beside
// the project (the nearest parent of the working directory with a go.mod) or beside our own binary; then $GOBIN; then
// PATH. The error says how to install it.
func (p Program) Find() (string, error) {
	if path := os.Getenv(p.Env); path != "" {
		if err := executable(path); err != nil {
			return "", fmt.Errorf("%s names %s, which cannot be run: %w; correct or unset it", p.Env, path, err)
		}
		return filepath.Abs(path)
	}
	for _, dir := range searchDirs() {
		path := filepath.Join(dir, p.Name)
		if executable(path) == nil {
			return filepath.Abs(path)
		}
	}
	if path, err := exec.LookPath(p.Name); err == nil {
		return filepath.Abs(path)
	}
	return "", fmt.Errorf("%s (%s): %w in %s, .tools, bin, $GOBIN or PATH; install it with `make %s` or set %s to its path",
		p.describe, p.Name, ErrProgramMissing, p.Env, p.Make, p.Env)
}

// ToolsDir is where the Makefile and Install put programs: .tools in the project that holds the working directory.
// It is empty when the working directory belongs to no project.
func ToolsDir() string {
	if root := projectRoot(); root != "" {
		return filepath.Join(root, ".tools")
	}
	return ""
}

// Install builds the program with `go install` into dir, under its Name. A first build of the server takes some
// minutes; its progress goes to standard error.
func (p Program) Install(dir string) (string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("make the folder for programs: %w", err)
	}
	// Built in a folder of its own: two of the programs are called "server", and a half-written one must not be found.
	tmp, err := os.MkdirTemp(dir, "install-*")
	if err != nil {
		return "", fmt.Errorf("make a folder to build in: %w", err)
	}
	defer os.RemoveAll(tmp)
	fmt.Fprintf(os.Stderr, "installing %s: go install %s (some minutes the first time)\n", p.describe, p.Package)
	cmd := exec.Command("go", "install", p.Package)
	// Outside any module: the versions are those of the program, not ours.
	cmd.Dir = tmp
	cmd.Env = append(os.Environ(), "GOBIN="+tmp, "CGO_ENABLED=0", "GOFLAGS="+keepFlag(os.Getenv("GOFLAGS"), "-buildvcs=false"))
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("go install %s: %w; run it by hand to see why, or set %s to a program that you have", p.Package, err, p.Env)
	}
	path := filepath.Join(dir, p.Name)
	if err := os.Rename(filepath.Join(tmp, p.Built), path); err != nil {
		return "", fmt.Errorf("put the program in place: %w", err)
	}
	return path, nil
}

// keepFlag returns flag when flags contains it: of somebody's GOFLAGS only that one concerns another module.
func keepFlag(flags, flag string) string {
	for f := range strings.FieldsSeq(flags) {
		if f == flag {
			return flag
		}
	}
	return ""
}

func searchDirs() []string {
	var dirs []string
	if root := projectRoot(); root != "" {
		dirs = append(dirs, filepath.Join(root, ".tools"), filepath.Join(root, "bin"))
	}
	if self, err := os.Executable(); err == nil {
		beside := filepath.Dir(self)
		dirs = append(dirs, beside, filepath.Join(beside, ".tools"), filepath.Join(filepath.Dir(beside), ".tools"))
	}
	if gobin := os.Getenv("GOBIN"); gobin != "" {
		dirs = append(dirs, gobin)
	}
	return dirs
}

func projectRoot() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}

func executable(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.IsDir() || info.Mode()&0o111 == 0 {
		return errors.New("not an executable file")
	}
	return nil
}
