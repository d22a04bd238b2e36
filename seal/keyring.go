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
	"github.com/tink-crypto/tink-go/v2/prf"
	tinkpb "github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"
	"github.com/tink-crypto/tink-go/v2/tink"

	"aftersales/fault"
)

// References of the keysets that belong to no person. They are made on first use.
const (
	Platform = "platform" // for what belongs to no person
	Index    = "index"    // for the terms by which sealed values are found
)

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

// Wrapped is a keyset under a master key.
type Wrapped struct {
	Ref    string
	Bytes  []byte
	Master uint32 // number of that master key; 0: unknown
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

func (o Options) withDefaults() Options {
	if o.CacheSize <= 0 {
		o.CacheSize = 4096
	}
	if o.CacheTTL <= 0 {
		o.CacheTTL = 30 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
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
	keys    *keys // nil: destroyed
	expires time.Time
}

// keys is a keyset unwrapped.
type keys struct {
	handle  *keyset.Handle
	aead    tink.AEAD // of every keyset but that of the index
	terms   *prf.Set  // of that of the index only
	wrapped []byte    // as it is stored
}

// NewKeyring joins a store with the master key that its keysets are wrapped under.
func NewKeyring(store KeyStore, master tink.AEAD, opts Options) *Keyring {
	opts = opts.withDefaults()
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
	if len(ref) == 0 || len(ref) > 255 || ref == Index {
		return nil, fmt.Errorf("seal: %q is not a key reference", ref)
	}
	keys, err := k.keys(ctx, ref)
	if err != nil {
		return nil, err
	}
	ciphertext, err := keys.aead.Encrypt(plain, ad.bytes(ref))
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
	if err == nil && ref == Index {
		err = ErrMalformed
	}
	if err != nil {
		return nil, err
	}
	known, found := k.recall(ref)
	if found && known != nil {
		if plain, err := known.aead.Decrypt(sealed[2+len(ref):], ad.bytes(ref)); err == nil {
			return plain, nil
		}
		// Another process may have rotated the keyset and sealed this under the new key.
		k.drop(ref)
	}
	keys, err := k.keys(ctx, ref)
	if err != nil {
		return nil, err
	}
	plain, err := keys.aead.Decrypt(sealed[2+len(ref):], ad.bytes(ref))
	if err != nil {
		return nil, fmt.Errorf("seal: %s.%s of row %q does not belong there or was altered: %w", ad.Table, ad.Column, ad.Row, err)
	}
	return plain, nil
}

// Preload brings keysets into the cache, so that code which must not wait finds them there.
func (k *Keyring) Preload(ctx context.Context, refs ...string) error {
	for _, ref := range refs {
		if _, err := k.keys(ctx, ref); err != nil {
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

// keys finds a keyset in the cache or the store; the platform's and the index's are made when they are missing.
func (k *Keyring) keys(ctx context.Context, ref string) (*keys, error) {
	if known, found := k.recall(ref); found {
		if known == nil {
			return nil, fault.New(fault.Erased).Because(ErrKeysetDestroyed)
		}
		return known, nil
	}
	wrapped, err := k.store.Get(ctx, ref)
	if errors.Is(err, ErrKeysetUnknown) && (ref == Platform || ref == Index) {
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
	unwrapped, err := k.unwrap(ref, wrapped)
	if err != nil {
		return nil, err
	}
	k.remember(ref, unwrapped)
	return unwrapped, nil
}

func (k *Keyring) unwrap(ref string, wrapped []byte) (*keys, error) {
	handle, err := keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(wrapped)), k.master, []byte(ref))
	if err != nil {
		return nil, fmt.Errorf("seal: keyset %s cannot be unwrapped; is this the master key it was made under? %w", ref, err)
	}
	unwrapped := &keys{handle: handle, wrapped: wrapped}
	if ref == Index {
		unwrapped.terms, err = prf.NewPRFSet(handle)
	} else {
		unwrapped.aead, err = aead.New(handle)
	}
	if err != nil {
		return nil, fmt.Errorf("seal: keyset %s: %w", ref, err)
	}
	return unwrapped, nil
}

func (k *Keyring) create(ctx context.Context, refs ...string) error {
	keysets := make([]Wrapped, len(refs))
	for i, ref := range refs {
		handle, err := keyset.NewHandle(template(ref))
		if err != nil {
			return fmt.Errorf("seal: new keyset: %w", err)
		}
		if keysets[i], err = k.wrap(ref, handle); err != nil {
			return err
		}
	}
	if err := k.store.Create(ctx, keysets...); err != nil {
		return fmt.Errorf("seal: store keyset: %w", err)
	}
	return nil
}

func template(ref string) *tinkpb.KeyTemplate {
	if ref == Index {
		return prf.HMACSHA256PRFKeyTemplate()
	}
	return aead.AES256GCMKeyTemplate()
}

func (k *Keyring) wrap(ref string, handle *keyset.Handle) (Wrapped, error) {
	noting := &notingMaster{AEAD: k.master}
	var wrapped bytes.Buffer
	if err := handle.WriteWithAssociatedData(keyset.NewBinaryWriter(&wrapped), noting, []byte(ref)); err != nil {
		return Wrapped{}, fmt.Errorf("seal: wrap keyset: %w", err)
	}
	return Wrapped{Ref: ref, Bytes: wrapped.Bytes(), Master: noting.id}, nil
}

// notingMaster notes which of the master keys wrapped.
type notingMaster struct {
	tink.AEAD
	id uint32
}

func (n *notingMaster) Encrypt(plain, associated []byte) (wrapped []byte, err error) {
	master, ok := n.AEAD.(*Master)
	if !ok {
		return n.AEAD.Encrypt(plain, associated)
	}
	wrapped, n.id, err = master.wrap(plain, associated)
	return wrapped, err
}

func (k *Keyring) recall(ref string) (*keys, bool) {
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
	return entry.keys, true
}

// drop lets the next use of a keyset ask the store. That it was destroyed is not forgotten.
func (k *Keyring) drop(ref string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if element, found := k.cached[ref]; found && element.Value.(*cacheEntry).keys != nil {
		k.recent.Remove(element)
		delete(k.cached, ref)
	}
}

func (k *Keyring) remember(ref string, unwrapped *keys) {
	k.mu.Lock()
	defer k.mu.Unlock()
	expires := k.now().Add(k.ttl)
	if element, found := k.cached[ref]; found {
		entry := element.Value.(*cacheEntry)
		// A look-up that began before Destroy must not bring the key back: only expiry ends a tombstone.
		if entry.keys != nil || unwrapped == nil {
			entry.keys, entry.expires = unwrapped, expires
		}
		return
	}
	k.cached[ref] = k.recent.PushFront(&cacheEntry{ref: ref, keys: unwrapped, expires: expires})
	for len(k.cached) > k.size {
		oldest := k.recent.Back()
		k.recent.Remove(oldest)
		delete(k.cached, oldest.Value.(*cacheEntry).ref)
	}
}
