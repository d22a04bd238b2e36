package seal

import (
	"bytes"
	"container/list"
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"

	"aftersales/fault"
)

// Platform is the reference of the keyset for what belongs to no person. It is made on first use.
const Platform = "platform"

var (
	// ErrKeysetUnknown is returned by a KeyStore for a reference that never existed.
	ErrKeysetUnknown = errors.New("seal: no such keyset")
	// ErrKeysetDestroyed is returned by a KeyStore for a keyset that was destroyed.
	ErrKeysetDestroyed = errors.New("seal: the keyset was destroyed")
	// ErrKeysetExists is returned by a KeyStore when the reference is taken.
	ErrKeysetExists = errors.New("seal: the keyset exists already")
)

// KeyStore keeps keysets wrapped under the master key. It must outlive and stand apart from the data.
type KeyStore interface {
	// Create stores new keysets, all or none; ErrKeysetExists when a reference is or was in use.
	Create(ctx context.Context, keysets ...Wrapped) error
	// Get returns a keyset; ErrKeysetUnknown or ErrKeysetDestroyed when there is none.
	Get(ctx context.Context, ref string) (wrapped []byte, err error)
	// Destroy overwrites the keyset and keeps a tombstone. Destroying twice is harmless.
	Destroy(ctx context.Context, ref string) error
}

// Wrapped is a keyset under the master key.
type Wrapped struct {
	Ref   string
	Bytes []byte
}

// AD is what a ciphertext is bound to: moved to another table, column, person or row it cannot be opened.
type AD struct {
	Table, Column, Person, Row string
}

// bytes writes each part with its length before it, so that no two AD give the same bytes.
func (ad AD) bytes(ref string) []byte {
	var out []byte
	for _, part := range [...]string{ref, ad.Table, ad.Column, ad.Person, ad.Row} {
		out = binary.AppendUvarint(out, uint64(len(part)))
		out = append(out, part...)
	}
	return out
}

// Options bound the cache of a Keyring. The zero value keeps 4,096 keysets for 30 seconds each.
type Options struct {
	CacheSize int
	CacheTTL  time.Duration    // how long a destroyed keyset may still be used by another process
	Now       func() time.Time // the clock of the cache, for tests
}

// Keyring seals and opens under the keysets of a KeyStore. It is safe for concurrent use.
type Keyring struct {
	store  KeyStore
	master tink.AEAD
	size   int
	ttl    time.Duration
	now    func() time.Time

	mu     sync.Mutex
	cached map[string]*list.Element
	recent *list.List // of *cacheEntry, the most recently used first
}

type cacheEntry struct {
	ref     string
	key     tink.AEAD // nil: destroyed
	expires time.Time
}

// NewKeyring joins a store with the master key that its keysets are wrapped under.
func NewKeyring(store KeyStore, master tink.AEAD, opts Options) *Keyring {
	if opts.CacheSize <= 0 {
		opts.CacheSize = 4096
	}
	if opts.CacheTTL <= 0 {
		opts.CacheTTL = 30 * time.Second
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	return &Keyring{
		store: store, master: master, size: opts.CacheSize, ttl: opts.CacheTTL, now: opts.Now,
		cached: make(map[string]*list.Element), recent: list.New(),
	}
}

// NewPerson makes a keyset for a person and returns its random reference: 26 characters of [a-z2-7].
func (k *Keyring) NewPerson(ctx context.Context) (string, error) {
	refs, err := k.NewPeople(ctx, 1)
	if err != nil {
		return "", err
	}
	return refs[0], nil
}

// NewPeople makes keysets for n people in one step of the store.
func (k *Keyring) NewPeople(ctx context.Context, n int) ([]string, error) {
	refs := make([]string, n)
	for i := range refs {
		raw := make([]byte, 16)
		_, _ = rand.Read(raw) // never fails
		refs[i] = strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw))
	}
	if err := k.create(ctx, refs...); err != nil {
		return nil, err
	}
	return refs, nil
}

// Seal replaces a plain text by its sealed form under the keyset ref. A zero or already sealed text stays as it is.
// An erased keyset gives the fault Erased.
func (k *Keyring) Seal(ctx context.Context, ref string, ad AD, text *Text) error {
	if !text.isPlain {
		return nil
	}
	sealed, err := k.SealBytes(ctx, ref, ad, []byte(text.plain))
	if err != nil {
		return err
	}
	*text = Text{sealed: sealed}
	return nil
}

// Open returns the plain text. A zero text opens to "". An erased keyset gives the fault Erased.
func (k *Keyring) Open(ctx context.Context, ad AD, text Text) (string, error) {
	if text.isPlain {
		return text.plain, nil
	}
	if text.sealed == nil {
		return "", nil
	}
	plain, err := k.OpenBytes(ctx, ad, text.sealed)
	return string(plain), err
}

