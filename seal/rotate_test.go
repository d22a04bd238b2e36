package seal_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/fault"
	"aftersales/seal"
	"aftersales/seal/sealtest"
)

func root(t *testing.T) seal.Root {
	t.Helper()
	root, err := seal.FileRoot(filepath.Join(t.TempDir(), "master.key"), true)
	require.NoError(t, err)
	return root
}

// process is one of several that work on the same store.
func process(t *testing.T, store *sealtest.Store, root seal.Root, opts seal.Options) (*seal.Keyring, *seal.Master) {
	t.Helper()
	master, err := seal.OpenMaster(t.Context(), store, root, opts)
	require.NoError(t, err)
	return seal.NewKeyring(store, master, opts), master
}

func opens(t *testing.T, keyring *seal.Keyring, texts ...seal.Text) {
	t.Helper()
	for _, text := range texts {
		plain, err := keyring.Open(t.Context(), ad, text)
		require.NoError(t, err)
		require.Equal(t, canary, plain)
	}
}

// Two processes have a person's keyset in memory while one of them rotates it: each reads what the other seals.
func TestRotationWhileOthersWork(t *testing.T) {
	store, key := sealtest.NewStore(), root(t)
	here, _ := process(t, store, key, seal.Options{})
	there, _ := process(t, store, key, seal.Options{})
	ref, err := here.NewPerson(t.Context())
	require.NoError(t, err)
	before := sealed(t, here, ref, canary)
	opens(t, there, before)

	done, err := here.Rotate(t.Context(), ref, time.Now())
	require.NoError(t, err)
	require.True(t, done)
	after, fromOld := sealed(t, here, ref, canary), sealed(t, there, ref, canary)
	opens(t, there, before, after, fromOld)
	opens(t, here, before, after, fromOld)

	for _, test := range []struct {
		text  seal.Text
		stale bool
	}{{before, true}, {fromOld, true}, {after, false}} {
		stored, err := test.text.Value()
		require.NoError(t, err)
		stale, err := here.Stale(t.Context(), stored.([]byte))
		require.NoError(t, err)
		require.Equal(t, test.stale, stale)
	}

	// What was destroyed is not brought back by a rotation.
	require.NoError(t, there.Destroy(t.Context(), ref))
	done, err = here.Rotate(t.Context(), ref, time.Now())
	require.NoError(t, err)
	require.False(t, done)
	here.Forget()
	_, err = here.Open(t.Context(), ad, before)
	require.ErrorIs(t, err, fault.New(fault.Erased))
}

// A new master key is found by processes that run, without a restart; when the old one is gone, what was rewrapped
// opens and what was not does not.
func TestNewMasterKeyWhileOthersWork(t *testing.T) {
	store, key := sealtest.NewStore(), root(t)
	here, master := process(t, store, key, seal.Options{})
	there, _ := process(t, store, key, seal.Options{})
	moved, err := here.NewPerson(t.Context())
	require.NoError(t, err)
	left, err := here.NewPerson(t.Context())
	require.NoError(t, err)
	texts := []seal.Text{sealed(t, here, moved, canary), sealed(t, here, left, canary)}

	require.NoError(t, master.Renew(t.Context()))
	done, err := here.Rewrap(t.Context(), moved)
	require.NoError(t, err)
	require.True(t, done)
	opens(t, there, texts...)
	newer, err := here.NewPerson(t.Context())
	require.NoError(t, err)
	opens(t, there, sealed(t, here, newer, canary))

	require.NoError(t, master.Retire(t.Context()))
	here.Forget()
	opens(t, here, texts[0])
	_, err = here.Open(t.Context(), ad, texts[1])
	require.ErrorContains(t, err, "cannot be unwrapped")
}

// A process that knows only the older master key learns of the newer one within the lifetime of its cache, so that
// the older one can be retired.
func TestNewMasterKeyIsUsedByAll(t *testing.T) {
	store, key, now := sealtest.NewStore(), root(t), time.Now()
	_, master := process(t, store, key, seal.Options{})
	there, _ := process(t, store, key, seal.Options{CacheTTL: time.Minute, Now: func() time.Time { return now }})
	require.NoError(t, master.Renew(t.Context()))
	now = now.Add(time.Minute)
	ref, err := there.NewPerson(t.Context())
	require.NoError(t, err)
	text := sealed(t, there, ref, canary)
	require.NoError(t, master.Retire(t.Context()))
	fresh, _ := process(t, store, key, seal.Options{})
	opens(t, fresh, text)
}

