package supervise

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// RunFile is the name of the file, in the supervisor's folder, that tells who runs. It is rewritten at every start
// and restart, and removed by Close.
const RunFile = "run.json"

// Running is the content of RunFile.
type Running struct {
	SupervisorPID int       `json:"supervisor_pid"`
	Services      []Process `json:"services"`
}

// Process is one running service.
type Process struct {
	Name     string    `json:"name"`
	PID      int       `json:"pid"`
	Address  string    `json:"address,omitempty"`
	Started  time.Time `json:"started"`
	Restarts int       `json:"restarts"`
}

// ReadRunFile returns who runs under the supervisor of that folder.
func ReadRunFile(dir string) (Running, error) {
	content, err := os.ReadFile(filepath.Join(dir, RunFile))
	if err != nil {
		return Running{}, fmt.Errorf("nothing runs in %s, start it with `aftersales dev`: %w", dir, err)
	}
	var r Running
	if err := json.Unmarshal(content, &r); err != nil {
		return Running{}, fmt.Errorf("%s: %w", filepath.Join(dir, RunFile), err)
	}
	return r, nil
}

// Processes lists the services that run now, in the order of their start.
func (s *Supervisor) Processes() []Process {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.processes()
}

func (s *Supervisor) processes() []Process {
	list := []Process{}
	for _, r := range s.running {
		r.mu.Lock()
		if r.child != nil {
			list = append(list, Process{Name: r.service.Name, PID: r.child.PID(), Address: r.service.Address, Started: r.started, Restarts: r.restarts})
		}
		r.mu.Unlock()
	}
	return list
}

// writeRunFile replaces the file in one step, so that no reader ever sees half of it.
func (s *Supervisor) writeRunFile() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	content, err := json.MarshalIndent(Running{SupervisorPID: os.Getpid(), Services: s.processes()}, "", "  ")
	if err != nil {
		return fmt.Errorf("list of processes: %w", err)
	}
	path := filepath.Join(s.dir, RunFile)
	if err := os.WriteFile(path+".new", append(content, '\n'), 0o600); err != nil {
		return fmt.Errorf("write the list of processes: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("write the list of processes: %w", err)
	}
	return nil
}

func (s *Supervisor) removeRunFile() { _ = os.Remove(filepath.Join(s.dir, RunFile)) }
