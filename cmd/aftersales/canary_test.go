package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"aftersales/config"
	"aftersales/demo"
	"aftersales/media/mediatest"
	"aftersales/models"
	"aftersales/partners"
	"aftersales/testkit"
)

// forms are the ways in which a text may lie in a file.
func forms(text string) map[string][]byte {
	units := utf16.Encode([]rune(text))
	var little, big, escaped []byte
	for _, unit := range units {
		little = append(little, byte(unit), byte(unit>>8))
		big = append(big, byte(unit>>8), byte(unit))
	}
	for _, unit := range units {
		if unit < 0x80 {
			escaped = append(escaped, byte(unit))
		} else {
			escaped = fmt.Appendf(escaped, `\u%04x`, unit)
		}
	}
	upper := url.QueryEscape(text)
	all := map[string][]byte{
		"UTF-8": []byte(text), "UTF-16LE": little, "UTF-16BE": big, "JSON": escaped, "URL": []byte(upper), "url": []byte(strings.ToLower(upper)),
		"hex": []byte(hex.EncodeToString([]byte(text))),
	}
	// In base64 a text looks different at each of the three places where it may begin. The ends depend on what is beside.
	for shift := range 3 {
		encoded := base64.StdEncoding.EncodeToString(append(bytes.Repeat([]byte{0}, shift), text...))
		encoded = strings.TrimRight(encoded, "=")
		all[fmt.Sprintf("base64+%d", shift)] = []byte(encoded[(shift*8+5)/6 : len(encoded)-1])
	}
	return all
}

// finds tells in which files, compressed ones opened, and in which form a text is found.
func finds(t *testing.T, text string, dirs ...string) (places []string) {
	t.Helper()
	wanted := forms(text)
	look := func(where string, content []byte) {
		for form, bytesOf := range wanted {
			if bytes.Contains(content, bytesOf) {
				places = append(places, where+" as "+form)
			}
		}
	}
	for _, dir := range dirs {
		require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() || strings.HasPrefix(entry.Name(), "sandbox.db") {
				return nil // gone meanwhile, a socket, or the partners' own ledger
			}
			content, err := os.ReadFile(path)
			if err != nil {
				return nil // a server's file that it has just deleted
			}
			look(path, content)
			switch filepath.Ext(path) {
			case ".zip":
				archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
				require.NoError(t, err)
				for _, file := range archive.File {
					entry, err := file.Open()
					require.NoError(t, err)
					inside, err := io.ReadAll(entry)
					require.NoError(t, err)
					look(path+"/"+file.Name, inside)
				}
			case ".gz":
				packed, err := gzip.NewReader(bytes.NewReader(content))
				require.NoError(t, err)
				inside, err := io.ReadAll(packed)
				require.NoError(t, err)
				look(path, inside)
			}
			return nil
		}))
	}
	return places
}

// TestAttack20_CanariesAreNowhere puts known personal strings in through the API of the real program, and looks for them
// in everything that somebody could copy: database with its log and free pages, store of keysets, files, Temporal's
// store, logs, backups.
func TestAttack20_CanariesAreNowhere(t *testing.T) {
	for _, postgres := range []bool{false, true} {
		t.Run(map[bool]string{false: "sqlite", true: "postgres"}[postgres], func(t *testing.T) { canaries(t, postgres) })
	}
}