func TestChangeOfRoot(t *testing.T) {
	store, first, second := sealtest.NewStore(), root(t), root(t)
	here, master := process(t, store, first, seal.Options{})
	ref, err := here.NewPerson(t.Context())
	require.NoError(t, err)
	text := sealed(t, here, ref, canary)

	_, err = seal.OpenMaster(t.Context(), store, second, seal.Options{})
	require.ErrorIs(t, err, seal.ErrNoRoot, "a foreign root opens nothing and makes nothing new")

	require.NoError(t, master.Renew(t.Context(), second))
	for _, key := range []seal.Root{first, second} {
		keyring, _ := process(t, store, key, seal.Options{})
		opens(t, keyring, text)
	}
	require.ErrorContains(t, master.Forget(t.Context(), first.Name), "in use")
	require.ErrorContains(t, master.Renew(t.Context()), "not at hand", "a root that is not at hand would be left behind")

	_, moved := process(t, store, second, seal.Options{})
	require.ErrorContains(t, moved.Forget(t.Context(), "file:1"), "no root key")
	require.NoError(t, moved.Forget(t.Context(), first.Name))
	_, err = seal.OpenMaster(t.Context(), store, first, seal.Options{})
	require.ErrorIs(t, err, seal.ErrNoRoot)
	roots, err := moved.Roots(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{second.Name}, roots)
}

// Keysets of before there were master keys are wrapped under the key file itself.
func TestKeysetsUnderTheFileItselfStayReadable(t *testing.T) {
	store, key := sealtest.NewStore(), root(t)
	old := seal.NewKeyring(store, key.AEAD, seal.Options{})
	ref, err := old.NewPerson(t.Context())
	require.NoError(t, err)
	text := sealed(t, old, ref, canary)
	keyring, _ := process(t, store, key, seal.Options{})
	opens(t, keyring, text)
	key.Direct = false
	keyring, _ = process(t, store, key, seal.Options{})
	_, err = keyring.Open(t.Context(), ad, text)
	require.ErrorContains(t, err, "cannot be unwrapped")
}

func TestIndexTerms(t *testing.T) {
	store, key := sealtest.NewStore(), root(t)
	here, _ := process(t, store, key, seal.Options{})
	there, _ := process(t, store, key, seal.Options{})
	term, err := here.Term(t.Context(), "phone", "13812345678")
	require.NoError(t, err)
	require.Len(t, term, seal.TermSize)
	same, err := there.Term(t.Context(), "phone", "13812345678")
	require.NoError(t, err)
	require.Equal(t, term, same)
	for _, other := range [][2]string{{"mail", "13812345678"}, {"phone", "13812345679"}, {"phon", "e13812345678"}} {
		different, err := here.Term(t.Context(), other[0], other[1])
		require.NoError(t, err)
		require.NotEqual(t, term, different, other)
	}
	elsewhere, _ := process(t, sealtest.NewStore(), key, seal.Options{})
	different, err := elsewhere.Term(t.Context(), "phone", "13812345678")
	require.NoError(t, err)
	require.NotEqual(t, term, different, "without the key of the index nobody can make terms")

	done, err := here.Rotate(t.Context(), seal.Index, time.Now())
	require.NoError(t, err)
	require.True(t, done)
	newer, err := here.Term(t.Context(), "phone", "13812345678")
	require.NoError(t, err)
	require.NotEqual(t, term, newer)
	all, err := there.Terms(t.Context(), "phone", "13812345678", true)
	require.NoError(t, err)
	require.Equal(t, [][]byte{newer, term}, all, "older terms are found until they are made anew")
}

// A sealed form that names the index's keyset opens nothing and breaks nothing.
func TestIndexKeySealsNothing(t *testing.T) {
	keyring := sealtest.NewKeyring()
	_, err := keyring.SealBytes(t.Context(), seal.Index, ad, []byte(canary))
	require.Error(t, err)
	_, err = keyring.OpenBytes(t.Context(), ad, append([]byte{seal.Version, 5}, "index..............................."...))
	require.ErrorIs(t, err, seal.ErrMalformed)
}

func BenchmarkSealAndOpenMessage(b *testing.B) {
	keyring, message := sealtest.NewKeyring(), "您好，我的订单 20261122 收到的衬衫尺码不对，想换一件 L 码的，谢谢。"
	for b.Loop() {
		text := seal.Plain(message)
		if err := keyring.Seal(b.Context(), seal.Platform, ad, &text); err != nil {
			b.Fatal(err)
		}
		if _, err := keyring.Open(b.Context(), ad, text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTerm(b *testing.B) {
	keyring := sealtest.NewKeyring()
	for b.Loop() {
		if _, err := keyring.Term(b.Context(), "phone", "13812345678"); err != nil {
			b.Fatal(err)
		}
	}
}
