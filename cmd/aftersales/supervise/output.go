package supervise

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Screen is where people watch.
type Screen struct {
	To    io.Writer
	Color bool
	// Quiet names services whose lines go only to their log file.
	Quiet map[string]bool
}

// keptLines is how many last lines of each service are kept for error messages.
const keptLines = 15

// longestLine cuts lines that never end.
const longestLine = 64 << 10

var colors = []string{"36", "33", "35", "32", "34", "31"} // ANSI foregrounds

// output mixes the lines of all services on one screen and keeps each service's in a file of its own.
type output struct {
	dir    string
	screen Screen
	began  time.Time

	mu      sync.Mutex
	writers map[string]*lineWriter
}

func newOutput(dir string, screen Screen) (*output, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder for logs: %w", err)
	}
	return &output{dir: dir, screen: screen, began: time.Now(), writers: map[string]*lineWriter{}}, nil
}

// say prints a line of the supervisor with the time since its start.
func (o *output) say(format string, args ...any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	elapsed := fmt.Sprintf("%6.1fs ", time.Since(o.began).Seconds())
	fmt.Fprintln(o.screen.To, o.paint("1", elapsed)+fmt.Sprintf(format, args...))
}

// writer returns where the service of that name writes. Its log file is appended to, across restarts and runs.
func (o *output) writer(name string) io.Writer {
	o.mu.Lock()
	defer o.mu.Unlock()
	if w, ok := o.writers[name]; ok {
		return w
	}
	w := &lineWriter{out: o, name: name, color: colors[len(o.writers)%len(colors)]}
	file, err := os.OpenFile(filepath.Join(o.dir, name+".log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err == nil {
		w.file = file
	} else {
		fmt.Fprintf(o.screen.To, "log of %s goes only to the screen: %v\n", name, err)
	}
	o.writers[name] = w
	return w
}

// lastLines is what a service wrote last, as the tail of an error message.
func (o *output) lastLines(name string) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	w, ok := o.writers[name]
	if !ok || len(w.last) == 0 {
		return ""
	}
	return fmt.Sprintf("\nthe last lines of %s:\n  %s", filepath.Join(o.dir, name+".log"), strings.Join(w.last, "\n  "))
}

func (o *output) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, w := range o.writers {
		if w.file != nil {
			_ = w.file.Close()
			w.file = nil
		}
	}
}

func (o *output) paint(color, text string) string {
	if !o.screen.Color {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}

// lineWriter takes a service's output in whatever pieces it comes and passes on whole lines.
type lineWriter struct {
	out   *output
	name  string
	color string
	file  *os.File
	rest  []byte
	last  []string
}

// Write never fails: a full disk must not stop a service by its log.
func (w *lineWriter) Write(p []byte) (int, error) {
	w.out.mu.Lock()
	defer w.out.mu.Unlock()
	w.rest = append(w.rest, p...)
	for {
		end := bytes.IndexByte(w.rest, '\n')
		if end < 0 && len(w.rest) > longestLine {
			end = longestLine
			w.rest = append(w.rest[:end:end], append([]byte{'\n'}, w.rest[end:]...)...)
		}
		if end < 0 {
			return len(p), nil
		}
		w.line(strings.TrimRight(string(w.rest[:end]), "\r"))
		w.rest = w.rest[end+1:]
	}
}

func (w *lineWriter) line(text string) {
	if w.file != nil {
		fmt.Fprintln(w.file, text)
	}
	w.last = append(w.last, text)
	if len(w.last) > keptLines {
		w.last = w.last[len(w.last)-keptLines:]
	}
	if !w.out.screen.Quiet[w.name] {
		fmt.Fprintln(w.out.screen.To, w.out.paint(w.color, fmt.Sprintf("%-8s | ", w.name))+text)
	}
}