func canaries(t *testing.T, postgres bool) {
	logs := t.TempDir()
	logFile, err := os.Create(filepath.Join(logs, "all.log"))
	require.NoError(t, err)
	hush()
	before := slog.Default()
	slog.SetDefault(config.Log{Level: "debug", Format: "json"}.Logger(logFile))
	t.Cleanup(func() { slog.SetDefault(before); logFile.Close() })

	s := newStack(t, setup{postgres: postgres, pack: "demo"})
	mark := models.NewID()[24:]
	planted := map[string]string{
		"customer's name": "演示顾客01", "customer's phone": "13800001001",
		"recipient": "收件金丝雀" + mark, "recipient's phone": "139" + fmt.Sprint(time.Now().UnixNano())[8:16], "street": "金丝雀路" + mark + "号",
		"text": "我的衬衫小了,金丝雀" + mark + "想退", "answer": "抱歉,店主金丝雀" + mark, "file": "picture-canary-" + mark,
	}
	order := s.order(120_00, func(o *partners.ShopOrder) {
		o.Recipient.Name, o.Recipient.Phone, o.Recipient.Street = planted["recipient"], planted["recipient's phone"], planted["street"]
	})
	id := s.open(order, 0, 1, map[string]any{"text": planted["text"]})
	s.untilStage(id, "merchant_answer")
	uploaded := s.send(kim, http.MethodPost, "/v1/uploads", models.NewID(), mediatest.PNG(planted["file"]))
	require.Equal(t, http.StatusCreated, uploaded.status, "%s", uploaded.body)
	s.do(clerk, id, "merchant-answer", map[string]any{"decision": "agree", "text": planted["answer"]})
	require.Equal(t, http.StatusOK, s.send(kim, http.MethodGet, "/v1/orders/"+order.ID, "", nil).status)
	refused := s.send(kim, http.MethodPost, "/v1/cases/"+id+"/no-such-thing?name="+url.QueryEscape(planted["recipient"]), "", map[string]any{"x": planted["text"]})
	require.GreaterOrEqual(t, refused.status, 400)

	// What is stored is readable to whoever has the keys.
	stored, err := s.store.Order(t.Context(), order.ID)
	require.NoError(t, err)
	recipient, err := s.store.Recipient(t.Context(), stored.Order)
	require.NoError(t, err)
	require.Contains(t, recipient, planted["recipient"])
	found, err := s.store.CustomersBy(t.Context(), models.FieldPhone, planted["recipient's phone"])
	require.NoError(t, err)
	require.Equal(t, []string{demo.CustomerID(1)}, found)

	// Rows are deleted too, so that free pages are among what is searched.
	require.NoError(t, s.store.UnindexCustomer(t.Context(), demo.CustomerID(2)))
	backups := t.TempDir()
	for _, kind := range []string{dataBackup, keysBackup} {
		_, err := backup(t.Context(), s.cfg, s.store, kind, filepath.Join(backups, kind), time.Now())
		require.NoError(t, err)
	}
	if postgres {
		require.NoError(t, s.store.DB.Exec("CHECKPOINT").Error)
	}
	require.NoError(t, logFile.Sync())
	everything := []string{s.cfg.DataDir, testkit.Dir(t), logs, backups}
	for what, text := range planted {
		require.Empty(t, finds(t, text, everything...), what)
	}
	// The same search finds what is not personal, in each of these places.
	database := s.cfg.DataDir
	if postgres {
		database = testkit.Dir(t)
	}
	require.NotEmpty(t, finds(t, order.ID, database), "the order's number is plain")
	require.NotEmpty(t, finds(t, order.ID, backups))
	require.NotEmpty(t, finds(t, id, testkit.Dir(t)), "so is the case's, for Temporal")
	require.NotEmpty(t, finds(t, "the worker", logs), "logs were written")
}

// The search finds a text in every form that it claims to know.
func TestCanariesWouldBeFound(t *testing.T) {
	const canary = "收件金丝雀7f3a"
	hidden := map[string][]byte{
		"plain": []byte("xx" + canary + "yy"), "url": []byte("a=" + url.QueryEscape(canary)),
		"json": []byte(`{"a":"\u6536\u4ef6\u91d1\u4e1d\u96c07f3a"}`), "hex": []byte(`\x` + hex.EncodeToString([]byte("ab"+canary))),
	}
	for shift := range 3 {
		hidden[fmt.Sprint("base64-", shift)] = []byte(base64.StdEncoding.EncodeToString([]byte(strings.Repeat("k", shift) + canary + "zz")))
	}
	for name, content := range hidden {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "f"), content, 0o600))
		require.NotEmpty(t, finds(t, canary, dir), name)
	}
	dir := t.TempDir()
	file, err := os.Create(filepath.Join(dir, "f.gz"))
	require.NoError(t, err)
	packed := gzip.NewWriter(file)
	_, err = packed.Write([]byte(canary))
	require.NoError(t, err)
	require.NoError(t, packed.Close())
	require.NoError(t, file.Close())
	require.NotEmpty(t, finds(t, canary, dir), "compressed")
}
