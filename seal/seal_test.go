package seal_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
	"pgregory.net/rapid"

	"aftersales/fault"
	"aftersales/seal"
	"aftersales/seal/sealtest"
)

const canary = "张三丰 13812345678"

var ad = seal.AD{Table: "texts", Column: "body", Person: "p1", Row: "r1"}

func master(t *testing.T) tink.AEAD {
	t.Helper()
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	require.NoError(t, err)
	key, err := aead.New(handle)
	require.NoError(t, err)
	return key
}

func sealed(t *testing.T, keyring *seal.Keyring, ref, plain string) seal.Text {
	t.Helper()
	text := seal.Plain(plain)
	require.NoError(t, keyring.Seal(context.Background(), ref, ad, &text))
	return text
}

func TestNoFormOfATextShowsIt(t *testing.T) {
	keyring := sealtest.NewKeyring()
	texts := map[string]seal.Text{"plain": seal.Plain(canary), "sealed": sealed(t, keyring, seal.Platform, canary)}
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "text", text, "in", struct{ T seal.Text }{text})
			slog.New(slog.NewTextHandler(&log, nil)).Info("x", "text", text, "pointer", &text)
			inJSON, err := json.Marshal(map[string]any{"text": text, "list": []seal.Text{text}})
			require.NoError(t, err)
			all := log.String() + string(inJSON) +
				fmt.Sprintf("%v %+v %#v %s %q %x %d", text, text, text, text, text, text, text) +
				fmt.Sprintf("%v %+v %#v", struct{ T seal.Text }{text}, &struct{ T *seal.Text }{&text}, []seal.Text{text}) +
				fmt.Sprint(text, &text) + fmt.Sprintf("%x", []any{text})
			require.NotContains(t, all, "13812345678")
			require.NotContains(t, all, "张三丰")
			require.NotContains(t, all, fmt.Sprintf("%x", canary))
			require.Contains(t, all, "[sealed]")
		})
	}
}

func TestOnlySealedTextCanBeStored(t *testing.T) {
	keyring := sealtest.NewKeyring()
	_, err := seal.Plain(canary).Value()
	require.ErrorIs(t, err, seal.ErrUnsealed)
	_, err = seal.Plain("").Value()
	require.ErrorIs(t, err, seal.ErrUnsealed)
	value, err := seal.Text{}.Value()
	require.NoError(t, err)
	require.Nil(t, value)

	text := sealed(t, keyring, seal.Platform, canary)
	value, err = text.Value()
	require.NoError(t, err)
	stored := value.([]byte)
	require.Equal(t, byte(seal.Version), stored[0])
	require.NotContains(t, string(stored), "13812345678")

	var back seal.Text
	require.NoError(t, back.Scan(stored))
	clear(stored) // the driver may reuse its buffer
	require.Equal(t, seal.Platform, back.Ref())
	require.NoError(t, back.Scan(nil))
	require.True(t, back.IsZero())
	for _, wrong := range []any{[]byte("plain text"), []byte{}, []byte{1}, []byte{1, 9, 'a'}, "plain text", 7} {
		require.ErrorIs(t, back.Scan(wrong), seal.ErrMalformed)
	}
}

func TestSealAndOpen(t *testing.T) {
	keyring := sealtest.NewKeyring()
	ref, err := keyring.NewPerson(t.Context())
	require.NoError(t, err)
	require.Regexp(t, regexp.MustCompile(`^[a-z2-7]{26}$`), ref)
	rapid.Check(t, func(rt *rapid.T) {
		plain := rapid.String().Draw(rt, "plain")
		text := sealed(t, keyring, ref, plain)
		require.True(rt, text.IsSealed())
		require.Equal(rt, ref, text.Ref())
		opened, err := keyring.Open(t.Context(), ad, text)
		require.NoError(rt, err)
		require.Equal(rt, plain, opened)

		stored, err := text.Value()
		require.NoError(rt, err)
		bent := bytes.Clone(stored.([]byte))
		bent[rapid.IntRange(0, len(bent)-1).Draw(rt, "at")] ^= byte(rapid.IntRange(1, 255).Draw(rt, "bits"))
		if other, err := seal.Sealed(bent); err == nil {
			_, err = keyring.Open(t.Context(), ad, other)
			require.Error(rt, err, "one altered bit is found")
		}
	})
}

