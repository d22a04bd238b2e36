package testkit

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// SQLiteFrom returns the path of a database file in a folder of the test's own: a copy of a template, with every file that
// lies beside it. The template is made once per name and process by prepare, which gets the path of the file to be and must
// leave no connection open. It is what PostgresFrom is for PostgreSQL: a schema is made once and not for each test.
func SQLiteFrom(t testing.TB, name string, prepare func(file string) error) string {
	t.Helper()
	from, err := sqliteTemplate(name, prepare)
	if err != nil {
		t.Fatalf("prepare the template database %s: %v", name, err)
	}
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatalf("copy the template database %s: %v", name, err)
	}
	return filepath.Join(to, sqliteFile)
}

const sqliteFile = "aftersales.db"

var sqliteTemplates = struct {
	sync.Mutex
	made map[string]string // folder by name
}{made: map[string]string{}}

func sqliteTemplate(name string, prepare func(file string) error) (string, error) {
	sqliteTemplates.Lock()
	defer sqliteTemplates.Unlock()
	if dir, ok := sqliteTemplates.made[name]; ok {
		return dir, nil
	}
	base, err := processDir()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp(base, "sqlite-")
	if err != nil {
		return "", err
	}
	if err := prepare(filepath.Join(dir, sqliteFile)); err != nil {
		return "", err // another name of the folder is taken next time: a half-made template is never copied
	}
	sqliteTemplates.made[name] = dir
	return dir, nil
}