// SealBytes seals any content: version, key reference, Tink ciphertext.
func (k *Keyring) SealBytes(ctx context.Context, ref string, ad AD, plain []byte) ([]byte, error) {
	if len(ref) == 0 || len(ref) > 255 {
		return nil, fmt.Errorf("seal: %q is not a key reference", ref)
	}
	key, err := k.key(ctx, ref)
	if err != nil {
		return nil, err
	}
	ciphertext, err := key.Encrypt(plain, ad.bytes(ref))
	if err != nil {
		return nil, fmt.Errorf("seal: %s.%s: %w", ad.Table, ad.Column, err)
	}
	sealed := make([]byte, 0, 2+len(ref)+len(ciphertext))
	sealed = append(sealed, Version, byte(len(ref)))
	sealed = append(sealed, ref...)
	return append(sealed, ciphertext...), nil
}

// OpenBytes opens what SealBytes made, under the keyset named in it.
func (k *Keyring) OpenBytes(ctx context.Context, ad AD, sealed []byte) ([]byte, error) {
	ref, err := RefOf(sealed)
	if err != nil {
		return nil, err
	}
	key, err := k.key(ctx, ref)
	if err != nil {
		return nil, err
	}
	plain, err := key.Decrypt(sealed[2+len(ref):], ad.bytes(ref))
	if err != nil {
		return nil, fmt.Errorf("seal: %s.%s of row %q does not belong there or was altered: %w", ad.Table, ad.Column, ad.Row, err)
	}
	return plain, nil
}

// Preload brings keysets into the cache, so that code which must not wait finds them there.
func (k *Keyring) Preload(ctx context.Context, refs ...string) error {
	for _, ref := range refs {
		if _, err := k.key(ctx, ref); err != nil {
			return err
		}
	}
	return nil
}

// Forget empties the cache: the next use of any keyset asks the store.
func (k *Keyring) Forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	clear(k.cached)
	k.recent.Init()
}

// Destroy erases: whatever was sealed under ref can never be opened again, in this process at once, in others
// when their cache lets go of the keyset.
func (k *Keyring) Destroy(ctx context.Context, ref string) error {
	if err := k.store.Destroy(ctx, ref); err != nil {
		return fmt.Errorf("seal: destroy keyset %s: %w", ref, err)
	}
	k.remember(ref, nil)
	return nil
}

// key finds a keyset in the cache or the store; the platform's is made when it is missing.
func (k *Keyring) key(ctx context.Context, ref string) (tink.AEAD, error) {
	if key, found := k.recall(ref); found {
		if key == nil {
			return nil, fault.New(fault.Erased).Because(ErrKeysetDestroyed)
		}
		return key, nil
	}
	wrapped, err := k.store.Get(ctx, ref)
	if errors.Is(err, ErrKeysetUnknown) && ref == Platform {
		// Several processes may get here at once: the store lets one win and all read the winner's.
		if err := k.create(ctx, ref); err != nil && !errors.Is(err, ErrKeysetExists) {
			return nil, err
		}
		wrapped, err = k.store.Get(ctx, ref)
	}
	if errors.Is(err, ErrKeysetDestroyed) {
		k.remember(ref, nil)
		return nil, fault.New(fault.Erased).Because(err)
	}
	if err != nil {
		return nil, fmt.Errorf("seal: keyset %s: %w", ref, err)
	}
	handle, err := keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(wrapped)), k.master, []byte(ref))
	if err != nil {
		return nil, fmt.Errorf("seal: keyset %s cannot be unwrapped; is this the master key it was made under? %w", ref, err)
	}
	key, err := aead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("seal: keyset %s: %w", ref, err)
	}
	k.remember(ref, key)
	return key, nil
}

func (k *Keyring) create(ctx context.Context, refs ...string) error {
	keysets := make([]Wrapped, len(refs))
	for i, ref := range refs {
		handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
		if err != nil {
			return fmt.Errorf("seal: new keyset: %w", err)
		}
		var wrapped bytes.Buffer
		if err := handle.WriteWithAssociatedData(keyset.NewBinaryWriter(&wrapped), k.master, []byte(ref)); err != nil {
			return fmt.Errorf("seal: wrap keyset: %w", err)
		}
		keysets[i] = Wrapped{Ref: ref, Bytes: wrapped.Bytes()}
	}
	if err := k.store.Create(ctx, keysets...); err != nil {
		return fmt.Errorf("seal: store keyset: %w", err)
	}
	return nil
}

func (k *Keyring) recall(ref string) (tink.AEAD, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	element, found := k.cached[ref]
	if !found {
		return nil, false
	}
	entry := element.Value.(*cacheEntry)
	if !k.now().Before(entry.expires) {
		k.recent.Remove(element)
		delete(k.cached, ref)
		return nil, false
	}
	k.recent.MoveToFront(element)
	return entry.key, true
}

func (k *Keyring) remember(ref string, key tink.AEAD) {
	k.mu.Lock()
	defer k.mu.Unlock()
	expires := k.now().Add(k.ttl)
	if element, found := k.cached[ref]; found {
		entry := element.Value.(*cacheEntry)
		// A look-up that began before Destroy must not bring the key back: only expiry ends a tombstone.
		if entry.key != nil || key == nil {
			entry.key, entry.expires = key, expires
		}
		return
	}
	k.cached[ref] = k.recent.PushFront(&cacheEntry{ref: ref, key: key, expires: expires})
	for len(k.cached) > k.size {
		oldest := k.recent.Back()
		k.recent.Remove(oldest)
		delete(k.cached, oldest.Value.(*cacheEntry).ref)
	}
}