// A ciphertext that is moved to another table, column, person or row cannot be opened there, nor can two parts be
// read as one.
func TestTextBelongsToItsPlace(t *testing.T) {
	keyring := sealtest.NewKeyring()
	text := sealed(t, keyring, seal.Platform, canary)
	for _, elsewhere := range []seal.AD{
		{Table: "other", Column: "body", Person: "p1", Row: "r1"},
		{Table: "texts", Column: "other", Person: "p1", Row: "r1"},
		{Table: "texts", Column: "body", Person: "p2", Row: "r1"},
		{Table: "texts", Column: "body", Person: "p1", Row: "r2"},
		{Table: "textsb", Column: "ody", Person: "p1", Row: "r1"},
		{},
	} {
		_, err := keyring.Open(t.Context(), elsewhere, text)
		require.Error(t, err)
		require.Nil(t, fault.As(err), "that is a defect, not an erasure")
	}
}

func TestZeroAndSealedTextsAreLeftAlone(t *testing.T) {
	keyring := sealtest.NewKeyring()
	var none seal.Text
	require.NoError(t, keyring.Seal(t.Context(), seal.Platform, ad, &none))
	require.True(t, none.IsZero())
	opened, err := keyring.Open(t.Context(), ad, none)
	require.NoError(t, err)
	require.Empty(t, opened)

	text := sealed(t, keyring, seal.Platform, canary)
	before, _ := text.Value()
	require.NoError(t, keyring.Seal(t.Context(), seal.Platform, ad, &text))
	after, _ := text.Value()
	require.Equal(t, before, after)
}

func TestErasure(t *testing.T) {
	keyring := sealtest.NewKeyring()
	ref, err := keyring.NewPerson(t.Context())
	require.NoError(t, err)
	other, err := keyring.NewPerson(t.Context())
	require.NoError(t, err)
	text, others := sealed(t, keyring, ref, canary), sealed(t, keyring, other, canary)

	require.NoError(t, keyring.Destroy(t.Context(), ref))
	require.NoError(t, keyring.Destroy(t.Context(), ref), "twice is harmless")
	for range 2 {
		_, err = keyring.Open(t.Context(), ad, text)
		require.ErrorIs(t, err, fault.New(fault.Erased))
		fresh := seal.Plain(canary)
		require.ErrorIs(t, keyring.Seal(t.Context(), ref, ad, &fresh), fault.New(fault.Erased))
		keyring.Forget() // and so says the store
	}
	opened, err := keyring.Open(t.Context(), ad, others)
	require.NoError(t, err)
	require.Equal(t, canary, opened)

	_, err = keyring.SealBytes(t.Context(), "nobody", ad, nil)
	require.ErrorIs(t, err, seal.ErrKeysetUnknown)
	require.Nil(t, fault.As(err))
}

// Another process destroys a keyset: this one may use its copy until the cache lets go, and not longer.
func TestCacheForgetsWithinItsTime(t *testing.T) {
	store, key, now := sealtest.NewStore(), master(t), time.Unix(0, 0)
	here := seal.NewKeyring(store, key, seal.Options{CacheTTL: time.Minute, Now: func() time.Time { return now }})
	there := seal.NewKeyring(store, key, seal.Options{})
	ref, err := here.NewPerson(t.Context())
	require.NoError(t, err)
	text := sealed(t, here, ref, canary)
	require.NoError(t, there.Destroy(t.Context(), ref))

	now = now.Add(59 * time.Second)
	_, err = here.Open(t.Context(), ad, text)
	require.NoError(t, err)
	now = now.Add(time.Second)
	_, err = here.Open(t.Context(), ad, text)
	require.ErrorIs(t, err, fault.New(fault.Erased))
}

// counting counts look-ups, so that a test sees what the cache holds.
type counting struct {
	*sealtest.Store
	gets map[string]int
}

func (c *counting) Get(ctx context.Context, ref string) ([]byte, error) {
	c.gets[ref]++
	return c.Store.Get(ctx, ref)
}

func TestCacheKeepsTheRecentlyUsed(t *testing.T) {
	store := &counting{sealtest.NewStore(), map[string]int{}}
	keyring := seal.NewKeyring(store, master(t), seal.Options{CacheSize: 2})
	var refs []string
	for range 3 {
		ref, err := keyring.NewPerson(t.Context())
		require.NoError(t, err)
		refs = append(refs, ref)
	}
	require.NoError(t, keyring.Preload(t.Context(), refs[0], refs[1], refs[0], refs[2], refs[0], refs[1]))
	require.Equal(t, map[string]int{refs[0]: 1, refs[1]: 2, refs[2]: 1}, store.gets)
}

func TestPlatformKeysetIsMadeOnceByMany(t *testing.T) {
	store, key := sealtest.NewStore(), master(t)
	var group sync.WaitGroup
	texts := make([]seal.Text, 16)
	for i := range texts {
		keyring := seal.NewKeyring(store, key, seal.Options{})
		group.Go(func() {
			texts[i] = seal.Plain(canary)
			require.NoError(t, keyring.Seal(context.Background(), seal.Platform, ad, &texts[i]))
		})
	}
	group.Wait()
	reader := seal.NewKeyring(store, key, seal.Options{})
	for _, text := range texts {
		opened, err := reader.Open(t.Context(), ad, text)
		require.NoError(t, err)
		require.Equal(t, canary, opened)
	}
}

func TestKeyringOfAnotherMasterKey(t *testing.T) {
	store := sealtest.NewStore()
	text := sealed(t, seal.NewKeyring(store, master(t), seal.Options{}), seal.Platform, canary)
	_, err := seal.NewKeyring(store, master(t), seal.Options{}).Open(t.Context(), ad, text)
	require.ErrorContains(t, err, "master key")
}

func TestKeyringUnderConcurrency(t *testing.T) {
	keyring := seal.NewKeyring(sealtest.NewStore(), master(t), seal.Options{CacheSize: 3, CacheTTL: time.Nanosecond})
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			ref, err := keyring.NewPerson(context.Background())
			require.NoError(t, err)
			for range 20 {
				text := sealed(t, keyring, ref, canary)
				opened, err := keyring.Open(context.Background(), ad, text)
				require.NoError(t, err)
				require.Equal(t, canary, opened)
			}
			require.NoError(t, keyring.Destroy(context.Background(), ref))
		})
	}
	group.Wait()
}

func TestMasterKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "master.key")
	_, err := seal.FileRoot(path, false)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "restore it")

	// Many start at once: all get the same key.
	store := sealtest.NewStore()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			root, err := seal.FileRoot(path, true)
			require.NoError(t, err)
			master, err := seal.OpenMaster(context.Background(), store, root, seal.Options{})
			require.NoError(t, err)
			_, err = seal.NewKeyring(store, master, seal.Options{}).SealBytes(context.Background(), seal.Platform, ad, nil)
			require.NoError(t, err)
		})
	}
	group.Wait()
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, left, 1, "no temporary file stays")

	for _, mode := range []os.FileMode{0o640, 0o604, 0o660} {
		require.NoError(t, os.Chmod(path, mode))
		_, err = seal.FileRoot(path, true)
		require.ErrorContains(t, err, "chmod 600")
	}
	require.NoError(t, os.WriteFile(path, []byte("{}"), 0o600))
	require.NoError(t, os.Chmod(path, 0o600))
	_, err = seal.FileRoot(path, true)
	require.ErrorContains(t, err, "not a master key")
	require.False(t, errors.Is(err, os.ErrNotExist))
}

func FuzzSealed(f *testing.F) {
	keyring := sealtest.NewKeyring()
	good, err := keyring.SealBytes(context.Background(), seal.Platform, ad, []byte(canary))
	require.NoError(f, err)
	f.Add(good)
	f.Add([]byte{1, 0})
	f.Add([]byte(strings.Repeat("\x01", 40)))
	f.Fuzz(func(t *testing.T, b []byte) {
		text, err := seal.Sealed(b)
		if err != nil {
			return
		}
		require.True(t, text.IsSealed())
		if _, err := keyring.Open(context.Background(), ad, text); err == nil {
			require.Equal(t, good, b)
		}
	})
}

func BenchmarkSeal1KiB(b *testing.B) {
	keyring, content := sealtest.NewKeyring(), make([]byte, 1024)
	b.SetBytes(1024)
	for b.Loop() {
		if _, err := keyring.SealBytes(b.Context(), seal.Platform, ad, content); err != nil {
			b.Fatal(err)
		}
	}
}
